import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import type { ChainedLine } from "../../src/core/hash-chain-log";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import {
  DECISION_LOG_FORMAT,
  DecisionRecorder,
  type LoggedDecision,
  readDecisions,
} from "../../src/diversion/log/decision-log";
import { replayDecisions } from "../../src/diversion/log/decision-replay";
import type { DiversionRouter } from "../../src/diversion/router";
import { BUILT_IN_POLICIES } from "../../src/diversion/rules/policy";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { readJsonFeed } from "../../src/hospitals/feeds/simple-feed";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { RoadIndex } from "../../src/roads/road-index";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const county = smallCounty();
const hospitals = hospitalsAt({
  A: { km: 5, capabilities: ["trauma"] },
  B: { km: 20, capabilities: ["trauma", "stroke"], handoverMinutes: 20 },
  C: 40,
});

/** A recorder into memory. */
function recorderOf(router: DiversionRouter): { record: DecisionRecorder["record"]; text: () => string } {
  const lines = [DECISION_LOG_FORMAT.header()];
  const append = (line: (previous: ChainedLine["checksum"]) => ChainedLine): ChainedLine => {
    const sealed = line(lines.at(-1)!.checksum);
    lines.push(sealed);
    return sealed;
  };
  const recorder = new DecisionRecorder(router, append);
  return { record: recorder.record.bind(recorder), text: () => lines.map(({ text }) => text).join("") };
}

const failure = (action: () => unknown): DiversionError => {
  try {
    action();
  } catch (error) {
    if (error instanceof DiversionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

/** A router over roads of its own, so that closures stay apart. */
const router = (options = {}) => routerOver(hospitals, { roads: new RoadIndex(county), ...options });

const needs = fc.option(fc.subarray(["trauma", "stroke"]), { nil: undefined });
const requests: fc.Arbitrary<RecommendationRequest> = fc.record(
  {
    location: fc.integer({ min: 0, max: 600 }).map((tenths) => at(tenths / 10)),
    needs: needs.map((words) => words ?? []),
    age: fc.integer({ min: 0, max: 99 }),
    acuity: fc.constantFrom("extremis" as const, "urgent" as const),
    alternatives: fc.integer({ min: 0, max: 3 }),
    at: fc.constantFrom(NOON, "2017-05-15T11:00:00.250Z", new Date(NOON), "2017-05-15T12:00:00+00:00"),
  },
  { requiredKeys: ["location"] },
);

type Step =
  | { readonly do: "ask"; readonly request: RecommendationRequest }
  | {
      readonly do: "report";
      readonly id: string;
      readonly effect: "divert" | "refuse";
      readonly to: string | undefined;
    }
  | { readonly do: "open"; readonly id: string; readonly open: boolean }
  | { readonly do: "close"; readonly km: number }
  | { readonly do: "reopen" };

const id = fc.constantFrom("A", "B", "C");
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant("ask" as const), request: requests }) },
    fc.record({
      do: fc.constant("report" as const),
      id,
      effect: fc.constantFrom("divert" as const, "refuse" as const),
      to: fc.constantFrom(undefined, "A", "B", "C"),
    }),
    fc.record({ do: fc.constant("open" as const), id, open: fc.boolean() }),
    fc.record({ do: fc.constant("close" as const), km: fc.integer({ min: 1, max: 58 }) }),
    fc.record({ do: fc.constant("reopen" as const) }),
  ),
  { maxLength: 25 },
);

/** Carries out the steps and gives the log of what was answered. */
function logOf(script: readonly Step[], live: DiversionRouter): string {
  const { record, text } = recorderOf(live);
  for (const step of script) {
    if (step.do === "ask") record(step.request, live.recommend(step.request));
    else if (step.do === "open") live.status.setOpen(step.id, step.open);
    else if (step.do === "close") {
      live.roads.close({ point: at(step.km + 0.5), bufferMetres: 100, reason: "flood" });
    } else if (step.do === "reopen") {
      if (live.roads.closures.length > 0) live.roads.reopen(live.roads.closures[0]!.id);
    } else {
      const divertTo = step.to === undefined || step.to === step.id ? {} : { divertTo: step.to };
      live.status.report({ hospital: step.id, effect: step.effect, reason: "full", ...divertTo });
    }
  }
  return text();
}

const replay = (log: string, { status }: DiversionRouter, options = {}) =>
  replayDecisions(readDecisions(log), { roads: county, hospitals, status, ...options });

describe("replay of decisions (domain rule 14)", () => {
  it("equals the original byte for byte, whatever was asked, reported and closed in between", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const live = router();
        const asked = script.filter((step) => step.do === "ask").length;
        expect(replay(logOf(script, live), live)).toEqual({ decisions: asked, reproduced: asked });
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it("is the same on every engine", () => {
    const live = router();
    live.status.setOpen("A", false);
    const log = logOf(
      [
        { do: "ask", request: { location: at(8) } },
        { do: "close", km: 12 },
        { do: "ask", request: { location: at(9) } },
      ],
      live,
    );
    for (const engine of [DIJKSTRA_ENGINE, REFERENCE_ENGINE, "cch"]) {
      expect(replay(log, live, { engine })).toEqual({ decisions: 2, reproduced: 2 });
    }
  });

  it("warns again of closed roads at an entrance and at the incident", () => {
    const betweenJunctions = hospitalsAt({ A: 5.5, B: 20 });
    const live = routerOver(betweenJunctions, { roads: new RoadIndex(county) });
    const log = logOf(
      [
        { do: "close", km: 5 },
        { do: "close", km: 12 },
        { do: "ask", request: { location: at(9) } },
        { do: "ask", request: { location: at(12.5) } },
        { do: "reopen" },
        { do: "ask", request: { location: at(9) } },
      ],
      live,
    );
    const lines = log.split("\n");
    expect(lines.filter((line) => line.includes('"entrance-closed"'))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('"road-closed"'))).toHaveLength(1);
    expect(replay(log, live, { hospitals: betweenJunctions })).toEqual({ decisions: 3, reproduced: 3 });
  });

  it("holds what feeds had said, and repeats decisions made by it", () => {
    let nowMs = Date.parse(NOON);
    const clock = (): number => nowMs;
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "f", timeToLiveMs: 60_000 }], { clock });
    const live = router({ status, feeds, clock });
    const { record, text } = recorderOf(live);
    const ask = (): void => void record({ location: at(8) }, live.recommend({ location: at(8) }));
    ask();
    ask();
    const reading = (hospital: string, open: true | null) =>
      readJsonFeed(JSON.stringify({ hospitals: [{ hospital, open }] }), { directory: hospitals });
    feeds.apply("f", reading("A", true));
    ask();
    nowMs += 120_000;
    ask();
    const log = text();
    const kinds = log
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line).kind);
    expect(kinds).toEqual(["feeds", "decision", "decision", "feeds", "decision", "decision"]);
    expect(replay(log, live)).toEqual({ decisions: 4, reproduced: 4 });
    const [decision] = readDecisions(log);
    const { difference } = replayDecisions([{ ...decision!, feeds: [] }], { roads: county, hospitals, status });
    expect(difference).toMatchObject({ part: "feeds", recorded: decision!.answer.basis.feeds });
    const advice = live.recommend({ location: at(8) });
    feeds.apply("f", reading("B", null));
    expect(failure(() => record({ location: at(8) }, advice)).message).toContain("The feeds have said something since");
  });

  const live = router();
  const log = logOf(
    [
      { do: "open", id: "A", open: false },
      { do: "ask", request: { location: at(8), needs: ["trauma"] } },
    ],
    live,
  );

  it("names the first place in which an answer differs, and both values", () => {
    const [decision] = readDecisions(log);
    const altered = structuredClone(decision!) as LoggedDecision & {
      answer: { passedOver: { driveSeconds: number }[] };
    };
    altered.answer.passedOver[0]!.driveSeconds += 1;
    expect(replayDecisions([decision!, altered, decision!], { roads: county, hospitals, status: live.status })).toEqual(
      {
        decisions: 3,
        reproduced: 2,
        difference: {
          line: 1,
          at: NOON,
          part: "answer",
          path: "answer.passedOver[0].driveSeconds",
          recorded: 181,
          recomputed: 180,
        },
      },
    );
    const { outcome, ...rest } = decision!.answer;
    const reordered = { ...decision!, answer: { ...rest, outcome } } as LoggedDecision;
    const { difference } = replayDecisions([reordered], { roads: county, hospitals, status: live.status });
    expect(difference?.path).toBe("answer (order of members)");
  });

  it("names the part of the basis that is not at hand", () => {
    const part = (options: object) => replay(log, live, options).difference;
    const others = hospitalsAt({ A: 5, B: 20 });
    expect(part({ hospitals: others, status: new StatusBoard(others) })).toMatchObject({
      part: "hospitals",
      path: "answer.basis.hospitals",
      recorded: hospitals.checksum,
      recomputed: others.checksum,
    });
    expect(part({ policy: BUILT_IN_POLICIES.get("los-angeles-like")! })).toMatchObject({ part: "policy" });
    expect(part({ status: undefined })).toMatchObject({
      part: "status",
      path: "answer.basis.statusVersion",
      recorded: 1,
      recomputed: 0,
    });
    const otherStatus = new StatusBoard(hospitals, { clock: () => Date.parse(NOON) });
    otherStatus.setOpen("B", false);
    expect(part({ status: otherStatus })).toMatchObject({ part: "status", path: "status" });
  });
});

describe("the decision log", () => {
  it("holds the question as asked, at the moment of its answer, and nothing else about the patient", () => {
    const live = router();
    const { record, text } = recorderOf(live);
    const request = { location: at(8), needs: ["trauma"], age: 7 };
    const reference = record(request, live.recommend(request));
    const [, line] = text().trimEnd().split("\n");
    expect(reference).toEqual({ line: 1, checksum: JSON.parse(line!).checksum });
    expect(JSON.parse(line!).request).toEqual({ ...request, at: NOON });
    const named = { ...request, patient: "N. N." } as RecommendationRequest;
    expect(failure(() => record(named, live.recommend(request))).message).toContain('"patient" is not a known field');
  });

  it("refuses an answer that the roads have left behind", () => {
    const live = router();
    const { record } = recorderOf(live);
    const advice = live.recommend({ location: at(8) });
    live.roads.close({ point: at(12.5), bufferMetres: 100, reason: "flood" });
    expect(failure(() => record({ location: at(8) }, advice)).code).toBe("invalid-argument");
  });

  it("writes closures once, before the first decision made under them", () => {
    const ask: Step = { do: "ask", request: { location: at(8) } };
    const log = logOf(
      [ask, { do: "close", km: 12 }, ask, ask, { do: "reopen" }, ask, { do: "close", km: 30 }, ask],
      router(),
    );
    const kinds = log
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line).kind);
    const d = "decision";
    expect(kinds).toEqual([d, "closures", d, d, d, "closures", d]);
    expect([...readDecisions(log)].map(({ closures }) => closures?.features.length)).toEqual([
      undefined,
      1,
      1,
      undefined,
      1,
    ]);
  });

  it("is read alike in pieces of any size, and tells of a torn line", () => {
    const log = new TextEncoder().encode(
      logOf(
        [
          { do: "ask", request: { location: at(8) } },
          { do: "ask", request: { location: at(30) } },
        ],
        router(),
      ),
    );
    const whole = [...readDecisions(log)];
    expect(whole).toHaveLength(2);
    for (const size of [1, 7, 64, 4096]) {
      const pieces = Array.from({ length: Math.ceil(log.length / size) }, (_, i) =>
        log.slice(i * size, (i + 1) * size),
      );
      expect([...readDecisions(pieces)]).toEqual(whole);
    }
    const cut = readDecisions(log.subarray(0, log.length - 1));
    let next = cut.next();
    const read: LoggedDecision[] = [];
    for (; !next.done; next = cut.next()) read.push(next.value);
    expect(read).toEqual(whole.slice(0, 1));
    expect(next.value.torn?.row).toBe(3);
  });

  it("notices a changed byte, a line taken out, and what is no decision log", () => {
    const log = logOf(
      [1, 2, 3].map((km) => ({ do: "ask", request: { location: at(km) } }) as const),
      router(),
    );
    const lines = log.trimEnd().split("\n");
    const damaged = log.replace('"driveSeconds":240', '"driveSeconds":241');
    expect(damaged).not.toBe(log);
    expect(failure(() => [...readDecisions(damaged)])).toMatchObject({
      code: "corrupt-decision-log",
      place: { row: 2 },
    });
    const shorter = `${[lines[0], lines[2], lines[3]].join("\n")}\n`;
    expect(failure(() => [...readDecisions(shorter)])).toMatchObject({
      code: "corrupt-decision-log",
      place: { row: 2 },
    });
    expect(failure(() => [...readDecisions("id,lon,lat\n")]).code).toBe("unsupported-decision-log");
    const header = DECISION_LOG_FORMAT.header();
    const sealed = (members: object) => header.text + DECISION_LOG_FORMAT.chained({ ...members }, header.checksum).text;
    const members = JSON.parse(lines[1]!.replace(/,"checksum":"[^"]*"\}$/, "}"));
    expect([...readDecisions(sealed(members))]).toHaveLength(1);
    for (const wrong of [
      { ...members, v: 2 },
      { ...members, patient: "N. N." },
      { ...members, request: { ...members.request, name: "N. N." } },
      { ...members, answer: { ...members.answer, basis: { ...members.answer.basis, roadsVersion: 1 } } },
    ]) {
      expect(failure(() => [...readDecisions(sealed(wrong))]).code).toBe("corrupt-decision-log");
    }
  });

  it("says of a log of the first format, whose answers follow other rules, that the release that wrote it reads it", () => {
    const start = `sha256:${"0".repeat(64)}` as const;
    const old = { v: 0, log: "ambulance-diversion decisions", format: 1 };
    const { text, checksum } = DECISION_LOG_FORMAT.chained(old, start);
    expect(DECISION_LOG_FORMAT.chained({ ...old, format: 2 }, start)).toEqual(DECISION_LOG_FORMAT.header());
    const rest = recorderOf(router()).text().split("\n").slice(1);
    for (const log of [
      text,
      [text.trimEnd(), ...rest].join("\n"),
      text + DECISION_LOG_FORMAT.chained({ v: 1 }, checksum).text,
    ]) {
      const error = failure(() => [...readDecisions(log)]);
      expect([error.code, error.message]).toEqual([
        "unsupported-decision-log",
        "This decision log has format version 1 and this release reads 2: read it by the release that wrote it, and begin another file.",
      ]);
    }
  });
});
