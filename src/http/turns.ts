import type { Steps } from "../core/steps";

/** So long the event loop is kept by heavy work at a time: a page waits for two answers without noticing. */
const TURN_MS = 8;

interface TurnsOptions {
  /** Default: that of the process. */
  readonly now?: () => number;
  /** Runs a function once everything else that waits has had its turn. */
  readonly soon?: (work: () => void) => void;
}

/**
 * Takes heavy work in turns with all else the server does: one piece of a few milliseconds a turn of the event loop,
 * however much work is under way, each in its turn. So the longest that anybody waits for the loop does not depend on how
 * many ask for heavy work at once.
 */
export class Turns {
  readonly #now: () => number;
  readonly #soon: (work: () => void) => void;
  /** Work under way: does a piece of it, and says whether that was the last. */
  readonly #jobs: (() => boolean)[] = [];

  constructor({ now = () => performance.now(), soon = (work) => void setImmediate(work) }: TurnsOptions = {}) {
    this.#now = now;
    this.#soon = soon;
  }

  /** @returns what the work returns; rejects with what it throws. */
  run<T>(steps: Steps<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push(() => this.#advance(steps, resolve, reject));
      if (this.#jobs.length === 1) this.#soon(() => this.#turn());
    });
  }

  #turn(): void {
    const job = this.#jobs.shift()!;
    if (!job()) this.#jobs.push(job);
    if (this.#jobs.length > 0) this.#soon(() => this.#turn());
  }

  /** Whether the work is done. */
  #advance<T>(steps: Steps<T>, resolve: (value: T) => void, reject: (error: unknown) => void): boolean {
    const end = this.#now() + TURN_MS;
    try {
      do {
        const next = steps.next();
        if (next.done === true) {
          resolve(next.value);
          return true;
        }
      } while (this.#now() < end);
      return false;
    } catch (error) {
      reject(error);
      return true;
    }
  }
}
