import { uptime } from "node:os";
import { type EpochMs, MS_PER_HOUR, MS_PER_MINUTE } from "../core/instant";

/**
 * No clock that is kept right is put forward by more in one go. Half a day at the wrong hour is worse than a clock that is
 * believed after the next start, and an hour is what summer time takes for those who set clocks by hand.
 */
const LONGEST_JUMP_MS = MS_PER_HOUR;

/** Between two looks at how much time has passed: drift of the machine's counters has no part in what is a jump. */
const ANCHORED_FOR_MS = 1000;

/** Clocks differ by less; more is a clock that is wrong. */
const TOLERANCE_MS = 5 * MS_PER_MINUTE;

interface SteadyClockReadings {
  /** The machine's clock. Default: `Date.now`. */
  readonly wall?: () => EpochMs;
  /** Milliseconds passed while the machine was awake. Default: `performance.now`. */
  readonly awakeMs?: () => number;
  /** Milliseconds passed, sleep included; asked where the other does not explain a jump. Default: the machine's uptime. */
  readonly upMs?: () => number;
  /** Told when a jump is first not believed, by how much. */
  readonly onJump?: (aheadMs: number) => void;
}

/**
 * A machine's clock that is not believed when it is put forward by more than {@link LONGEST_JUMP_MS} at once, which
 * nothing explains: time then goes on as it went, and {@link aheadMs} tells. What is received meanwhile is not dated into
 * the future, and nothing lapses by it. A clock that is set back is believed, and so is one that had been behind what is
 * known, such as of a machine that learns the date from the network after it has started.
 *
 * The next start believes the machine's clock whatever it says: who starts the server again has looked at it.
 */
export class SteadyClock {
  readonly #wall: () => EpochMs;
  readonly #awakeMs: () => number;
  readonly #upMs: () => number;
  readonly #onJump: (aheadMs: number) => void;
  /** The latest moment believed, and the counters then. */
  #anchor: { readonly wallMs: EpochMs; readonly awakeMs: number; readonly upMs: number };
  /** Whether the clock has been behind what is known ever since the start: it has never been right. */
  #isUnset = false;
  #aheadMs = 0;

  constructor({
    wall = Date.now,
    awakeMs = () => performance.now(),
    upMs = () => uptime() * 1000,
    onJump = () => undefined,
  }: SteadyClockReadings = {}) {
    this.#wall = wall;
    this.#awakeMs = awakeMs;
    this.#upMs = upMs;
    this.#onJump = onJump;
    this.#anchor = this.#anchorAt(wall());
  }

  /** How far the machine's clock was ahead of what is believed at the last reading; 0 while it is believed. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Says that a moment has been, such as that of the last change in a log. */
  know(epochMs: EpochMs): void {
    if (this.#wall() >= epochMs - TOLERANCE_MS) return;
    this.#isUnset = true;
    this.#anchor = this.#anchorAt(epochMs);
  }

  /** The present. */
  readonly now = (): EpochMs => {
    const wallMs = this.#wall();
    const anchor = this.#anchor;
    const awakeMs = this.#awakeMs() - anchor.awakeMs;
    const isBehind = wallMs < anchor.wallMs + awakeMs;
    if (isBehind || wallMs - anchor.wallMs - awakeMs <= LONGEST_JUMP_MS || this.#isUnset) return this.#believe(wallMs);
    const passedMs = Math.max(awakeMs, this.#upMs() - anchor.upMs);
    if (wallMs - anchor.wallMs - passedMs <= LONGEST_JUMP_MS) return this.#believe(wallMs);
    const isNews = this.#aheadMs === 0;
    this.#aheadMs = Math.round(wallMs - anchor.wallMs - passedMs);
    if (isNews) this.#onJump(this.#aheadMs);
    return Math.round(anchor.wallMs + passedMs);
  };

  #believe(wallMs: EpochMs): EpochMs {
    this.#aheadMs = 0;
    // Set back, the line that a later jump is measured from stays where it is: being set right again is none.
    if (wallMs >= this.#anchor.wallMs) {
      this.#isUnset = false;
      if (wallMs - this.#anchor.wallMs >= ANCHORED_FOR_MS) this.#anchor = this.#anchorAt(wallMs);
    }
    return wallMs;
  }

  #anchorAt(wallMs: EpochMs) {
    return { wallMs, awakeMs: this.#awakeMs(), upMs: this.#upMs() };
  }
}
