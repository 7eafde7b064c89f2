import { INFINITE_MS } from "../../core/units";
import type { Origin } from "../engine";
import type { TargetStream } from "../engine-base";
import type { BucketQuery } from "./bucket-query";
import { type NearestTable, TABLE_WIDTH } from "./nearest-table";

/** A row or an offer being read: where it stands and where it ends. */
interface Source {
  /** Slot of the current entry; for a direct offer, -1. */
  slot: number;
  readonly end: number;
  readonly offset: number;
  /** The current entry; INFINITE_MS when the source has run dry. */
  milliseconds: number;
  target: number;
}

/**
 * A stream of targets read from the nearest table: the rows of the origin's access points, each shifted by its offset, and the
 * direct offers, merged. Once a full row has been read to its end the table knows no more, and the buckets take over.
 */
export class TableStream implements TargetStream {
  readonly #fallback: BucketQuery;
  #table: NearestTable | undefined;
  #origin: Origin = { accessPoints: [] };
  #sources: Source[] = [];
  #handedOut: number[] = [];
  #fallenBack = false;
  target = -1;
  milliseconds = INFINITE_MS;

  constructor(fallback: BucketQuery) {
    this.#fallback = fallback;
  }

  begin(origin: Origin, table: NearestTable): void {
    this.#origin = origin;
    this.#table = table;
    this.#handedOut = [];
    this.#fallenBack = false;
    this.target = -1;
    this.milliseconds = INFINITE_MS;
    this.#sources = [];
    for (const { node, milliseconds } of origin.accessPoints) {
      const slot = node * TABLE_WIDTH;
      this.#add({ slot, end: slot + TABLE_WIDTH, offset: milliseconds, milliseconds: 0, target: -1 });
    }
    for (const { target, milliseconds } of origin.direct ?? []) {
      this.#sources.push({ slot: -1, end: -1, offset: 0, milliseconds, target });
    }
  }

  next(): boolean {
    if (this.#fallenBack) return this.#readFallback();
    for (;;) {
      const nearest = this.#nearestSource();
      if (nearest === undefined) return false;
      const { milliseconds, target } = nearest;
      if (nearest.slot === BEYOND_ROW) {
        this.#fallBack();
        return this.#readFallback();
      }
      this.#advance(nearest);
      if (this.#handedOut.includes(target)) continue;
      this.#handedOut.push(target);
      this.target = target;
      this.milliseconds = milliseconds;
      return true;
    }
  }

  #add(source: Source): void {
    this.#load(source);
    this.#sources.push(source);
  }

  #advance(source: Source): void {
    if (source.slot < 0) {
      source.milliseconds = INFINITE_MS;
    } else if (++source.slot < source.end) {
      this.#load(source);
    } else {
      // The source stays at its last entry's place in the order: whatever it has beyond comes after that.
      source.slot = BEYOND_ROW;
    }
  }

  #load(source: Source): void {
    const table = this.#table!;
    source.milliseconds = Math.min(INFINITE_MS, table.milliseconds(source.slot) + source.offset);
    source.target = table.target(source.slot);
  }

  #nearestSource(): Source | undefined {
    let best: Source | undefined;
    for (const source of this.#sources) {
      if (source.milliseconds >= INFINITE_MS) continue;
      if (best === undefined || precedes(source, best)) best = source;
    }
    return best;
  }

  #fallBack(): void {
    this.#fallenBack = true;
    // The same origin gives the same order, so what was handed out comes first again.
    const known = this.#handedOut.length;
    this.#fallback.begin(this.#origin, 2 * known);
    for (let i = 0; i < known; i++) this.#fallback.next();
  }

  #readFallback(): boolean {
    if (!this.#fallback.next()) return false;
    this.target = this.#fallback.target;
    this.milliseconds = this.#fallback.milliseconds;
    return true;
  }
}

/** The slot of a full row that has been read to its end. */
const BEYOND_ROW = -2;

const precedes = (a: Source, b: Source): boolean =>
  a.milliseconds < b.milliseconds || (a.milliseconds === b.milliseconds && a.target < b.target);
