import { PreparedPolygon } from "../../core/prepared-polygon";
import { ENTRIES_PER_STEP, runSteps, type Steps } from "../../core/steps";
import { DIRECTIONS, type Direction, directionOf, edgeKey, isBackward, segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import type { SnapColumns } from "../snap/snap-columns";
import { type CheckedRequest, invalidClosure } from "./closure";
import { type Facing, facing } from "./facing";
import { FollowedLine } from "./followed-line";
import { LineBuffer } from "./line-buffer";

/**
 * The edges a request is about, ascending; empty when nothing on these roads fits.
 *
 * @throws DiversionError `invalid-closure` for an edge or segment number these roads do not have.
 */
export const selectedEdges = (graph: RoadGraph, snapColumns: SnapColumns, request: CheckedRequest): Int32Array =>
  runSteps(selectedEdgesSteps(graph, snapColumns, request));

/** {@link selectedEdges}, in steps. */
export function* selectedEdgesSteps(
  graph: RoadGraph,
  snapColumns: SnapColumns,
  request: CheckedRequest,
): Steps<Int32Array> {
  const { direction = "both" } = request;
  const listed = listedKeys(graph, snapColumns, request);
  const faced = facing(request, snapColumns);
  const followed = followedLineOf(faced.request);
  const edges: number[] = [];
  for (const segment of yield* selectedSegments(graph, faced, listed)) {
    yield;
    for (const one of DIRECTIONS) {
      if (followed !== undefined && followed.parts(faced.drawn, segment, one).length === 0) continue;
      const isMeant = listed?.has(edgeKey(segment, one)) ?? isAbout(direction, one);
      if (isMeant) edges.push(...graph.edgesOfSegment(segment, one));
    }
  }
  return Int32Array.from(edges).sort();
}

const isAbout = (meant: Direction | "both", direction: Direction): boolean => meant === "both" || meant === direction;

/**
 * Edge keys of the edges and segments named by number; undefined when none is.
 */
function listedKeys(
  graph: RoadGraph,
  snapColumns: SnapColumns,
  { edges, segments, direction = "both" }: CheckedRequest,
): ReadonlySet<number> | undefined {
  if (edges === undefined && segments === undefined) return undefined;
  const isListed = segments === undefined ? undefined : isAmong(checkedSegments(graph, segments));
  const named =
    edges?.map((edge) => checkedKey(graph, edge)) ?? segments!.flatMap((s) => DIRECTIONS.map((one) => edgeKey(s, one)));
  const meant = named.filter((key) => isAbout(direction, directionOf(key)) && (isListed?.(segmentOf(key)) ?? true));
  return withOverlapping(graph, snapColumns, new Set(meant));
}

function checkedKey(graph: RoadGraph, edge: number): number {
  if (edge < graph.edgeCount) return graph.columns.keyOfEdge[edge]!;
  throw invalidClosure(`There is no edge ${edge}; these roads have edges 0 to ${graph.edgeCount - 1}.`, "edges");
}

function* selectedSegments(
  graph: RoadGraph,
  { request, drawn }: Facing,
  listed: ReadonlySet<number> | undefined,
): Steps<readonly number[]> {
  const { wayId, road, bridge } = request;
  const conditions: ((segment: number) => boolean)[] = [];
  if (wayId !== undefined) conditions.push(isOfWay(graph, typeof wayId === "number" ? [wayId] : wayId));
  for (const name of [road, bridge]) {
    if (name === undefined) continue;
    const condition = isNamed(graph, name);
    if (condition === undefined) return [];
    conditions.push(condition);
  }
  const steps = followedLineOf(request)?.candidates(drawn) ?? areaOf(request)?.segmentSteps(drawn);
  const inArea = steps === undefined ? undefined : yield* steps;
  if (listed !== undefined && inArea !== undefined) conditions.push(isAmong(inArea));
  const candidates = listed !== undefined ? [...listed].map(segmentOf) : (inArea ?? upTo(graph.segmentCount));
  const selected: number[] = [];
  let looked = 0;
  for (const segment of new Set(candidates)) {
    if (looked++ % ENTRIES_PER_STEP === 0) yield;
    if (conditions.every((holds) => holds(segment))) selected.push(segment);
  }
  return selected;
}

function checkedSegments(graph: RoadGraph, segments: readonly number[]): readonly number[] {
  const stranger = segments.find((segment) => segment >= graph.segmentCount);
  if (stranger === undefined) return segments;
  throw invalidClosure(
    `There is no segment ${stranger}; these roads have segments 0 to ${graph.segmentCount - 1}.`,
    "segments",
  );
}

function isAmong(numbers: Iterable<number>): (segment: number) => boolean {
  const set = new Set(numbers);
  return (segment) => set.has(segment);
}

function isOfWay(graph: RoadGraph, ids: readonly number[]): (segment: number) => boolean {
  const wanted = new Set(ids);
  const { segmentFirstWay, wayId } = graph.columns;
  return (segment) => {
    for (let i = segmentFirstWay[segment]!; i < segmentFirstWay[segment + 1]!; i++) {
      if (wanted.has(wayId[i]!)) return true;
    }
    return false;
  };
}

/** Names differ from person to person in capitals and spaces, and in nothing else. */
const plain = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Whether a segment is of a road of this name or number; undefined where none is called so. */
function isNamed(graph: RoadGraph, name: string): ((segment: number) => boolean) | undefined {
  const roads = roadsByName(graph).get(plain(name));
  return roads === undefined ? undefined : (segment) => roads.has(graph.columns.segmentRoad[segment]!);
}

const namedRoads = new WeakMap<RoadGraph["roads"], ReadonlyMap<string, ReadonlySet<number>>>();

/** Numbers of the roads by what they are called, found out once: closures come by the hundred. */
function roadsByName({ roads }: RoadGraph): ReadonlyMap<string, ReadonlySet<number>> {
  let known = namedRoads.get(roads);
  if (known === undefined) {
    const found = new Map<string, Set<number>>();
    for (const [number, { name, ref }] of roads.entries()) {
      // Several numbers of one road are written `A12;A120` in OSM data.
      for (const text of [name, ...ref.split(";")].map(plain))
        found.set(text, (found.get(text) ?? new Set()).add(number));
    }
    known = found;
    namedRoads.set(roads, known);
  }
  return known;
}

/** What roads are called here, names and numbers alike; some more than once. */
export function* namesOf({ roads }: RoadGraph): Generator<string> {
  for (const { name, ref } of roads) {
    if (name !== "") yield name;
    for (const one of ref.split(";")) if (one.trim() !== "") yield one.trim();
  }
}

function* upTo(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

/** The line whose roads a selection is about; undefined when it is about all that lies in an area, or has none. */
export function followedLineOf({ line, bufferMetres, along }: CheckedRequest): FollowedLine | undefined {
  return line === undefined || along === undefined ? undefined : new FollowedLine(linesOf(line), bufferMetres!, along);
}

const linesOf = (line: NonNullable<CheckedRequest["line"]>) =>
  line.type === "LineString" ? [line.coordinates] : line.coordinates;

/** What a selection's geometry takes in; undefined when it has none. */
export function areaOf({
  polygon,
  line,
  point,
  bufferMetres,
}: CheckedRequest): PreparedPolygon | LineBuffer | undefined {
  if (polygon !== undefined) return new PreparedPolygon(polygon);
  if (line !== undefined) {
    return new LineBuffer(linesOf(line), bufferMetres!);
  }
  return point === undefined ? undefined : new LineBuffer([[point]], bufferMetres!);
}

/**
 * The edge keys given, and those of all segments that run over the same ground the same way. Where profiles have segments of their own for one road, a number names that of one profile; the road is meant.
 */
function withOverlapping(
  graph: RoadGraph,
  snapColumns: Pick<SnapColumns, "segmentFirstPoint" | "points">,
  keys: ReadonlySet<number>,
): ReadonlySet<number> {
  if (graph.profiles.length === 1) return keys;
  const { segmentFirstWay, wayId } = graph.columns;
  const waysOf = (segment: number): Float64Array =>
    wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1]);
  const ways = new Set<number>();
  const pieces = new Set<string>();
  for (const key of keys) {
    for (const way of waysOf(segmentOf(key))) ways.add(way);
    for (const piece of piecesOf(snapColumns, key)) pieces.add(piece);
  }
  const found = new Set(keys);
  for (let segment = 0; segment < graph.segmentCount; segment++) {
    if (!waysOf(segment).some((way) => ways.has(way))) continue;
    for (const key of DIRECTIONS.map((one) => edgeKey(segment, one))) {
      for (const piece of piecesOf(snapColumns, key)) if (pieces.has(piece)) found.add(key);
    }
  }
  return found;
}

/** Text for each straight piece driven along a key: where it begins and ends. */
function* piecesOf(
  { segmentFirstPoint, points }: Pick<SnapColumns, "segmentFirstPoint" | "points">,
  key: number,
): Generator<string> {
  const segment = segmentOf(key);
  for (let point = segmentFirstPoint[segment]!; point < segmentFirstPoint[segment + 1]! - 1; point++) {
    const [a, b] = isBackward(key) ? [2 * point + 2, 2 * point] : [2 * point, 2 * point + 2];
    yield `${points[a]} ${points[a + 1]} ${points[b]} ${points[b + 1]}`;
  }
}
