import { describe, expect, it } from "vitest";
import { parseLoadArguments } from "../../bench/load/arguments";
import { ClosureHistory } from "../../bench/load/closure-history";
import { EventCollector, judgeEvents } from "../../bench/load/event-watch";
import { median, memoryTrend, metricOf, slope } from "../../bench/load/memory";
import { type KeptAnswer, requestFor } from "../../bench/load/questions";
import { spreadOf } from "../../bench/load/result";
import { firstDifference, firstWrongAnswer } from "../../bench/load/verify";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const clock = (): number => Date.parse(NOON);

describe("figures", () => {
  it("are of the nearest rank", () => {
    const milliseconds = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(spreadOf(milliseconds)).toEqual({ count: 200, median: 100, p99: 198, worst: 200 });
    expect(spreadOf([])).toEqual({ count: 0, median: 0, p99: 0, worst: 0 });
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2]);
  });

  it("tell memory that grows from memory that does not", () => {
    const samples = (bytesAt: (seconds: number) => number) =>
      Array.from({ length: 121 }, (_, i) => ({
        seconds: 5 * i,
        residentBytes: bytesAt(5 * i),
        cpuSeconds: 0,
        loopDelayP99Ms: 0,
      }));
    // A minute of warming up, which is not growth.
    const flat = memoryTrend(samples((seconds) => 200 + Math.min(60, seconds)));
    expect(flat).toEqual({ firstMedianBytes: 230, lastMedianBytes: 260, bytesPerMinute: 0 });
    const growing = memoryTrend(samples((seconds) => 200 + 2 * seconds));
    expect(growing.bytesPerMinute).toBeCloseTo(120);
    expect(growing.lastMedianBytes - growing.firstMedianBytes).toBe(1080);
    expect(slope([1, 1], [2, 5])).toBe(0);
    expect(() => memoryTrend([])).toThrow(/never sampled/);
  });

  it("are read out of the server's metrics by their whole name", () => {
    const text = "# HELP a b\nprocess_resident_memory_bytes_max 9\nprocess_resident_memory_bytes 123456\n";
    expect(metricOf(text, "process_resident_memory_bytes")).toBe(123456);
    expect(() => metricOf(text, "process")).toThrow(/no process/);
  });
});

describe("options", () => {
  it("have defaults, and name what is wrong", () => {
    expect(parseLoadArguments([])).toMatchObject({ seconds: 30, connections: 50, eds: 200, record: false });
    expect(() => parseLoadArguments(["--seconds", "0"])).toThrow(/--seconds is "0"/);
    expect(() => parseLoadArguments(["--coordinates", "x.co"])).toThrow(/--coordinates goes with/);
    expect(() => parseLoadArguments(["--speed"])).toThrow(/--speed/);
  });
});

describe("questions", () => {
  it("are the same as a body and as a query", () => {
    const question = { location: [0.18, 52], needs: ["trauma"], age: 6, acuity: "urgent" } as const;
    const { body } = requestFor({ ...question, location: [0.18, 52], needs: ["trauma"] }, false);
    expect(JSON.parse(body as string)).toEqual(question);
    const { path } = requestFor({ ...question, location: [0.18, 52], needs: ["trauma"] }, true);
    expect(path).toBe("/v1/recommendations?location=0.18%2C52&needs=trauma&age=6&acuity=urgent");
  });
});

describe("events", () => {
  const block = (version: number): string => `event: status\nid: ${version}\ndata: {}\n\n`;

  it("are counted and timed however they are cut up", () => {
    const collector = new EventCollector();
    const text = `event: hello\ndata: {}\n\n${block(1)}: still here\n\n${block(2)}`;
    for (const [i, letter] of [...text].entries()) collector.add(letter, i);
    expect(collector.counts).toEqual({ hello: 1, status: 2 });
    expect([...collector.statusAtMs.keys()]).toEqual([1, 2]);
    expect(collector.disorder).toBeUndefined();
  });

  it("are missed, late or out of order when they are", () => {
    const collector = new EventCollector();
    collector.add(block(1), 10);
    collector.add(block(3), 2000);
    expect(collector.disorder).toEqual({ version: 3, after: 1 });
    const flip = (version: number, sentMs: number) => ({ version, sentMs, answeredMs: sentMs + 1 });
    const verdict = judgeEvents([flip(1, 5), flip(2, 6), flip(3, 900)], collector);
    expect(verdict).toEqual({ missing: [2], late: [3], delaysMs: [5, 1100] });
  });
});

describe("closures by version", () => {
  const flood = (id: string, kilometre: number) => ({
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        id,
        geometry: { type: "Point", coordinates: at(kilometre) },
        properties: { reason: "flood", bufferMetres: 100 },
      },
    ],
  });

  function history(): ClosureHistory {
    const closures = new ClosureHistory();
    closures.add({ version: 1, id: "a", entered: flood("a", 14.5) });
    closures.add({ version: 2, id: "b", entered: flood("b", 30.5) });
    closures.add({ version: 3, reopened: "a" });
    return closures;
  }

  it("are made again step by step, each state that of its version", () => {
    const closures = history();
    const roads = smallCounty();
    const states = [0, 1, 2, 3].map((version) => {
      closures.bring(roads, version);
      return [roads.version, roads.closures.map(({ id }) => id)];
    });
    expect(states).toEqual([
      [0, []],
      [1, ["a"]],
      [2, ["a", "b"]],
      [3, ["b"]],
    ]);
    expect(closures.held).toEqual(["b"]);
    expect(() => closures.bring(roads, 2)).toThrow(/at version 3 of 3/);
    expect(() => closures.bring(roads, 4)).toThrow(/brought to 4/);
  });

  it("must follow each other without a gap", () => {
    expect(() => history().add({ version: 5, reopened: "b" })).toThrow(/version 5 where 4 was due/);
  });

  it("and of the status judge each answer at the versions it names", () => {
    const hospitals = hospitalsAt({ A1: 10, B2: 20, C3: 40 });
    const status = new StatusBoard(hospitals, { clock });
    const server = routerOver(hospitals, { status });
    const closures = history();
    const kept: KeptAnswer[] = [];
    const ask = (): void => {
      for (const location of [at(12), at(16)]) {
        kept.push({ question: { location }, body: JSON.stringify(server.recommend({ location })) });
      }
    };
    ask();
    for (const [flip, version] of [1, 2, 3].entries()) {
      status.setOpen("A1", flip % 2 === 1);
      ask();
      closures.bring(server.roads, version);
      ask();
    }
    const judge = () => ({ roads: smallCounty(), hospitals, status, closures });
    expect(new Set(kept.map(({ body }) => body)).size).toBeGreaterThan(6);
    expect(firstWrongAnswer(judge(), [...kept].reverse())).toBeUndefined();

    const falsified = (change: (answer: { [field: string]: never }) => void) => {
      const answer = JSON.parse(kept[2]!.body);
      change(answer);
      return firstWrongAnswer(judge(), kept.with(2, { ...kept[2]!, body: JSON.stringify(answer) }))?.difference;
    };
    const right = JSON.parse(kept[2]!.body);
    expect(falsified((answer) => Object.assign(answer.destination!, { driveSeconds: 1 }))).toBe(
      `destination.driveSeconds is 1; Dijkstra says ${right.destination.driveSeconds}`,
    );
    expect(falsified((answer) => Object.assign(answer, { outcome: "unreachable" }))).toMatch(/^outcome is/);
    // Right for another version of the status is wrong for the one named.
    expect(falsified((answer) => Object.assign(answer.basis!, { statusVersion: 0 }))).toBeDefined();
    expect(falsified((answer) => Object.assign(answer, { passedOver: [] }))).toMatch(/^passedOver/);
  });
});

describe("a difference", () => {
  it("is named by its path", () => {
    expect(firstDifference({ a: [{ b: 1 }] }, { a: [{ b: 1 }] }, "")).toBeUndefined();
    expect(firstDifference({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, "")).toBe("a.0.b is 1; Dijkstra says 2");
    expect(firstDifference({ a: 1 }, {}, "")).toBe("a is 1; Dijkstra says undefined");
  });
});
