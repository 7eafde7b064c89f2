import { INFINITE_MS } from "../../core/units";
import { type Graph, graphFromArcs, reverseGraph } from "../../shortest-path/graph";
import { DIRECTIONS, segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";

/** Strongly connected components with fewer nodes than this, other than the largest, are no network (as in R5). */
export const SMALLEST_USABLE_COMPONENT = 40;

/**
 * From this size on a network without a way to the others is an island and no pocket of its town. The largest pocket found
 * in extracts (a quarter of Oslo behind its gates) has 145 junctions; islands with an ED have thousands.
 */
const SMALLEST_ISLAND = 1000;

/** Uint8[components]: 1 for those meant. */
export type Components = Uint8Array;

/**
 * Which roads lead where, by strongly connected components under one profile: within one every place can be reached from
 * every other, and what leads from one to another are few edges. Closures play no part: where a drive may begin and end
 * is a matter of the roads as they are built, and who is shut in by a closure walks.
 */
export class RoadConnections {
  readonly #graph: RoadGraph;
  /** Components, and an arc for each edge from one to another that a drive may come along; and the same reversed. */
  readonly #between: Graph;
  readonly #reversed: Graph;
  /** Int32[components]: nodes of each. */
  readonly #size: Int32Array;
  /** Junctions that nobody drives to, for all arrive at their split nodes: only journeys that start there leave them. */
  readonly #unentered: ReadonlySet<number>;
  /** Those that are networks: the largest, and any other of some size. */
  readonly usable: Components;
  /** Those too large to be a pocket of another. */
  readonly islands: Components;

  constructor(graph: RoadGraph) {
    this.#graph = graph;
    const { nodeComponent, firstEdge, edgeHead, edgeMilliseconds, splitJunction } = graph.columns;
    const unentered = new Set(splitJunction);
    let count = 0;
    for (const component of nodeComponent) count = Math.max(count, component + 1);
    const size = new Int32Array(count);
    for (const component of nodeComponent) size[component]!++;
    const holdsEdge = new Uint8Array(count);
    const crossing: number[] = [];
    for (let node = 0; node < graph.nodeCount; node++) {
      const component = nodeComponent[node]!;
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
        if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
        const head = edgeHead[edge]!;
        if (unentered.size > 0) unentered.delete(head);
        if (nodeComponent[head] === component) holdsEdge[component] = 1;
        else crossing.push(node, head);
      }
    }
    this.#unentered = unentered;
    this.#size = size;
    const tails: number[] = [];
    const heads: number[] = [];
    for (let i = 0; i < crossing.length; i += 2) {
      if (unentered.has(crossing[i]!)) continue;
      tails.push(nodeComponent[crossing[i]!]!);
      heads.push(nodeComponent[crossing[i + 1]!]!);
    }
    this.#between = graphFromArcs(count, Int32Array.from(tails), Int32Array.from(heads)).graph;
    this.#reversed = reverseGraph(this.#between);
    const where = (holds: (component: number) => boolean): Components =>
      Uint8Array.from(size, (_, component) => Number(holdsEdge[component] === 1 && holds(component)));
    this.usable = where((component) => component === 0 || size[component]! >= SMALLEST_USABLE_COMPONENT);
    this.islands = where((component) => size[component]! >= SMALLEST_ISLAND);
  }

  /** The components that hold one of these nodes. */
  holding(nodes: Iterable<number>): Components {
    const components = new Uint8Array(this.usable.length);
    for (const node of nodes) components[this.#graph.columns.nodeComponent[node]!] = 1;
    return components;
  }

  /** Components from which one of these can be reached, themselves included. */
  leadingTo(components: Components): Components {
    return spread(this.#reversed, components);
  }

  /** Components that can be reached from one of these, themselves included. */
  reachedFrom(components: Components): Components {
    return spread(this.#between, components);
  }

  /**
   * What can be driven to from networks that no way leads from to these components, which are a pocket beside them:
   * smaller than an island, and no larger than those networks. Undefined when there are none.
   */
  outside(components: Components): Components | undefined {
    let largest = 0;
    for (const [component, isMeant] of components.entries()) {
      if (isMeant === 1 && this.islands[component] === 1) return undefined;
      if (isMeant === 1) largest = Math.max(largest, this.#size[component]!);
    }
    const leading = this.leadingTo(components);
    const others = this.usable.map((isUsable, component) =>
      Number(isUsable === 1 && leading[component] === 0 && this.#size[component]! >= largest),
    );
    return others.includes(1) ? this.reachedFrom(others) : undefined;
  }

  /** Whether a drive along a segment from between its ends, one way or the other, leads to one of these components. */
  isLeftFor(segment: number, components: Components): boolean {
    const { segmentForwardEdge, segmentBackwardEdge, edgeMilliseconds, edgeHead, nodeComponent } = this.#graph.columns;
    const leads = (edge: number): boolean =>
      edge >= 0 && edgeMilliseconds[edge]! < INFINITE_MS && components[nodeComponent[edgeHead[edge]!]!] === 1;
    return leads(segmentForwardEdge[segment]!) || leads(segmentBackwardEdge[segment]!);
  }

  /** Whether a segment is driven along, one way or the other, by those who come from one of these components. */
  isEnteredFrom(segment: number, components: Components): boolean {
    const { edgeMilliseconds, nodeComponent } = this.#graph.columns;
    return DIRECTIONS.some((direction) =>
      this.#graph.edgesOfSegment(segment, direction).some((edge) => {
        const tail = this.#graph.edgeTail(edge);
        return (
          edgeMilliseconds[edge]! < INFINITE_MS && components[nodeComponent[tail]!] === 1 && !this.#unentered.has(tail)
        );
      }),
    );
  }
}

function spread({ firstArc, head }: Graph, from: Components): Components {
  const reached = from.slice();
  const open = Array.from(from.keys()).filter((component) => from[component] === 1);
  for (let component = open.pop(); component !== undefined; component = open.pop()) {
    for (let arc = firstArc[component]!; arc < firstArc[component + 1]!; arc++) {
      if (reached[head[arc]!] === 1) continue;
      reached[head[arc]!] = 1;
      open.push(head[arc]!);
    }
  }
  return reached;
}

/**
 * Uint8[segments]: 1 for those that may be snapped to and that a drive may begin on, for they are a network, or lead into
 * one.
 */
export function usableSegments(graph: RoadGraph, connections = new RoadConnections(graph)): Uint8Array {
  const leading = connections.leadingTo(connections.usable);
  return mappedSegments(graph).map((mapped, segment) => mapped & Number(connections.isLeftFor(segment, leading)));
}

/** Uint8[segments]: 1 for those that this profile drives and that lie on the ground or near it: no ferry is snapped to. */
export function mappedSegments({ columns, roads, segmentCount }: RoadGraph): Uint8Array {
  const { edgeMilliseconds, keyOfEdge, segmentRoad } = columns;
  const mapped = new Uint8Array(segmentCount);
  for (let edge = 0; edge < edgeMilliseconds.length; edge++) {
    if (edgeMilliseconds[edge]! < INFINITE_MS) mapped[segmentOf(keyOfEdge[edge]!)] = 1;
  }
  const isFerry = roads.map(({ highway }) => highway === "ferry");
  if (isFerry.includes(true)) {
    for (let s = 0; s < segmentCount; s++) if (isFerry[segmentRoad[s]!]) mapped[s] = 0;
  }
  return mapped;
}
