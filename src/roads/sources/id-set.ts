/** Ids per page: OpenStreetMap gives ids out in runs, so that pages of this size are met again and again. */
const PAGE_BITS = 11;
const PAGE_WORDS = 2 ** PAGE_BITS / 32;
/** Pages allocated at a time: 1 MiB. */
const PAGES_PER_SLAB = 4096;

/**
 * A set of whole numbers, a bit each, in pages of 2,048 ids that exist where there is something in them: some 300 bytes
 * per id where ids lie alone, a fraction of a byte where they lie together, as those of an extract do. Ids may
 * be negative.
 */
export class IdSet {
  readonly #slabs: Uint32Array[] = [];
  readonly #pages = new Map<number, number>();
  #count = 0;
  /** Ids mostly come sorted: the page of the last one is kept at hand. */
  #lastKey = Number.NaN;
  #lastPage = -1;

  get size(): number {
    return this.#count;
  }

  add(id: number): void {
    const key = Math.floor(id / 2 ** PAGE_BITS);
    let page = this.#pageOf(key);
    if (page < 0) {
      page = this.#pages.size;
      if (page % PAGES_PER_SLAB === 0) this.#slabs.push(new Uint32Array(PAGES_PER_SLAB * PAGE_WORDS));
      this.#pages.set(key, page);
      this.#lastPage = page;
    }
    const bit = id - key * 2 ** PAGE_BITS;
    const slab = this.#slabs[Math.floor(page / PAGES_PER_SLAB)]!;
    const word = (page % PAGES_PER_SLAB) * PAGE_WORDS + (bit >> 5);
    const mask = 1 << (bit & 31);
    if ((slab[word]! & mask) === 0) {
      slab[word]! |= mask;
      this.#count++;
    }
  }

  has(id: number): boolean {
    const key = Math.floor(id / 2 ** PAGE_BITS);
    const page = this.#pageOf(key);
    if (page < 0) return false;
    const bit = id - key * 2 ** PAGE_BITS;
    const word = (page % PAGES_PER_SLAB) * PAGE_WORDS + (bit >> 5);
    return (this.#slabs[Math.floor(page / PAGES_PER_SLAB)]![word]! & (1 << (bit & 31))) !== 0;
  }

  #pageOf(key: number): number {
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#lastPage = this.#pages.get(key) ?? -1;
    }
    return this.#lastPage;
  }
}
