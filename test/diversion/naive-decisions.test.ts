import { describe, expect, it } from "vitest";
import { ARGUED_CASES } from "../support/naive/argued-cases";
import { firstDisagreement } from "../support/naive/compare";
import { productAnswer } from "../support/naive/router-of-world";

/** A slice of what `npm run test:long` compares. */
const WORLDS = 300;

describe("the router, where a decision maker written from the domain alone answers too", () => {
  it("agrees on each of the worlds of seed 7", () => {
    expect(firstDisagreement(7, WORLDS)).toBeUndefined();
  });

  it.each(ARGUED_CASES)("rule $rule: $name → $goesTo, because $because", ({ world, goesTo, outcome, waitSeconds }) => {
    const answer = productAnswer(world);
    expect([answer.destination?.hospital, answer.outcome]).toEqual([goesTo, outcome ?? "destination"]);
    if (answer.destination !== undefined) expect(answer.destination.waitSeconds).toBe(waitSeconds ?? 0);
  });
});
