/** Progress of a long piece of work. `done` and `total` are in `unit`; `total` is 0 when it is not known. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

export type ProgressListener = (progress: Progress) => void;

/** A stage of a piece of work, and what part of the whole it usually takes; parts need not add up to anything. */
export interface StageCost {
  readonly stage: string;
  readonly cost: number;
}

export interface Estimate {
  /** Of the whole work, 0 to 1; never goes back. */
  readonly share: number;
  /** Undefined until enough is done to tell. */
  readonly secondsLeft: number | undefined;
}

/** Below this share of the work, or before this time, a guess of the rest would be a guess. */
const MINIMUM_SHARE = 0.05;
const MINIMUM_SECONDS = 2;

/**
 * How far a piece of work of several stages has come, and how long the rest will take if it goes on at the pace so far.
 *
 * A stage that does not know its total counts as not begun until the next one begins: the share lags rather than
 * promises. Stages that are skipped count as done with the next.
 */
export class ProgressEstimator {
  readonly #stages: readonly StageCost[];
  readonly #total: number;
  #share = 0;
  #begunMs: number | undefined;

  constructor(stages: readonly StageCost[]) {
    this.#stages = stages;
    this.#total = stages.reduce((sum, { cost }) => sum + cost, 0);
  }

  /**
   * @param nowMs of any clock that does not go back; the first call starts it.
   * @returns undefined for a stage that is not among those of the work.
   */
  update({ stage, done, total }: Progress, nowMs: number): Estimate | undefined {
    this.#begunMs ??= nowMs;
    const place = this.#stages.findIndex((known) => known.stage === stage);
    if (place < 0) return undefined;
    const before = this.#stages.slice(0, place).reduce((sum, { cost }) => sum + cost, 0);
    const within = total > 0 ? Math.min(1, done / total) * this.#stages[place]!.cost : 0;
    this.#share = Math.max(this.#share, (before + within) / this.#total);
    const seconds = (nowMs - this.#begunMs) / 1000;
    const canTell = this.#share >= MINIMUM_SHARE && seconds >= MINIMUM_SECONDS;
    return { share: this.#share, secondsLeft: canTell ? (seconds * (1 - this.#share)) / this.#share : undefined };
  }
}
