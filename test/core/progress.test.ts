import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProgressEstimator } from "../../src/core/progress";

const STAGES = [
  { stage: "read", cost: 60 },
  { stage: "think", cost: 30 },
  { stage: "write", cost: 10 },
];
const at = (stage: string, done: number, total: number) => ({ stage, done, total, unit: "bytes" });

describe("the estimate of a long piece of work", () => {
  it("weighs stages by their cost", () => {
    const estimator = new ProgressEstimator(STAGES);
    expect(estimator.update(at("read", 0, 100), 0)?.share).toBe(0);
    expect(estimator.update(at("read", 50, 100), 1000)?.share).toBeCloseTo(0.3);
    expect(estimator.update(at("think", 1, 3), 2000)?.share).toBeCloseTo(0.7);
    expect(estimator.update(at("write", 0, 0), 3000)?.share).toBeCloseTo(0.9);
  });

  it("says how long the rest takes at the pace so far, and not before it can tell", () => {
    const estimator = new ProgressEstimator(STAGES);
    expect(estimator.update(at("read", 0, 100), 5000)?.secondsLeft).toBeUndefined();
    expect(estimator.update(at("read", 50, 100), 5500)?.secondsLeft).toBeUndefined();
    expect(estimator.update(at("read", 50, 100), 8000)?.secondsLeft).toBeCloseTo(7);
    expect(estimator.update(at("write", 0, 0), 14_000)?.secondsLeft).toBeCloseTo(1);
    expect(new ProgressEstimator(STAGES).update(at("read", 1, 100), 0)?.secondsLeft).toBeUndefined();
  });

  it("counts a stage of unknown size as not begun, whatever it says it has done", () => {
    const estimator = new ProgressEstimator(STAGES);
    expect(estimator.update(at("think", 1e9, 0), 1)?.share).toBeCloseTo(0.6);
  });

  it("says nothing of work it does not know", () => {
    expect(new ProgressEstimator(STAGES).update(at("verify", 1, 2), 0)).toBeUndefined();
    expect(new ProgressEstimator([]).update(at("read", 1, 2), 0)).toBeUndefined();
  });

  it("neither goes back nor reaches the end before the last stage does", () => {
    const report = fc.record({
      stage: fc.constantFrom("read", "think", "write"),
      done: fc.nat(1000),
      total: fc.nat(1000),
      unit: fc.constant("bytes"),
    });
    fc.assert(
      fc.property(fc.array(report), (reports) => {
        const estimator = new ProgressEstimator(STAGES);
        let before = 0;
        for (const [second, progress] of reports.entries()) {
          const { share, secondsLeft } = estimator.update(progress, second * 1000)!;
          expect(share).toBeGreaterThanOrEqual(before);
          expect(share).toBeLessThanOrEqual(1);
          if (share === 1 && before < 1) expect(progress.stage).toBe("write");
          if (secondsLeft !== undefined) expect(secondsLeft).toBeGreaterThanOrEqual(0);
          before = share;
        }
      }),
      { seed: 1 },
    );
  });
});
