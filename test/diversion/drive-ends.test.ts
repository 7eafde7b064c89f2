import { describe, expect, it } from "vitest";
import type { Position } from "../../src/core/units";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import type { EngineChoice } from "../../src/shortest-path/engine";
import { osmXml, textChunks } from "../support/osm-text";
import { needsSharedData, sharedData } from "../support/shared-data";
import { NOON } from "../support/small-county";

type Tags = Record<string, string>;

/** A town of seven by seven blocks, each 208 m by 222 m, from [0.1, 51.5] to the north-east, and what is laid beside it. */
class Town {
  readonly #nodes: { id: number; lon: number; lat: number; tags: undefined }[] = [];
  readonly #ways: { id: number; nodes: number[]; tags: Tags }[] = [];
  readonly corners: readonly (readonly number[])[];

  constructor() {
    const upTo7 = [...Array(8).keys()];
    this.corners = upTo7.map((y) => upTo7.map((x) => this.node(x, y)));
    for (const i of upTo7) {
      this.way(this.corners[i]!, { highway: "residential", name: `Row ${i}` });
      this.way(
        this.corners.map((row) => row[i]!),
        { highway: "residential", name: `Column ${i}` },
      );
    }
  }

  /** In blocks. */
  node(x: number, y: number): number {
    const [lon, lat] = place(x, y);
    return this.#nodes.push({
      id: this.#nodes.length + 1,
      lon: Math.round(lon * 1e7),
      lat: Math.round(lat * 1e7),
      tags: undefined,
    });
  }

  way(refs: readonly number[], tags: Tags): this {
    this.#ways.push({ id: this.#ways.length + 1, nodes: [...refs], tags });
    return this;
  }

  /** A grid of so many junctions a side, with its south-eastern corner here. */
  estate(x: number, y: number, side: number): this {
    const steps = [...Array(side).keys()];
    const grid = steps.map((row) => steps.map((column) => this.node(x - column * 0.3, y + row * 0.3)));
    for (const row of grid) this.way(row, { highway: "service", name: "Estate Way" });
    for (const i of steps) {
      this.way(
        grid.map((row) => row[i]!),
        { highway: "service", name: "Estate Row" },
      );
    }
    return this;
  }

  async roads(): Promise<RoadIndex> {
    const text = osmXml({ nodes: this.#nodes, ways: this.#ways, relations: [] });
    return indexRoads((await buildRoadGraph(new OsmXmlSource("town.osm", textChunks(text)))).roads);
  }
}

const place = (x: number, y: number): Position => [0.1 + x * 0.003, 51.5 + y * 0.002];

function routerOn(roads: RoadIndex, eds: Readonly<Record<string, Position>>, engine?: EngineChoice): DiversionRouter {
  const hospitals = HospitalDirectory.parse(
    Object.entries(eds).map(([id, location]) => ({ id, name: `${id} Hospital`, location })),
  );
  return new DiversionRouter({
    roads,
    hospitals,
    clock: () => Date.parse(NOON),
    ...(engine === undefined ? {} : { engine }),
  });
}

const codesOf = ({ incident, destination }: Recommendation): string[] => [
  ...(incident.warnings ?? []).map(({ code }) => code),
  ...(destination?.warnings ?? []).map(({ code }) => code).filter((code) => code !== "handover-assumed"),
];

const TOWN_ED = place(7, 7);

describe("a road that only leads in, or only leads out", () => {
  const entry = async () => {
    const town = new Town();
    return town
      .way([town.node(-1, 0), town.corners[0]![0]!], { highway: "service", oneway: "yes", name: "Way In" })
      .roads();
  };
  const exit = async () => {
    const town = new Town();
    return town
      .way([town.corners[0]![0]!, town.node(-1, 0)], { highway: "service", oneway: "yes", name: "Way Out" })
      .roads();
  };

  it("is departed from when it leads in", async () => {
    const advice = routerOn(await entry(), { TOWN: TOWN_ED }).recommend({ location: place(-0.5, 0.02) });
    expect(advice.incident.snapped.road).toBe("Way In");
    expect([advice.outcome, codesOf(advice)]).toEqual(["destination", []]);
  });

  it("is no entrance when it only leads in: the ED is reached from the town, on foot, which is told", async () => {
    const advice = routerOn(await entry(), { GATE: place(-0.5, 0.02) }).recommend({ location: TOWN_ED });
    expect([advice.outcome, codesOf(advice)]).toEqual(["destination", ["not-nearest-road"]]);
    // Half a block from the corner of the town: 103.8 m at 5 km/h.
    expect(advice.destination!.onFootSeconds).toBeCloseTo(74.7, 0);
  });

  it("is an entrance when it leads out of the town", async () => {
    const advice = routerOn(await exit(), { GATE: place(-0.5, 0.02) }).recommend({ location: TOWN_ED });
    expect([advice.outcome, codesOf(advice)]).toEqual(["destination", []]);
    expect(advice.destination!.onFootSeconds).toBeUndefined();
  });

  it("is not departed from when it leads out, but for an ED that lies ahead on it", async () => {
    const roads = await exit();
    const away = routerOn(roads, { TOWN: TOWN_ED }).recommend({ location: place(-0.5, 0.02) });
    expect(away.incident.snapped.distanceMetres).toBeCloseTo(103.9, 0);
    expect(away.incident.warnings).toEqual([
      {
        code: "not-nearest-road",
        text: "the nearest road, Way Out (4 m), leads to no ED on these roads: 104 m on foot (1 min, counted in the time) to Column 0, where the drive begins",
      },
    ]);
    const ahead = routerOn(roads, { GATE: place(-0.8, 0.02) });
    expect(ahead.recommend({ location: place(-0.5, 0.02) }).destination!.onFootSeconds).toBeUndefined();
    expect(ahead.recommend({ location: place(-0.5, 0.02) }).incident.snapped.road).toBe("Way Out");
    expect(ahead.recommend({ location: place(-0.9, 0.02) }).incident.snapped.road).not.toBe("Way Out");
  });
});

describe("a pocket that no road joins to the town", () => {
  it.each([3, 8])(
    "of that many junctions a side, %i, is left on foot to the nearest road of the town",
    async (side) => {
      const roads = await new Town().estate(-2, 0, side).roads();
      for (const engine of ["cch", DIJKSTRA_ENGINE] as const) {
        const advice = routerOn(roads, { TOWN: TOWN_ED }, engine).recommend({ location: place(-2.1, 0.32) });
        expect([advice.outcome, codesOf(advice)]).toEqual(["destination", ["not-nearest-road"]]);
        // Column 0 is 2.1 blocks of 207.6 m east.
        expect([advice.incident.snapped.road, Math.round(advice.incident.snapped.distanceMetres / 10)]).toEqual([
          "Column 0",
          44,
        ]);
        expect(advice.destination!.onFootSeconds! / 0.72).toBeCloseTo(436, -1);
      }
    },
  );

  it("is driven within to an ED of its own, which the town reaches on foot", async () => {
    const roads = await new Town().estate(-2, 0, 8).roads();
    const router = routerOn(roads, { GARRISON: place(-2.9, 0.9), TOWN: TOWN_ED });
    const within = router.recommend({ location: place(-2.3, 0.6) });
    expect([within.destination!.hospital.id, within.destination!.onFootSeconds]).toEqual(["GARRISON", undefined]);
    const advice = router.recommend({ location: place(0, 1) });
    const from = advice.alternatives.find(({ hospital }) => hospital.id === "GARRISON")!;
    expect(from.onFootSeconds! / 0.72).toBeCloseTo(2.9 * 207.6, -1);
    expect(from.warnings.map(({ code }) => code)).toContain("not-nearest-road");
    const { legs } = router.route(advice, "GARRISON")!.properties;
    expect(legs.map(({ onFoot }) => onFoot)).toEqual([...legs.slice(1).map(() => undefined), true]);
    expect(legs.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(from.driveSeconds, 3);
  });
});

describe("a road that one can leave but no longer enter after a closure", () => {
  it("is still where the drive begins", async () => {
    const town = new Town();
    const [left, right] = [town.node(-1, 0), town.node(-1, 1)];
    const roads = await town
      .way([town.corners[0]![0]!, left], { highway: "service", oneway: "yes", name: "Way In" })
      .way([left, right], { highway: "service", name: "Yard" })
      .way([right, town.corners[1]![0]!], { highway: "service", oneway: "yes", name: "Way Out" })
      .roads();
    const router = routerOn(roads, { TOWN: TOWN_ED });
    const before = router.recommend({ location: place(-1, 0.5) });
    roads.close({ road: "Way In", reason: "works" });
    const after = router.recommend({ location: place(-1, 0.5) });
    expect([after.incident, after.destination]).toEqual([before.incident, before.destination]);
    expect(after.incident.snapped.road).toBe("Yard");
  });
});

describe("roads that cannot be entered from the ground beside them", () => {
  const over = async (tags: Tags, south = 0.5): Promise<RoadIndex> => {
    const town = new Town();
    const [west, east] = [town.corners[0]![0]!, town.corners[0]![7]!];
    // Along the southern edge of the town, so many blocks south of it.
    return town.way([west, town.node(0, -south), town.node(7, -south), east], { ...tags, name: "Long Way" }).roads();
  };
  const TUNNEL = { highway: "primary", tunnel: "yes" };
  const MOTORWAY = { highway: "motorway", oneway: "no" };

  it.each([
    ["a tunnel", TUNNEL],
    ["a motorway", MOTORWAY],
  ])("are no place of an ED while another road is near: %s", async (_, tags) => {
    const roads = await over(tags);
    const near = routerOn(roads, { ED: place(2.5, -0.45) }).recommend({ location: TOWN_ED }).destination!;
    expect(near.warnings.map(({ code }) => code)).toContain("not-nearest-road");
    expect(near.warnings.find(({ code }) => code === "not-nearest-road")!.text).toMatch(
      /^the nearest road, Long Way \(11 m\), is .*: the drive ends on Row 0, 100 m away$/,
    );
    // 255 m from the town: there is nothing else.
    const far = routerOn(await over(tags, 1.2), { ED: place(2.5, -1.15) }).recommend({ location: TOWN_ED });
    expect(codesOf(far)).toEqual(["secluded-road"]);
  });

  it("are where an incident is when a name or a bearing says so, and otherwise when it lies on them", async () => {
    const router = routerOn(await over(MOTORWAY), { TOWN: TOWN_ED });
    const on = place(2.5, -0.5);
    const beside = place(2.5, -0.25);
    const roadOf = (question: Parameters<DiversionRouter["recommend"]>[0]) => {
      const { incident } = router.recommend(question);
      return [incident.snapped.road, (incident.warnings ?? []).map(({ code }) => code)];
    };
    expect(roadOf({ location: on })).toEqual(["Long Way", ["secluded-road"]]);
    expect(roadOf({ location: on, bearing: 90 })).toEqual(["Long Way", []]);
    expect(roadOf({ location: on, roadName: "long way" })).toEqual(["Long Way", []]);
    // A little nearer to the motorway than to Row 0, and on neither.
    expect(roadOf({ location: [beside[0], beside[1] - 0.0001] })).toEqual(["Row 0", ["not-nearest-road"]]);
  });

  it("pass over the place they are drawn across: the road on the ground is meant, or the bridge, as the name says", async () => {
    const town = new Town();
    const north = town.node(2.5, 8);
    const roads = await town
      .way([town.node(2.5, -1), north], { highway: "primary", bridge: "yes", layer: "1", name: "High Way" })
      .way([town.corners[7]![7]!, town.node(8, 8), north], { highway: "primary", name: "Ramp" })
      .roads();
    const router = routerOn(roads, { TOWN: TOWN_ED });
    const under = place(2.501, 3.02);
    expect(router.recommend({ location: under }).incident.snapped.road).toBe("Row 3");
    expect(router.recommend({ location: under, roadName: "High Way" }).incident.snapped.road).toBe("High Way");
    const between = router.recommend({ location: place(2.501, 3.5) });
    expect([between.incident.snapped.road, codesOf(between)]).toEqual(["High Way", []]);
  });

  it("are no ferries: nobody is at sea", async () => {
    const town = new Town();
    const [quay, beyond] = [town.node(-6, 0), town.node(-8, 0)];
    const roads = await town
      .way([town.corners[0]![0]!, quay], { route: "ferry", motor_vehicle: "yes", duration: "00:20", name: "Car Ferry" })
      .way([quay, beyond], { highway: "residential", name: "Island Road" })
      .roads();
    const router = routerOn(roads, { TOWN: TOWN_ED, SHORE: place(-0.5, 0.05) });
    const advice = router.recommend({ location: place(-1.5, 0.05) });
    expect(advice.incident.snapped.road).not.toBe("Car Ferry");
    expect(advice.incident.snapped.distanceMetres).toBeCloseTo(1.5 * 207.6, -1);
    expect(advice.destination!.hospital.id).toBe("SHORE");
    const island = router.recommend({ location: place(-7, 0) });
    expect(codesOf(island)).toContain("ferry");
  });
});

describe.skipIf(sharedData("osm/rutland-2022.osm.pbf") === undefined)(`Rutland ${needsSharedData}`, () => {
  it("is left along the carriageway of the A1 that only enters the extract", async () => {
    const source = await openOsmSource(sharedData("osm/rutland-2022.osm.pbf")!);
    const roads = indexRoads((await buildRoadGraph(source)).roads);
    const router = routerOn(roads, { ED: [-0.5935, 52.716] });
    const advice = router.recommend({ location: [-0.6045324, 52.7482055] });
    expect(advice.incident.snapped.distanceMetres).toBeLessThan(10);
    expect(advice.destination!.driveSeconds).toBeCloseTo(137.5, 0);
    // The other carriageway is near, and leads elsewhere first.
    expect(codesOf(advice)).toEqual(["snap-ambiguous"]);
    const sent = router.recommend({ location: [-0.6045324, 52.7482055], bearing: 150, roadName: "A1" });
    expect(sent.destination!.driveSeconds).toBe(advice.destination!.driveSeconds);
    expect(sent.incident.warnings).toBeUndefined();
  });
});
