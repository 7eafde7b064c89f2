import { allocateInt32, type Hierarchy, type Int32Allocator } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import type { TargetBuckets } from "./buckets";
import { NearestTable, TableRow } from "./nearest-table";

/**
 * Builds a nearest table and keeps it up to date, in slices.
 *
 * A node's row is the best of its own bucket and of its upper neighbours' rows plus the arc: by descending rank every
 * row it needs is final. A row is recomputed only when it is marked: because its bucket changed, or an upward arc of its
 * node, or the row of an upper neighbour. So whatever came in between, once no mark is left every row follows from its
 * inputs as a full sweep would have it, word for word; a full sweep is one where every node is marked.
 */
export class TableMaintainer {
  readonly #hierarchy: Hierarchy;
  readonly #metric: Metric;
  readonly #buckets: TargetBuckets;
  readonly #allocate: Int32Allocator;
  #among: Uint8Array | undefined;
  /** Undefined until there is something to lay out. */
  #table: NearestTable | undefined;
  /** Its words are others' too, and copied before any is changed. */
  #isBorrowed = false;
  #targetCount: number;
  /** Uint8[nodeCount]: 1 where the row may no longer follow from its inputs. */
  readonly #marked: Uint8Array;
  /** No node above this is marked. */
  #position = -1;
  readonly #row = new TableRow();

  /**
   * @param metric read by {@link advance}, as are the buckets.
   * @param among when given, only targets with a non-zero byte are entered.
   */
  constructor(
    hierarchy: Hierarchy,
    metric: Metric,
    buckets: TargetBuckets,
    targetCount: number,
    among?: Uint8Array,
    allocate: Int32Allocator = allocateInt32,
  ) {
    this.#hierarchy = hierarchy;
    this.#metric = metric;
    this.#buckets = buckets;
    this.#allocate = allocate;
    this.#among = among;
    this.#targetCount = targetCount;
    this.#marked = new Uint8Array(hierarchy.nodeCount);
    this.markAll();
  }

  /** Equal to a full build only while {@link isFresh}. Another object after a change of layout. */
  get table(): NearestTable {
    this.#table ??= this.#emptyTable();
    return this.#table;
  }

  /** Takes over a fresh table of these targets that was built elsewhere. Its words are read where they lie, never changed. */
  adopt(table: NearestTable): void {
    this.#table = table;
    this.#isBorrowed = true;
    this.#marked.fill(0);
    this.#position = -1;
  }

  get isFresh(): boolean {
    return this.#position < 0;
  }

  /** Everything may have changed, the set of targets too. */
  reset(targetCount: number, among?: Uint8Array): void {
    this.#among = among;
    this.#targetCount = targetCount;
    // Narrower words may do again, so the choice of layout starts afresh.
    if (this.#isBorrowed || this.#table?.isPackedFor(targetCount) === false) this.#replaceTable(undefined);
    this.markAll();
  }

  /** The number of target slots changed; their bits may no longer fit. */
  resize(targetCount: number, among?: Uint8Array): void {
    if (this.#table === undefined || !this.#table.isPacked || this.#table.isPackedFor(targetCount)) {
      this.#among = among;
      this.#targetCount = targetCount;
    } else {
      this.reset(targetCount, among);
    }
  }

  markAll(): void {
    this.#marked.fill(1);
    this.#position = this.#hierarchy.nodeCount - 1;
  }

  /** The bucket or an upward arc of these nodes changed. */
  mark(nodes: ArrayLike<number>, count = nodes.length): void {
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!;
      this.#marked[node] = 1;
      if (node > this.#position) this.#position = node;
    }
  }

  /**
   * Recomputes marked rows by descending rank.
   *
   * @param rowLimit at most this many rows in this call.
   * @returns whether the table is fresh now.
   */
  advance(rowLimit = Number.POSITIVE_INFINITY): boolean {
    if (this.isFresh) return true;
    const marked = this.#marked;
    let table = this.#ownTable();
    for (let v = this.#position, left = rowLimit; v >= 0; v--) {
      if (marked[v] === 0) continue;
      if (left-- <= 0) {
        this.#position = v;
        return false;
      }
      this.#computeRow(v, table);
      if (!table.fits(this.#row)) {
        table = NearestTable.wide(this.#hierarchy.nodeCount, this.#allocate);
        this.#replaceTable(table);
        this.markAll();
        v = this.#hierarchy.nodeCount;
        continue;
      }
      marked[v] = 0;
      if (table.write(v, this.#row)) this.#markLowerNeighbours(v);
    }
    this.#position = -1;
    return true;
  }

  /** The table, in words that may be changed. */
  #ownTable(): NearestTable {
    if (!this.#isBorrowed) return this.table;
    const { words } = this.table;
    const own = this.#allocate(words.length);
    own.set(words);
    return this.#replaceTable(NearestTable.adopt(this.#hierarchy.nodeCount, this.#targetCount, own));
  }

  #replaceTable<Table extends NearestTable | undefined>(table: Table): Table {
    this.#table = table;
    this.#isBorrowed = false;
    return table;
  }

  #emptyTable(): NearestTable {
    const { nodeCount } = this.#hierarchy;
    return (
      NearestTable.packed(nodeCount, this.#targetCount, this.#allocate) ?? NearestTable.wide(nodeCount, this.#allocate)
    );
  }

  #computeRow(v: number, table: NearestTable): void {
    const { firstUp, upHead } = this.#hierarchy;
    const { forward } = this.#metric;
    const row = this.#row;
    row.count = 0;
    this.#offerBucket(v);
    const end = firstUp[v + 1]!;
    for (let arc = firstUp[v]!; arc < end; arc++) table.offerTo(row, upHead[arc]!, forward[arc]!);
  }

  #offerBucket(v: number): void {
    const { firstPair, pairs } = this.#buckets;
    const among = this.#among;
    const end = 2 * firstPair[v + 1]!;
    for (let at = 2 * firstPair[v]!; at < end; at += 2) {
      const target = pairs[at + 1]!;
      if (among !== undefined && among[target] === 0) continue;
      if (!this.#row.offer(pairs[at]!, target)) return;
    }
  }

  #markLowerNeighbours(v: number): void {
    const { firstDown, downTail } = this.#hierarchy;
    const marked = this.#marked;
    const end = firstDown[v + 1]!;
    for (let i = firstDown[v]!; i < end; i++) marked[downTail[i]!] = 1;
  }
}
