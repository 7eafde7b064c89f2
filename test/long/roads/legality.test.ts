import { describe, expect, it } from "vitest";
import { distanceMetres } from "../../../src/core/geometry";
import { SeededRandom } from "../../../src/core/random";
import { fromFixedDegrees, type Position, toFixedDegrees } from "../../../src/core/units";
import { openOsmSource } from "../../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../../src/roads/graph/road-graph";
import { indexRoads } from "../../../src/roads/index-roads";
import type { RoadIndex } from "../../../src/roads/road-index";
import { routeOf } from "../../../src/roads/route/route";
import type { PlaceFinder } from "../../../src/roads/snap/place-finder";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../../src/roads/snap/road-point";
import type { RoadPoint } from "../../../src/roads/snap/snap-index";
import type { OsmSource } from "../../../src/roads/sources/osm-source";
import { RawLaw, type RawPiece } from "../../support/legality";
import { collect, type OsmElements } from "../../support/osm-elements";
import { needsSharedData, sharedData } from "../../support/shared-data";

const SEED = 20170512;
const ROUTES = 250;
const BORDER_ROUTES = 100;
const POCKET_ROUTES = 60;

const placeKey = ([lon, lat]: Position): string => `${toFixedDegrees(lon)},${toFixedDegrees(lat)}`;

/** Finds the raw pieces of the ways that a route is drawn on. */
class RawTracer {
  private readonly keyOfNode = new Map<number, string>();
  private readonly places = new Set<string>();
  private readonly piecesOfWay = new Map<number, Map<string, RawPiece>>();

  constructor(
    { nodes }: OsmElements,
    private readonly law: RawLaw,
  ) {
    for (const { id, lon, lat } of nodes) {
      const key = placeKey([fromFixedDegrees(lon), fromFixedDegrees(lat)]);
      this.keyOfNode.set(id, key);
      this.places.add(key);
    }
  }

  /**
   * The pieces driven along edges, in a new list each time the drive turns round in the middle of a piece (where the
   * builder made a node of its own); a text when the drawing leaves the ways the edges say they are made of.
   */
  trace(graph: RoadGraph, edges: readonly number[]): RawPiece[][] | string {
    const { keyOfEdge, segmentFirstWay, wayId } = graph.columns;
    const drives: RawPiece[][] = [[]];
    let hasLeft = false;
    let ways = new Set<number>();
    let at: string | undefined;
    for (const edge of edges) {
      const segment = keyOfEdge[edge]! >> 1;
      // The middle of a segment that the builder cut is no raw node: the piece runs on into the next edge.
      if (at === undefined || this.places.has(at)) ways = new Set();
      for (const way of wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1])) ways.add(way);
      const drawn = graph.segmentPositions(segment);
      for (const position of keyOfEdge[edge]! & 1 ? drawn.reverse() : drawn) {
        const key = this.#placeOf(position);
        if (!this.places.has(key)) {
          hasLeft = true;
          continue;
        }
        if (key === at) {
          if (hasLeft) drives.push([]);
          hasLeft = false;
          continue;
        }
        hasLeft = false;
        if (at !== undefined) {
          const piece = [...ways].map((way) => this.piecesOn(way).get(`${at} ${key}`)).find((found) => found);
          if (piece === undefined) return `no piece from ${at} to ${key} on ways ${[...ways].join()}`;
          drives.at(-1)!.push(piece);
        }
        at = key;
      }
    }
    return drives;
  }

  /** The key of a position; of a node in the place of another, which the builder moves north by a unit or two, its raw place. */
  #placeOf([lon, lat]: Position): string {
    const units = [0, 1, 2].map((north) => placeKey([lon, fromFixedDegrees(toFixedDegrees(lat) - north)]));
    return units.find((key) => this.places.has(key)) ?? units[0]!;
  }

  private piecesOn(way: number): Map<string, RawPiece> {
    let pieces = this.piecesOfWay.get(way);
    if (pieces === undefined) {
      this.piecesOfWay.set(way, (pieces = new Map()));
      const nodes = this.law.wayNodes(way);
      for (let i = 1; i < nodes.length; i++) {
        const [a, b] = [nodes[i - 1]!, nodes[i]!];
        const [from, to] = [this.keyOfNode.get(a), this.keyOfNode.get(b)];
        pieces.set(`${from} ${to}`, { way, from: a, to: b });
        pieces.set(`${to} ${from}`, { way, from: b, to: a });
      }
    }
    return pieces;
  }
}

/** Draws points between the ends of segments that journeys may start on, or end on. */
class Ends {
  readonly #roads: RoadIndex;
  readonly #random: SeededRandom;
  readonly #accepts: (segment: number) => boolean;
  readonly #finder: PlaceFinder;
  readonly #drawnFrom: readonly number[];

  /** @param isDrawn whether points may be drawn on a segment that is accepted. */
  constructor(
    roads: RoadIndex,
    random: SeededRandom,
    accepts: (segment: number) => boolean,
    isDrawn: (segment: number) => boolean = () => true,
  ) {
    this.#roads = roads;
    this.#random = random;
    this.#accepts = accepts;
    this.#finder = roads.placeFinder({ accepts, isEntrance: false });
    const segments = Array.from({ length: roads.graph.segmentCount }, (_, segment) => segment);
    this.#drawnFrom = segments.filter((segment) => accepts(segment) && isDrawn(segment));
  }

  get count(): number {
    return this.#drawnFrom.length;
  }

  next(): RoadPoint {
    for (;;) {
      const drawn = this.#roads.graph.segmentPositions(this.#random.pick(this.#drawnFrom));
      const [a, b] = [drawn[0]!, drawn[1]!];
      const share = this.#random.next();
      const point = this.#finder.find([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share], 1);
      if (point?.onFoot === undefined && point !== undefined && this.#accepts(point.segment)) return point;
    }
  }
}

/** Draws places on roads of pockets, which no road joins to any network, and finds the road that is used in their stead. */
class BesidePockets {
  readonly #roads: RoadIndex;
  readonly #random: SeededRandom;
  readonly #apart: readonly number[];

  constructor(roads: RoadIndex, random: SeededRandom) {
    this.#roads = roads;
    this.#random = random;
    const { connections, graph } = roads;
    const leading = connections.leadingTo(connections.usable);
    const reached = connections.reachedFrom(connections.usable);
    this.#apart = Array.from({ length: graph.segmentCount }, (_, segment) => segment).filter(
      (segment) => !connections.isLeftFor(segment, leading) && !connections.isEnteredFrom(segment, reached),
    );
  }

  get count(): number {
    return this.#apart.length;
  }

  /** Undefined where no road that leads anywhere is near. */
  next(accepts: (segment: number) => boolean): RoadPoint | undefined {
    const drawn = this.#roads.graph.segmentPositions(this.#random.pick(this.#apart));
    const finder = this.#roads.placeFinder({ accepts, isEntrance: false });
    const point = finder.find(drawn[drawn.length >> 1]!, 1000);
    return point !== undefined && accepts(point.segment) ? point : undefined;
  }
}

/** Where drives of a network begin and end, and the segments that only lead into it, or only out of it, as at a border. */
function endsOf(roads: RoadIndex, random: SeededRandom) {
  const { connections } = roads;
  const leading = connections.leadingTo(connections.usable);
  const reached = connections.reachedFrom(connections.usable);
  const departs = (segment: number): boolean => connections.isLeftFor(segment, leading);
  const arrives = (segment: number): boolean => connections.isEnteredFrom(segment, reached);
  return {
    departures: new Ends(roads, random, departs),
    arrivals: new Ends(roads, random, arrives),
    departs,
    arrives,
    inward: new Ends(roads, random, departs, (segment) => !arrives(segment)),
    outward: new Ends(roads, random, arrives, (segment) => !departs(segment)),
  };
}

interface Walk {
  readonly faults: string[];
  routes: number;
}

function everywhere(roads: RoadIndex): () => readonly [RoadPoint, RoadPoint] {
  const { departures, arrivals } = endsOf(roads, new SeededRandom(SEED));
  return () => [departures.next(), arrivals.next()];
}

function walkRoutes(
  roads: RoadIndex,
  tracer: RawTracer,
  law: RawLaw,
  routes: number,
  ends: (trial: number) => readonly [from: RoadPoint | undefined, to: RoadPoint | undefined] = everywhere(roads),
): Walk {
  const { graph, weights } = roads;
  const engine = roads.createEngine("cch");
  const walk: Walk = { faults: [], routes: 0 };
  for (let trial = 0; trial < routes; trial++) {
    const [from, to] = ends(trial);
    if (from === undefined || to === undefined) continue;
    const departures = departureAccessPoints(graph, weights, from);
    const arrivals = arrivalAccessPoints(graph, weights, to);
    const path = engine.pathBetween({ accessPoints: departures }, arrivals);
    if (path === undefined) continue;
    walk.routes++;
    const fault = (text: string): void => void walk.faults.push(`seed ${SEED}, route ${trial}: ${text}`);
    const departure = departures[path.originAccessPoint!]!;
    const arrival = arrivals[path.targetAccessPoint!]!;
    const edges = [departure.edge, ...path.arcs, arrival.edge].filter((edge) => edge >= 0);

    const drives = tracer.trace(graph, edges);
    if (typeof drives === "string") fault(drives);
    else {
      for (const pieces of drives) {
        pieces.forEach((piece, i) => {
          const wrong = law.faultOf(pieces.slice(Math.max(0, i - 200), i), piece);
          if (wrong !== undefined) fault(wrong);
        });
      }
    }

    const driven = path.arcs.reduce((sum, edge) => sum + weights[edge]!, departure.milliseconds + arrival.milliseconds);
    if (driven !== path.milliseconds) fault(`its edges take ${driven} ms, the path ${path.milliseconds} ms`);
    const route = routeOf(graph, weights, {
      path,
      from,
      to,
      departures,
      arrivals,
      direct: directDrive(graph, weights, from, to),
    });
    const legSeconds = route.legs.reduce((sum, { seconds }) => sum + seconds, 0);
    if (Math.abs(legSeconds * 1000 - path.milliseconds) > 1e-3) fault(`its legs take ${legSeconds} s`);
    let drawnMetres = 0;
    for (let i = 1; i < route.positions.length; i++) {
      drawnMetres += distanceMetres(route.positions[i - 1]!, route.positions[i]!);
    }
    // A gap, or a piece drawn twice, would make the line longer than the roads it follows.
    const metres = route.centimetres / 100;
    if (Math.abs(drawnMetres - metres) > 1 + metres / 1000) fault(`${metres} m are drawn as ${drawnMetres} m`);
    if (placeKey(route.positions[0]!) !== placeKey((from.onFoot?.place ?? from).position)) fault("it starts elsewhere");
    if (placeKey(route.positions.at(-1)!) !== placeKey((to.onFoot?.place ?? to).position)) fault("it ends elsewhere");
  }
  return walk;
}

const withoutRelations = (source: OsmSource): OsmSource => ({
  name: source.name,
  read: ({ relation: _, ...handler }) => source.read(handler),
});

describe("routes walked back over the raw ways and relations", () => {
  it.each([
    ["monaco", 40, 1],
    ["rutland-2022", 3, 1],
    ["portland", 700, 1],
    ["liechtenstein", 80, 1],
    ["porto", 330, 1],
  ] as const)(
    `are legal in %s, at its border and beside pockets too ${needsSharedData}`,
    async (name, rules, borderRoads) => {
      const path = sharedData(`osm/${name}.osm.pbf`);
      if (path === undefined) return;
      const source = await openOsmSource(path);
      const elements = await collect(source);
      const law = new RawLaw(elements);
      expect(law.ruleCount).toBeGreaterThanOrEqual(rules);
      const tracer = new RawTracer(elements, law);
      const { roads } = await buildRoadGraph(source);
      const index = indexRoads(roads);
      const walk = walkRoutes(index, tracer, law, ROUTES);
      expect(walk.faults.slice(0, 5)).toEqual([]);
      expect(walk.routes).toBeGreaterThan(ROUTES * 0.8);

      const { departures, arrivals, departs, arrives, inward, outward } = endsOf(index, new SeededRandom(SEED + 1));
      const atBorder = (trial: number): readonly [RoadPoint, RoadPoint] =>
        trial % 2 === 0 ? [inward.next(), arrivals.next()] : [departures.next(), outward.next()];
      expect([inward.count, outward.count].every((count) => count >= borderRoads)).toBe(true);
      if (inward.count === 0 || outward.count === 0) return;
      const border = walkRoutes(index, tracer, law, BORDER_ROUTES, atBorder);
      expect(border.faults.slice(0, 5)).toEqual([]);
      expect(border.routes).toBeGreaterThan(BORDER_ROUTES * 0.8);
      const pockets = new BesidePockets(index, new SeededRandom(SEED + 2));
      expect(pockets.count).toBeGreaterThan(0);
      let walked = 0;
      const besidePockets = (trial: number): readonly [RoadPoint | undefined, RoadPoint | undefined] => {
        const place = pockets.next(trial % 2 === 0 ? departs : arrives);
        if (place?.onFoot !== undefined) walked++;
        return trial % 2 === 0 ? [place, arrivals.next()] : [departures.next(), place];
      };
      const fromPockets = walkRoutes(index, tracer, law, POCKET_ROUTES, besidePockets);
      expect(fromPockets.faults.slice(0, 5)).toEqual([]);
      expect(fromPockets.routes).toBeGreaterThan(POCKET_ROUTES / 4);
      expect(walked).toBeGreaterThan(POCKET_ROUTES / 4);
    },
  );

  it(`are seen to be illegal where restrictions are not read ${needsSharedData}`, async () => {
    const path = sharedData("osm/portland.osm.pbf");
    if (path === undefined) return;
    const source = await openOsmSource(path);
    const elements = await collect(source);
    const law = new RawLaw(elements);
    const { roads } = await buildRoadGraph(withoutRelations(source));
    const { faults } = walkRoutes(indexRoads(roads), new RawTracer(elements, law), law, 60);
    expect(faults.filter((fault) => fault.includes("relation")).length).toBeGreaterThan(5);
  });
});
