import { assert, assertThoroughly } from "../../core/assert";
import { DiversionError } from "../../core/errors";
import { INFINITE_MS } from "../../core/units";

/**
 * Entries per node. Eight packed entries are 32 bytes, so one cache line answers a query; with 40 % of targets open
 * 0.3 % of queries find no accepted entry among eight, with 80 % open none does.
 */
export const TABLE_WIDTH = 8;

/** No entry of the row is accepted and there are targets beyond the row: ask the buckets. */
export const BEYOND_TABLE = -1;
/** No entry of the row is accepted and the row holds every target that can be reached. */
export const NOWHERE = -2;

/** Flips the sign bit, so that packed words, 32 unsigned bits, compare in their order as int32. */
const SIGN = 0x80000000 | 0;
/** All 32 bits set, with the sign flipped: behind every entry. */
const EMPTY_WORD = 0x7fffffff;

/** Milliseconds get at least this many bits (262 s) in a packed word; with more targets than that leaves room for, tables are wide. */
const MINIMUM_TIME_BITS = 18;

/**
 * For every node its nearest targets by (milliseconds, target), TABLE_WIDTH of them, or as many as can be reached.
 *
 * Two layouts, both Int32Array. **Packed**: one word per entry, milliseconds above the target's bits, unsigned 32 bits.
 * **Wide**: two words per entry, milliseconds and target. An entry is named by its slot, `node * TABLE_WIDTH + place`.
 */
export class NearestTable {
  readonly nodeCount: number;
  readonly words: Int32Array;
  readonly isPacked: boolean;
  /** Packed: bits of a word that hold the target. */
  readonly #targetBits: number;
  readonly #targetMask: number;
  /** Entries hold times below this. */
  readonly millisecondsLimit: number;

  private constructor(nodeCount: number, targetBits: number | undefined, words: Int32Array) {
    this.nodeCount = nodeCount;
    this.words = words;
    this.isPacked = targetBits !== undefined;
    this.#targetBits = targetBits ?? 0;
    this.#targetMask = (1 << this.#targetBits) - 1;
    // All bits set means empty, so the longest time of all is kept out.
    this.millisecondsLimit = this.isPacked ? Math.min(INFINITE_MS, 2 ** (32 - this.#targetBits) - 1) : INFINITE_MS;
  }

  /** An empty packed table, undefined when there are too many targets for one. */
  static packed(nodeCount: number, targetCount: number): NearestTable | undefined {
    const targetBits = packedTargetBits(targetCount);
    if (targetBits === undefined) return undefined;
    const words = new Int32Array(nodeCount * TABLE_WIDTH).fill(EMPTY_WORD);
    return new NearestTable(nodeCount, targetBits, words);
  }

  static wide(nodeCount: number): NearestTable {
    return new NearestTable(nodeCount, undefined, new Int32Array(2 * nodeCount * TABLE_WIDTH).fill(INFINITE_MS));
  }

  /**
   * A table over words laid out before, for instance in memory another thread shares.
   *
   * @throws `invalid-argument` when there are neither as many words as a packed nor as a wide table has.
   */
  static adopt(nodeCount: number, targetCount: number, words: Int32Array): NearestTable {
    const targetBits = packedTargetBits(targetCount);
    const isPacked = targetBits !== undefined && words.length === nodeCount * TABLE_WIDTH;
    if (!isPacked && words.length !== 2 * nodeCount * TABLE_WIDTH) {
      throw new DiversionError(
        "invalid-argument",
        `${words.length} words are no nearest table of ${nodeCount} nodes and ${targetCount} targets; ` +
          "give the words of one as they are, and the numbers it was built with.",
      );
    }
    const table = new NearestTable(nodeCount, isPacked ? targetBits : undefined, words);
    assertThoroughly(() => {
      const row = new TableRow();
      for (let node = 0; node < nodeCount; node++) {
        table.read(node, row);
        assertRow(row, node, targetCount);
      }
    });
    return table;
  }

  /** Whether {@link packed} would lay out a table for this many targets in the same way. */
  isPackedFor(targetCount: number): boolean {
    return this.isPacked && packedTargetBits(targetCount) === this.#targetBits;
  }

  /** Milliseconds of an entry; INFINITE_MS when the slot is empty. */
  milliseconds(slot: number): number {
    if (!this.isPacked) return this.words[2 * slot]!;
    const word = this.words[slot]!;
    return word === EMPTY_WORD ? INFINITE_MS : (word ^ SIGN) >>> this.#targetBits;
  }

  /** The target of an entry; meaningless when the slot is empty. */
  target(slot: number): number {
    return this.isPacked ? this.words[slot]! & this.#targetMask : this.words[2 * slot + 1]!;
  }

  /** The slot of a target in a node's row, or BEYOND_TABLE, or NOWHERE. */
  find(node: number, target: number): number {
    const end = (node + 1) * TABLE_WIDTH;
    for (let slot = node * TABLE_WIDTH; slot < end; slot++) {
      if (this.milliseconds(slot) === INFINITE_MS) return NOWHERE;
      if (this.target(slot) === target) return slot;
    }
    return BEYOND_TABLE;
  }

  /** The place in a node's row, at most `lastPlace`, of exactly this entry; -1 when it is not there. */
  findEntry(node: number, milliseconds: number, target: number, lastPlace: number): number {
    const { words } = this;
    if (this.isPacked) {
      const begin = node * TABLE_WIDTH;
      const word = ((milliseconds << this.#targetBits) | target) ^ SIGN;
      for (let place = 0; place <= lastPlace; place++) if (words[begin + place] === word) return place;
    } else {
      const begin = 2 * node * TABLE_WIDTH;
      for (let place = 0; place <= lastPlace; place++) {
        if (words[begin + 2 * place] === milliseconds && words[begin + 2 * place + 1] === target) return place;
      }
    }
    return -1;
  }

  /** The slot of the nearest target with a non-zero byte, or BEYOND_TABLE, or NOWHERE. Allocates nothing. */
  firstAccepted(node: number, accepted: Uint8Array): number {
    return this.isPacked ? this.#firstAcceptedPacked(node, accepted) : this.#firstAcceptedWide(node, accepted);
  }

  #firstAcceptedPacked(node: number, accepted: Uint8Array): number {
    const { words } = this;
    const mask = this.#targetMask;
    const end = (node + 1) * TABLE_WIDTH;
    for (let slot = node * TABLE_WIDTH; slot < end; slot++) {
      const word = words[slot]!;
      if (word === EMPTY_WORD) return NOWHERE;
      if (accepted[word & mask] !== 0) return slot;
    }
    return BEYOND_TABLE;
  }

  #firstAcceptedWide(node: number, accepted: Uint8Array): number {
    const { words } = this;
    const end = (node + 1) * TABLE_WIDTH;
    for (let slot = node * TABLE_WIDTH; slot < end; slot++) {
      if (words[2 * slot]! === INFINITE_MS) return NOWHERE;
      if (accepted[words[2 * slot + 1]!] !== 0) return slot;
    }
    return BEYOND_TABLE;
  }

  /** Reads a node's row into `row`. */
  read(node: number, row: TableRow): void {
    row.count = 0;
    const begin = node * TABLE_WIDTH;
    while (row.count < TABLE_WIDTH) {
      const slot = begin + row.count;
      const milliseconds = this.milliseconds(slot);
      if (milliseconds === INFINITE_MS) return;
      row.milliseconds[row.count] = milliseconds;
      row.target[row.count++] = this.target(slot);
    }
  }

  /** Offers every entry of a node's row, `milliseconds` later, to another row. */
  offerTo(row: TableRow, node: number, milliseconds: number): void {
    if (this.isPacked) this.#offerPacked(row, node, milliseconds);
    else this.#offerWide(row, node, milliseconds);
  }

  #offerPacked(row: TableRow, node: number, milliseconds: number): void {
    const { words } = this;
    const bits = this.#targetBits;
    const mask = this.#targetMask;
    const end = (node + 1) * TABLE_WIDTH;
    for (let slot = node * TABLE_WIDTH; slot < end; slot++) {
      const word = words[slot]!;
      // Entries ascend: behind the first that does not help, none does.
      if (word === EMPTY_WORD || !row.offer((((word ^ SIGN) >>> bits) + milliseconds) | 0, word & mask)) return;
    }
  }

  #offerWide(row: TableRow, node: number, milliseconds: number): void {
    const { words } = this;
    const end = (node + 1) * TABLE_WIDTH;
    for (let slot = node * TABLE_WIDTH; slot < end; slot++) {
      if (!row.offer((words[2 * slot]! + milliseconds) | 0, words[2 * slot + 1]!)) return;
    }
  }

  /** Whether every time of the row fits this layout. */
  fits(row: TableRow): boolean {
    return row.count === 0 || row.milliseconds[row.count - 1]! < this.millisecondsLimit;
  }

  /** Writes a row that fits; returns whether any word changed. */
  write(node: number, row: TableRow): boolean {
    assertThoroughly(() => assertRow(row, node));
    return this.isPacked ? this.#writePacked(node, row) : this.#writeWide(node, row);
  }

  #writePacked(node: number, row: TableRow): boolean {
    const { words } = this;
    const begin = node * TABLE_WIDTH;
    let changed = false;
    for (let i = 0; i < TABLE_WIDTH; i++) {
      const word = i < row.count ? ((row.milliseconds[i]! << this.#targetBits) | row.target[i]!) ^ SIGN : EMPTY_WORD;
      if (words[begin + i] === word) continue;
      words[begin + i] = word;
      changed = true;
    }
    return changed;
  }

  #writeWide(node: number, row: TableRow): boolean {
    const { words } = this;
    const begin = 2 * node * TABLE_WIDTH;
    let changed = false;
    for (let i = 0; i < TABLE_WIDTH; i++) {
      const milliseconds = i < row.count ? row.milliseconds[i]! : INFINITE_MS;
      const target = i < row.count ? row.target[i]! : INFINITE_MS;
      if (words[begin + 2 * i] === milliseconds && words[begin + 2 * i + 1] === target) continue;
      words[begin + 2 * i] = milliseconds;
      words[begin + 2 * i + 1] = target;
      changed = true;
    }
    return changed;
  }
}

function packedTargetBits(targetCount: number): number | undefined {
  const bits = targetCount <= 1 ? 0 : 32 - Math.clz32(targetCount - 1);
  return 32 - bits >= MINIMUM_TIME_BITS ? bits : undefined;
}

/** One row in the making: up to TABLE_WIDTH targets by (milliseconds, target), each once with its best time. */
export class TableRow {
  count = 0;
  readonly milliseconds = new Int32Array(TABLE_WIDTH);
  readonly target = new Int32Array(TABLE_WIDTH);

  /**
   * Takes an entry in where it belongs.
   *
   * @returns false when this entry is behind a full row, and with it every entry that would come after it.
   */
  offer(milliseconds: number, target: number): boolean {
    if (milliseconds >= INFINITE_MS) return false;
    const times = this.milliseconds;
    const targets = this.target;
    let at = this.count;
    if (at === TABLE_WIDTH) {
      const last = times[TABLE_WIDTH - 1]!;
      if (milliseconds > last || (milliseconds === last && target >= targets[TABLE_WIDTH - 1]!)) return false;
    }
    let known = 0;
    while (known < at && targets[known] !== target) known++;
    if (known < at) {
      if (times[known]! <= milliseconds) return true;
      at = known;
    } else if (at < TABLE_WIDTH) {
      this.count++;
    } else {
      at--;
    }
    while (at > 0 && (times[at - 1]! > milliseconds || (times[at - 1] === milliseconds && targets[at - 1]! > target))) {
      times[at] = times[at - 1]!;
      targets[at] = targets[at - 1]!;
      at--;
    }
    times[at] = milliseconds;
    targets[at] = target;
    return true;
  }
}

/** Holds what readers of a row rely on: entries ascend by (milliseconds, target), each target once and one there is. */
function assertRow({ count, milliseconds, target }: TableRow, node: number, targetCount = INFINITE_MS): void {
  for (let i = 0; i < count; i++) {
    const entry = () => `${milliseconds[i]} ms to target ${target[i]}, entry ${i} of the row of node ${node},`;
    assert(target[i]! >= 0 && target[i]! < targetCount, () => `${entry()} is one of ${targetCount} targets`);
    assert(target.indexOf(target[i]!) === i, () => `${entry()} is the target's only one`);
    assert(milliseconds[i]! >= 0 && milliseconds[i]! < INFINITE_MS, () => `${entry()} is a travel time`);
    const before = i === 0 || milliseconds[i - 1]! - milliseconds[i]! || target[i - 1]! - target[i]!;
    assert(before === true || before < 0, () => `${entry()} comes after the one before it`);
  }
}
