/** So many wrong tokens from one place are a page that was left open, or a desk that mistypes. */
const WRONG_AT_ONCE = 20;

/** After those, one more in so much time: with a token of any length nobody gets anywhere. */
const FORGIVEN_EVERY_MS = 5000;

/** From where the right token came within this time, nobody is kept waiting: see {@link WrongTokens}. */
const TRUSTED_FOR_MS = 3_600_000;

/** Places remembered; with more, those are forgotten that were heard of first. */
const MOST_PLACES = 10_000;

/** What is known of one place. Milliseconds of the clock. */
interface Place {
  /** Wrong tokens that are not yet forgiven, as of a moment. */
  wrong: number;
  atMs: number;
  rightMs: number;
}

/**
 * Counts wrong tokens by where they come from. Who sends too many is refused, whatever the next one is, until time has
 * passed; without this a token is found by trying.
 *
 * Behind a proxy all come from one place. Where the right token has come from of late, one page with an old token must
 * not shut out the desk that closes an ED: there nobody is refused, and the length of the token is what protects it.
 */
export class WrongTokens {
  readonly #now: () => number;
  readonly #places = new Map<string, Place>();
  #count = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Of all that were wrong. */
  get count(): number {
    return this.#count;
  }

  /** How long somebody has to wait before a token of theirs is looked at; 0: it is looked at now. */
  waitMs(place: string): number {
    const known = this.#places.get(place);
    if (known === undefined || this.#now() - known.rightMs < TRUSTED_FOR_MS) return 0;
    return Math.max(0, (this.#unforgiven(known) - WRONG_AT_ONCE + 1) * FORGIVEN_EVERY_MS);
  }

  note(place: string, isRight: boolean): void {
    const nowMs = this.#now();
    const known = this.#places.get(place) ?? { wrong: 0, atMs: nowMs, rightMs: Number.NEGATIVE_INFINITY };
    if (isRight) known.rightMs = nowMs;
    else {
      this.#count++;
      known.wrong = this.#unforgiven(known) + 1;
      known.atMs = nowMs;
    }
    this.#places.delete(place);
    this.#places.set(place, known);
    if (this.#places.size > MOST_PLACES) this.#places.delete(this.#places.keys().next().value!);
  }

  #unforgiven({ wrong, atMs }: Place): number {
    return Math.max(0, wrong - (this.#now() - atMs) / FORGIVEN_EVERY_MS);
  }
}
