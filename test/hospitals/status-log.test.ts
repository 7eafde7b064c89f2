import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, parseInstant } from "../../src/core/instant";
import { carriedOver } from "../../src/hospitals/status/carried-over";
import { ACUITIES, EFFECTS } from "../../src/hospitals/status/restriction";
import type { StatusEntry, StatusEvent } from "../../src/hospitals/status/status";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusEntry } from "../../src/hospitals/status/status-event";
import { readStatusLog, statusLogHeader, statusLogLine, writeStatusLog } from "../../src/hospitals/status/status-log";
import { epochMs, essex, failure, stoppedClock } from "./support/essex";

/** A few changes of every kind, non-ASCII text included, so that a cut may fall inside a character. */
function someHistory(): readonly StatusEvent[] {
  const clock = stoppedClock("2017-05-12T12:00:00+01:00");
  const status = new StatusBoard(essex, { clock, timeZone: "Europe/London" });
  status.report({
    hospital: "RQ8L0",
    effect: "divert",
    scope: { needs: ["trauma"], exceptNeeds: ["burns"], minAge: 16, acuity: ["immediate"] },
    divertTo: "RAJ01",
    from: "2017-05-12T12:00:00+01:00",
    until: "2017-05-16T18:00:00+01:00",
    reason: "IT outage – “phones”\nfail",
    authorisedBy: "gold command",
    source: "phone",
    observedAt: "2017-05-12T11:59:00+01:00",
  });
  clock.advance(1500);
  status.setOpen("RAJ01", false);
  status.setOpen("RAJ01", true, { reason: "again", by: "site manager", observedAt: "2017-05-12T12:00:02+01:00" });
  clock.advance(1500);
  status.clear("RQ8L0", "divert:trauma:age16-:immediate:except.burns");
  return status.history();
}

const encode = (text: string) => new TextEncoder().encode(text);

describe("readStatusLog", () => {
  const history = someHistory();
  const text = writeStatusLog(history);
  const bytes = encode(text);

  it("reads what was written, with nothing torn", () => {
    expect(history).toHaveLength(4);
    const log = readStatusLog(text);
    expect(log.events).toEqual(history);
    expect(log.torn).toBeUndefined();
    expect(log.wholeBytes).toBe(bytes.length);
    expect(writeStatusLog(log.events)).toBe(text);
  });

  it("is one JSON object per line, whose layout does not change unnoticed", () => {
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ v: 0, log: "ambulance-diversion status", format: 2 });
    expect(lines[2]).toEqual({
      v: 2,
      kind: "report",
      key: "flag",
      hospital: "RAJ01",
      effect: "divert",
      scope: {},
      reason: "Closed",
      observedAt: "2017-05-12T12:00:01.500+01:00",
      receivedAt: "2017-05-12T12:00:01.500+01:00",
      checksum: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });

  it("seals each line with SHA-256 over the seal before it and its own text", () => {
    let seal = `sha256:${"0".repeat(64)}`;
    for (const line of text.trimEnd().split("\n")) {
      const body = line.slice(0, line.lastIndexOf(',"checksum"'));
      seal = `sha256:${createHash("sha256").update(`${seal}\n${body}`).digest("hex")}`;
      expect(JSON.parse(line).checksum).toBe(seal);
    }
  });

  it("gives the whole lines of a log cut off at any byte, and tells of the rest", () => {
    for (let length = 0; length <= bytes.length; length++) {
      const log = readStatusLog(bytes.subarray(0, length));
      const begin = bytes.subarray(0, length).lastIndexOf(0x0a) + 1;
      const whole = new TextDecoder().decode(bytes.subarray(0, begin)).split("\n").length - 1;
      expect(log.events).toEqual(history.slice(0, Math.max(0, whole - 1)));
      expect(log.wholeBytes).toBe(begin);
      expect(log.torn).toEqual(begin === length ? undefined : { row: whole + 1, byte: begin, bytes: length - begin });
    }
  });

  it("notices every flipped bit before the last line feed, naming the row", () => {
    for (let byte = 0; byte < bytes.length - 1; byte++) {
      const flipped = bytes.slice();
      flipped[byte]! ^= 1 << (byte % 8);
      const row = new TextDecoder().decode(bytes.subarray(0, byte)).split("\n").length;
      const error = failure(() => readStatusLog(flipped));
      expect(["corrupt-status-log", "unsupported-status-log"]).toContain(error.code);
      expect(error.place.row).toBe(row);
      if (row > 1) expect(error.code).toBe("corrupt-status-log");
    }
  });

  it("notices a line taken out, doubled, or put elsewhere", () => {
    const lines = text.trimEnd().split("\n") as [string, string, string, string, string];
    const join = (...parts: string[]) => `${parts.join("\n")}\n`;
    for (const wrong of [
      join(lines[0], lines[2], lines[3]),
      join(lines[0], lines[1], lines[1]),
      join(lines[0], lines[2], lines[1]),
      join(lines[1], lines[2]),
      join(lines[0], lines[1], "", lines[2]),
    ]) {
      expect(["corrupt-status-log", "unsupported-status-log"]).toContain(failure(() => readStatusLog(wrong)).code);
    }
  });

  it.each([
    "{}\n",
    "hello",
    "id,name\n",
    '{"v":0,"log":"ambulance-diversion status","format":3,"checksum":""}\n',
    "\n",
    "\uFEFF",
  ])("refuses %j, which is no log it knows", (content) => {
    expect(failure(() => readStatusLog(content)).code).toBe("unsupported-status-log");
  });

  it("refuses well sealed lines that do not hold what they should", () => {
    const header = statusLogHeader();
    const first = history[0] as Extract<StatusEvent, { kind: "report" }>;
    const line = (event: unknown) => header.text + statusLogLine(event as StatusEvent, header.checksum).text;
    const sealed = (members: object) => {
      const body = JSON.stringify(members).slice(0, -1);
      const seal = createHash("sha256").update(`${header.checksum}\n${body}`).digest("hex");
      return `${header.text}${body},"checksum":"sha256:${seal}"}\n`;
    };
    expect(failure(() => readStatusLog(line({ ...first, version: 7 }))).message).toMatch(
      /has version 7 where 1 is due/,
    );
    const { hospital, key, effect, scope, reason, observedAt, receivedAt } = first.restriction;
    const members = { v: 1, kind: "report", hospital, key, effect, scope, reason, observedAt, receivedAt };
    expect(readStatusLog(sealed(members)).events).toHaveLength(1);
    expect(failure(() => readStatusLog(sealed({ ...members, patient: "x" }))).message).toMatch(
      /Line 2 .* "patient" is not a known field/,
    );
    expect(failure(() => readStatusLog(sealed({ ...members, kind: "open" }))).code).toBe("corrupt-status-log");
    const back = [first, { ...history[3]!, version: 2, receivedAt: first.restriction.observedAt }] as StatusEvent[];
    expect(failure(() => readStatusLog(writeStatusLog(back))).message).toMatch(/received before the line above/);
  });
});

describe("entries beside the status", () => {
  const receivedAt = parseInstant("2017-05-12T12:00:00+01:00");
  const feature = (id: string) => ({
    type: "Feature" as const,
    id,
    geometry: null,
    properties: { road: "A1060", kmh: 20 },
  });
  const entry = fc.oneof(
    fc.record({
      kind: fc.constant("closure" as const),
      features: fc.array(fc.constantFrom("a", "b", "c").map(feature), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant("reopen" as const), closure: fc.constantFrom("a", "b", "c") }),
    fc.record({
      kind: fc.constant("heard" as const),
      feed: fc.constantFrom("north", "south"),
      timeToLiveMs: fc.constant(60_000),
      hospitals: fc.constant({ RAJ01: { heardMs: 5, says: "known" as const, handoverMinutes: 3 } }),
    }),
    fc.record({
      kind: fc.constant("clear" as const),
      hospital: fc.constantFrom("RAJ01", "RQ8L0"),
      key: fc.constantFrom("flag", "x"),
      observedAt: fc.constant(receivedAt),
    }),
  );
  const provenance = fc.record({ id: fc.uuid(), origin: fc.constantFrom("desk-a", "desk-b") }, { requiredKeys: [] });
  const entries = fc
    .array(fc.tuple(entry, provenance), { maxLength: 20 })
    .map((all) => all.map(([one, from], index): StatusEntry => ({ version: index + 1, ...one, receivedAt, ...from })));

  it("are read back as they were written, and as the wire has them", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const text = writeStatusLog(all);
        expect(readStatusLog(text).events).toEqual(all);
        expect(writeStatusLog(readStatusLog(text).events)).toBe(text);
        expect(JSON.parse(JSON.stringify(all)).map(readStatusEntry)).toEqual(all);
      }),
    );
  });

  it("are carried over into a short log as far as something still follows from them", () => {
    /** What is closed, heard and held after all of them. */
    const heldAfter = (all: readonly StatusEntry[]) => {
      const [closed, heard, cleared] = [new Set<string>(), new Map<string, number>(), new Set<string>()];
      for (const one of all) {
        if (one.kind === "closure") for (const { id } of one.features) closed.add(id);
        if (one.kind === "reopen") closed.delete(one.closure);
        if (one.kind === "heard") heard.set(one.feed, one.version);
        if (one.kind === "clear") cleared.add(`${one.hospital} ${one.key}`);
      }
      return { closed: [...closed].sort(), heard: [...heard].sort(), cleared: [...cleared].sort() };
    };
    fc.assert(
      fc.property(entries, (all) => {
        const kept = carriedOver(all);
        expect(heldAfter(kept)).toEqual(heldAfter(all));
        expect(kept.at(-1)).toBe(all.at(-1));
        if (all.length === 0) return;
        const text = writeStatusLog(kept, { version: all.length });
        expect(readStatusLog(text).events).toEqual(kept);
        expect(new StatusBoard(essex, { history: kept, archivedTo: all.length }).version).toBe(all.length);
      }),
    );
  });
});

describe("properties", () => {
  const minute = fc
    .integer({ min: 0, max: 600 })
    .map((at) => formatInstant(epochMs("2017-05-12T00:00:00Z") + at * 60_000, 60));
  const step = fc.record({
    hospital: fc.constantFrom(...essex.hospitals.map(({ id }) => id)),
    effect: fc.option(fc.constantFrom(...EFFECTS), { nil: undefined }),
    scope: fc.record(
      {
        needs: fc.subarray(["trauma", "stroke", "burns"]),
        minAge: fc.integer({ min: 0, max: 18 }),
        acuity: fc.subarray([...ACUITIES]),
      },
      { requiredKeys: [] },
    ),
    reason: fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== ""),
    observedAt: fc.option(minute, { nil: undefined }),
    key: fc.constantFrom("flag", "a", "b"),
  });

  it("replays into the live state, at every version", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const clock = stoppedClock("2017-05-12T06:00:00Z");
        const live = new StatusBoard(essex, { clock });
        for (const { hospital, effect, scope, reason, observedAt, key } of steps) {
          clock.advance(7_000);
          if (effect === undefined) live.clear(hospital, key, { reason, observedAt });
          else live.report({ hospital, effect, scope, reason, observedAt, key, weakens: true });
        }
        const replayed = new StatusBoard(essex, { history: readStatusLog(writeStatusLog(live.history())).events });
        expect(replayed.history()).toEqual(live.history());
        for (let version = 0; version <= live.version; version++) {
          expect(replayed.viewAt({ version }).all()).toEqual(live.viewAt({ version }).all());
        }
      }),
    );
  });
});
