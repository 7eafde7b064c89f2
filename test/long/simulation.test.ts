import { describe, expect, it } from "vitest";
import { firstFault } from "../simulate/simulation";

const STEPS_PER_SEED = 50_000;

describe("a server that lives on, beside a naive decision maker, over 200,000 steps", () => {
  it.each([1, 2, 3, 4])("agrees on every question of seed %d", (seed) => {
    expect(firstFault(seed, STEPS_PER_SEED)).toBeUndefined();
  });
});
