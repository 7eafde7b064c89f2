import { INFINITE_MS } from "../../core/units";
import { edgeKey, edgeKeyCount, isBackward, reverseKey, segmentOf } from "../graph/edge-key";
import type { FoldedSegments } from "../graph/fold-chains";
import type { SegmentTable } from "../graph/segment-table";
import type { JoinedRestriction, Manoeuvre, Step } from "./turn-members";
import type { IgnoredTurnReason } from "./turn-restrictions";

/** A forbidden turn: two or more edge keys not to be driven one right after the other. */
export type TurnSequence = readonly number[];

/** A turn forbidden under some profiles: bit p for profile p. */
export interface ProfiledSequence {
  readonly sequence: TurnSequence;
  readonly profiles: number;
}

/** The edge keys that may be driven, by the node they leave. */
export class EdgeKeys {
  readonly #segments: SegmentTable;
  /** Int32[nodes + 1]: keys out of node v are outKey[firstOut[v]] .. outKey[firstOut[v + 1] - 1]. */
  readonly #firstOut: Int32Array;
  readonly #outKey: Int32Array;

  constructor(segments: SegmentTable) {
    this.#segments = segments;
    const { nodeLon, segmentTail } = segments;
    this.#firstOut = new Int32Array(nodeLon.length + 1);
    for (let key = 0; key < edgeKeyCount(segmentTail.length); key++)
      if (this.isDriven(key)) this.#firstOut[this.tail(key) + 1]!++;
    for (let v = 0; v < nodeLon.length; v++) this.#firstOut[v + 1]! += this.#firstOut[v]!;
    const next = this.#firstOut.slice();
    this.#outKey = new Int32Array(this.#firstOut[nodeLon.length]!);
    for (let key = 0; key < edgeKeyCount(segmentTail.length); key++) {
      if (this.isDriven(key)) this.#outKey[next[this.tail(key)]!++] = key;
    }
  }

  tail(key: number): number {
    return (isBackward(key) ? this.#segments.segmentHead : this.#segments.segmentTail)[segmentOf(key)]!;
  }

  head(key: number): number {
    return this.tail(reverseKey(key));
  }

  milliseconds(key: number): number {
    const { forwardMilliseconds, backwardMilliseconds } = this.#segments;
    return (isBackward(key) ? backwardMilliseconds : forwardMilliseconds)[segmentOf(key)]!;
  }

  isDriven(key: number): boolean {
    return this.milliseconds(key) < INFINITE_MS;
  }

  /** Ascending. */
  outOf(node: number): Int32Array {
    return this.#outKey.subarray(this.#firstOut[node], this.#firstOut[node + 1]);
  }
}

/**
 * Turns restrictions into forbidden sequences. What a mandatory one forbids is every other way on from its last via point, the
 * way back included, to those who came by its from way over all of its via ways; mandatory restrictions that share these
 * allow each other's ways on.
 */
export class TurnSequences {
  readonly #segments: FoldedSegments;
  readonly #keys: EdgeKeys;
  readonly ignored: IgnoredTurnReason[] = [];
  applied = 0;
  readonly #sequences = new Map<string, TurnSequence>();
  /** For the approach of mandatory restrictions, as text: the keys they allow. */
  readonly #mandatory = new Map<string, { approach: TurnSequence; allowed: Set<number> }>();
  readonly #leaving: ReadonlyMap<Step, number>;

  constructor(segments: FoldedSegments, keys: EdgeKeys, restrictions: readonly JoinedRestriction[]) {
    this.#segments = segments;
    this.#keys = keys;
    this.#leaving = keysLeaving(segments, restrictions);
    for (const restriction of restrictions) this.#add(restriction);
    for (const { approach, allowed } of this.#mandatory.values()) {
      for (const other of keys.outOf(keys.head(approach.at(-1)!))) {
        if (!allowed.has(other)) this.#forbid([...approach, other]);
      }
    }
  }

  /** In the order of the restrictions, those of mandatory ones last. */
  list(): TurnSequence[] {
    return [...this.#sequences.values()];
  }

  #add({ mandatory, pairs }: JoinedRestriction): void {
    let reason: IgnoredTurnReason = "impossible";
    let applies = false;
    for (const manoeuvres of pairs) {
      const found = manoeuvres.flatMap((manoeuvre) => this.#sequenceOf(manoeuvre) ?? []);
      if (found.length > 1) reason = "ambiguous";
      if (found.length !== 1) continue;
      applies = true;
      if (mandatory) this.#allowOnly(found[0]!);
      else this.#forbid(found[0]!);
    }
    if (applies) this.applied++;
    else this.ignored.push(reason);
  }

  #forbid(sequence: TurnSequence): void {
    this.#sequences.set(sequence.join(), sequence);
  }

  #allowOnly(sequence: TurnSequence): void {
    const approach = sequence.slice(0, -1);
    const entry = this.#mandatory.get(approach.join()) ?? { approach, allowed: new Set<number>() };
    entry.allowed.add(sequence.at(-1)!);
    this.#mandatory.set(approach.join(), entry);
  }

  /** The keys a manoeuvre drives along, in a list by itself; undefined when one-way streets forbid one of them. */
  #sequenceOf({ arrival, via, departure }: Manoeuvre): [TurnSequence] | undefined {
    const sequence = [reverseKey(this.#leaving.get(arrival ^ 1) ?? -1)];
    for (let at = 0; at < via.length; ) {
      const key = this.#leaving.get(via[at]!) ?? -1;
      sequence.push(key);
      if (key < 0) break;
      at = via.indexOf(this.#lastStep(key), at) + 1;
      if (at === 0) return undefined;
    }
    sequence.push(this.#leaving.get(departure) ?? -1);
    return sequence.every((key) => key >= 0 && this.#keys.isDriven(key)) ? [sequence] : undefined;
  }

  #lastStep(key: number): Step {
    const { segmentFirstStep, segmentLastStep } = this.#segments;
    return isBackward(key) ? segmentFirstStep[segmentOf(key)]! ^ 1 : segmentLastStep[segmentOf(key)]!;
  }
}

/** The key that begins with each step that restrictions speak of and a segment begins or ends with. */
function keysLeaving(
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
    if (asked.has(first)) leaving.set(first, edgeKey(segment, "forward"));
    if (asked.has(back)) leaving.set(back, edgeKey(segment, "backward"));
  }
  return leaving;
}
