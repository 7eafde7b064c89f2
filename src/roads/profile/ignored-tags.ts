/** One kind of tag that was present but could not be used. */
export interface IgnoredTag {
  readonly key: string;
  /** How many ways, and barriers on them, carried an unusable value of this key. */
  readonly ways: number;
  /** The first few distinct values met. */
  readonly examples: readonly string[];
}

const EXAMPLES_PER_KEY = 5;

/** Counts what the profile could not read, so that nothing is dropped in silence. */
export class IgnoredTags {
  readonly #entries = new Map<string, { ways: number; lastWay: number; examples: string[] }>();
  #way = 0;

  /** Later notes are about another way or barrier: a key counts once in each, however often it is looked at. */
  beginWay(): void {
    this.#way++;
  }

  note(key: string, value: string): void {
    let entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, (entry = { ways: 0, lastWay: 0, examples: [] }));
    if (entry.lastWay !== this.#way) {
      entry.lastWay = this.#way;
      entry.ways++;
    }
    if (entry.examples.length < EXAMPLES_PER_KEY && !entry.examples.includes(value)) entry.examples.push(value);
  }

  /** Sorted by key, for reports that are the same bytes every time. */
  list(): IgnoredTag[] {
    return [...this.#entries]
      .map(([key, { ways, examples }]) => ({ key, ways, examples }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}
