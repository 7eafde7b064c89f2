import { expect } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { CloseRequest } from "../../src/roads/closures/closure";
import type { RoadIndex } from "../../src/roads/road-index";
import type { EngineChoice } from "../../src/shortest-path/engine";
import { NOON } from "./small-county";

export const box = (west: number, south: number, east: number, north: number): CloseRequest["polygon"] => ({
  type: "Polygon",
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

export const hospitalsAt = (places: Readonly<Record<string, Position>>): HospitalDirectory =>
  HospitalDirectory.parse(Object.entries(places).map(([id, location]) => ({ id, name: id, location })));

export const routerOn = (
  roads: RoadIndex,
  hospitals: Readonly<Record<string, Position>>,
  options: Partial<ConstructorParameters<typeof DiversionRouter>[0]> = {},
): DiversionRouter =>
  new DiversionRouter({
    roads,
    hospitals: hospitalsAt(hospitals),
    clock: () => Date.parse(NOON),
    ...options,
  });

/** A line over a segment, as an authority would draw it. */
export const lineOf = (roads: RoadIndex, segment: number): Pick<CloseRequest, "line"> => ({
  line: { type: "LineString", coordinates: roads.graph.segmentPositions(segment).map(([lon, lat]) => [lon, lat]) },
});

/** Drives in milliseconds to each ED that is reached, by id. */
export function drivesFrom(router: DiversionRouter, location: Position): ReadonlyMap<string, number> {
  const { destination, alternatives } = router.recommend({ location, alternatives: 50 });
  const options = destination === undefined ? [] : [destination, ...alternatives];
  return new Map(options.map(({ hospital, driveSeconds }) => [hospital.id, Math.round(driveSeconds * 1000)]));
}

/**
 * Closes areas and lines at and round EDs and incidents, and checks that none brings an ED nearer, that engines agree, that
 * routes are drawn as long as they are, and that reopening leaves no trace.
 *
 * @param engines the first is asked for routes; undefined is the default one.
 */
export function requireNeverNearer(
  roads: RoadIndex,
  seed: number,
  rounds: number,
  engines: readonly (EngineChoice | undefined)[],
): void {
  const random = new SeededRandom(seed);
  const { graph } = roads;
  const somewhere = (): Position => {
    const points = graph.segmentPositions(random.integer(graph.segmentCount));
    const [lon, lat] = random.pick(points);
    const place: Position = [lon + random.between(-2e-4, 2e-4), lat + random.between(-2e-4, 2e-4)];
    return roads.trySnap(place) === undefined ? somewhere() : place;
  };
  const places = Object.fromEntries(["A", "B", "C", "D", "E"].map((id) => [id, somewhere()]));
  const routers = engines.map((engine) => routerOn(roads, places, engine === undefined ? {} : { engine }));
  const [router, ...others] = routers as [DiversionRouter, ...DiversionRouter[]];
  for (let round = 0; round < rounds; round++) {
    const incidents = [somewhere(), somewhere(), places.A!];
    const before = incidents.map((location) => drivesFrom(router, location));
    for (const [lon, lat] of [...incidents, ...Object.values(places).slice(0, 2)]) {
      const d = random.between(1e-4, 3e-3);
      const [x, y] = [lon + random.between(-d, d), lat + random.between(-d, d)];
      const properties = {
        ...random.pick([
          { polygon: box(x - d, y - d, x + d, y + d) },
          { ...lineOf(roads, roads.snap([lon, lat]).segment), bufferMetres: 12, along: "one-way" as const },
          { ...lineOf(roads, roads.snap([lon, lat]).segment), bufferMetres: 12, along: "both-ways" as const },
        ]),
        reason: "x",
      };
      roads.importClosures({
        type: "FeatureCollection",
        features: [{ type: "Feature", geometry: null, properties }],
      });
    }
    incidents.forEach((location, i) => {
      const after = drivesFrom(router, location);
      const where = `seed ${seed}, round ${round}, incident ${i} at ${location}`;
      for (const other of others) expect(drivesFrom(other, location), where).toEqual(after);
      const advice = router.recommend({ location });
      const route = advice.destination && router.route(advice);
      if (route !== undefined) {
        const line = route.geometry.coordinates as [number, number][];
        const drawn = line.slice(1).reduce((sum, to, at) => sum + distanceMetres(line[at]!, to), 0);
        const told = route.properties.legs.reduce((sum, { metres }) => sum + metres, 0);
        // As long as it is told, on foot or driven: no gap, and nothing drawn twice.
        expect(Math.abs(drawn - told), `${where}: ${told} m drawn as ${drawn}`).toBeLessThan(1 + told / 500);
      }
      for (const [id, ms] of after)
        expect(ms, `${where}, ED ${id}`).toBeGreaterThanOrEqual(before[i]!.get(id) ?? INFINITE_MS);
    });
    for (const { id } of roads.closures) roads.reopen(id);
    expect(incidents.map((location) => drivesFrom(router, location))).toEqual(before);
  }
}
