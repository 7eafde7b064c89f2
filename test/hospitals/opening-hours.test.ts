import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant } from "../../src/core/instant";
import { shortfalls } from "../../src/hospitals/directory/availability";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { waysToMeet } from "../../src/hospitals/directory/needs";
import {
  isOpenAt,
  nextClosing,
  nextOpening,
  type OpeningHours,
  OpeningHoursSchema,
  WEEKDAYS,
} from "../../src/hospitals/directory/opening-hours";
import { epochMs, failure } from "./support/essex";

const zone = "Europe/London";

/** Weston General Hospital from 4 July 2017, and closed on Christmas Day for the sake of the test. */
const weston: OpeningHours = {
  zone,
  periods: [{ firstDay: "2017-07-04", weekly: [{ opens: "08:00", closes: "22:00" }] }],
  exceptions: [{ day: "2017-12-25", spans: [] }],
};

const night: OpeningHours = { zone, periods: [{ weekly: [{ opens: "20:00", closes: "02:30" }] }] };

describe("isOpenAt", () => {
  it.each([
    ["before the hours took effect, at night", "2017-07-03T23:30:00+01:00", true],
    ["the night that ends on the first day", "2017-07-04T00:00:00+01:00", false],
    ["a minute before opening", "2017-07-04T07:59:59+01:00", false],
    ["opening", "2017-07-04T08:00:00+01:00", true],
    ["the last moment", "2017-07-04T21:59:59+01:00", true],
    ["closing", "2017-07-04T22:00:00+01:00", false],
    ["arriving four minutes after closing", "2017-07-04T22:04:00+01:00", false],
    ["in winter, by winter's clock", "2017-12-24T21:59:59Z", true],
    ["in winter, closing", "2017-12-24T22:00:00Z", false],
    ["an exceptional day", "2017-12-25T12:00:00Z", false],
    ["the day after", "2017-12-26T12:00:00Z", true],
  ])("Weston, %s", (_, at, open) => {
    expect(isOpenAt(weston, epochMs(at))).toBe(open);
  });

  it.each([
    ["an evening", "2017-05-15T20:00:00+01:00", true],
    ["after midnight", "2017-05-16T02:29:59+01:00", true],
    ["the end", "2017-05-16T02:30:00+01:00", false],
    ["the night of March, just before the gap", "2017-03-26T00:59:59Z", true],
    ["the night of March, 02:29 by the clock", "2017-03-26T02:29:59+01:00", true],
    ["the night of March, 02:30 by the clock", "2017-03-26T02:30:00+01:00", false],
    ["the night of October, 01:30 the first time", "2017-10-29T01:30:00+01:00", true],
    ["the night of October, 01:30 the second time", "2017-10-29T01:30:00+00:00", true],
    ["the night of October, the end", "2017-10-29T02:30:00+00:00", false],
  ])("overnight hours, %s", (_, at, open) => {
    expect(isOpenAt(night, epochMs(at))).toBe(open);
  });

  it("does not open a second time when closing time comes twice", () => {
    const early: OpeningHours = { zone, periods: [{ weekly: [{ opens: "20:00", closes: "01:30" }] }] };
    const open = ["00:29:59", "00:30:00", "01:00:00", "01:29:59"].map((time) =>
      isOpenAt(early, epochMs(`2017-10-29T${time}Z`)),
    );
    expect(open).toEqual([true, false, false, false]);
  });

  it("is open on the evening that comes again after the next day has begun", () => {
    // At 00:01 on Sunday 7 November 2010 the clocks of St John's went back to 23:01 on Saturday.
    const sundays: OpeningHours = {
      zone: "America/St_Johns",
      periods: [{ weekly: [{ days: ["sun"], opens: "00:00", closes: "24:00" }] }],
    };
    const open = ["02:29", "02:30", "02:45", "03:45"].map((time) =>
      isOpenAt(sundays, epochMs(`2010-11-07T${time}:00Z`)),
    );
    expect(open).toEqual([false, true, true, true]);
  });

  it("takes the days of the week, the last period that fits, and no hours at all as closed", () => {
    const weekdays: OpeningHours = {
      zone,
      periods: [
        { weekly: [{ days: ["mon", "tue", "wed", "thu", "fri"], opens: "09:00", closes: "17:00" }] },
        { firstDay: "2017-08-01", lastDay: "2017-08-31", weekly: [] },
      ],
    };
    const at = (day: string) => isOpenAt(weekdays, epochMs(`${day}T12:00:00+01:00`));
    const days = [
      "2017-05-15",
      "2017-05-19",
      "2017-05-20",
      "2017-05-21",
      "2017-05-22",
      "2017-07-31",
      "2017-08-01",
      "2017-08-31",
      "2017-09-01",
    ];
    expect(days.map(at)).toEqual([true, true, false, false, true, true, false, false, true]);
  });

  it("is always open where nothing is said, and through midnight where days meet", () => {
    const always: OpeningHours = { zone, periods: [{ weekly: [{ opens: "00:00", closes: "24:00" }] }] };
    for (const hours of [undefined, always]) {
      expect(isOpenAt(hours, epochMs("2017-03-26T00:00:00Z"))).toBe(true);
      expect(nextClosing(hours, epochMs("2017-03-26T00:00:00Z"))).toBeUndefined();
    }
  });
});

describe("nextOpening and nextClosing", () => {
  const opening = (hours: OpeningHours, at: string) => nextOpening(hours, epochMs(at));
  it("find the next change", () => {
    expect(opening(weston, "2017-07-04T22:04:00+01:00")).toBe(epochMs("2017-07-05T08:00:00+01:00"));
    expect(opening(weston, "2017-07-05T08:00:00+01:00")).toBe(epochMs("2017-07-05T08:00:00+01:00"));
    expect(opening(weston, "2017-12-24T22:00:00Z")).toBe(epochMs("2017-12-26T08:00:00Z"));
    expect(nextClosing(weston, epochMs("2017-07-01T00:00:00Z"))).toBe(epochMs("2017-07-04T00:00:00+01:00"));
    expect(nextClosing(weston, epochMs("2017-07-04T23:00:00+01:00"))).toBe(epochMs("2017-07-04T23:00:00+01:00"));
  });

  it("do not stop at hours that the gap in March swallows whole", () => {
    const sundays: OpeningHours = { zone, periods: [{ weekly: [{ days: ["sun"], opens: "01:30", closes: "02:15" }] }] };
    expect(opening(sundays, "2017-03-25T12:00:00Z")).toBe(epochMs("2017-04-02T01:30:00+01:00"));
    const barely: OpeningHours = { zone, periods: [{ weekly: [{ days: ["sun"], opens: "01:15", closes: "02:15" }] }] };
    expect(opening(barely, "2017-03-25T12:00:00Z")).toBe(epochMs("2017-04-02T01:15:00+01:00"));
  });

  it("find a day's first hours before the last of the day before, where clocks skip midnight", () => {
    // At 23:30 on Sunday 30 March 1919 the clocks of Toronto went on to 00:30 on Monday.
    const late: OpeningHours = {
      zone: "America/Toronto",
      periods: [
        {
          weekly: [
            { days: ["sun"], opens: "23:50", closes: "24:00" },
            { days: ["mon"], opens: "00:35", closes: "00:40" },
          ],
        },
      ],
    };
    expect(opening(late, "1919-03-31T03:00:00Z")).toBe(epochMs("1919-03-31T04:35:00Z"));
    expect(opening(late, "1919-03-31T04:45:00Z")).toBe(epochMs("1919-03-31T04:50:00Z"));
  });

  it("keep to the hours of an exceptional day", () => {
    const christmas: OpeningHours = {
      ...weston,
      exceptions: [{ day: "2017-12-25", spans: [{ opens: "10:15", closes: "12:45" }] }],
    };
    expect(opening(christmas, "2017-12-24T22:00:00Z")).toBe(epochMs("2017-12-25T10:15:00Z"));
    expect(nextClosing(christmas, epochMs("2017-12-25T10:15:00Z"))).toBe(epochMs("2017-12-25T12:45:00Z"));
    expect(opening(christmas, "2017-12-25T12:45:00Z")).toBe(epochMs("2017-12-26T08:00:00Z"));
  });

  it("look as far as the 400th day after, and no farther", () => {
    const onlyOn = (day: string, spans: OpeningHours["periods"][number]["weekly"]): OpeningHours => ({
      zone,
      periods: [{ weekly: spans.length === 0 ? [{ opens: "00:00", closes: "24:00" }] : [] }],
      exceptions: [{ day, spans }],
    });
    const noon = [{ opens: "12:00", closes: "13:00" }];
    const begin = "2017-01-01T06:00:00Z";
    expect(opening(onlyOn("2018-02-05", noon), begin)).toBe(epochMs("2018-02-05T12:00:00Z"));
    expect(opening(onlyOn("2018-02-06", noon), begin)).toBeUndefined();
    expect(nextClosing(onlyOn("2018-02-05", []), epochMs(begin))).toBe(epochMs("2018-02-05T00:00:00Z"));
    expect(nextClosing(onlyOn("2018-02-06", []), epochMs(begin))).toBeUndefined();
    expect(nextClosing(onlyOn("2018-02-05", []), epochMs("2017-01-01T00:00:00Z"))).toBeUndefined();
  });

  it("say so when there is none", () => {
    const shut: OpeningHours = { zone, periods: [{ firstDay: "2017-07-04", weekly: [] }] };
    expect(opening(shut, "2017-07-04T12:00:00Z")).toBeUndefined();
    expect(opening(shut, "2017-07-03T12:00:00Z")).toBe(epochMs("2017-07-03T12:00:00Z"));
  });
});

describe("properties", () => {
  const time = fc
    .integer({ min: 0, max: 95 })
    .map((quarter) => `${String(quarter >> 2).padStart(2, "0")}:${String((quarter & 3) * 15).padStart(2, "0")}`);
  const hours: fc.Arbitrary<OpeningHours> = fc.record({
    zone: fc.constantFrom(
      "Europe/London",
      "America/New_York",
      "Australia/Lord_Howe",
      "America/Sao_Paulo",
      "Atlantic/Azores",
      "Asia/Kolkata",
    ),
    periods: fc.array(
      fc.record({
        weekly: fc.array(fc.record({ days: fc.subarray([...WEEKDAYS], { minLength: 1 }), opens: time, closes: time }), {
          maxLength: 4,
        }),
      }),
      { minLength: 1, maxLength: 1 },
    ),
  });
  /** Half of the moments lie around a change of clocks somewhere in 2017. */
  const moment = fc.oneof(
    fc.integer({ min: epochMs("2017-01-01T00:00:00Z"), max: epochMs("2018-01-01T00:00:00Z") }),
    fc
      .tuple(
        fc.constantFrom(
          "2017-03-26T01:00:00Z",
          "2017-10-29T01:00:00Z",
          "2017-03-12T07:00:00Z",
          "2017-11-05T06:00:00Z",
          "2017-10-15T03:00:00Z",
          "2017-02-19T02:00:00Z",
          "2017-04-01T15:00:00Z",
        ),
        fc.integer({ min: -2_000, max: 2_000 }),
      )
      .map(([change, minutes]) => epochMs(change) + minutes * 60_000),
  );

  it("agrees with walking through the quarters of an hour and reading the clock on the wall", () => {
    fc.assert(
      fc.property(hours, moment, (schedule, at) => {
        expect(isOpenAt(schedule, at)).toBe(openByWalking(schedule, at));
      }),
      { numRuns: 300 },
    );
  });

  it("is closed up to the next opening and open from it, and the other way round for the next closing", () => {
    fc.assert(
      fc.property(hours, moment, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, at, part) => {
        for (const [find, stateAfter] of [
          [nextOpening, true],
          [nextClosing, false],
        ] as const) {
          const change = find(schedule, at);
          if (change === undefined) continue;
          expect(isOpenAt(schedule, change)).toBe(stateAfter);
          if (change > at) {
            expect(isOpenAt(schedule, change - 1)).toBe(!stateAfter);
            expect(isOpenAt(schedule, Math.floor(at + (change - 1 - at) * part))).toBe(!stateAfter);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall shows at a moment, as `[day since 1970, minute of the day]`, read from Intl. */
function wallClock(timeZone: string, at: number): [day: number, minute: number] {
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  formats.set(timeZone, format);
  const [, date, hour, minute] = /^(\S+?),? (\d\d):(\d\d)/.exec(format.format(at))!;
  return [Date.parse(`${date}T00:00:00Z`) / 86_400_000, Number(hour) * 60 + Number(minute)];
}

const QUARTER = 900_000;

/** The first moment at which the wall shows a time; in a gap, as long after the gap's begin as the time is after it. */
function firstShowing(timeZone: string, day: number, minute: number): number {
  const wanted = day * 1440 + minute;
  let last: { at: number; shown: number } | undefined;
  for (let at = (day - 1) * 86_400_000; ; at += QUARTER) {
    const [shownDay, shownMinute] = wallClock(timeZone, at);
    const shown = shownDay * 1440 + shownMinute;
    if (shown === wanted) return at;
    if (last !== undefined && last.shown < wanted && shown > wanted) return last.at + (wanted - last.shown) * 60_000;
    last = { at, shown };
  }
}

function openByWalking({ zone: timeZone, periods }: OpeningHours, at: number): boolean {
  const [today] = wallClock(timeZone, at);
  return [today - 1, today, today + 1].some((day) =>
    periods[0]!.weekly.some(({ days, opens, closes }) => {
      const weekday = WEEKDAYS[(new Date(day * 86_400_000).getUTCDay() + 6) % 7]!;
      if (days !== undefined && !days.includes(weekday)) return false;
      const minute = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
      const [open, close] = [minute(opens), minute(closes)];
      const nextDay = close <= open ? 1 : 0;
      return firstShowing(timeZone, day, open) <= at && at < firstShowing(timeZone, day + nextDay, close);
    }),
  );
}

describe("OpeningHoursSchema", () => {
  it.each([
    ["an unknown zone", { ...weston, zone: "Europe/Chelmsford" }, "openingHours.zone"],
    ["no period", { zone, periods: [] }, "openingHours.periods"],
    [
      "a time that is none",
      { zone, periods: [{ weekly: [{ opens: "8:00", closes: "22:00" }] }] },
      "openingHours.periods.0.weekly.0.opens",
    ],
    [
      "opening at 24:00",
      { zone, periods: [{ weekly: [{ opens: "24:00", closes: "08:00" }] }] },
      "openingHours.periods.0.weekly.0.opens",
    ],
    [
      "a day that is none",
      { zone, periods: [{ firstDay: "2017-02-29", weekly: [] }] },
      "openingHours.periods.0.firstDay",
    ],
    [
      "days the wrong way",
      { zone, periods: [{ firstDay: "2017-02-02", lastDay: "2017-02-01", weekly: [] }] },
      "openingHours.periods.0.lastDay",
    ],
    [
      "an unknown weekday",
      { zone, periods: [{ weekly: [{ days: ["monday"], opens: "08:00", closes: "22:00" }] }] },
      "openingHours.periods.0.weekly.0.days.0",
    ],
  ])("refuses %s, naming the field", (_, openingHours, field) => {
    const error = failure(() => HospitalDirectory.parse([{ id: "A", name: "A", location: [0.5, 51], openingHours }]));
    expect(error).toMatchObject({ code: "invalid-hospitals", place: { row: 1, field } });
  });

  it.each<[string, OpeningHours]>([
    ["what it documents", weston],
    ["the last day of a year", { zone, periods: [{ firstDay: "2017-12-31", weekly: [] }] }],
    ["a leap day of a century", { zone, periods: [{ firstDay: "1600-02-29", weekly: [] }] }],
    ["a period of one day", { zone, periods: [{ firstDay: "2017-02-01", lastDay: "2017-02-01", weekly: [] }] }],
    ["hours of one weekday", { zone, periods: [{ weekly: [{ days: ["tue"], opens: "08:00", closes: "24:00" }] }] }],
    [
      "other hours on one day",
      {
        zone,
        periods: [{ weekly: [] }],
        exceptions: [{ day: "2017-12-25", spans: [{ opens: "10:00", closes: "12:00" }] }],
      },
    ],
  ])("takes %s", (_, hours) => {
    expect(OpeningHoursSchema.parse(JSON.parse(JSON.stringify(hours)))).toEqual(hours);
  });

  it("refuses a span of one day that opens at 24:00, and a weekday list without any", () => {
    const spans = [{ opens: "24:00", closes: "12:00" }];
    const weekly = [{ days: [], opens: "08:00", closes: "12:00" }];
    for (const hours of [
      { zone, periods: [{ weekly: [] }], exceptions: [{ day: "2017-12-25", spans }] },
      { zone, periods: [{ weekly }] },
    ]) {
      expect(OpeningHoursSchema.safeParse(hours).success).toBe(false);
    }
  });
});

describe("shortfalls", () => {
  const strokeHours: OpeningHours = { zone, periods: [{ weekly: [{ opens: "08:00", closes: "23:00" }] }] };
  const hospital = HospitalDirectory.parse([
    {
      id: "A",
      name: "A",
      location: [0.5, 51],
      openingHours: weston,
      capabilities: [
        { capability: "stroke", openingHours: strokeHours },
        { capability: "trauma", minAge: 16 },
        { capability: "paediatric", maxAge: 15 },
        { capability: "paediatric", minAge: 16, maxAge: 17, openingHours: strokeHours },
      ],
    },
  ]).require("A");
  const lacking = (needs: string[], age: number | undefined, at: string) =>
    shortfalls(hospital, waysToMeet(needs)[0]!, age, epochMs(at)).map(({ opensAtMs, ...rest }) =>
      opensAtMs === undefined ? rest : { ...rest, opens: formatInstant(opensAtMs, 60) },
    );

  it("names what is not offered, not for this age, and not open at arrival", () => {
    const noon = "2017-07-10T12:00:00+01:00";
    expect(lacking(["stroke", "trauma"], 40, noon)).toEqual([]);
    expect(lacking(["burns"], 40, noon)).toEqual([{ capability: "burns", why: "not-offered" }]);
    expect(lacking(["trauma"], 15.9, noon)).toEqual([{ capability: "trauma", why: "age" }]);
    expect(lacking(["trauma"], undefined, noon)).toEqual([]);
    expect(lacking(["paediatric"], 18, noon)).toEqual([{ capability: "paediatric", why: "age" }]);
  });

  it("has hours for each service beside those of the ED", () => {
    const evening = "2017-07-10T22:04:00+01:00";
    expect(lacking(["stroke"], 40, evening)).toEqual([
      { capability: "emergency", why: "closed", opens: "2017-07-11T08:00:00+01:00" },
    ]);
    const beforeTheHours = "2017-07-01T23:30:00+01:00";
    expect(lacking(["stroke"], 40, beforeTheHours)).toEqual([
      { capability: "stroke", why: "closed", opens: "2017-07-02T08:00:00+01:00" },
    ]);
    expect(lacking(["paediatric"], 10, beforeTheHours)).toEqual([]);
    expect(lacking(["paediatric"], 17, beforeTheHours)).toMatchObject([{ capability: "paediatric", why: "closed" }]);
  });
});
