import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { type FeedFormat, readFeed } from "../../src/hospitals/feeds/read-feed";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { at, hospitalsAt, routerOver } from "../support/small-county";

const MINUTE = 60_000;
const START = Date.parse("2026-06-01T09:00:00Z");
const hospitals = hospitalsAt({ A: 9, B: 35 });

const have = (traffic: string, updated: string | undefined): string =>
  `<HospitalStatus xmlns="urn:oasis:names:tc:emergency:EDXL:HAVE:1.0" xmlns:xnl="urn:oasis:names:tc:ciq:xnl:3">
  <Hospital><Organization><OrganizationInformation><xnl:OrganisationName xnl:ID="A"/></OrganizationInformation></Organization>
  <EmergencyDepartmentStatus><EMSTraffic><EMSTrafficStatus>${traffic}</EMSTrafficStatus></EMSTraffic></EmergencyDepartmentStatus>
  ${updated === undefined ? "" : `<LastUpdateTime>${updated}</LastUpdateTime>`}</Hospital></HospitalStatus>`;

const fhir = (isOpen: boolean, updated: string | undefined, timestamp: string | undefined): string =>
  JSON.stringify({
    resourceType: "Bundle",
    type: "searchset",
    ...(timestamp === undefined ? {} : { timestamp }),
    entry: [
      {
        resource: {
          resourceType: "HealthcareService",
          id: "s",
          active: isOpen,
          ...(updated === undefined ? {} : { meta: { lastUpdated: updated } }),
          identifier: [{ system: "https://fhir.nhs.uk/Id/ods-site-code", value: "A" }],
        },
      },
    ],
  });

const list = (isOpen: boolean, observedAt: string | undefined): string =>
  JSON.stringify([{ hospital: "A", open: isOpen, ...(observedAt === undefined ? {} : { observedAt }) }]);

/** Messages that say the same for hours; `since` is when it became so, `now` when the message is made. */
const MESSAGES: readonly [
  name: string,
  format: FeedFormat,
  message: (isOpen: boolean, since: string, now: string) => string,
][] = [
  ["HAVE with the time of the change", "edxl-have", (open, since) => have(open ? "Normal" : "Closed", since)],
  ["HAVE with the time of the message", "edxl-have", (open, _, now) => have(open ? "Normal" : "Closed", now)],
  ["HAVE without a time", "edxl-have", (open) => have(open ? "Normal" : "Closed", undefined)],
  ["FHIR, its bundle dated", "fhir", (open, since, now) => fhir(open, since, now)],
  ["FHIR, its bundle undated", "fhir", (open, since) => fhir(open, since, undefined)],
  ["FHIR without times", "fhir", (open) => fhir(open, undefined, undefined)],
  ["JSON with the time of the change", "json", (open, since) => list(open, since)],
  ["JSON without a time", "json", (open) => list(open, undefined)],
];

const text = (ms: number): string => new Date(ms).toISOString();

describe("while a feed is fresh, what it last said holds", () => {
  it.each(MESSAGES)("restated for ten hours: %s", (_, format, message) => {
    let now = START;
    const clock = () => now;
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "board", hospitals: ["A"], timeToLiveMs: 10 * MINUTE }], { clock });
    const router = routerOver(hospitals, { status, feeds, clock });
    for (; now <= START + 600 * MINUTE; now += 5 * MINUTE) {
      feeds.apply(
        "board",
        readFeed(format, message(false, text(START), text(now)), { directory: hospitals, zone: "UTC" }),
      );
      expect(router.recommend({ location: at(10) }).destination?.hospital.id, text(now)).toBe("B");
    }
    const lastHeardMs = now - 5 * MINUTE;
    // Silent, it is believed for the default from its last word; the end is waited for 15 minutes, after a drive of one.
    now = lastHeardMs + 240 * MINUTE - 17 * MINUTE;
    expect(router.recommend({ location: at(10) }).destination?.hospital.id).toBe("B");
    now = lastHeardMs + 240 * MINUTE;
    expect(router.recommend({ location: at(10) }).destination?.hospital.id).toBe("A");
  });

  it("never accepts while its last word is closed, whatever was said before, silences and restarts between", () => {
    const step = fc.record({
      minutes: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 400 })),
      act: fc.constantFrom("open", "closed", "closed", "restated", "restated", "silence", "restart"),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...MESSAGES),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(1, 20, 240),
        fc.integer({ min: 1, max: 60 }),
        ([, format, message], steps, defaultMinutes, ttlMinutes) => {
          let now = START;
          const clock = () => now;
          let status = new StatusBoard(hospitals, { clock });
          const feed = { id: "board", hospitals: ["A"], timeToLiveMs: ttlMinutes * MINUTE };
          let feeds = new FeedMonitor(status, [feed], { clock });
          const policy = {
            ...ENGLAND_DEFAULT,
            defaultExpiryMinutes: { ...ENGLAND_DEFAULT.defaultExpiryMinutes, divert: defaultMinutes },
          };
          let said: { isOpen: boolean; sinceMs: number; heardMs: number } | undefined;
          for (const { minutes, act } of steps) {
            now += minutes * MINUTE;
            if (act === "restart") {
              status = new StatusBoard(hospitals, { clock, history: status.history() });
              feeds = new FeedMonitor(status, [feed], { clock, reports: feeds.health().toJSON() });
            } else if (act !== "silence" && (act !== "restated" || said !== undefined)) {
              const isOpen = act === "restated" ? said!.isOpen : act === "open";
              said = { isOpen, sinceMs: said?.isOpen === isOpen ? said.sinceMs : now, heardMs: now };
              const content = message(isOpen, text(said.sinceMs), text(now));
              feeds.apply("board", readFeed(format, content, { directory: hospitals, zone: "UTC" }));
            }
            const isFresh = said !== undefined && now - said.heardMs <= ttlMinutes * MINUTE;
            if (!isFresh) continue;
            const { destination } = routerOver(hospitals, { status, feeds, clock, policy }).recommend({
              location: at(10),
            });
            expect(destination?.hospital.id).toBe(said!.isOpen ? "A" : "B");
          }
        },
      ),
    );
  });
});

describe("a person's word against that of feeds", () => {
  it("holds until its end: the feed is shown, does not count, and counts again", () => {
    let now = START;
    const clock = () => now;
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "board", hospitals: ["A"], timeToLiveMs: 10_000 * MINUTE }], {
      clock,
    });
    const router = routerOver(hospitals, { status, feeds, clock });
    feeds.apply("board", readFeed("json", list(false, undefined), { directory: hospitals }));
    const destination = () => router.recommend({ location: at(10) }).destination;
    expect(destination()?.hospital.id).toBe("B");
    status.overrule("A", { by: "duty manager", reason: "open, by telephone", until: text(START + 60 * MINUTE) });
    expect(destination()?.hospital.id).toBe("A");
    expect(JSON.stringify(destination())).toContain("Closed");
    // Judged at the arrival, a minute later.
    now = START + 59 * MINUTE - 1;
    expect(destination()?.hospital.id).toBe("A");
    now = START + 59 * MINUTE;
    expect(destination()?.hospital.id).toBe("B");
    status.overrule("A", { by: "duty manager", reason: "open still", until: text(now + 60 * MINUTE) });
    expect(destination()?.hospital.id).toBe("A");
    // What people say of it counts as ever.
    status.setOpen("A", false, { by: "Gold" });
    expect(destination()?.hospital.id).toBe("B");
    status.setOpen("A", true);
    status.clear("A", "overrule");
    expect(destination()?.hospital.id).toBe("B");
  });

  it("covers a feed that does not know, where the policy refuses such EDs", () => {
    const clock = () => START;
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "board", timeToLiveMs: MINUTE }], { clock });
    feeds.apply("board", readFeed("json", JSON.stringify([{ hospital: "B", open: true }]), { directory: hospitals }));
    const router = routerOver(hospitals, { status, feeds, clock, policy: { ...ENGLAND_DEFAULT, unknown: "refuse" } });
    expect(router.recommend({ location: at(10) }).destination?.hospital.id).toBe("B");
    status.overrule("A", { by: "duty manager", reason: "open, by telephone", until: text(START + 60 * MINUTE) });
    expect(router.recommend({ location: at(10) }).destination?.hospital.id).toBe("A");
  });
});
