import { booleanPointInPolygon, pointToLineDistance, polygonToLine } from "@turf/turf";
import type { Feature, LineString, MultiPolygon, Polygon } from "geojson";
import { beforeAll, describe, expect, it } from "vitest";
import { syntheticRoads } from "../../bench/networks/synthetic";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { areaGrid, type CatchmentCollection, catchments } from "../../src/planning/catchments/catchments";
import { type IsochroneCollection, isochrones } from "../../src/planning/catchments/isochrones";
import { junctionsOf } from "../../src/planning/situation/demand-points";
import { PlanningSituation } from "../../src/planning/situation/planning-situation";
import { sceneAfter } from "../../src/planning/what-if/planned-change";
import { whatIf } from "../../src/planning/what-if/what-if";
import { indexRoads } from "../../src/roads/index-roads";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { at, hospitalsAt, routerOver } from "../support/small-county";

const SEED = 4;
const WITHIN = 900;
const CELL = 300;

describe("catchments of towns and country", () => {
  const roads = indexRoads(syntheticRoads({ nodes: 1500, seed: SEED }));
  const random = new SeededRandom(SEED);
  const hospitals = HospitalDirectory.parse(
    Array.from({ length: 8 }, (_, i) => {
      const [lon, lat] = roads.graph.nodePosition(random.integer(roads.graph.nodeCount));
      return { id: `E${i}`, name: `E ${i}`, location: [lon, lat], handoverMinutes: i % 3 };
    }),
  );
  const router = new DiversionRouter({ roads, hospitals, clock: () => 0 });
  router.status.setOpen("E3", false);
  const junctions = junctionsOf(roads);
  const weights = junctions.weights.map(() => random.integer(400));
  const planning = new PlanningSituation(router, { demandPoints: { ...junctions, weights, unit: "people" } });
  const homes = hospitals.hospitals.map(({ location }) => roads.snap(location));
  const oracle = roads.createEngine(
    DIJKSTRA_ENGINE,
    homes.map((home) => arrivalAccessPoints(roads.graph, roads.weights, home)),
  );

  /** By plain Dijkstra: milliseconds of driving to each ED; undefined off the roads. */
  function drives(location: readonly [number, number]): Int32Array | undefined {
    const from = roads.trySnap(location, WITHIN);
    if (from === undefined) return undefined;
    const direct = homes.flatMap((to, target) => {
      const drive = directDrive(roads.graph, roads.weights, from, to);
      return drive === undefined ? [] : [{ target, milliseconds: drive.milliseconds }];
    });
    return oracle.oneToMany({ accessPoints: departureAccessPoints(roads.graph, roads.weights, from), direct });
  }

  function nearest(location: readonly [number, number]): number {
    const times = drives(location);
    if (times === undefined) return -1;
    let best = -1;
    let bestMs = INFINITE_MS;
    times.forEach((time, ed) => {
      const total = time + planning.scene.map.handoverMs[ed]!;
      if (ed === 3 || time >= INFINITE_MS || total >= bestMs) return;
      best = ed;
      bestMs = total;
    });
    return best;
  }

  type Drawn = { readonly geometry: Polygon | MultiPolygon | null };
  const holding = (features: readonly Drawn[], location: readonly [number, number]): number[] =>
    features.flatMap(({ geometry }, i) =>
      geometry !== null && booleanPointInPolygon([...location], geometry) ? [i] : [],
    );

  const { grid } = areaGrid(planning, { cellMetres: CELL, withinMetres: WITHIN });
  const centres = grid.centres();
  const sampledCentres = Array.from({ length: 400 }, () => {
    const cell = random.integer(centres.length / 2);
    return [centres[2 * cell]!, centres[2 * cell + 1]!] as const;
  });
  let drawn: CatchmentCollection;
  beforeAll(() => {
    drawn = catchments(planning, { cellMetres: CELL, withinMetres: WITHIN });
  });

  it("hold every cell's centre that plain Dijkstra brings there, and claim nothing farther from a road than stated", () => {
    expect(drawn.areas).toEqual({ cellMetres: CELL, withinMetres: WITHIN });
    let claimed = 0;
    for (const centre of sampledCentres) {
      const expected = nearest(centre);
      if (expected >= 0) claimed++;
      expect(holding(drawn.features, centre), `seed ${SEED}, ${centre}`).toEqual(expected < 0 ? [] : [expected]);
    }
    expect(claimed).toBeGreaterThan(100);
    expect(claimed).toBeLessThan(sampledCentres.length);
  });

  it("are right wherever one looks, but for a cell's breadth round a border", () => {
    const { west, south, east, north } = roads.bounds;
    let inside = 0;
    let wrong = 0;
    for (let i = 0; i < 400; i++) {
      const location = [random.between(west, east), random.between(south, north)] as const;
      const [ed, ...others] = holding(drawn.features, location);
      expect(others, `${location}`).toEqual([]);
      if (ed === undefined) continue;
      inside++;
      if (nearest(location) === ed) continue;
      const border = polygonToLine(drawn.features[ed]!.geometry!);
      const lines = border.type === "FeatureCollection" ? border.features : [border];
      const metres = Math.min(
        ...lines.flatMap(({ geometry }) =>
          (geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates).map((coordinates) =>
            pointToLineDistance([...location], { type: "LineString", coordinates } as LineString, { units: "meters" }),
          ),
        ),
      );
      if (metres > CELL * Math.SQRT2) wrong++;
    }
    expect(inside).toBeGreaterThan(150);
    // What is smaller than a cell, such as a road whose one end is nearer to another ED, shows in no cell's centre.
    expect(wrong / inside, `seed ${SEED}: ${wrong} of ${inside}`).toBeLessThan(0.02);
  });

  it("count each person once, and tell the margin that closing the ED would cost", () => {
    const { features, reach, total } = drawn;
    expect(features.reduce((sum, { properties }) => sum + properties.people, 0)).toBe(reach.served.people);
    expect(reach.served.people + reach.stranded.people + reach.offNetwork.people).toBe(total.people);
    expect(total.people).toBe(weights.reduce((sum, one) => sum + one, 0));
    expect(features[3]).toMatchObject({ geometry: null, properties: { use: "diverts", people: 0, minutes: null } });
    for (const { properties } of features) {
      if (properties.people === 0) continue;
      const { extraMinutes, newlyStranded } = whatIf(planning, { close: [properties.hospital.id] });
      expect(properties.withoutSecond).toBe(newlyStranded.people);
      expect(properties.margin?.mean).toBeCloseTo(extraMinutes!.mean, 9);
      expect(properties.margin?.p95).toBe(extraMinutes!.p95);
      expect(properties.squareKilometres).toBeGreaterThan(0);
    }
  });

  it("can be drawn of what a change would make", () => {
    const after = catchments(
      planning,
      { cellMetres: CELL, withinMetres: WITHIN },
      sceneAfter(planning, { close: ["E0"] }),
    );
    expect(after.features[0]).toMatchObject({ geometry: null, properties: { people: 0, use: "none" } });
    expect(after.reach.served.people).toBe(drawn.reach.served.people);
    expect(JSON.stringify(catchments(planning, { cellMetres: CELL, withinMetres: WITHIN }))).toBe(
      JSON.stringify(drawn),
    );
  });

  describe("drive-time bands", () => {
    const minutes = [2, 4, 8];
    let bands: IsochroneCollection;
    beforeAll(() => {
      bands = isochrones(planning, { minutes, cellMetres: CELL, withinMetres: WITHIN, hospitals: ["E5", "E3"] });
    });

    it("hold the centres from where plain Dijkstra takes so long", () => {
      for (const [ed, place] of [
        [3, 0],
        [5, 3],
      ] as const) {
        const own = bands.features.slice(place, place + 3);
        expect(own.map(({ properties }) => properties.hospital.id)).toEqual(minutes.map(() => `E${ed}`));
        for (const centre of sampledCentres) {
          const time = drives(centre)?.[ed] ?? INFINITE_MS;
          const band = minutes.findIndex((end) => time <= end * 60_000);
          expect(holding(own, centre), `seed ${SEED}, ED ${ed}, ${centre}, ${time} ms`).toEqual(band < 0 ? [] : [band]);
        }
      }
    });

    it("count the people in and within each", () => {
      const times = Array.from({ length: weights.length }, (_, place) =>
        drives([junctions.locations[2 * place]!, junctions.locations[2 * place + 1]!]),
      );
      bands.features.forEach(({ properties }, i) => {
        const ed = i < 3 ? 3 : 5;
        const within = weights.reduce(
          (sum, one, place) => sum + ((times[place]?.[ed] ?? INFINITE_MS) <= properties.minutes * 60_000 ? one : 0),
          0,
        );
        expect(properties.peopleWithin).toBe(within);
      });
      expect(bands.features[5]!.properties.people).toBe(
        bands.features[5]!.properties.peopleWithin - bands.features[4]!.properties.peopleWithin,
      );
      expect(bands.basis.minutes).toBe("drive");
    });
  });
});

describe("catchments of a county of one road", () => {
  const router = routerOver(hospitalsAt({ A1: 10, B2: 20, C3: 40 }));
  const planning = new PlanningSituation(router);

  it("use what is on divert where nothing else is left, and go on foot from closed roads", () => {
    router.status.setOpen("A1", false);
    const diverted = catchments(new PlanningSituation(router), { cellMetres: 500 });
    expect(diverted.features.map(({ properties }) => [properties.use, properties.places])).toEqual([
      ["diverts", 0],
      ["accepts", 31],
      ["accepts", 30],
    ]);
    router.status.setOpen("A1", true);
    router.roads.close({
      line: { type: "LineString", coordinates: [at(14), at(30)] },
      bufferMetres: 5,
      reason: "flood",
    });
    const closed = catchments(new PlanningSituation(router), { cellMetres: 500 });
    const a1 = closed.features[0] as Feature<Polygon>;
    expect(booleanPointInPolygon(at(12), a1)).toBe(true);
    // The junctions from 14 to 30 km are within five kilometres on foot of an open road, or of the ED at 20.
    expect(closed.reach).toMatchObject({ served: { places: 61 }, stranded: { places: 0 } });
    router.roads.reopen(router.roads.closures[0]!.id);
  });

  it.each<[() => unknown, string]>([
    [() => catchments(planning, { cellMetres: 0 }), "Cells of 0 m"],
    [() => catchments(planning, { cellMetres: 0.5 }), "give a larger side"],
    [() => catchments(planning, { withinMetres: -1 }), "withinMetres is -1"],
    [() => isochrones(planning, { minutes: [] }), "minutes is empty"],
    [() => isochrones(planning, { minutes: [10, 10] }), "minutes is 10,10"],
    [() => isochrones(planning, { minutes: [10], hospitals: ["X"] }), '"X"'],
  ])("refuses what makes no sense, %#", (ask, words) => {
    expect(ask).toThrow(words);
  });
});
