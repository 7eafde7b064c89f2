import { lengthened } from "../core/growable";

/**
 * A 4-ary min-heap of (key, value) pairs of int32, ordered by key and then by value, in one Int32Array with key and
 * value side by side: a pair's four children share two cache lines, and sifting touches half the levels of a binary
 * heap. There is no decrease-key; callers push again and skip stale pairs when they surface (lazy deletion).
 */
export class MinHeap {
  #pairs: Int32Array;
  #size = 0;

  constructor(capacity = 1024) {
    this.#pairs = new Int32Array(2 * capacity);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  /** The smallest key; meaningless when empty. */
  get minKey(): number {
    return this.#pairs[0]!;
  }

  /** The value beside the smallest key; meaningless when empty. */
  get minValue(): number {
    return this.#pairs[1]!;
  }

  push(key: number, value: number): void {
    if (2 * this.#size === this.#pairs.length) this.#grow();
    const pairs = this.#pairs;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentKey = pairs[2 * parent]!;
      if (parentKey < key || (parentKey === key && pairs[2 * parent + 1]! <= value)) break;
      pairs[2 * at] = parentKey;
      pairs[2 * at + 1] = pairs[2 * parent + 1]!;
      at = parent;
    }
    pairs[2 * at] = key;
    pairs[2 * at + 1] = value;
  }

  /** Removes the smallest pair; the heap must not be empty. */
  pop(): void {
    const pairs = this.#pairs;
    const size = --this.#size;
    const key = pairs[2 * size]!;
    const value = pairs[2 * size + 1]!;
    let at = 0;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= size) break;
      const last = first + 3 < size ? first + 3 : size - 1;
      let best = first;
      let bestKey = pairs[2 * first]!;
      for (let child = first + 1; child <= last; child++) {
        const childKey = pairs[2 * child]!;
        if (childKey < bestKey || (childKey === bestKey && pairs[2 * child + 1]! < pairs[2 * best + 1]!)) {
          best = child;
          bestKey = childKey;
        }
      }
      if (bestKey > key || (bestKey === key && pairs[2 * best + 1]! >= value)) break;
      pairs[2 * at] = bestKey;
      pairs[2 * at + 1] = pairs[2 * best + 1]!;
      at = best;
    }
    pairs[2 * at] = key;
    pairs[2 * at + 1] = value;
  }

  #grow(): void {
    this.#pairs = lengthened(this.#pairs, 2 * this.#pairs.length);
  }
}
