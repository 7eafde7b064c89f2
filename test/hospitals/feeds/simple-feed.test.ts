import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import { FeedMonitor } from "../../../src/hospitals/feeds/feed-monitor";
import type { FeedReading } from "../../../src/hospitals/feeds/feed-reading";
import { readFeed } from "../../../src/hospitals/feeds/read-feed";
import { readCsvFeed, readJsonFeed } from "../../../src/hospitals/feeds/simple-feed";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import { essex, failure, stoppedClock } from "../support/essex";
import { directory, haveHospital, haveMessage } from "./support/have";

const OBSERVED = "2017-05-15T15:00:00+01:00";
const json = (value: unknown) => readJsonFeed(JSON.stringify(value), { directory });
const csv = (text: string) => readCsvFeed(text, { directory });

describe("readJsonFeed", () => {
  it("reads the flag, restrictions, several of one hospital, and what is not known", () => {
    const reading = json([
      { hospital: "RQ8L0", open: false, reason: "IT outage", observedAt: OBSERVED, handoverMinutes: 20 },
      { hospital: "RAJ01", open: true },
      {
        hospital: "RWH01",
        effect: "divert",
        scope: { needs: ["stroke"] },
        divertTo: "RQ8L0",
        reason: "no CT",
        until: "2017-05-15T18:00:00+01:00",
      },
      { hospital: "RWH01", effect: "refuse", scope: { maxAge: 15 }, reason: "no paediatrician" },
      { hospital: "ELSEWHERE", open: null },
    ]);
    expect(JSON.parse(JSON.stringify(reading))).toEqual({
      hospitals: [
        {
          hospital: "RQ8L0",
          state: "restricted",
          restrictions: [{ effect: "divert", reason: "IT outage" }],
          observedAt: OBSERVED,
          handoverMinutes: 20,
        },
        { hospital: "RAJ01", state: "accepting", restrictions: [] },
        {
          hospital: "RWH01",
          state: "restricted",
          restrictions: [
            {
              part: "divert:stroke",
              effect: "divert",
              scope: { needs: ["stroke"] },
              until: "2017-05-15T18:00:00+01:00",
              divertTo: "RQ8L0",
              reason: "no CT",
            },
            { part: "refuse:age-15", effect: "refuse", scope: { maxAge: 15 }, reason: "no paediatrician" },
          ],
        },
      ],
      unmatched: [{ ids: ["ELSEWHERE"], row: 5 }],
      notes: [],
    });
    expect(json({ sentAt: OBSERVED, hospitals: [{ hospital: "RAJ01", open: null }] })).toMatchObject({
      sentAt: { text: OBSERVED },
      hospitals: [{ state: "unknown" }],
    });
  });

  it("keeps restrictions apart that ask the same of the same patients", () => {
    const [reading] = json([
      { hospital: "RQ8L0", effect: "divert", until: OBSERVED },
      { hospital: "RQ8L0", effect: "divert", from: "2017-05-15T18:00:00+01:00" },
      { hospital: "RQ8L0", effect: "divert" },
    ]).hospitals;
    expect(reading!.restrictions.map(({ part }) => part)).toEqual([undefined, "divert", "divert:2"]);
  });

  it("is no newer than the oldest of its statements", () => {
    const [reading] = json([
      { hospital: "RQ8L0", effect: "divert", observedAt: OBSERVED },
      { hospital: "RQ8L0", effect: "inform", observedAt: "2017-05-15T13:59:00Z" },
    ]).hospitals;
    expect(reading!.observedAt!.text).toBe("2017-05-15T13:59:00Z");
  });

  it("knows a hospital by its aliases", () => {
    const directory = essex.with({ id: "NEW01", name: "Weston", location: [0.5, 51.6], aliases: ["OLD01"] });
    const rows = [
      { hospital: "OLD01", open: false },
      { hospital: "RQ8L0", open: false, divertTo: "OLD01" },
    ];
    const reading = readJsonFeed(JSON.stringify(rows), { directory, ids: { X: "OLD01" } });
    expect(reading.hospitals.map(({ hospital }) => hospital)).toEqual(["NEW01", "RQ8L0"]);
    expect(reading.hospitals[1]?.restrictions[0]?.divertTo).toBe("NEW01");
    const status = new StatusBoard(directory);
    const monitor = new FeedMonitor(status, [{ id: "board", hospitals: ["OLD01", "NEW01"], timeToLiveMs: 1000 }]);
    expect(monitor.apply("board", reading).outside).toEqual(["RQ8L0"]);
    expect(status.view().restrictionsOf("NEW01")).toHaveLength(1);
    expect(monitor.health().stateOf(directory.indexOf("NEW01"), Date.now()).unknown).toBe(false);
  });

  it("goes by a map of ids, also for receivers", () => {
    const ids = { "broom-field": "RQ8L0", lister: "RWH01" };
    const rows = [{ hospital: "broom-field", effect: "divert", divertTo: "lister" }];
    const [reading] = readJsonFeed(JSON.stringify(rows), { directory, ids }).hospitals;
    expect([reading!.hospital, reading!.restrictions[0]!.divertTo]).toEqual(["RQ8L0", "RWH01"]);
  });

  it.each<[string, unknown, number | undefined, string]>([
    ["a statement of nothing", [{ hospital: "RQ8L0" }], 1, "open"],
    ["an open ED with an effect", [{ hospital: "RQ8L0", open: true, effect: "divert" }], 1, "effect"],
    ["a word for a flag", [{ hospital: "RQ8L0", open: "no" }], 1, "open"],
    ["an unknown field", [{ hospital: "RQ8L0", open: true, patientName: "x" }], 1, "patientName"],
    ["an unknown need", [{ hospital: "RQ8L0", effect: "divert", scope: { needs: ["truama"] } }], 1, "scope.needs"],
    [
      "a moment without an offset",
      [{ hospital: "RQ8L0", open: true, observedAt: "2017-05-15T15:00:00" }],
      1,
      "observedAt",
    ],
    [
      "an end before the beginning",
      [{ hospital: "RQ8L0", effect: "divert", from: OBSERVED, until: OBSERVED }],
      1,
      "until",
    ],
    ["a receiver that is none of ours", [{ hospital: "RQ8L0", effect: "divert", divertTo: "X" }], 1, "divertTo"],
    ["a divert to itself", [{ hospital: "RQ8L0", effect: "divert", divertTo: "RQ8L0" }], 1, "divertTo"],
    [
      "open and closed at once",
      [
        { hospital: "RQ8L0", open: true },
        { hospital: "RQ8L0", open: false },
      ],
      2,
      "open",
    ],
    ["a text", "open", undefined, ""],
    ["an object without hospitals", { sentAt: OBSERVED }, undefined, "hospitals"],
  ])("refuses %s", (_, value, row, field) => {
    const { code, place } = failure(() => json(value));
    expect([code, place.row, place.field]).toEqual(["invalid-feed", row, field]);
  });

  it("throws nothing but invalid-feed for damaged text", () => {
    const seed = 77;
    const random = new SeededRandom(seed);
    const text = JSON.stringify([
      { hospital: "RQ8L0", open: false, observedAt: OBSERVED, scope: { needs: ["trauma"] } },
    ]);
    const headed = "hospital,open,needs,observedAt\nRQ8L0,false,trauma|stroke,2017-05-15T15:00:00+01:00\n";
    for (let round = 0; round < 3000; round++) {
      const format = round % 2 === 0 ? "json" : "csv";
      const bytes = new TextEncoder().encode(format === "json" ? text : headed);
      const place = random.integer(bytes.length);
      bytes[place] = bytes[place]! ^ (1 << random.integer(8));
      try {
        readFeed(format, bytes.subarray(0, random.next() < 0.3 ? random.integer(bytes.length) : bytes.length), {
          directory,
        });
      } catch (error) {
        expect(error, `seed ${seed}, round ${round}`).toMatchObject({ code: "invalid-feed" });
      }
    }
  });
});

describe("readCsvFeed", () => {
  it("says the same as JSON does", () => {
    const reading = csv(
      "\ufeffhospital,open,effect,needs,exceptNeeds,minAge,maxAge,acuity,until,divertTo,reason,observedAt,handoverMinutes\n" +
        `RQ8L0,false,,,,,,,,,"IT outage, all of it",${OBSERVED},20\n` +
        "RAJ01,true,,,,,,,,,,,\n" +
        "\n" +
        "RWH01,,divert,stroke|trauma,burns|vascular,16,,immediate,2017-05-15T18:00:00+01:00,RQ8L0,no CT,,\n" +
        "NOWHERE,unknown,,,,,,,,,,,\n",
    );
    expect(reading).toEqual({
      ...json([
        { hospital: "RQ8L0", open: false, reason: "IT outage, all of it", observedAt: OBSERVED, handoverMinutes: 20 },
        { hospital: "RAJ01", open: true },
        {
          hospital: "RWH01",
          effect: "divert",
          scope: { needs: ["stroke", "trauma"], exceptNeeds: ["burns", "vascular"], minAge: 16, acuity: ["immediate"] },
          until: "2017-05-15T18:00:00+01:00",
          divertTo: "RQ8L0",
          reason: "no CT",
        },
      ]),
      unmatched: [{ ids: ["NOWHERE"], row: 6 }],
    });
  });

  it.each([
    ["", undefined, undefined],
    ["id,open\nRQ8L0,true", 1, "id"],
    ["open\ntrue", 1, "hospital"],
    ["hospital,open,open\nRQ8L0,true,true", 1, "open"],
    ["hospital,open\nRQ8L0,perhaps", 2, "open"],
    ["hospital,effect,minAge\nRQ8L0,divert,0x10", 2, "minAge"],
    ["hospital,open\nRQ8L0,true,extra", 2, undefined],
    ['hospital,open\n"RQ8L0,true', 2, undefined],
    ["hospital,open,reason\nRQ8L0,,x", 2, "open"],
  ])("refuses %j with the line", (text, row, field) => {
    const { code, place } = failure(() => csv(text));
    expect([code, place.row, place.field]).toEqual(["invalid-feed", row, field]);
  });
});

describe("readFeed", () => {
  it("needs a zone for FHIR and a format it knows", () => {
    expect(failure(() => readFeed("fhir", "{}", { directory })).place.field).toBe("zone");
    expect(failure(() => readFeed("xml" as "json", "{}", { directory })).place.field).toBe("format");
  });
});

describe("a feed in which some rows cannot be read", () => {
  const statesOf = ({ hospitals }: FeedReading) => hospitals.map(({ hospital, state }) => `${hospital} ${state}`);

  it("gives the others, and of an ED with such a row nothing: half of what is asked could pass for less", () => {
    const rows = [
      { hospital: "RQ8L0", effect: "divert", scope: { needs: ["trauma"] } },
      { hospital: "RQ8L0", effect: "divert", scope: { needs: ["strok"] } },
      { hospital: "RAJ01", open: false },
      { open: true },
    ];
    const reading = readJsonFeed(JSON.stringify(rows), { directory });
    expect(statesOf(reading)).toEqual(["RAJ01 restricted"]);
    expect(reading.notes.map(({ kind, hospital, row, field }) => [kind, hospital, row, field])).toEqual([
      ["unread", "RQ8L0", 2, "scope.needs"],
      ["unread", undefined, 4, "hospital"],
    ]);
    for (const { text } of reading.notes) expect(text).toMatch(/; it is not used\.$/);
  });

  it("does so in csv by its lines, and for an ED said to be both open and closed", () => {
    const text = "Hospital;Open;handoverMinutes\r\nRQ8L0;maybe;\r\nRAJ01;FALSE;12,5\r\nRWH01;1;\r\nRWH01;0;\r\n";
    const reading = readCsvFeed(text, { directory });
    expect([statesOf(reading), reading.hospitals[0]!.handoverMinutes]).toEqual([["RAJ01 restricted"], 12.5]);
    expect(reading.notes.map(({ hospital, row }) => [hospital, row])).toEqual([
      ["RQ8L0", 2],
      ["RWH01", 5],
    ]);
  });
});

describe("a sender's times", () => {
  const JUNE = "2017-06-15T09:30:00";
  it.each([
    [`${JUNE}+01:00`, `${JUNE}+01:00`],
    [`${JUNE}+0100`, `${JUNE}+01:00`],
    [`${JUNE}+01`, `${JUNE}+01:00`],
    ["2017-06-15T08:30Z", "2017-06-15T08:30:00Z"],
    ["2017-06-15 09:30", `${JUNE}+01:00`],
    [JUNE, `${JUNE}+01:00`],
    ["2017-01-15T09:30", "2017-01-15T09:30:00+00:00"],
  ])("%s is %s", (text, expected) => {
    const row = JSON.stringify([{ hospital: "RQ8L0", open: false, observedAt: text }]);
    const { hospitals } = readJsonFeed(row, { directory, zone: "Europe/London" });
    expect(hospitals[0]!.observedAt!.text).toBe(expected);
  });

  it.each(["2017-06-31T09:30", "2017-06-15", "09:30", "15/06/2017 09:30"])("%s is none", (text) => {
    const row = JSON.stringify([{ hospital: "RQ8L0", open: false, observedAt: text }]);
    expect(failure(() => readJsonFeed(row, { directory, zone: "Europe/London" })).place.field).toBe("observedAt");
  });

  it("without an offset are none where nobody says in which zone", () => {
    const row = JSON.stringify([{ hospital: "RQ8L0", open: false, observedAt: JUNE }]);
    expect(failure(() => readJsonFeed(row, { directory })).place.field).toBe("observedAt");
  });

  it.each(["2017-05-15T14:58:00+0100", "2017-05-15T14:58", "2017-05-15 14:58:00", "2017-05-15T13:58Z"])(
    "make a late message late: %s",
    (late) => {
      const clock = stoppedClock("2017-05-15T15:00:00+01:00");
      const monitor = new FeedMonitor(new StatusBoard(directory, { clock }), [{ id: "a", timeToLiveMs: 1e6 }], {
        clock,
      });
      const hospital = (at: string, traffic: string) => haveMessage(haveHospital({ traffic, updated: at }));
      const read = (text: string) => readFeed("edxl-have", text, { directory, zone: "Europe/London" });
      monitor.apply("a", read(hospital("2017-05-15T14:59", "Closed")));
      expect(monitor.apply("a", read(hospital(late, "Normal"))).late).toEqual(["RQ8L0"]);
    },
  );
});
