import type { Hierarchy } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import type { TargetBuckets } from "./buckets";
import { NearestTable, TableRow } from "./nearest-table";

export interface TableOptions {
  /**
   * Runs a piece of work soon, outside the current call; a stale table is then refreshed in the background, in slices.
   * Default: none, and a stale table waits to be told.
   */
  readonly schedule?: ((work: () => void) => void) | undefined;
  /** Rows recomputed per slice. Default 8192, a few milliseconds. */
  readonly rowsPerSlice?: number | undefined;
}

/**
 * Builds the nearest table over an engine's targets and keeps it up to date, in slices.
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
  readonly #schedule: TableOptions["schedule"];
  readonly #rowsPerSlice: number;
  /** Undefined until there is something to lay out. */
  #table: NearestTable | undefined;
  /** Its words are others' too, and copied before any is changed. */
  #isBorrowed = false;
  #targetCount = 0;
  /** Uint8[nodeCount]: 1 where the row may no longer follow from its inputs. */
  readonly #marked: Uint8Array;
  /** No node above this is marked. */
  #position = -1;
  readonly #row = new TableRow();
  #sliceIsScheduled = false;

  /** @param metric read by {@link advance}, as are the buckets. */
  constructor(
    hierarchy: Hierarchy,
    metric: Metric,
    buckets: TargetBuckets,
    { schedule, rowsPerSlice = 8192 }: TableOptions = {},
  ) {
    this.#hierarchy = hierarchy;
    this.#metric = metric;
    this.#buckets = buckets;
    this.#schedule = schedule;
    this.#rowsPerSlice = rowsPerSlice;
    this.#marked = new Uint8Array(hierarchy.nodeCount);
    this.#markAll();
  }

  get isFresh(): boolean {
    return this.#position < 0;
  }

  /** The table; undefined while it is stale. Another object after a change of layout. */
  get freshTable(): NearestTable | undefined {
    return this.isFresh ? this.#current : undefined;
  }

  /**
   * Takes over the words of a fresh table of these targets that was built elsewhere. They are read where they lie, never
   * changed.
   */
  adopt(targetCount: number, words: Int32Array): void {
    this.#table = NearestTable.adopt(this.#hierarchy.nodeCount, targetCount, words);
    this.#isBorrowed = true;
    this.#marked.fill(0);
    this.#position = -1;
  }

  /** All targets are others. */
  targetsReplaced(targetCount: number): void {
    this.#reset(targetCount);
    this.#scheduleSlice();
  }

  /** One target is another, or one was appended, which changed the buckets of these nodes. */
  targetReplaced(targetCount: number, bucketNodes: readonly number[]): void {
    // With more of them their bits may no longer fit.
    if (this.#table === undefined || !this.#table.isPacked || this.#table.isPackedFor(targetCount)) {
      this.#targetCount = targetCount;
    } else {
      this.#reset(targetCount);
    }
    this.nodesChanged(bucketNodes);
  }

  /** The bucket or an upward arc of these nodes changed. */
  nodesChanged(nodes: ArrayLike<number>, count = nodes.length): void {
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!;
      this.#marked[node] = 1;
      if (node > this.#position) this.#position = node;
    }
    this.#scheduleSlice();
  }

  everythingChanged(): void {
    this.#markAll();
    this.#scheduleSlice();
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
        table = NearestTable.wide(this.#hierarchy.nodeCount);
        this.#replaceTable(table);
        this.#markAll();
        v = this.#hierarchy.nodeCount;
        continue;
      }
      marked[v] = 0;
      if (table.write(v, this.#row)) this.#markLowerNeighbours(v);
    }
    this.#position = -1;
    return true;
  }

  #reset(targetCount: number): void {
    this.#targetCount = targetCount;
    // Narrower words may do again, so the choice of layout starts afresh.
    if (this.#isBorrowed || this.#table?.isPackedFor(targetCount) === false) this.#replaceTable(undefined);
    this.#markAll();
  }

  #markAll(): void {
    this.#marked.fill(1);
    this.#position = this.#hierarchy.nodeCount - 1;
  }

  #scheduleSlice(): void {
    if (this.#schedule === undefined || this.#sliceIsScheduled || this.isFresh) return;
    this.#sliceIsScheduled = true;
    this.#schedule(() => {
      this.#sliceIsScheduled = false;
      this.advance(this.#rowsPerSlice);
      this.#scheduleSlice();
    });
  }

  /** Equal to a full build only while {@link isFresh}. */
  get #current(): NearestTable {
    const { nodeCount } = this.#hierarchy;
    this.#table ??= NearestTable.packed(nodeCount, this.#targetCount) ?? NearestTable.wide(nodeCount);
    return this.#table;
  }

  /** The table, in words that may be changed. */
  #ownTable(): NearestTable {
    if (!this.#isBorrowed) return this.#current;
    const own = Int32Array.from(this.#current.words);
    return this.#replaceTable(NearestTable.adopt(this.#hierarchy.nodeCount, this.#targetCount, own));
  }

  #replaceTable<Table extends NearestTable | undefined>(table: Table): Table {
    this.#table = table;
    this.#isBorrowed = false;
    return table;
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
    const end = 2 * firstPair[v + 1]!;
    for (let at = 2 * firstPair[v]!; at < end; at += 2) {
      if (!this.#row.offer(pairs[at]!, pairs[at + 1]!)) return;
    }
  }

  #markLowerNeighbours(v: number): void {
    const { firstDown, downTail } = this.#hierarchy;
    const marked = this.#marked;
    const end = firstDown[v + 1]!;
    for (let i = firstDown[v]!; i < end; i++) marked[downTail[i]!] = 1;
  }
}
