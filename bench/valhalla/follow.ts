import { longitudeScale, METRES_PER_DEGREE } from "../../src/core/geometry";
import { fromFixedDegrees, type Position, toFixedDegrees, UNITS_PER_DEGREE } from "../../src/core/units";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import type { RoadIndex } from "../../src/roads/road-index";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { RoadPoint } from "../../src/roads/snap/snap-index";

/** A foreign line costed by our weights, or the piece of it (from point `refusedAt` to the next) that may not be driven. */
export type Followed = { readonly milliseconds: number } | { readonly refusedAt: number };

/** Foreign shapes have 6 decimals, ours 7: a point is the same when it is so after rounding, either way at the half. */
const SAME_POINT_UNITS = 6;
/** The two ends of a foreign line were found by projection, which costs up to another unit of the 6th decimal. */
const SAME_END_UNITS = 20;

/**
 * Valhalla leaves out a vertex here and there, seen up to one at a time; ours are then followed over those it left out,
 * as long as they lie beside the straight line it drew instead.
 */
const MOST_SKIPPED = 3;
const SKIPPED_ASIDE_METRES = 2;
/** A projection to a road and that road, in 6 decimals. */
const ON_ROAD_METRES = 0.5;

type Point = readonly [lon: number, lat: number];

/** Somewhere along an edge; at its last vertex it stands for the edge's head. */
interface Place {
  readonly edge: number;
  /** Vertex reached, from 0 at the tail. */
  readonly vertex: number;
  /** Milliseconds from the departure to the edge's tail; undefined on the edge the drive began in the middle of. */
  readonly atTail: number | undefined;
  readonly atHead: number;
}

/**
 * Drives a line given by its points through our road graph, over every edge that fits it, so that exactly what our own
 * search may do is allowed: directions, barriers, and turns, which are part of the graph. Costs are summed as an engine
 * sums them, so that an engine that finds the least can never be beaten by so much as a millisecond.
 */
export function followLine(roads: RoadIndex, line: readonly Position[], from: RoadPoint, to: RoadPoint): Followed {
  const { points, indexInLine } = pointsOf(line);
  const { graph, weights } = roads;
  const search = new LineSearch(roads, points);
  let reached = search.depart(from);
  for (let i = 1; i < points.length; i++) {
    let next = search.advance(reached, i);
    if (next.places.length === 0 && i === points.length - 1) next = search.arrive(reached, to);
    if (next.places.length === 0) return { refusedAt: indexInLine[i - 1]! };
    reached = next;
  }
  const ends = arrivalAccessPoints(graph, weights, to).flatMap(({ node, edge, milliseconds }) => {
    if (edge < 0) return reached.nodes.get(node) ?? [];
    return reached.places
      .filter((place) => place.edge === edge)
      .flatMap(({ atTail }) =>
        atTail === undefined ? (directDrive(graph, weights, from, to)?.milliseconds ?? []) : atTail + milliseconds,
      );
  });
  return ends.length === 0 ? { refusedAt: indexInLine.at(-2)! } : { milliseconds: Math.min(...ends) };
}

/** All places a drive along the line so far can have come to, and the nodes among them with the least time there. */
interface Reached {
  readonly places: readonly Place[];
  readonly nodes: ReadonlyMap<number, number>;
}

class LineSearch {
  constructor(
    private readonly roads: RoadIndex,
    private readonly points: readonly Point[],
  ) {}

  depart(from: RoadPoint): Reached {
    const { graph, weights } = this.roads;
    const seeds = departureAccessPoints(graph, weights, from);
    const places = seeds.flatMap(({ edge, milliseconds }) => {
      if (edge < 0) return [];
      return verticesBefore(graph, edge, this.points[0]!).map((vertex) => ({
        edge,
        vertex,
        atTail: undefined,
        atHead: milliseconds,
      }));
    });
    const nodes = new Map(seeds.filter(({ edge }) => edge < 0).map(({ node, milliseconds }) => [node, milliseconds]));
    return this.withHeads(places, nodes, 0);
  }

  advance(reached: Reached, i: number): Reached {
    return this.withHeads(this.onward(reached, i), new Map(), i);
  }

  /** The end of a line that lies between two vertices: whoever is at the first of them is there. */
  arrive({ places, nodes }: Reached, to: RoadPoint): Reached {
    const { graph } = this.roads;
    const end = this.points.at(-1)!;
    const started = [...nodes].flatMap(([node, atTail]) => this.edgesFrom(node, atTail, 0));
    const there = [...places, ...started].filter(
      ({ edge, vertex }) =>
        graph.columns.keyOfEdge[edge]! >> 1 === to.segment && verticesBefore(graph, edge, end).includes(vertex),
    );
    return { places: there, nodes: new Map() };
  }

  /** From each place on to the line's point i, over vertices the line may have left out. */
  private onward(reached: Reached, i: number): Place[] {
    const { graph } = this.roads;
    const found: Place[] = [];
    let { places, nodes } = reached;
    for (let skipped = 0; skipped <= MOST_SKIPPED; skipped++) {
      const next = places
        .map((place) => ({ ...place, vertex: place.vertex + 1 }))
        .concat([...nodes].flatMap(([node, atTail]) => this.edgesFrom(node, atTail, 1)));
      found.push(...next.filter(({ edge, vertex }) => this.isPoint(vertexOf(graph, edge, vertex), i)));
      places = next.filter(({ edge, vertex }) => this.isLeftOut(vertexOf(graph, edge, vertex), i));
      nodes = new Map(
        places
          .filter(({ edge, vertex }) => vertex === lastVertex(graph, edge))
          .map(({ edge, atHead }) => [graph.columns.edgeHead[edge]!, atHead]),
      );
    }
    return found;
  }

  private edgesFrom(node: number, atTail: number, vertex: number): Place[] {
    const { graph, weights } = this.roads;
    return edgesOutOf(graph, node).map((edge) => ({ edge, vertex, atTail, atHead: atTail + weights[edge]! }));
  }

  private isLeftOut(vertex: Point | undefined, i: number): boolean {
    if (vertex === undefined || i === 0 || this.isPoint(vertex, i)) return false;
    const [a, b] = [this.points[i - 1]!, this.points[i]!];
    return !isSamePoint(vertex, a, SAME_POINT_UNITS) && metresAside(vertex, a, b) <= SKIPPED_ASIDE_METRES;
  }

  /** Two vertices closer than the line can tell apart are one of its points: whoever is at the first is at both. */
  private withHeads(places: readonly Place[], nodes: ReadonlyMap<number, number>, i: number): Reached {
    const all = [...places];
    const heads = new Map(nodes);
    const seen = new Set<string>();
    let fresh: Reached = { places, nodes };
    while (fresh.places.length + fresh.nodes.size > 0) {
      const newHeads = new Map<number, number>();
      for (const { edge, vertex, atHead } of fresh.places) {
        seen.add(`${edge},${vertex}`);
        if (vertex < lastVertex(this.roads.graph, edge)) continue;
        const head = this.roads.graph.columns.edgeHead[edge]!;
        if (atHead >= (heads.get(head) ?? Number.POSITIVE_INFINITY)) continue;
        heads.set(head, atHead);
        newHeads.set(head, atHead);
      }
      const from = { places: fresh.places, nodes: new Map([...fresh.nodes, ...newHeads]) };
      const next = this.onward(from, i).filter(({ edge, vertex }) => !seen.has(`${edge},${vertex}`));
      all.push(...next);
      fresh = { places: next, nodes: new Map() };
    }
    return { places: all, nodes: heads };
  }

  private isPoint(vertex: Point | undefined, i: number): boolean {
    const isEnd = i === 0 || i === this.points.length - 1;
    return isSamePoint(vertex, this.points[i]!, isEnd ? SAME_END_UNITS : SAME_POINT_UNITS);
  }
}

const edgesOutOf = (graph: RoadGraph, node: number): number[] => {
  const { firstEdge } = graph.columns;
  return Array.from({ length: firstEdge[node + 1]! - firstEdge[node]! }, (_, i) => firstEdge[node]! + i);
};

/** Vertices of an edge beyond its tail. */
function lastVertex({ columns: { keyOfEdge, segmentFirstShape } }: RoadGraph, edge: number): number {
  const segment = keyOfEdge[edge]! >> 1;
  return segmentFirstShape[segment + 1]! - segmentFirstShape[segment]! + 1;
}

/** A vertex of an edge, counted in driving direction; undefined beyond the head. */
function vertexOf(graph: RoadGraph, edge: number, vertex: number): Point | undefined {
  const { keyOfEdge, segmentTail, segmentHead, segmentFirstShape, shapeLon, shapeLat, nodeLon, nodeLat } =
    graph.columns;
  const last = lastVertex(graph, edge);
  if (vertex > last) return undefined;
  const segment = keyOfEdge[edge]! >> 1;
  const drawn = keyOfEdge[edge]! & 1 ? last - vertex : vertex;
  if (drawn === 0 || drawn === last) {
    const node = (drawn === 0 ? segmentTail : segmentHead)[segment]!;
    return [nodeLon[node]!, nodeLat[node]!];
  }
  const shape = segmentFirstShape[segment]! + drawn - 1;
  return [shapeLon[shape]!, shapeLat[shape]!];
}

/** Vertices at the point, and those right before it when it lies between two. */
function verticesBefore(graph: RoadGraph, edge: number, point: Point): number[] {
  const vertices = Array.from({ length: lastVertex(graph, edge) + 1 }, (_, vertex) => vertex);
  const at = vertices.filter((vertex) => isSamePoint(vertexOf(graph, edge, vertex), point, SAME_END_UNITS));
  if (at.length > 0) return at;
  return vertices.slice(1).flatMap((vertex) => {
    const [a, b] = [vertexOf(graph, edge, vertex - 1)!, vertexOf(graph, edge, vertex)!];
    return metresAside(point, a, b) <= ON_ROAD_METRES ? vertex - 1 : [];
  });
}

/** Metres between a point and the straight line from a to b. */
function metresAside(point: Point, a: Point, b: Point): number {
  const metresPerUnit = METRES_PER_DEGREE / UNITS_PER_DEGREE;
  const scale = longitudeScale(fromFixedDegrees(a[1]));
  const [x, y] = [(point[0] - a[0]) * scale, point[1] - a[1]];
  const [dx, dy] = [(b[0] - a[0]) * scale, b[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / squared));
  return Math.hypot(x - along * dx, y - along * dy) * metresPerUnit;
}

const isSamePoint = (a: Point | undefined, b: Point, units: number): boolean =>
  a !== undefined && Math.abs(a[0] - b[0]) <= units && Math.abs(a[1] - b[1]) <= units;

/** The line in 1e-7 degrees without points that repeat the one before, and where in the line each of them stands last. */
function pointsOf(line: readonly Position[]): { points: Point[]; indexInLine: number[] } {
  const points: Point[] = [];
  const indexInLine: number[] = [];
  line.forEach(([lon, lat], i) => {
    const point = [toFixedDegrees(lon), toFixedDegrees(lat)] as const;
    const isNearEnd = points.length === 1 || i === line.length - 1;
    if (isSamePoint(points.at(-1), point, isNearEnd ? SAME_END_UNITS : 0)) {
      indexInLine[points.length - 1] = i;
    } else {
      points.push(point);
      indexInLine.push(i);
    }
  });
  return { points, indexInLine };
}
