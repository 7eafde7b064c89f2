import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import { FeedMonitor } from "../../../src/hospitals/feeds/feed-monitor";
import { readFeed } from "../../../src/hospitals/feeds/read-feed";
import { readCsvFeed, readJsonFeed } from "../../../src/hospitals/feeds/simple-feed";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import { essex, failure } from "../support/essex";
import { directory } from "./support/have";

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
    [
      "a word for a flag",
      [
        { hospital: "RAJ01", open: true },
        { hospital: "RQ8L0", open: "no" },
      ],
      2,
      "open",
    ],
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
    ["hospital,open\nRQ8L0,yes", 2, "open"],
    ["hospital,effect,minAge\nRAJ01,divert,\nRQ8L0,divert,0x10", 3, "minAge"],
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
