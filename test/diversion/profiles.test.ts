import { beforeAll, describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { partsOf, routerOf } from "../../src/node/workers/router-parts";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { builtInProfile, type VehicleProfile } from "../../src/roads/profile/profile";
import type { RoadIndex } from "../../src/roads/road-index";
import { osmFixture } from "../support/osm-fixture";
import { indexOf } from "../support/profile-parity";
import { restrictedGrid } from "../support/restricted-grid";

const [blueLight, normalRoad] = [builtInProfile("blue-light"), builtInProfile("normal-road")];
const town = restrictedGrid(11, 9, 25);
const build = async (...profiles: VehicleProfile[]): Promise<RoadIndex> =>
  indexOf(await buildRoadGraph(osmFixture(town), { profiles }));
const corners = [1, 9, 41, 73, 81].map((id) => town.nodes[id]!);
const hospitals = HospitalDirectory.parse(
  corners.map((location, i) => ({ id: `H${i}`, name: `Hospital ${i}`, location })),
);
const places = Object.values(town.nodes);
const question = { at: "2017-05-15T12:00:00+01:00", alternatives: 4 };

/** All that an answer says but the checksum of the roads, which tells the files apart. */
function answers(router: DiversionRouter): string[] {
  return places.map((location) => {
    const { basis, ...advice } = router.recommend({ ...question, location });
    return JSON.stringify({ ...advice, basis: { ...basis, roads: "" } });
  });
}

describe("DiversionRouter.withProfile", () => {
  let router: DiversionRouter;
  beforeAll(async () => {
    router = new DiversionRouter({
      roads: await build(blueLight, normalRoad),
      hospitals,
      clock: () => Date.parse(question.at),
    });
  });

  it("answers as a router over roads built for that profile alone", async () => {
    const alone = new DiversionRouter({ roads: await build(normalRoad), hospitals });
    const expected = answers(alone);
    expect(answers(router.withProfile("normal-road"))).toEqual(expected);
    expect(answers(router)).not.toEqual(expected);
    expect(answers(router)).toEqual(answers(new DiversionRouter({ roads: await build(blueLight), hospitals })));
  });

  it("names the roads of the profile in the basis of its answers", () => {
    const [location] = places;
    const other = router.withProfile("normal-road");
    const basisOf = (own: DiversionRouter): string => own.recommend({ ...question, location: location! }).basis.roads;
    expect(basisOf(other)).toBe(router.roads.servedProfiles[1]!.checksum);
    expect(basisOf(router)).toBe(router.roads.servedProfiles[0]!.checksum);
  });

  it("shares status and closures", () => {
    const other = router.withProfile("normal-road");
    const location = corners[0]!;
    const nearest = (own: DiversionRouter): string | undefined =>
      own.recommend({ ...question, location }).destination?.hospital.id;
    expect([nearest(router), nearest(other)]).toEqual(["H0", "H0"]);
    other.status.setOpen("H0", false);
    expect([nearest(router), nearest(other)]).not.toContain("H0");
    router.status.setOpen("H0", true);
    const closure = router.roads.close({ point: [...location], bufferMetres: 30, reason: "burst main" });
    const versionTold = (own: DiversionRouter) =>
      own.recommend({ ...question, location: corners[2]! }).basis.roadsVersion;
    expect(versionTold(other)).toBe(router.roads.version);
    other.roads.reopen(closure.id);
    expect(router.roads.closures).toEqual([]);
  });

  it("can be handed to other threads", () => {
    const other = router.withProfile("normal-road");
    other.roads.close({ segments: [2], reason: "flood" });
    expect(answers(routerOf(partsOf(other)))).toEqual(answers(other));
    expect(answers(routerOf(partsOf(router)))).toEqual(answers(router));
  });

  it("refuses a profile the roads do not serve", () => {
    expect(() => router.withProfile("tram")).toThrow('they serve "blue-light", "normal-road"');
  });
});
