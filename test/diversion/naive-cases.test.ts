import { describe, expect, it } from "vitest";
import { ARGUED_CASES } from "../support/naive/argued-cases";
import { naiveAnswer } from "../support/naive/decide";

describe("the naive decision maker, on cases argued by the domain", () => {
  it.each(ARGUED_CASES)("rule $rule: $name → $goesTo, because $because", ({ world, goesTo, outcome, waitSeconds }) => {
    const answer = naiveAnswer(world);
    expect([answer.destination?.hospital, answer.outcome]).toEqual([goesTo, outcome ?? "destination"]);
    if (answer.destination !== undefined) expect(answer.destination.waitSeconds).toBe(waitSeconds ?? 0);
  });
});
