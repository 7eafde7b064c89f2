/** Typed columns whose length is not known beforehand; they grow by half, so a row costs amortized constant time. */
const INITIAL_CAPACITY = 1024;

const grownCapacity = (capacity: number): number => capacity + (capacity >> 1);

export class GrowableInt32 {
  length = 0;
  private data = new Int32Array(INITIAL_CAPACITY);

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Int32Array(grownCapacity(this.length));
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  /** A copy cut to size. */
  toArray(): Int32Array {
    return this.data.slice(0, this.length);
  }
}

/** For OpenStreetMap ids, which exceed 2^32 and are exact in a double up to 2^53. */
export class GrowableFloat64 {
  length = 0;
  private data = new Float64Array(INITIAL_CAPACITY);

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Float64Array(grownCapacity(this.length));
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  last(): number | undefined {
    return this.length === 0 ? undefined : this.data[this.length - 1];
  }

  toArray(): Float64Array {
    return this.data.slice(0, this.length);
  }
}
