import { describe, expect, it } from "vitest";
import { Checksum, counted, measure, measureAsync, quantile } from "../../bench/suite/measure";

describe("samples", () => {
  it("are as many as asked for, ascending, and none of the warm-ups", () => {
    const seen: number[] = [];
    const { values } = measure((sample) => seen.push(sample), { warmUps: 3, leastSamples: 10, budgetMilliseconds: 0 });
    expect(values).toHaveLength(10);
    expect([...values].sort((a, b) => a - b)).toEqual([...values]);
    expect(seen).toEqual(Array.from({ length: 13 }, (_, i) => i));
  });

  it("stop at the most asked for", () => {
    expect(measure(() => {}, { mostSamples: 25, budgetMilliseconds: 10_000 }).values).toHaveLength(25);
  });

  it("of work elsewhere are counted after it is done", async () => {
    let done = 0;
    const { values } = await measureAsync(async () => void done++, { leastSamples: 4, budgetMilliseconds: 0 });
    expect(values).toHaveLength(4);
    expect(done).toBe(5);
  });

  it("have quantiles by nearest rank", () => {
    const samples = { values: Float64Array.from({ length: 200 }, (_, i) => i + 1) };
    expect(quantile(samples, 0.5)).toBe(100);
    expect(quantile(samples, 0.99)).toBe(198);
    expect(quantile(counted(7), 0.99)).toBe(7);
  });
});

describe("checksums", () => {
  it("are eight hexadecimal digits that depend on every word and its place", () => {
    const of = (...words: number[]) => new Checksum().addAll(words).toString();
    expect(of(1, 2)).toMatch(/^[0-9a-f]{8}$/);
    expect(new Set([of(), of(1, 2), of(2, 1), of(1), of(1, 2, 0), of(1 << 24, 2)]).size).toBe(6);
    expect(of(-1)).toBe(of(0xffffffff));
  });
});
