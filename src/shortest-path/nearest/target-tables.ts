import { DiversionError } from "../../core/errors";
import type { Hierarchy, Int32Allocator } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import type { TargetBuckets } from "./buckets";
import { NearestTable } from "./nearest-table";
import { TableMaintainer } from "./table-repair";

/** All targets, as a target class. */
export const ALL_TARGETS = 0;

export interface TableOptions {
  /**
   * Runs a piece of work soon, outside the current call; stale tables are then refreshed in the background, in slices.
   * Default: none, and stale tables wait to be told.
   */
  readonly schedule?: ((work: () => void) => void) | undefined;
  /** Rows of each table recomputed per slice. Default 8192, a few milliseconds. */
  readonly rowsPerSlice?: number | undefined;
  /** Where tables are laid. Default: plain memory. */
  readonly allocate?: Int32Allocator | undefined;
}

/** Some targets, and the table over them. */
export interface TargetClass {
  /** Uint8[targetCount]: non-zero for members; undefined when all targets are. */
  readonly among: Uint8Array | undefined;
  readonly maintainer: TableMaintainer;
}

/** The nearest tables of one engine: one over all targets, others over classes of them; and when they are refreshed. */
export class TargetTables {
  readonly #hierarchy: Hierarchy;
  readonly #metric: Metric;
  readonly #buckets: TargetBuckets;
  readonly #schedule: TableOptions["schedule"];
  readonly #rowsPerSlice: number;
  readonly #allocate: Int32Allocator | undefined;
  readonly #classes: TargetClass[];
  #sliceIsScheduled = false;

  constructor(
    hierarchy: Hierarchy,
    metric: Metric,
    buckets: TargetBuckets,
    { schedule, rowsPerSlice = 8192, allocate }: TableOptions,
  ) {
    this.#hierarchy = hierarchy;
    this.#metric = metric;
    this.#buckets = buckets;
    this.#schedule = schedule;
    this.#rowsPerSlice = rowsPerSlice;
    this.#allocate = allocate;
    this.#classes = [this.#createClass(undefined, 0)];
  }

  get areFresh(): boolean {
    return this.#classes.every(({ maintainer }) => maintainer.isFresh);
  }

  /** Recomputes at most `rowLimit` rows of each table; returns whether all are fresh now. */
  refresh(rowLimit: number): boolean {
    let fresh = true;
    for (const { maintainer } of this.#classes) fresh = maintainer.advance(rowLimit) && fresh;
    return fresh;
  }

  /** @throws `invalid-argument` when there is no such class. */
  classOf(number: number): TargetClass {
    const found = this.#classes[number];
    if (found !== undefined) return found;
    throw new DiversionError(
      "invalid-argument",
      `There is no target class ${number}; there are classes 0 to ${this.#classes.length - 1}.`,
    );
  }

  /** The table of a class, undefined while it is stale. */
  freshTable(number: number): NearestTable | undefined {
    const { maintainer } = this.classOf(number);
    return maintainer.isFresh ? maintainer.table : undefined;
  }

  /** Makes the words of a fresh table over all targets, built elsewhere, this engine's. */
  adoptTable(targetCount: number, words: Int32Array): void {
    const { maintainer } = this.classOf(ALL_TARGETS);
    maintainer.adopt(NearestTable.adopt(this.#hierarchy.nodeCount, targetCount, words));
  }

  /** @returns the number of the new class. */
  addClass(among: Uint8Array): number {
    this.#classes.push(this.#createClass(among, among.length));
    this.#scheduleSlice();
    return this.#classes.length - 1;
  }

  /** All targets are others: their classes are dropped. */
  targetsReplaced(targetCount: number): void {
    this.#classes.length = 1;
    this.#classes[ALL_TARGETS]!.maintainer.reset(targetCount);
    this.#scheduleSlice();
  }

  /** One target is another, or one was appended, which changed the buckets of these nodes. */
  targetReplaced(targetCount: number, bucketNodes: readonly number[]): void {
    for (let i = 0; i < this.#classes.length; i++) {
      const { among, maintainer } = this.#classes[i]!;
      const extended = among === undefined ? undefined : extendedTo(targetCount, among);
      this.#classes[i] = { among: extended, maintainer };
      maintainer.resize(targetCount, extended);
      maintainer.mark(bucketNodes);
    }
    this.#scheduleSlice();
  }

  /** The buckets or upward arcs of these nodes changed. */
  nodesChanged(nodes: ArrayLike<number>, count = nodes.length): void {
    for (const { maintainer } of this.#classes) maintainer.mark(nodes, count);
    this.#scheduleSlice();
  }

  everythingChanged(): void {
    for (const { maintainer } of this.#classes) maintainer.markAll();
    this.#scheduleSlice();
  }

  #createClass(among: Uint8Array | undefined, targetCount: number): TargetClass {
    const maintainer = new TableMaintainer(
      this.#hierarchy,
      this.#metric,
      this.#buckets,
      targetCount,
      among,
      this.#allocate,
    );
    return { among, maintainer };
  }

  #scheduleSlice(): void {
    if (this.#schedule === undefined || this.#sliceIsScheduled || this.areFresh) return;
    this.#sliceIsScheduled = true;
    this.#schedule(() => {
      this.#sliceIsScheduled = false;
      this.refresh(this.#rowsPerSlice);
      this.#scheduleSlice();
    });
  }
}

function extendedTo(length: number, flags: Uint8Array): Uint8Array {
  if (flags.length >= length) return flags;
  const extended = new Uint8Array(length);
  extended.set(flags);
  return extended;
}
