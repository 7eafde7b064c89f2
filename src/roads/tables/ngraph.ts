import createGraph, { type Graph, type Link, type Node, type NodeId } from "ngraph.graph";
import type { BoundingBox } from "../../core/bounding-box";
import { DiversionError } from "../../core/errors";
import { fixedDistanceMetres } from "../../core/geometry";
import { INFINITE_MS, MINIMUM_EDGE_MS, type Position, toFixedDegrees } from "../../core/units";
import { toCentimetres } from "../graph/assemble-road-graph";
import { RoadTable } from "../graph/attribute-rows";
import { isBackward, segmentOf } from "../graph/edge-key";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import { roadsFromArcs } from "./roads-from-arcs";

/** Node data of {@link toNgraph}, and what {@link fromNgraph} reads by default (`x`, `y` are taken for `lon`, `lat`). */
export interface NgraphNodeData {
  readonly lon: number;
  readonly lat: number;
}

/** Link data of {@link toNgraph}; {@link fromNgraph} reads all of it but `edge`, and only `milliseconds` is required. */
export interface NgraphLinkData extends RoadNames {
  readonly milliseconds: number;
  readonly metres: number;
  /** Points strictly between the ends, in the link's direction. */
  readonly shape: readonly Position[];
  /** Number of the edge in the road graph the link was made of. */
  readonly edge: number;
}

export interface FromNgraphOptions {
  /** Where a node is. Default: `data.lon`, `data.lat`, or `data.x`, `data.y`, in degrees. */
  readonly position?: (node: Node) => Position;
  /** Travel time of a link; rounded to whole milliseconds, at least 1. Default: `data.milliseconds`, or `data.seconds` × 1000. */
  readonly milliseconds?: (link: Link) => number;
}

/** A road graph, and which node of the ngraph.graph each of its nodes was. */
export interface NgraphRoads {
  readonly roads: RoadGraph;
  /** Ids by node number: the order in which the ngraph.graph hands out its nodes. */
  readonly nodeIds: readonly NodeId[];
}

/**
 * Takes over a graph of ngraph.graph, at the size of a district. Every link is a directed edge, as in ngraph.path's
 * oriented mode; links a → b and b → a that agree in time, length, shape and names become one two-way segment. Link data
 * may also carry `metres` (default: the length of the line), `shape`, and any of {@link RoadNames}.
 *
 * @throws DiversionError `invalid-ngraph` naming the first node without a position or link without a travel time;
 * `empty-road-graph` when there is no link.
 */
export function fromNgraph(graph: Graph, options: FromNgraphOptions = {}): NgraphRoads {
  const { position = defaultPosition, milliseconds = defaultMilliseconds } = options;
  const nodeIds: NodeId[] = [];
  const numberOf = new Map<NodeId, number>();
  const lon: number[] = [];
  const lat: number[] = [];
  graph.forEachNode((node) => {
    const [nodeLon, nodeLat] = checkedPosition(position(node), `node ${JSON.stringify(node.id)}`);
    numberOf.set(node.id, nodeIds.push(node.id) - 1);
    lon.push(nodeLon);
    lat.push(nodeLat);
  });

  const links = new LinkColumns(lon, lat);
  graph.forEachLink((link) => {
    links.push(link, numberOf.get(link.fromId)!, numberOf.get(link.toId)!, milliseconds(link));
  });
  return { roads: links.toRoads(), nodeIds };
}

class LinkColumns {
  readonly #lon: readonly number[];
  readonly #lat: readonly number[];
  readonly #tails: number[] = [];
  readonly #heads: number[] = [];
  readonly #times: number[] = [];
  readonly #centimetres: number[] = [];
  readonly #road: number[] = [];
  readonly #kind: number[] = [];
  readonly #shapes: (readonly FixedPosition[])[] = [];
  readonly #kinds = new Map<string, number>();
  readonly #table = new RoadTable();

  constructor(lon: readonly number[], lat: readonly number[]) {
    this.#lon = lon;
    this.#lat = lat;
  }

  push(link: Link, tail: number, head: number, milliseconds: number): void {
    const where = `link ${JSON.stringify(link.fromId)} → ${JSON.stringify(link.toId)}`;
    const time = Math.max(MINIMUM_EDGE_MS, Math.round(milliseconds));
    if (!(milliseconds >= 0 && time < INFINITE_MS)) {
      throw invalid(
        `The ${where} has a travel time of ${milliseconds} ms. Give it data.milliseconds (or data.seconds) of at least 0 and below ${INFINITE_MS} ms, or leave the link out to close it.`,
      );
    }
    const data: Partial<Record<string, unknown>> = link.data ?? {};
    const shape = readShape(data.shape, where);
    const road = this.#table.intern({
      name: textOf(data.name),
      ref: textOf(data.ref),
      highway: textOf(data.highway) || "road",
      junction: data.junction === "roundabout" || data.junction === "circular" ? data.junction : "",
      destination: textOf(data.destination),
      exit: textOf(data.exit),
      layer: Number.isInteger(data.layer) ? Number(data.layer) : 0,
    });
    const centimetres = toCentimetres(readMetres(data.metres, where) ?? this.#lineMetres(tail, head, shape));
    const drawnUpwards = tail < head ? shape : [...shape].reverse();
    this.#tails.push(tail);
    this.#heads.push(head);
    this.#times.push(time);
    this.#centimetres.push(centimetres);
    this.#road.push(road);
    this.#kind.push(this.#kindOf(`${time} ${centimetres} ${road} ${drawnUpwards.join(" ")}`));
    this.#shapes.push(shape);
  }

  toRoads(): RoadGraph {
    if (this.#tails.length === 0) {
      throw new DiversionError(
        "empty-road-graph",
        "The ngraph.graph has no links. Add a link for each direction of each road.",
      );
    }
    return roadsFromArcs(
      {
        nodeLon: Int32Array.from(this.#lon),
        nodeLat: Int32Array.from(this.#lat),
        tails: Int32Array.from(this.#tails),
        heads: Int32Array.from(this.#heads),
        milliseconds: Int32Array.from(this.#times),
        centimetres: Int32Array.from(this.#centimetres),
        road: Int32Array.from(this.#road),
        kind: Int32Array.from(this.#kind),
        shape: (arc) => this.#shapes[arc]!,
      },
      this.#table.rows,
    );
  }

  #kindOf(attributes: string): number {
    const known = this.#kinds.get(attributes) ?? this.#kinds.size;
    this.#kinds.set(attributes, known);
    return known;
  }

  #lineMetres(tail: number, head: number, shape: readonly FixedPosition[]): number {
    const line = [
      [this.#lon[tail]!, this.#lat[tail]!] as const,
      ...shape,
      [this.#lon[head]!, this.#lat[head]!] as const,
    ];
    let metres = 0;
    for (let i = 1; i < line.length; i++) metres += fixedDistanceMetres(...line[i - 1]!, ...line[i]!);
    return metres;
  }
}

/** A graph of ngraph.graph that can be listened to. */
export type EventedGraph<NodeData, LinkData> = ReturnType<typeof createGraph<NodeData, LinkData>>;

/**
 * The editable form of a road graph, at the size of a district: a multigraph of ngraph.graph whose node ids are node
 * numbers and whose links are directed edges. Copies of nodes are nodes of their own, so that paths obey turn restrictions.
 *
 * @param bounds only nodes inside (borders included), and edges with both ends inside. Default: everything.
 */
export function toNgraph(roads: RoadGraph, bounds?: BoundingBox): Graph<NgraphNodeData, NgraphLinkData> {
  return linkedGraph(roads, bounds, (node) => node);
}

/**
 * The same without copies of nodes: a node for each place and a link for each direction of a segment, as people see
 * roads. Its paths know nothing of turn restrictions.
 */
export function toNgraphOfPlaces(roads: RoadGraph, bounds?: BoundingBox): EventedGraph<NgraphNodeData, NgraphLinkData> {
  return linkedGraph(roads, bounds, (node) => roads.junctionOf(node));
}

/** @param nodeFor the node that stands for a node: itself, or its junction. */
function linkedGraph(
  roads: RoadGraph,
  bounds: BoundingBox | undefined,
  nodeFor: (node: number) => number,
): EventedGraph<NgraphNodeData, NgraphLinkData> {
  const graph = createGraph<NgraphNodeData, NgraphLinkData>({ multigraph: true });
  const { firstEdge, edgeHead, edgeMilliseconds } = roads.columns;
  for (let node = 0; node < roads.nodeCount; node++) {
    if (nodeFor(node) !== node) continue;
    const [lon, lat] = roads.nodePosition(node);
    if (bounds === undefined || contains(bounds, lon, lat)) graph.addNode(node, { lon, lat });
  }
  for (let node = 0; node < roads.nodeCount; node++) {
    if (!graph.hasNode(node)) continue;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      // An infinite link reads as a way: ngraph.path takes it where there is no other.
      if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
      const head = nodeFor(edgeHead[edge]!);
      if (graph.hasNode(head)) graph.addLink(node, head, linkDataOf(roads, edge));
    }
  }
  return graph;
}

/** What the link of an edge says. */
function linkDataOf(roads: RoadGraph, edge: number): NgraphLinkData {
  const key = roads.columns.keyOfEdge[edge]!;
  const drawn = roads.segmentPositions(segmentOf(key)).slice(1, -1);
  return {
    milliseconds: roads.columns.edgeMilliseconds[edge]!,
    metres: roads.edgeCentimetres(edge) / 100,
    shape: isBackward(key) ? drawn.reverse() : drawn,
    ...roads.edgeRoad(edge),
    edge,
  };
}

const contains = ({ west, south, east, north }: BoundingBox, lon: number, lat: number): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north;

type FixedPosition = readonly [lon: number, lat: number];

const invalid = (message: string): DiversionError => new DiversionError("invalid-ngraph", message);

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function defaultPosition({ data }: Node): Position {
  return [data?.lon ?? data?.x, data?.lat ?? data?.y];
}

function defaultMilliseconds({ data }: Link): number {
  return typeof data?.milliseconds === "number" ? data.milliseconds : data?.seconds * 1000;
}

function checkedPosition(position: unknown, where: string): FixedPosition {
  const [lon, lat] = Array.isArray(position) ? (position as unknown[]) : [];
  const isPosition = typeof lon === "number" && typeof lat === "number" && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  if (isPosition) return [toFixedDegrees(lon), toFixedDegrees(lat)];
  throw invalid(
    `The ${where} is at ${JSON.stringify(position)}. Give it data.lon and data.lat (or data.x and data.y) in degrees, or pass option position.`,
  );
}

function readMetres(value: unknown, where: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0 && value < 20_000_000) return value;
  throw invalid(
    `The ${where} has data.metres ${JSON.stringify(value)}. Give metres as a number of at least 0, or none.`,
  );
}

function readShape(value: unknown, where: string): FixedPosition[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((point, i) => checkedPosition(point, `${where}, shape point ${i},`));
  throw invalid(`The ${where} has a data.shape that is not a list of [lon, lat]. Correct it or leave it out.`);
}
