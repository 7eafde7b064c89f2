import { INFINITE_MS } from "../../core/units";
import type { SegmentTable } from "../graph/assemble-road-graph";
import type { FoldedSegments } from "../graph/fold-chains";
import type { JoinedRestriction, Manoeuvre, Step } from "./turn-members";
import type { IgnoredTurnReason } from "./turn-restrictions";

/** A forbidden turn: two or more directions (segment * 2, plus 1 against it) not to be driven one right after the other. */
export type TurnRun = readonly number[];

/** A turn forbidden under some profiles: bit p for profile p. */
export interface ProfiledRun {
  readonly run: TurnRun;
  readonly profiles: number;
}

/** The directions of segments that may be driven, by the node they leave. */
export class Directions {
  /** Int32[nodes + 1]: directions out of node v are outDirection[firstOut[v]] .. outDirection[firstOut[v + 1] - 1]. */
  private readonly firstOut: Int32Array;
  private readonly outDirection: Int32Array;

  constructor(private readonly segments: SegmentTable) {
    const { nodeLon, segmentTail } = segments;
    this.firstOut = new Int32Array(nodeLon.length + 1);
    for (let d = 0; d < segmentTail.length * 2; d++) if (this.isDriven(d)) this.firstOut[this.tail(d) + 1]!++;
    for (let v = 0; v < nodeLon.length; v++) this.firstOut[v + 1]! += this.firstOut[v]!;
    const next = this.firstOut.slice();
    this.outDirection = new Int32Array(this.firstOut[nodeLon.length]!);
    for (let d = 0; d < segmentTail.length * 2; d++) {
      if (this.isDriven(d)) this.outDirection[next[this.tail(d)]!++] = d;
    }
  }

  tail(direction: number): number {
    return (direction & 1 ? this.segments.segmentHead : this.segments.segmentTail)[direction >> 1]!;
  }

  head(direction: number): number {
    return this.tail(direction ^ 1);
  }

  milliseconds(direction: number): number {
    const { forwardMilliseconds, backwardMilliseconds } = this.segments;
    return (direction & 1 ? backwardMilliseconds : forwardMilliseconds)[direction >> 1]!;
  }

  isDriven(direction: number): boolean {
    return this.milliseconds(direction) < INFINITE_MS;
  }

  /** Ascending. */
  outOf(node: number): Int32Array {
    return this.outDirection.subarray(this.firstOut[node], this.firstOut[node + 1]);
  }
}

/**
 * Turns restrictions into forbidden runs. What a mandatory one forbids is every other way on from its last via point, the
 * way back included, to those who came by its from way over all of its via ways; mandatory restrictions that share these
 * allow each other's ways on.
 */
export class TurnRuns {
  readonly ignored: IgnoredTurnReason[] = [];
  applied = 0;
  private readonly runs = new Map<string, TurnRun>();
  /** For the approach of mandatory restrictions, as text: the directions they allow. */
  private readonly mandatory = new Map<string, { approach: TurnRun; allowed: Set<number> }>();
  private readonly leaving: ReadonlyMap<Step, number>;

  constructor(
    private readonly segments: FoldedSegments,
    private readonly directions: Directions,
    restrictions: readonly JoinedRestriction[],
  ) {
    this.leaving = directionsLeaving(segments, restrictions);
    for (const restriction of restrictions) this.add(restriction);
    for (const { approach, allowed } of this.mandatory.values()) {
      for (const other of directions.outOf(directions.head(approach.at(-1)!))) {
        if (!allowed.has(other)) this.forbid([...approach, other]);
      }
    }
  }

  /** In the order of the restrictions, those of mandatory ones last. */
  list(): TurnRun[] {
    return [...this.runs.values()];
  }

  private add({ mandatory, pairs }: JoinedRestriction): void {
    let reason: IgnoredTurnReason = "impossible";
    let applies = false;
    for (const manoeuvres of pairs) {
      const driven = manoeuvres.flatMap((manoeuvre) => this.runOf(manoeuvre) ?? []);
      if (driven.length > 1) reason = "ambiguous";
      if (driven.length !== 1) continue;
      applies = true;
      if (mandatory) this.allowOnly(driven[0]!);
      else this.forbid(driven[0]!);
    }
    if (applies) this.applied++;
    else this.ignored.push(reason);
  }

  private forbid(run: TurnRun): void {
    this.runs.set(run.join(), run);
  }

  private allowOnly(run: TurnRun): void {
    const approach = run.slice(0, -1);
    const entry = this.mandatory.get(approach.join()) ?? { approach, allowed: new Set<number>() };
    entry.allowed.add(run.at(-1)!);
    this.mandatory.set(approach.join(), entry);
  }

  /** The directions a manoeuvre drives along, in a list by itself; undefined when one-way streets forbid one of them. */
  private runOf({ arrival, via, departure }: Manoeuvre): [TurnRun] | undefined {
    const run = [(this.leaving.get(arrival ^ 1) ?? -1) ^ 1];
    for (let at = 0; at < via.length; ) {
      const direction = this.leaving.get(via[at]!) ?? -1;
      run.push(direction);
      if (direction < 0) break;
      at = via.indexOf(this.lastStep(direction), at) + 1;
      if (at === 0) return undefined;
    }
    run.push(this.leaving.get(departure) ?? -1);
    return run.every((direction) => direction >= 0 && this.directions.isDriven(direction)) ? [run] : undefined;
  }

  private lastStep(direction: number): Step {
    const { segmentFirstStep, segmentLastStep } = this.segments;
    return direction & 1 ? segmentFirstStep[direction >> 1]! ^ 1 : segmentLastStep[direction >> 1]!;
  }
}

/** The direction that begins with each step that restrictions speak of and a segment begins or ends with. */
function directionsLeaving(
  { segmentFirstStep, segmentLastStep }: FoldedSegments,
  restrictions: readonly JoinedRestriction[],
): Map<Step, number> {
  const asked = new Set<Step>();
  for (const { arrival, via, departure } of restrictions.flatMap(({ pairs }) => pairs.flat())) {
    for (const step of [arrival ^ 1, ...via, departure]) asked.add(step);
  }
  const leaving = new Map<Step, number>();
  if (asked.size === 0) return leaving;
  for (let segment = 0; segment < segmentFirstStep.length; segment++) {
    const first = segmentFirstStep[segment]!;
    const back = segmentLastStep[segment]! ^ 1;
    if (asked.has(first)) leaving.set(first, segment * 2);
    if (asked.has(back)) leaving.set(back, segment * 2 + 1);
  }
  return leaving;
}
