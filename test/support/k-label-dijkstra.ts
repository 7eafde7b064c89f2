import { INFINITE_MS } from "../../src/core/units";
import { type ArcWeights, type Graph, reverseGraph } from "../../src/shortest-path/graph";
import { MinHeap } from "../../src/shortest-path/heap";
import { NearestTable, TABLE_WIDTH, TableRow } from "../../src/shortest-path/nearest/nearest-table";
import type { TargetList } from "../../src/shortest-path/targets";

/**
 * Builds the nearest table without any preprocessing: Dijkstra from all targets at once over reversed arcs, in which
 * each node takes up to TABLE_WIDTH labels, from as many different targets. Several times slower than the sweep over a
 * hierarchy; it serves a cold start, and as the sweep's oracle: both give the same words.
 *
 * Labels surface by ascending time, so a node's row is final once it holds TABLE_WIDTH labels of less than the current
 * time. Among labels of equal time the lower target wins even if it surfaces later and the row was full; the one it
 * displaces was a true path all the same, and what it led to can only have been displaced likewise.
 */
export function buildTableByDijkstra(graph: Graph, weights: ArcWeights, targets: TargetList): NearestTable {
  const wide = NearestTable.wide(graph.nodeCount);
  fillRows(wide.words, graph, weights, targets);
  const packed = NearestTable.packed(graph.nodeCount, targets.count);
  return packed !== undefined && copyRows(wide, packed) ? packed : wide;
}

/** False, with some rows copied, when a row does not fit. */
function copyRows(from: NearestTable, to: NearestTable): boolean {
  const row = new TableRow();
  for (let node = 0; node < from.nodeCount; node++) {
    from.read(node, row);
    if (!to.fits(row)) return false;
    to.write(node, row);
  }
  return true;
}

/** @param rows the words of an empty wide table: per node TABLE_WIDTH pairs of milliseconds and target. */
function fillRows(rows: Int32Array, graph: Graph, weights: ArcWeights, targets: TargetList): void {
  const { firstArc, head, originalArc } = reverseGraph(graph);
  const heap = new MinHeap();
  const labels = new LabelPool();
  const offer = (node: number, milliseconds: number, target: number) => {
    if (mayEnter(rows, node, milliseconds, target)) heap.push(milliseconds, labels.acquire(node, target));
  };
  for (let target = 0; target < targets.count; target++) {
    for (const { node, milliseconds } of targets.accessPoints(target)) offer(node, milliseconds, target);
  }
  while (heap.size > 0) {
    const milliseconds = heap.minKey;
    const label = heap.minValue;
    heap.pop();
    const node = labels.node[label]!;
    const target = labels.target[label]!;
    labels.release(label);
    if (!enter(rows, node, milliseconds, target)) continue;
    const end = firstArc[node + 1]!;
    for (let arc = firstArc[node]!; arc < end; arc++) {
      offer(head[arc]!, (milliseconds + weights[originalArc[arc]!]!) | 0, target);
    }
  }
}

const WORDS_PER_ROW = 2 * TABLE_WIDTH;

/** Rows hold only times up to the current one, so whoever comes behind a full row now, does so for good. */
function mayEnter(rows: Int32Array, node: number, milliseconds: number, target: number): boolean {
  const begin = node * WORDS_PER_ROW;
  const end = begin + WORDS_PER_ROW;
  if (milliseconds >= INFINITE_MS || rows[end - 2]! < milliseconds) return false;
  for (let at = begin; at < end && rows[at]! < INFINITE_MS; at += 2) if (rows[at + 1] === target) return false;
  return true;
}

/** Enters a label that surfaced; false when the row has its target already, or is full of those before it. */
function enter(rows: Int32Array, node: number, milliseconds: number, target: number): boolean {
  const begin = node * WORDS_PER_ROW;
  const end = begin + WORDS_PER_ROW;
  let at = begin;
  for (; at < end && rows[at]! < INFINITE_MS; at += 2) if (rows[at + 1] === target) return false;
  if (at === end) {
    at -= 2;
    if (rows[at]! < milliseconds || rows[at + 1]! < target) return false;
  }
  while (at > begin && rows[at - 2] === milliseconds && rows[at - 1]! > target) {
    rows[at] = rows[at - 2]!;
    rows[at + 1] = rows[at - 1]!;
    at -= 2;
  }
  rows[at] = milliseconds;
  rows[at + 1] = target;
  return true;
}

/** (node, target) pairs named by small integers that are used again. */
class LabelPool {
  node = new Int32Array(1024);
  target = new Int32Array(1024);
  /** Labels released, as a stack. */
  #free = new Int32Array(1024);
  #freeCount = 0;
  #used = 0;

  clear(): void {
    this.#freeCount = 0;
    this.#used = 0;
  }

  acquire(node: number, target: number): number {
    if (this.#freeCount === 0 && this.#used === this.node.length) this.#grow();
    const label = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#used++;
    this.node[label] = node;
    this.target[label] = target;
    return label;
  }

  release(label: number): void {
    this.#free[this.#freeCount++] = label;
  }

  #grow(): void {
    const capacity = 2 * this.node.length;
    const columns = [this.node, this.target, this.#free].map((column) => {
      const larger = new Int32Array(capacity);
      larger.set(column);
      return larger;
    });
    [this.node, this.target, this.#free] = columns as [typeof this.node, typeof this.node, typeof this.node];
  }
}
