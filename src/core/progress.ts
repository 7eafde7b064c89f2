/** Progress of a long piece of work. `done` and `total` are in `unit`; `total` is 0 when it is not known. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

export type ProgressListener = (progress: Progress) => void;
