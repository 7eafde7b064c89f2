import { INFINITE_MS } from "../core/units";
import { type ArcWeights, type Graph, reverseGraph } from "./graph";
import { MinHeap } from "./heap";
import { allocateInt32, type Int32Allocator } from "./hierarchy";
import { NearestTable, TABLE_WIDTH, TableRow } from "./nearest-table";
import type { TargetList } from "./targets";

/**
 * Builds the nearest table without any preprocessing: Dijkstra from all targets at once over reversed arcs, in which
 * each node takes up to TABLE_WIDTH labels, from as many different targets. Several times slower than the sweep over a
 * hierarchy; it serves a cold start, and as the sweep's oracle: both give the same words.
 *
 * Labels surface by ascending time, so a node's row is final once it holds TABLE_WIDTH labels of less than the current
 * time. Among labels of equal time the lower target wins even if it surfaces later and the row was full; the one it
 * displaces was a true path all the same, and what it led to can only have been displaced likewise.
 *
 * @param among when given, only targets with a non-zero byte are entered.
 */
export function buildTableByDijkstra(
  graph: Graph,
  weights: ArcWeights,
  targets: TargetList,
  among?: Uint8Array,
  allocate: Int32Allocator = allocateInt32,
): NearestTable {
  const packed = NearestTable.packed(graph.nodeCount, targets.count, allocate);
  const search = new LabelSearch(graph, weights, targets, among);
  if (packed !== undefined && search.fill(packed)) return packed;
  const wide = NearestTable.wide(graph.nodeCount, allocate);
  search.fill(wide);
  return wide;
}

class LabelSearch {
  readonly #reverse: Graph;
  readonly #reverseWeights: Int32Array;
  readonly #targets: TargetList;
  readonly #among: Uint8Array | undefined;
  readonly #heap = new MinHeap();
  readonly #labels = new LabelPool();
  readonly #row = new TableRow();

  constructor(graph: Graph, weights: ArcWeights, targets: TargetList, among: Uint8Array | undefined) {
    const { originalArc, ...reverse } = reverseGraph(graph);
    this.#reverse = reverse;
    this.#reverseWeights = originalArc.map((arc) => weights[arc]!);
    this.#targets = targets;
    this.#among = among;
  }

  /** False, with the table half full, as soon as a time does not fit its layout. */
  fill(table: NearestTable): boolean {
    this.#heap.clear();
    this.#labels.clear();
    this.#seed(table);
    const { firstArc, head } = this.#reverse;
    while (this.#heap.size > 0) {
      const time = this.#heap.minKey;
      const label = this.#heap.minValue;
      this.#heap.pop();
      const node = this.#labels.node[label]!;
      const target = this.#labels.target[label]!;
      this.#labels.release(label);
      if (!this.#take(table, node, time, target)) continue;
      if (!table.fits(this.#row)) return false;
      for (let arc = firstArc[node]!; arc < firstArc[node + 1]!; arc++) {
        this.#offer(table, head[arc]!, (time + this.#reverseWeights[arc]!) | 0, target);
      }
    }
    return true;
  }

  #seed(table: NearestTable): void {
    for (let target = 0; target < this.#targets.count; target++) {
      if (this.#among !== undefined && this.#among[target] === 0) continue;
      for (const { node, milliseconds } of this.#targets.seeds(target)) this.#offer(table, node, milliseconds, target);
    }
  }

  /** Queues a label unless the row it is for can no longer take it: rows hold only times up to the current one. */
  #offer(table: NearestTable, node: number, time: number, target: number): void {
    if (time >= INFINITE_MS) return;
    const last = node * TABLE_WIDTH + TABLE_WIDTH - 1;
    if (table.milliseconds(last) < time || table.find(node, target) >= 0) return;
    this.#heap.push(time, this.#labels.acquire(node, target));
  }

  /** Enters a label into its node's row; false when the row has the target already, or is full of nearer ones. */
  #take(table: NearestTable, node: number, time: number, target: number): boolean {
    if (table.find(node, target) >= 0) return false;
    table.read(node, this.#row);
    if (!this.#row.offer(time, target)) return false;
    if (table.fits(this.#row)) table.write(node, this.#row);
    return true;
  }
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
