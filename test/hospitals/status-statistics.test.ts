import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant } from "../../src/core/instant";
import { EFFECTS, feedOf, lifetimeOf, type Restriction } from "../../src/hospitals/status/restriction";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { statusStatistics } from "../../src/hospitals/status/status-statistics";
import { epochMs, essex, stoppedClock } from "./support/essex";

const SECOND = 1000;
/** Ten minutes before and after midnight in London. */
const FROM = epochMs("2017-05-15T23:50:00+01:00");
const MIDNIGHT = FROM + 600 * SECOND;
const UNTIL = FROM + 1200 * SECOND;
const ids = essex.hospitals.map(({ id }) => id);

/** Seconds, by default short enough to lapse within the period. */
const lifetime = (restriction: Restriction) =>
  lifetimeOf(restriction, { defaultMinutes: restriction.effect === "refuse" ? null : 5 });

const step = fc.record({
  seconds: fc.integer({ min: 0, max: 300 }),
  act: fc.constantFrom("report", "report", "report", "clear", "overrule", "end"),
  hospital: fc.constantFrom(...ids.slice(0, 3)),
  key: fc.constantFrom("flag", "it", "feed:north"),
  effect: fc.constantFrom(...EFFECTS),
  needs: fc.subarray(["trauma"]),
  from: fc.option(fc.integer({ min: -300, max: 300 }), { nil: undefined }),
  lasts: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
});

describe("statusStatistics", () => {
  it("equals a simulation of the log, second by second", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const clock = stoppedClock("2017-05-15T23:45:00+01:00");
        const status = new StatusBoard(essex, { clock });
        for (const { seconds, act, hospital, key, effect, needs, from, lasts } of steps) {
          clock.advance(seconds * SECOND);
          const at = (after: number) => formatInstant(clock() + after * SECOND);
          const until = at((lasts ?? 60) + Math.max(0, from ?? 0));
          if (act === "clear") status.clear(hospital, key);
          else if (act === "end") status.clear(hospital, "overrule");
          else if (act === "overrule") status.overrule(hospital, { by: "Gold", reason: "r", until });
          else {
            const times = {
              ...(from === undefined ? {} : { from: at(from) }),
              ...(lasts === undefined ? {} : { until }),
            };
            status.report({ hospital, key, effect, scope: { needs }, reason: "r", weakens: true, ...times });
          }
        }
        const statistics = statusStatistics(status.history(), essex, {
          fromMs: FROM,
          untilMs: UNTIL,
          timeZone: "Europe/London",
          lifetime,
        });

        const perDay = new Map<string, number>();
        const perKind = new Map<string, number>();
        const network = new Map<number, number>();
        const perAlert = new Map<string, number>();
        const add = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);
        for (let now = FROM; now < UNTIL; now += SECOND) {
          const view = status.viewAt({ at: now });
          const day = now < MIDNIGHT ? "2017-05-15" : "2017-05-16";
          let diverting = 0;
          essex.hospitals.forEach(({ id }, place) => {
            const overrule = view.overruleAt(place);
            const isOverruled = overrule !== undefined && now < overrule.until.epochMs;
            const inForce = view.restrictionsAt(place).filter((restriction) => {
              const { fromMs, untilMs } = lifetime(restriction);
              if (isOverruled && feedOf(restriction) !== undefined) return false;
              return restriction.effect !== "inform" && fromMs <= now && now < untilMs;
            });
            if (inForce.length === 0) return;
            diverting++;
            add(perDay, `${day} ${id}`);
            for (const kind of new Set(inForce.map(({ effect, scope }) => `${effect} ${scope.needs ?? ""}`))) {
              add(perKind, `${day} ${id} ${kind}`);
            }
            for (const { key, effect, scope } of inForce) add(perAlert, `${id} ${key} ${effect} ${scope.needs ?? ""}`);
          });
          add(network, diverting);
        }

        const seconds = (minutes: number) => Math.round(minutes * 60);
        const told = <T>(list: readonly T[], name: (one: T) => string, minutes: (one: T) => number) => {
          const sums: Record<string, number> = {};
          for (const one of list) sums[name(one)] = (sums[name(one)] ?? 0) + seconds(minutes(one));
          return sums;
        };
        const { perDay: days, alerts } = statistics;
        expect(
          told(
            days,
            ({ day, hospital }) => `${day} ${hospital}`,
            ({ minutes }) => minutes,
          ),
        ).toEqual(Object.fromEntries(perDay));
        const kinds = days.flatMap(({ day, hospital, kinds }) =>
          kinds.map((kind) => ({ ...kind, on: `${day} ${hospital}` })),
        );
        expect(
          told(
            kinds,
            ({ on, effect, needs }) => `${on} ${effect} ${needs}`,
            ({ minutes }) => minutes,
          ),
        ).toEqual(Object.fromEntries(perKind));
        const shares = statistics.network.filter(({ minutes }) => minutes > 0);
        expect(
          told(
            shares,
            ({ hospitals }) => String(hospitals),
            ({ minutes }) => minutes,
          ),
        ).toEqual(Object.fromEntries(network));
        expect(statistics.network.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        const ofAlert = ({ hospital, key, effect, scope }: (typeof alerts)[number]) =>
          `${hospital} ${key} ${effect} ${scope.needs ?? ""}`;
        expect(told(alerts, ofAlert, ({ minutes }) => minutes)).toEqual(Object.fromEntries(perAlert));
      }),
      { numRuns: 60 },
    );
  });

  it("takes a renewal for one alert, and says where the period cuts one", () => {
    const clock = stoppedClock("2017-05-15T23:40:00+01:00");
    const status = new StatusBoard(essex, { clock });
    const report = { hospital: "RQ8L0", effect: "divert", reason: "full" } as const;
    status.report(report);
    clock.setTo("2017-05-15T23:52:00+01:00");
    status.report(report);
    clock.setTo("2017-05-15T23:56:00+01:00");
    status.report(report);
    const statistics = statusStatistics(status.history(), essex, {
      fromMs: FROM,
      untilMs: MIDNIGHT,
      timeZone: "Europe/London",
      lifetime,
    });
    expect(statistics.alerts.map(({ fromMs, untilMs, minutes, isCut }) => [fromMs, untilMs, minutes, isCut])).toEqual([
      [epochMs("2017-05-15T23:52:00+01:00"), MIDNIGHT, 8, true],
    ]);
    expect(statistics.network).toEqual([
      { hospitals: 0, minutes: 2, share: 0.2 },
      { hospitals: 1, minutes: 8, share: 0.8 },
    ]);
  });

  it("counts a day of 23 hours as it was", () => {
    const status = new StatusBoard(essex, { clock: stoppedClock("2017-03-25T12:00:00Z") });
    status.setOpen("RQ8L0", false, { effect: "refuse", reason: "flooded" });
    const { perDay } = statusStatistics(status.history(), essex, {
      fromMs: epochMs("2017-03-26T00:00:00Z"),
      untilMs: epochMs("2017-03-27T00:00:00+01:00"),
      timeZone: "Europe/London",
      lifetime,
    });
    expect(perDay.map(({ day, minutes }) => [day, minutes])).toEqual([["2017-03-26", 23 * 60]]);
  });
});
