import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { HospitalSites } from "../../src/diversion/drives/hospital-sites";
import type { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import { box, drivesFrom, hospitalsAt, lineOf, requireNeverNearer, routerOn } from "../support/closures-on-streets";
import { CutRoads, ROUNDING_MS } from "../support/cut-roads";
import { textChunks } from "../support/osm-text";
import { randomRoads } from "../support/random-roads";
import { needsSharedData, sharedData } from "../support/shared-data";
import { NOON } from "../support/small-county";

const roadsOf = async (nodes: Readonly<Record<number, Position>>, ways: readonly [string, readonly number[]][]) => {
  const xml = [
    ...Object.entries(nodes).map(([id, [lon, lat]]) => `<node id="${id}" lon="${lon}" lat="${lat}"/>`),
    ...ways.map(
      ([name, refs], i) =>
        `<way id="${i + 1}">${refs.map((ref) => `<nd ref="${ref}"/>`).join("")}<tag k="highway" v="primary"/><tag k="name" v="${name}"/></way>`,
    ),
  ];
  const text = `<osm version="0.6">${xml.join("")}</osm>`;
  return indexRoads((await buildRoadGraph(new OsmXmlSource("town.osm", textChunks(text)))).roads);
};

/** River Road from 0.10 to 0.13, West Road and East Road at its ends, and a long way round. */
const riverRoad = () =>
  roadsOf({ 1: [0.1, 51.5], 2: [0.13, 51.5], 3: [0.14, 51.5], 4: [0.09, 51.5], 5: [0.115, 51.56] }, [
    ["River Road", [1, 2]],
    ["East Road", [2, 3]],
    ["West Road", [4, 1]],
    ["Long Detour", [4, 5, 3]],
  ]);

describe("a road closed in part", () => {
  it("is driven away from on one's own side of the closed part, in its own time, and not across it", async () => {
    const roads = await riverRoad();
    const router = routerOn(roads, { EAST: [0.14, 51.5], WEST: [0.09, 51.5] });
    const before = [0.108, 0.124, 0.127].map((lon) => drivesFrom(router, [lon, 51.5]));
    const { id } = roads.close({ polygon: box(0.125, 51.499, 0.126, 51.501), reason: "flood" });
    const after = [0.108, 0.124, 0.127].map((lon) => drivesFrom(router, [lon, 51.5]));
    expect(after[0]!.get("WEST")).toBe(before[0]!.get("WEST"));
    expect(after[1]!.get("WEST")).toBe(before[1]!.get("WEST"));
    expect(after[2]!.get("EAST")).toBe(before[2]!.get("EAST"));
    const round = drivesFrom(router, [0.09, 51.5]).get("EAST")!;
    expect(after[1]!.get("EAST")).toBe(before[1]!.get("WEST")! + round);
    expect(router.recommend({ location: [0.124, 51.5] }).incident.warnings).toBeUndefined();
    const route = router.route(router.recommend({ location: [0.124, 51.5] }), "EAST")!;
    expect(route.properties.legs.map(({ name }) => name)).toEqual(["River Road", "West Road", "Long Detour"]);
    expect(Math.max(...route.geometry.coordinates.slice(0, 2).map(([lon]) => lon!))).toBe(0.124);
    roads.reopen(id);
    expect([0.108, 0.124, 0.127].map((lon) => drivesFrom(router, [lon, 51.5]))).toEqual(before);
  });

  it("is driven into from the side on which the ED stands", async () => {
    const roads = await riverRoad();
    const router = routerOn(roads, { MID: [0.124, 51.5] });
    const open = drivesFrom(router, [0.09, 51.5]).get("MID")!;
    roads.close({
      line: {
        type: "LineString",
        coordinates: [
          [0.1255, 51.49],
          [0.1255, 51.51],
        ],
      },
      bufferMetres: 20,
      reason: "flood",
    });
    const round = drivesFrom(router, [0.14, 51.5]).get("MID")!;
    expect(drivesFrom(router, [0.09, 51.5]).get("MID")).toBe(open);
    expect(round).toBeGreaterThan(open + 300_000);
    const { warnings } = router.recommend({ location: [0.14, 51.5] }).destination!;
    expect(warnings.map(({ code }) => code)).not.toContain("entrance-closed");
  });

  it("is left on foot from within the closed part, at walking pace, which is told", async () => {
    const roads = await riverRoad();
    const router = routerOn(roads, { EAST: [0.14, 51.5] });
    const edge = drivesFrom(router, [0.126, 51.5]).get("EAST")!;
    roads.close({ polygon: box(0.12, 51.499, 0.126, 51.501), reason: "flood" });
    const { destination, incident } = router.recommend({ location: [0.1255, 51.5] });
    // 0.0005 degrees of longitude are 34.6 m: 25 s at 5 km/h.
    expect(destination!.onFootSeconds).toBeCloseTo(24.9, 0);
    expect(destination!.driveSeconds).toBeCloseTo(edge / 1000 + destination!.onFootSeconds!, 2);
    expect(incident.warnings).toEqual([
      {
        code: "road-closed",
        text: "the road at the incident is closed (flood): 35 m on foot (under 1 min, counted in the time) to River Road, where the drive begins",
      },
    ]);
    const [walk, drive] = router.route(router.recommend({ location: [0.1255, 51.5] }))!.properties.legs;
    expect([walk!.name, walk!.onFoot, drive!.name, drive!.onFoot]).toEqual([
      "River Road",
      true,
      "River Road",
      undefined,
    ]);
  });

  it("is walked between a patient and an ED who are both in the closed part", async () => {
    const roads = await riverRoad();
    const router = routerOn(roads, { MID: [0.124, 51.5] });
    roads.close({ road: "River Road", reason: "gas" });
    const { destination } = router.recommend({ location: [0.123, 51.5] });
    expect(destination!.driveSeconds).toBeCloseTo(49.8, 0);
    expect(destination!.onFootSeconds).toBe(destination!.driveSeconds);
    expect(router.recommend({ location: [0.124, 51.5] }).destination!.driveSeconds).toBe(0);
  });
});

describe("a place at a junction of which one road is closed", () => {
  const town = () =>
    roadsOf({ 1: [0.1, 51.5], 2: [0.105, 51.5], 4: [0.11, 51.5], 5: [0.105, 51.503], 6: [0.105, 51.497] }, [
      ["High Road", [1, 5, 4]],
      ["West", [1, 2]],
      ["East", [2, 4]],
      ["South", [2, 6]],
    ]);

  it.each(["High Road", "East"])("is driven to and from by the others: %s closed", async (road) => {
    const roads = await town();
    const router = routerOn(roads, { CORNER: [0.11, 51.5], FAR: [0.105, 51.497] });
    roads.close({ road, reason: "works" });
    const left = router.recommend({ location: [0.1, 51.5], alternatives: 5 });
    const corner = [left.destination!, ...left.alternatives].find(({ hospital }) => hospital.id === "CORNER")!;
    const metres = road === "East" ? 960 : 692;
    expect(corner.distanceMetres).toBeGreaterThan(metres - 10);
    expect(corner.onFootSeconds).toBeUndefined();
    expect(corner.warnings.map(({ code }) => code)).not.toContain("entrance-closed");
    router.setHospitals(HospitalDirectory.parse([{ id: "W", name: "W", location: [0.1, 51.5] }]));
    const { destination, incident } = router.recommend({ location: [0.11, 51.5] });
    expect(destination!.distanceMetres).toBeGreaterThan(metres - 10);
    expect(incident.warnings).toBeUndefined();
  });
});

describe("closures on random roads", () => {
  const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);

  it.each(SEEDS)("bring no ED nearer, are as the cut roads have them, and leave no trace: seed %i", (seed) => {
    const random = new SeededRandom(seed);
    const roads = indexRoads(randomRoads(seed, 40, 130), { snapLimitMetres: 100_000 });
    const { graph } = roads;
    const somewhere = (): Position => {
      const points = graph.segmentPositions(random.integer(graph.segmentCount));
      if (random.next() < 0.3) return random.pick(points);
      const [a, b] = [points[0]!, points[1]!];
      const share = random.next();
      return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
    };
    const places = Object.fromEntries(["A", "B", "C", "D"].map((id) => [id, somewhere()]));
    const routers = [undefined, DIJKSTRA_ENGINE, REFERENCE_ENGINE].map((engine) =>
      routerOn(roads, places, engine === undefined ? {} : { engine }),
    );
    const sites = new HospitalSites(roads, hospitalsAt(places), 100_000);
    const incidents = [...Array.from({ length: 6 }, somewhere), ...Object.values(places).slice(0, 2)];
    const [router] = routers as [DiversionRouter];
    const text = () => JSON.stringify(incidents.map((location) => router.recommend({ location, alternatives: 9 })));
    const before = incidents.map((location) => drivesFrom(router, location));
    const bytes = text();
    for (let round = 0; round < 6; round++) {
      let isExact = true;
      for (let i = 0; i <= random.integer(6); i++) {
        const [lon, lat] = random.pick([...incidents, ...Object.values(places), somewhere()]);
        const d = random.between(0.001, 0.02);
        const along = { bufferMetres: 30, along: random.pick(["one-way", "both-ways"] as const) };
        const selection = random.pick([
          { polygon: box(lon - d, lat - d, lon + d, lat + d) },
          { polygon: box(lon + d / 3, lat - d, lon + 2 * d, lat + d) },
          { point: [lon, lat] as Position, bufferMetres: 40_000 * d },
          { segments: [random.integer(graph.segmentCount), roads.snap([lon, lat]).segment] },
          {
            ...lineOf(roads, random.pick([random.integer(graph.segmentCount), roads.snap([lon, lat]).segment])),
            ...along,
          },
        ]);
        const direction = random.pick(["both", "both", "both", "both", "forward", "backward"] as const);
        if (direction !== "both" && !("segments" in selection)) isExact = false;
        if ("along" in selection && selection.along === "one-way") isExact = false;
        const properties = { ...selection, direction, reason: "x" };
        // What fits no road is left out.
        roads.importClosures({
          type: "FeatureCollection",
          features: [{ type: "Feature", geometry: null, properties }],
        });
      }
      const state = roads.stateAt(Date.parse(NOON));
      const homes = incidents.map((location) => sites.starts.find(location, 100_000)!);
      const doors = Object.keys(places).map((id, slot) => ({
        id,
        points: sites.homes(slot).map(({ point }) => point),
      }));
      const cut = new CutRoads(roads, state, [...homes, ...doors.flatMap(({ points }) => points)]);
      incidents.forEach((location, i) => {
        const [after, ...others] = routers.map((one) => drivesFrom(one, location));
        const where = `seed ${seed}, round ${round}, incident ${i} at ${location}`;
        for (const other of others) expect(other, where).toEqual(after);
        for (const { id, points } of doors) {
          const [was, is] = [before[i]!.get(id) ?? INFINITE_MS, after!.get(id) ?? INFINITE_MS];
          expect(is, `${where}, ED ${id}`).toBeGreaterThanOrEqual(was);
          const expected = Math.min(...points.map((door) => cut.milliseconds(homes[i]!, door)));
          const told = `${where}, ED ${id}: ${is} for ${expected}`;
          expect(is, told).toBeGreaterThanOrEqual(expected - ROUNDING_MS);
          // A place that one direction of a part of its road is closed at may be walked to although it can be driven to
          // the other way round; that is left to the drive.
          if (isExact) expect(is, told).toBeLessThanOrEqual(expected + ROUNDING_MS);
        }
      });
      for (const { id } of roads.closures) roads.reopen(id);
      expect(text()).toBe(bytes);
    }
  });
});

describe("closures on real streets", () => {
  const CITIES = ["monaco", "liechtenstein"] as const;
  const isHere = CITIES.every((city) => sharedData(`osm/${city}.osm.pbf`) !== undefined);

  it.skipIf(!isHere).each(CITIES)(`bring no ED nearer in %s ${needsSharedData}`, async (city) => {
    const source = await openOsmSource(sharedData(`osm/${city}.osm.pbf`)!);
    requireNeverNearer(indexRoads((await buildRoadGraph(source)).roads), 31, 12, [undefined, DIJKSTRA_ENGINE]);
  });
});
