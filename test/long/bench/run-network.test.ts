import { describe, expect, it } from "vitest";
import { syntheticRoads } from "../../../bench/networks/synthetic";
import type { CaseName } from "../../../bench/suite/case-names";
import { bulkNearest, oneToMany, path, pointToPoint, snap, tableNearest } from "../../../bench/suite/query-cases";
import { type BenchRow, formatRows, parseRows } from "../../../bench/suite/row";
import { runNetwork } from "../../../bench/suite/run-network";
import { Subject, WrongAnswer } from "../../../bench/suite/subject";
import { indexRoads } from "../../../src/roads/index-roads";

const OPTIONS = { seed: 3, targets: 20, open: 16 };
const network = { name: "small", load: async () => syntheticRoads({ nodes: 1000 }) };

const subject = (): Subject =>
  new Subject(
    indexRoads(syntheticRoads({ nodes: 1000 }), {
      source: "test",
      notice: "",
      profile: "",
      snapLimitMetres: 1000,
      report: {},
    }),
    OPTIONS,
  );

describe("a benchmark of one network", () => {
  it("gives one valid row per case, in the fixed order, with the same checksums every time", async () => {
    const cases: CaseName[] = ["table-nearest", "bulk-nearest", "memory-bytes-per-node"];
    const runs = [
      await runNetwork(network, cases, OPTIONS, () => {}),
      await runNetwork(network, cases, OPTIONS, () => {}),
    ];
    const [rows, again] = runs.map((run) => parseRows(formatRows(run.rows), "run")) as [BenchRow[], BenchRow[]];
    expect(rows.map((row) => row.case)).toEqual(cases);
    expect(rows.map((row) => row.unit)).toEqual(["ns", "ns", "bytes"]);
    expect(rows.every((row) => row.graph === "small" && row.median > 0 && row.p99 >= row.median)).toBe(true);
    expect(again.map((row) => row.checksum)).toEqual(rows.map((row) => row.checksum));
    expect(runs[0]!.notes.join("\n")).toMatch(/600 answers compared with Dijkstra's, all equal/);
  });

  it.each([
    ["table-nearest", tableNearest],
    ["one-to-many", oneToMany],
    ["point-to-point", pointToPoint],
    ["path", path],
    ["bulk-nearest", bulkNearest],
  ])("is stopped by a wrong answer of %s", (_, measured) => {
    const wrong = subject();
    wrong.roads.metric.forward.fill(1);
    expect(() => measured(wrong)).toThrow(WrongAnswer);
  });

  it("is stopped by a point that is not the nearest", () => {
    const wrong = subject();
    wrong.roads.snapColumns.cellFirstPiece.fill(0, 0, wrong.roads.snapColumns.cellFirstPiece.length >> 1);
    expect(() => snap(wrong)).toThrow(WrongAnswer);
  });
});

describe("a subject", () => {
  it("has the hospitals asked for, as many accepting, the same from one seed", () => {
    const [a, b] = [subject(), subject()];
    expect(a.targets).toHaveLength(20);
    expect(a.accepted.reduce((sum, flag) => sum + flag, 0)).toBe(16);
    expect(a.targets).toEqual(b.targets);
    expect(a.nodes).toEqual(b.nodes);
    expect(a.locations).toEqual(b.locations);
  });

  it("gives a router the hospitals where its targets are, the same ones closed", () => {
    const made = subject();
    const router = made.router("cch");
    const location = made.location(0);
    const accepted = Array.from(made.accepted.keys()).filter((target) => made.accepts(target));
    const best = router.nearestOpen(location)!;
    expect(accepted).toContain(Number(best.hospital.id.slice(1)));
    const eds = router.situation().edsFrom({ location });
    const times = made.engine.oneToMany(eds.departure);
    // A hospital's position has 7 decimals, a point on a road is where it is: centimetres of driving.
    expect(eds.at(made.targets.length)).toBeUndefined();
    for (let place = 0; place < made.targets.length; place++) {
      const { target, driveMs } = eds.at(place)!;
      expect(Math.abs(driveMs - times[target]!), `target ${target}`).toBeLessThan(20);
    }
  });
});
