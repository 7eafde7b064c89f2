import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calendarDate,
  epochDay,
  formatInstant,
  instantAt,
  isCalendarDate,
  parseInstant,
  readInstant,
} from "../../src/core/instant";
import { TimeZone } from "../../src/core/time-zone";

const DAY = 86_400_000;
const firstMoment = Date.UTC(1, 0, 1);
const lastMoment = Date.UTC(9998, 0, 1);
const moment = fc.integer({ min: firstMoment, max: lastMoment });

describe("instants", () => {
  it("reads what Date.parse reads, and writes what toISOString writes", () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -1439, max: 1439 }), (epochMs, offset) => {
        const text = formatInstant(epochMs, offset);
        expect(Date.parse(text)).toBe(epochMs);
        expect(readInstant(text)?.epochMs).toBe(epochMs);
        expect(formatInstant(epochMs)).toBe(new Date(epochMs).toISOString().replace(".000", ""));
      }),
    );
  });

  it("keeps the text it was given, also in JSON", () => {
    const text = "2017-05-15t17:00:00.25+01:00";
    expect(JSON.stringify({ at: parseInstant(text) })).toBe(JSON.stringify({ at: text }));
    expect(parseInstant(text).epochMs).toBe(Date.UTC(2017, 4, 15, 16, 0, 0, 250));
    expect(`${instantAt(0, 60)}`).toBe("1970-01-01T01:00:00+01:00");
  });

  it("tells a known offset of zero from an unknown one", () => {
    expect(formatInstant(0)).toBe("1970-01-01T00:00:00Z");
    expect(formatInstant(0, 0)).toBe("1970-01-01T00:00:00+00:00");
    expect(readInstant("1970-01-01T00:00:00-00:00")?.epochMs).toBe(0);
  });

  it.each([
    "2017-05-15",
    "2017-05-15T17:00:00",
    "2017-05-15 17:00:00Z",
    "2017-05-15T17:00Z",
    "2017-5-15T17:00:00Z",
    "2017-02-29T17:00:00Z",
    "2017-04-31T17:00:00Z",
    "2017-13-01T17:00:00Z",
    "2017-00-01T17:00:00Z",
    "2017-05-00T17:00:00Z",
    "2017-05-15T24:00:00Z",
    "2017-05-15T17:60:00Z",
    "2016-12-31T23:59:60Z",
    "2017-05-15T17:00:00+24:00",
    "2017-05-15T17:00:00+0100",
    "2017-05-15T17:00:00.Z",
    " 2017-05-15T17:00:00Z",
    "",
  ])("refuses %j", (text) => {
    expect(readInstant(text)).toBeUndefined();
    expect(() => parseInstant(text, "until")).toThrow(/until is ".*"; write a date, a time and its offset/);
  });

  it.each([Number.NaN, 0.5, Number.POSITIVE_INFINITY])("does not write %d, which is a fault of ours", (epochMs) => {
    expect(() => formatInstant(epochMs)).toThrow("Broken invariant");
  });

  it("writes whole numbers beyond the years 0 to 9999 as the nearest moment that can be written", () => {
    expect(formatInstant(lastMoment * 2)).toBe("9999-12-31T23:59:59.999Z");
    expect(formatInstant(Number.MIN_SAFE_INTEGER, 60)).toBe("0000-01-01T00:00:00+01:00");
  });

  it("counts the first and last moments of databases as bounded, and keeps their text", () => {
    const year = 365 * DAY;
    for (const text of ["9999-12-31T23:00:00Z", "9999-12-31T23:59:59.999-23:59", "0000-01-01T00:00:00+23:59"]) {
      const instant = parseInstant(text);
      expect(instant.text).toBe(text);
      for (const later of [-year, year]) {
        const written = formatInstant(instant.epochMs + later, later > 0 ? 1439 : -1439);
        expect(readInstant(written)).toBeDefined();
      }
      expect(instantAt(Date.parse("+012345-01-01T00:00:00Z")).epochMs).toBe(
        parseInstant("9999-12-31T00:00:00Z").epochMs,
      );
    }
    expect(parseInstant("2017-05-15T17:00:00Z").epochMs).toBe(Date.UTC(2017, 4, 15, 17));
  });
});

describe("calendar", () => {
  it("agrees with Date on every day of four centuries and on leap years", () => {
    for (let day = Date.UTC(1899, 0, 1) / DAY; day < Date.UTC(2301, 0, 1) / DAY; day++) {
      const date = new Date(day * DAY);
      const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      if (epochDay(expected.year, expected.month, expected.day) !== day)
        expect.fail(`epochDay of ${date.toISOString()}`);
      const { year, month, day: dayOfMonth } = calendarDate(day);
      if (year !== expected.year || month !== expected.month || dayOfMonth !== expected.day) {
        expect.fail(`calendarDate of ${date.toISOString()}`);
      }
    }
    const isLeap = [1900, 2000, 2016, 2017, 2100].map((year) => isCalendarDate(year, 2, 29));
    expect(isLeap).toEqual([false, true, true, false, false]);
  });
});

describe("TimeZone", () => {
  const london = TimeZone.of("Europe/London");
  const at = (text: string) => parseInstant(text).epochMs;

  it.each([
    ["2017-03-26T00:59:59.999Z", 0],
    ["2017-03-26T01:00:00Z", 60],
    ["2017-10-29T00:59:59.999Z", 60],
    ["2017-10-29T01:00:00Z", 0],
  ])("knows summer time in London at %s", (text, minutes) => {
    expect(london.offsetMinutes(at(text))).toBe(minutes);
  });

  it.each([
    ["before the gap", "2017-03-26T00:59", "2017-03-26T00:59:00Z"],
    ["in the gap: with the offset before it", "2017-03-26T01:30", "2017-03-26T01:30:00Z"],
    ["after the gap", "2017-03-26T02:00", "2017-03-26T01:00:00Z"],
    ["before the hour that comes twice", "2017-10-29T00:59", "2017-10-28T23:59:00Z"],
    ["in the hour that comes twice: the first", "2017-10-29T01:30", "2017-10-29T00:30:00Z"],
    ["after it", "2017-10-29T02:00", "2017-10-29T02:00:00Z"],
  ])("reads a London wall clock %s", (_, local, instant) => {
    expect(formatInstant(london.instantOfLocal(at(`${local}:00Z`)))).toBe(instant);
  });

  it("turns wall clocks into instants and back in every kind of zone, but for skipped times", () => {
    const zones = [
      "Europe/London",
      "America/New_York",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "America/St_Johns",
      "Pacific/Apia",
      "UTC",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at("2000-01-01T00:00:00Z"), max: at("2030-01-01T00:00:00Z") }),
        (name, epochMs) => {
          const zone = TimeZone.of(name);
          const local = epochMs + zone.offsetMinutes(epochMs) * 60_000;
          const first = zone.instantOfLocal(local);
          // The same wall-clock reading, at this moment or, on the night it comes twice, earlier.
          expect(first).toBeLessThanOrEqual(epochMs);
          expect(first + zone.offsetMinutes(first) * 60_000).toBe(local);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("refuses what is no IANA zone", () => {
    for (const name of ["Mars/Base", "+01:00", "", "BST?"]) {
      expect(TimeZone.find(name)).toBeUndefined();
      expect(() => TimeZone.of(name)).toThrow(/is no IANA time zone/);
    }
  });
});
