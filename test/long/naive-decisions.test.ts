import { describe, expect, it } from "vitest";
import { firstDisagreement } from "../support/naive/compare";

const WORLDS_PER_SEED = 20_000;

describe("the router and a decision maker written from the domain alone, on 100,000 random worlds", () => {
  it.each([1, 2, 3, 4, 5])("agree on each of the worlds of seed %d", (seed) => {
    expect(firstDisagreement(seed, WORLDS_PER_SEED)).toBeUndefined();
  });
});
