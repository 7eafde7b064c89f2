import { describe, expect, it } from "vitest";
import { isWithinHours } from "../../src/diversion/drives/sailing-hours";

/** Wall clock; 2026-06-01 is a Monday. */
const at = (text: string): number => Date.parse(`${text}:00Z`);

describe("hours of ferries as OpenStreetMap writes them", () => {
  it.each<[hours: string, moment: string, sails: boolean | undefined]>([
    ["24/7", "2026-06-01T03:00", true],
    ["24/7; Dec 25 off", "2026-12-25T03:00", false],
    ["Mo-Su 06:00-22:00", "2026-06-01T03:00", false],
    ["Mo-Su 06:00-22:00", "2026-06-01T06:00", true],
    ["Mo-Su 06:00-22:00", "2026-06-01T21:59", true],
    ["Mo-Su 06:00-22:00", "2026-06-01T22:00", false],
    ["06:00-22:00", "2026-06-01T12:00", true],
    ["6:00-22:00", "2026-06-01T12:00", true],
    ["06:00 - 22:00", "2026-06-01T05:00", false],
    ["06:00-12:00,13:00-22:00", "2026-06-01T12:30", false],
    ["06:00-12:00, 13:00-22:00", "2026-06-01T13:30", true],
    ["Mo-Fr 22:00-02:00", "2026-06-06T01:00", true],
    ["Mo-Fr 22:00-02:00", "2026-06-06T22:30", false],
    ["Mo-Fr 18:00-26:00", "2026-06-02T01:59", true],
    ["Mo-Fr 18:00-26:00", "2026-06-02T02:00", false],
    ["Sa,Su 08:00-20:00", "2026-06-06T12:00", true],
    ["Sa-Mo 08:00-20:00", "2026-06-01T12:00", true],
    ["Sa-Mo 08:00-20:00", "2026-06-02T12:00", false],
    ["Su", "2026-06-07T23:59", true],
    ["Su", "2026-06-01T00:00", false],
    ["Mo-Fr 06:00-22:00; Sa 08:00-20:00", "2026-06-06T07:00", false],
    ["Mo-Fr 06:00-22:00, Sa 08:00-20:00", "2026-06-06T09:00", true],
    ["Mo-Su 06:00-22:00; Su 10:00-18:00", "2026-06-07T08:00", false],
    ["Mo-Su 06:00-22:00; Su off", "2026-06-07T12:00", false],
    ["Mo-Su 06:00-22:00; 12:00-13:00 off", "2026-06-03T12:30", false],
    ["Mo-Su 06:00-22:00; 12:00-13:00 off", "2026-06-03T13:00", true],
    ["off", "2026-06-03T13:00", false],
    ["Apr-Oct 06:00-22:00", "2026-11-01T12:00", false],
    ["Apr-Oct: Mo-Fr 06:00-22:00", "2026-04-01T12:00", true],
    ["Apr 15-Oct 31 06:00-22:00", "2026-04-14T12:00", false],
    ["Apr 15-30 06:00-22:00", "2026-04-20T12:00", true],
    ["Nov-Mar 06:00-22:00", "2026-01-15T12:00", true],
    ["Jan,Mar 06:00-22:00", "2026-02-15T12:00", false],
    ["May-Sep 06:00-22:00; Oct-Apr 08:00-16:00", "2026-12-15T07:00", false],
    ["mo-su 06:00-22:00", "2026-06-01T07:00", true],
    // Midnight before the first of a month belongs to the last night of the month before.
    ["Feb 22:00-02:00", "2026-03-01T01:00", true],
    ["Mo-Fr 06:00-22:00; PH off", "2026-06-01T12:00", undefined],
    ["Mo-Fr 06:00-22:00; PH off", "2026-06-01T23:00", false],
    ["Mo-Fr,PH 06:00-22:00", "2026-06-06T12:00", undefined],
    ["sunrise-sunset", "2026-06-01T12:00", undefined],
    ["Mo-Su 06:00+", "2026-06-01T12:00", undefined],
    ["week 1-20 06:00-22:00", "2026-06-01T12:00", undefined],
    ['06:00-22:00 || "on request"', "2026-06-01T12:00", undefined],
    ["every hour", "2026-06-01T12:00", undefined],
    ["99:00-99:00", "2026-06-01T12:00", undefined],
    ["", "2026-06-01T12:00", undefined],
    [";;", "2026-06-01T12:00", undefined],
  ])("%s at %s: %s", (hours, moment, sails) => {
    expect(isWithinHours(hours, at(moment))).toBe(sails);
  });

  it("are none where the text is longer than any value of OpenStreetMap", () => {
    const hours = Array.from({ length: 20 }, () => "06:00-22:00").join(",");
    expect(hours.length).toBeLessThanOrEqual(255);
    expect(isWithinHours(hours, at("2026-06-01T12:00"))).toBe(true);
    expect(isWithinHours(`${hours},06:00-22:00,06:00-22:00`, at("2026-06-01T12:00"))).toBeUndefined();
  });
});
