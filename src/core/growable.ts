/** Typed columns whose length is not known beforehand. */

/** The same kind of column in memory that no other thread sees. */
type Own<T> = T extends Int32Array
  ? Int32Array<ArrayBuffer>
  : T extends Float64Array
    ? Float64Array<ArrayBuffer>
    : Uint8Array<ArrayBuffer>;

/** A column of this length that begins as the given one does; the rest is zero. */
export function lengthened<T extends Int32Array | Float64Array | Uint8Array>(column: T, length: number): Own<T> {
  const longer = new (column.constructor as new (length: number) => Own<T>)(length);
  longer.set(column);
  return longer;
}

const INITIAL_CAPACITY = 1024;

/** Grows by half, so that a row costs amortized constant time. */
class GrowableColumn<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> {
  length = 0;
  #values: T;

  protected constructor(values: T) {
    this.#values = values;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      this.#values = lengthened(this.#values, this.length + (this.length >> 1)) as unknown as T;
    }
    this.#values[this.length++] = value;
  }

  last(): number | undefined {
    return this.length === 0 ? undefined : this.#values[this.length - 1];
  }

  /** A copy cut to size. */
  toArray(): T {
    return this.#values.slice(0, this.length) as T;
  }
}

export class GrowableInt32 extends GrowableColumn<Int32Array<ArrayBuffer>> {
  constructor() {
    super(new Int32Array(INITIAL_CAPACITY));
  }
}

/** For OpenStreetMap ids, which exceed 2^32 and are exact in a double up to 2^53. */
export class GrowableFloat64 extends GrowableColumn<Float64Array<ArrayBuffer>> {
  constructor() {
    super(new Float64Array(INITIAL_CAPACITY));
  }
}
