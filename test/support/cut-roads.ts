import { INFINITE_MS } from "../../src/core/units";
import type { RoadState } from "../../src/roads/closures/closure-state";
import { segmentOf } from "../../src/roads/graph/edge-key";
import type { RoadIndex } from "../../src/roads/road-index";
import type { RoadPoint } from "../../src/roads/snap/snap-index";

/** Milliseconds that roundings of parts of an edge may add up to. */
export const ROUNDING_MS = 40;

type Layer = "out" | "drive" | "in";

interface Arc {
  readonly to: string;
  readonly milliseconds: number;
}

/**
 * Times under closures by the plainest of means: the roads are cut into bits wherever a closed part begins or ends and at
 * the places asked about, the bits that are open are driven, and nothing else. A place that no open bit leads away from
 * (or to) is walked from (or to) over bits of closed edges, at walking pace and never faster than driven, to any cut or
 * node; then one drives, and does not walk again before the end.
 */
export class CutRoads {
  readonly #arcs = new Map<string, Arc[]>();
  readonly #reversed = new Map<string, Arc[]>();
  readonly #roads: RoadIndex;
  readonly #state: RoadState;
  readonly #kmh: number;
  readonly #places: readonly RoadPoint[];

  constructor(roads: RoadIndex, state: RoadState, places: readonly RoadPoint[], kmh = 5) {
    this.#roads = roads;
    this.#state = state;
    this.#kmh = kmh;
    this.#places = places;
    for (let edge = 0; edge < roads.graph.edgeCount; edge++) this.#cut(edge);
  }

  /**
   * From one place to another, both of those given, and the ways on foot that lead to these. INFINITE_MS when there is no
   * way.
   */
  milliseconds(from: RoadPoint, to: RoadPoint): number {
    const onFootMs = (from.onFoot?.milliseconds ?? 0) + (to.onFoot?.milliseconds ?? 0);
    return Math.min(INFINITE_MS, this.#between(from, to) + onFootMs);
  }

  #between(from: RoadPoint, to: RoadPoint): number {
    const starts = this.#copies(from, "from");
    const ends = new Set(this.#copies(to, "to"));
    const mayWalkOut = !this.#reachesNode(this.#arcs, "drive", starts) && this.#reachesNode(this.#arcs, "out", starts);
    const mayWalkIn =
      !this.#reachesNode(this.#reversed, "drive", ends) && this.#reachesNode(this.#reversed, "in", ends);
    const best = new Map<string, number>();
    const open = starts.map((key) => ({ key: `${mayWalkOut ? "out" : "drive"} ${key}`, milliseconds: 0 }));
    while (open.length > 0) {
      open.sort((a, b) => b.milliseconds - a.milliseconds);
      const { key, milliseconds } = open.pop()!;
      if (milliseconds >= (best.get(key) ?? INFINITE_MS)) continue;
      best.set(key, milliseconds);
      const layer = key.slice(0, key.indexOf(" "));
      if (ends.has(bare(key)) && layer === (mayWalkIn ? "in" : "drive")) return milliseconds;
      for (const arc of this.#arcs.get(key) ?? [])
        open.push({ key: arc.to, milliseconds: milliseconds + arc.milliseconds });
      if (layer === "out") open.push({ key: `drive ${bare(key)}`, milliseconds });
      if (layer === "drive" && mayWalkIn) open.push({ key: `in ${bare(key)}`, milliseconds });
    }
    return INFINITE_MS;
  }

  /** Whether any of the cuts is joined in a layer to a node of the roads; a node to one at the other end of an edge. */
  #reachesNode(arcs: ReadonlyMap<string, readonly Arc[]>, layer: Layer, cuts: Iterable<string>): boolean {
    const open = [...cuts].flatMap((cut) => arcs.get(`${layer} ${cut}`) ?? []).map(({ to }) => to);
    const seen = new Set<string>();
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (!key.includes("@")) return true;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(...(arcs.get(key) ?? []).map(({ to }) => to));
    }
    return false;
  }

  /** What a place is on the cut roads: a node, or a cut in each edge that runs there. */
  #copies(place: RoadPoint, side: "from" | "to"): string[] {
    const { graph } = this.#roads;
    if (place.node >= 0) {
      return side === "from" ? [`${place.node}`] : [place.node, ...graph.splitNodesOf(place.node)].map(String);
    }
    return (["forward", "backward"] as const)
      .flatMap((direction) => graph.edgesOfSegment(place.segment, direction).slice(0, side === "from" ? 1 : undefined))
      .map((edge) => `${edge}@${place.fraction}`);
  }

  #cut(edge: number): void {
    const { graph, weights: usual } = this.#roads;
    const { edges, milliseconds, closed } = this.#state;
    const key = graph.columns.keyOfEdge[edge]!;
    const segment = segmentOf(key);
    const closure = closed.get(edge);
    const at = edges.indexOf(edge);
    const whole = closure?.milliseconds ?? (at < 0 ? usual[edge]! : milliseconds[at]!);
    if (whole >= INFINITE_MS) return;
    const parts = closure?.parts ?? [];
    const here = this.#places
      .filter((place) => place.segment === segment && place.node < 0)
      .map(({ fraction }) => fraction);
    const cuts = [...new Set([0, ...parts, ...here, 1])].sort((a, b) => a - b);
    const isBackward = (key & 1) === 1;
    if (isBackward) cuts.reverse();
    const name = (i: number): string =>
      i === 0
        ? `${graph.edgeTail(edge)}`
        : i === cuts.length - 1
          ? `${graph.columns.edgeHead[edge]}`
          : `${edge}@${cuts[i]}`;
    // A closed part without length has no bit of its own: nobody passes it.
    const isBarrier = (i: number): boolean =>
      parts.some((share, p) => p % 2 === 0 && share === cuts[i] && parts[p + 1] === share);
    for (let i = 1; i < cuts.length; i++) {
      const [low, high] = [Math.min(cuts[i - 1]!, cuts[i]!), Math.max(cuts[i - 1]!, cuts[i]!)];
      const driveMs = whole * (high - low);
      const isClosed = parts.some((begin, p) => p % 2 === 0 && begin <= low && parts[p + 1]! >= high);
      const head = i < cuts.length - 1 && isBarrier(i) ? `${name(i)}@before` : name(i);
      // No vehicle is in an open bit between two closed ones.
      const isShutIn = parts.some((share) => share <= low) && parts.some((share) => share >= high);
      if (!isClosed && !isShutIn) this.#join(`drive ${name(i - 1)}`, `drive ${head}`, driveMs);
      if (closure === undefined) continue;
      const footMs = Math.max(driveMs, (graph.edgeCentimetres(edge) * (high - low) * 36) / this.#kmh);
      for (const layer of ["out", "in"]) this.#join(`${layer} ${name(i - 1)}`, `${layer} ${name(i)}`, footMs);
    }
  }

  #join(tail: string, head: string, milliseconds: number): void {
    for (const [arcs, from, to] of [
      [this.#arcs, tail, head],
      [this.#reversed, head, tail],
    ] as const) {
      const others = arcs.get(from);
      if (others === undefined) arcs.set(from, [{ to, milliseconds }]);
      else others.push({ to, milliseconds });
    }
  }
}

const bare = (key: string): string => key.slice(key.indexOf(" ") + 1);
