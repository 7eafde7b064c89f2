import type { BenchRow } from "./row";

/** One case over the sizes of a scaling study. */
export interface Growth {
  readonly case: string;
  readonly unit: BenchRow["unit"];
  /** By ascending nodes. */
  readonly points: readonly { readonly nodes: number; readonly median: number }[];
  /** p where the median grows like nodes ** p: the slope of the least-squares line through the logarithms. */
  readonly exponent: number;
}

/** The growth of every case that has at least two sizes with a median above zero. */
export function growthOf(rows: readonly BenchRow[]): Growth[] {
  const byCase = new Map<string, BenchRow[]>();
  for (const row of rows) if (row.median > 0) byCase.set(row.case, [...(byCase.get(row.case) ?? []), row]);
  return [...byCase].flatMap(([name, own]) => {
    const points = own.map(({ nodes, median }) => ({ nodes, median })).sort((a, b) => a.nodes - b.nodes);
    const exponent = slope(points.map(({ nodes, median }) => [Math.log(nodes), Math.log(median)]));
    return Number.isFinite(exponent) ? [{ case: name, unit: own[0]!.unit, points, exponent }] : [];
  });
}

/** Of the least-squares line; NaN where there is none. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [middleX, middleY] = [mean(0), mean(1)];
  let above = 0;
  let below = 0;
  for (const [x, y] of points) {
    above += (x - middleX) * (y - middleY);
    below += (x - middleX) ** 2;
  }
  return above / below;
}
