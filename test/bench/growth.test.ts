import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { growthOf } from "../../bench/suite/growth";
import { growthPlot } from "../../bench/suite/plot";
import type { BenchRow } from "../../bench/suite/row";

const rows = (name: BenchRow["case"], unit: BenchRow["unit"], medians: Record<number, number>): BenchRow[] =>
  Object.entries(medians).map(([nodes, median]) => ({
    case: name,
    graph: `synthetic-${nodes}`,
    nodes: Number(nodes),
    edges: 3 * Number(nodes),
    unit,
    median,
    p99: median,
    samples: 1,
    checksum: "00000000",
    machine: "",
    node: "",
  }));

const study = [
  ...rows("bucket-nearest", "us", { 1000: 1, 4000: 2, 16000: 4 }),
  ...rows("customize", "ms", { 1000: 1, 4000: 4, 16000: 16 }),
  ...rows("memory-bytes-per-node", "bytes", { 1000: 100, 4000: 100, 16000: 100 }),
  ...rows("order", "ms", { 1000: 5 }),
];

describe("growth over sizes", () => {
  it("is the exponent of the nodes, of every case with two sizes", () => {
    const growths = growthOf(study);
    expect(growths.map(({ case: name }) => name)).toEqual(["bucket-nearest", "customize", "memory-bytes-per-node"]);
    expect(growths[0]!.exponent).toBeCloseTo(0.5, 10);
    expect(growths[1]!.exponent).toBeCloseTo(1, 10);
    expect(growths[2]!.exponent).toBeCloseTo(0, 10);
  });

  it("is drawn as well-formed SVG, one line per timed case, inside the picture", () => {
    const svg = growthPlot(growthOf(study), "Time < size & more", "one machine");
    const elements: { name: string; attributes: Record<string, string> }[] = [];
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("opentag", ({ name, attributes }) =>
      elements.push({ name, attributes: attributes as Record<string, string> }),
    );
    parser.write(svg).close();
    const [, , width, height] = elements[0]!.attributes.viewBox!.split(" ").map(Number);
    const lines = elements.filter(({ name }) => name === "polyline");
    expect(lines).toHaveLength(2);
    for (const { attributes } of lines) {
      const points = attributes.points!.split(" ").map((point) => point.split(",").map(Number));
      expect(points).toHaveLength(3);
      for (const [x, y] of points) {
        expect(x! >= 0 && x! <= width! && y! >= 0 && y! <= height!, `${x},${y}`).toBe(true);
      }
    }
    expect(svg).toContain("bucket-nearest  n^0.50");
    expect(svg).toContain("Time &lt; size &amp; more");
  });

  it("puts times where they belong: a thousand times longer is three decades higher", () => {
    const heights = [...growthPlot(growthOf(study), "", "").matchAll(/points="([^"]*)"/g)].map((match) =>
      Number(match[1]!.split(" ")[0]!.split(",")[1]),
    );
    const grid = [...growthPlot(growthOf(study), "", "").matchAll(/y1="([\d.]+)" y2="\1" stroke="#dddddd"/g)].map(
      (match) => Number(match[1]),
    );
    expect(heights[0]! - heights[1]!).toBeCloseTo(3 * (grid[0]! - grid[1]!), 0);
  });

  it("keeps labels apart", () => {
    const near = Array.from({ length: 9 }, (_, i) =>
      rows((["path", "snap", "order"] as const)[i % 3]!, "us", { 10: 5, 100: 5 }),
    );
    const labels = [
      ...growthPlot(
        near.flatMap((part) => growthOf(part)),
        "",
        "",
      ).matchAll(/y="([\d.]+)"[^>]*>[a-z]+ {2}n\^/g),
    ];
    const heights = labels.map((match) => Number(match[1])).sort((a, b) => a - b);
    expect(heights).toHaveLength(9);
    for (let i = 1; i < heights.length; i++) expect(heights[i]! - heights[i - 1]!).toBeGreaterThanOrEqual(14.9);
  });
});
