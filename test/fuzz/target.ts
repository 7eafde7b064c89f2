import type { SeededRandom } from "../../src/core/random";

/** Something that takes what others wrote. */
export interface Target {
  readonly samples: readonly Uint8Array[];
  /** A change that knows the format; by default one of `mutated`. */
  readonly mutate?: (sample: Uint8Array, random: SeededRandom) => Uint8Array;
  /** How many inputs `npm test` takes. Default 150. */
  readonly iterations?: number;
  /** Takes the input. What is no DiversionError is a fault, and so is an assertion of its own. */
  run(input: Uint8Array): unknown;
}
