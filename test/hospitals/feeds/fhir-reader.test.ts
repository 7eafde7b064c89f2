import { describe, expect, it } from "vitest";
import { isOpenAt } from "../../../src/hospitals/directory/opening-hours";
import type { FeedReading, HospitalReading } from "../../../src/hospitals/feeds/feed-reading";
import { nextFhirPage, ODS_SITE_SYSTEM } from "../../../src/hospitals/feeds/fhir-entries";
import { type FhirReaderOptions, readFhir } from "../../../src/hospitals/feeds/fhir-reader";
import { epochMs, failure } from "../support/essex";
import { directory } from "./support/have";

const options: FhirReaderOptions = {
  directory,
  zone: "Europe/London",
  services: { "http://snomed.info/sct|225728007": "emergency", "stroke-unit": "stroke" },
};
const read = (json: unknown, more: Partial<FhirReaderOptions> = {}) =>
  readFhir(JSON.stringify(json), { ...options, ...more });
const bundle = (...resources: readonly unknown[]) => ({
  resourceType: "Bundle",
  type: "collection",
  timestamp: "2017-05-15T15:00:00+01:00",
  entry: resources.map((resource) => ({ resource })),
});
const site = (fields: Record<string, unknown> = {}) => ({
  resourceType: "Location",
  id: "broomfield",
  identifier: [
    { system: "https://example.org", value: "7" },
    { system: ODS_SITE_SYSTEM, value: "RQ8L0" },
  ],
  ...fields,
});
const service = (fields: Record<string, unknown> = {}) => ({
  resourceType: "HealthcareService",
  location: [{ reference: "Location/broomfield" }],
  type: [{ coding: [{ system: "http://snomed.info/sct", code: "225728007" }] }],
  ...fields,
});
const first = (...resources: readonly unknown[]) => read(bundle(...resources)).hospitals[0]!;

describe("readFhir, Location", () => {
  it.each([
    ["active", "accepting", []],
    ["suspended", "restricted", [{ effect: "refuse", reason: "Location suspended" }]],
    ["inactive", "no-ed", []],
    [undefined, "not-stated", []],
  ])("takes status %s for %s", (status, state, restrictions) => {
    expect(first(site({ status }))).toMatchObject({ hospital: "RQ8L0", state, restrictions });
  });

  it("leaves bed codes alone, and says so", () => {
    const reading = read(bundle(site({ status: "active", operationalStatus: { code: "C" } })));
    expect(reading.hospitals[0]!.state).toBe("accepting");
    expect(reading.notes).toEqual([
      {
        kind: "lost",
        hospital: "RQ8L0",
        field: "Location.operationalStatus",
        text: "operationalStatus is not used: its codes are about beds (v2-0116), so it is not taken for a divert.",
      },
    ]);
  });

  it("reads a position, the resource's own moment before the bundle's, and one resource alone", () => {
    const alone = site({
      status: "active",
      position: { longitude: 0.47, latitude: 51.77 },
      meta: { lastUpdated: "2017-05-15T13:00:00Z" },
    });
    const [reading] = read(alone).hospitals;
    expect([reading!.position, reading!.observedAt!.text]).toEqual([[0.47, 51.77], "2017-05-15T13:00:00Z"]);
    expect(first(site({ status: "active" })).observedAt!.text).toBe("2017-05-15T15:00:00+01:00");
  });

  it("lists places that are none of ours, and resources of other kinds", () => {
    const reading = read(
      bundle(site({ identifier: [{ system: "x", value: "RQ8L0" }], name: "Ward 7" }), { resourceType: "Patient" }),
    );
    expect(reading.hospitals).toEqual([]);
    expect(reading.unmatched).toEqual([{ ids: ["x|RQ8L0", "Location/broomfield"], name: "Ward 7", row: 1 }]);
    expect(reading.notes.map(({ text }) => text)).toEqual(["A Patient has no place in the status."]);
    expect(read(bundle(site({ identifier: [] })), { ids: { "Location/broomfield": "RWH01" } }).unmatched).toEqual([]);
  });
});

describe("readFhir, HealthcareService", () => {
  it("diverts from a service that is not active, or not available for a while", () => {
    const notAvailable = [
      { description: "CT replaced", during: { start: "2017-05-14", end: "2017-05-15" } },
      { description: "IT outage", during: { start: "2017-05-12T12:00:00+01:00" } },
      { description: "Until further notice" },
    ];
    const stroke = { type: [{ coding: [{ code: "stroke-unit" }] }] };
    expect(first(site({ status: "active" }), service({ ...stroke, active: false, notAvailable })).restrictions).toEqual(
      [
        { part: "stroke:0:inactive", effect: "divert", scope: { needs: ["stroke"] }, reason: "Service not active" },
        {
          part: "stroke:0:0",
          effect: "divert",
          scope: { needs: ["stroke"] },
          from: "2017-05-14T00:00:00+01:00",
          until: "2017-05-16T00:00:00+01:00",
          reason: "CT replaced",
        },
        {
          part: "stroke:0:1",
          effect: "divert",
          scope: { needs: ["stroke"] },
          from: "2017-05-12T12:00:00+01:00",
          reason: "IT outage",
        },
        { part: "stroke:0:2", effect: "divert", scope: { needs: ["stroke"] }, reason: "Until further notice" },
      ],
    );
    expect(first(site(), service({ active: false }))).toMatchObject({
      state: "restricted",
      restrictions: [{ effect: "divert", reason: "Service not active" }],
    });
    expect(first(site(), service({ active: true })).state).toBe("accepting");
  });

  it("has no restrictions where there is no ED any more", () => {
    const reading = first(site({ status: "inactive" }), service({ active: false }));
    expect([reading.state, reading.restrictions]).toEqual(["no-ed", []]);
  });

  it("takes a day, a month and a year whole, in the zone, also where clocks change", () => {
    const during = (start: string, end: string) => {
      const { from, until } = first(site(), service({ notAvailable: [{ description: "x", during: { start, end } }] }))
        .restrictions[0]!;
      return [from, until];
    };
    expect(during("2018-03-25", "2018-03-25")).toEqual(["2018-03-25T00:00:00+00:00", "2018-03-26T00:00:00+01:00"]);
    expect(during("2017-12", "2017-12")).toEqual(["2017-12-01T00:00:00+00:00", "2018-01-01T00:00:00+00:00"]);
    expect(during("2017", "2017")).toEqual(["2017-01-01T00:00:00+00:00", "2018-01-01T00:00:00+00:00"]);
  });

  it("turns available times into opening hours of the zone", () => {
    const availableTime = [
      { daysOfWeek: ["mon", "tue"], availableStartTime: "08:00:30", availableEndTime: "22:00:00" },
      { daysOfWeek: ["sat"], allDay: true },
      { daysOfWeek: ["sun"], availableStartTime: "12:00:00", availableEndTime: "23:59:59" },
      { daysOfWeek: ["wed"], availableStartTime: "12:00:00" },
    ];
    const reading = read(
      bundle(site({ status: "active" }), service({ availableTime, availabilityExceptions: "not at Christmas" })),
    );
    const [{ capability, openingHours }] = reading.hospitals[0]!.openingHours as [
      NonNullable<(typeof reading.hospitals)[0]["openingHours"]>[0],
    ];
    expect(capability).toBe("emergency");
    const open = (text: string): boolean => isOpenAt(openingHours, epochMs(text));
    expect(["08:00:59", "08:01:00", "21:59:59", "22:00:00"].map((time) => open(`2017-05-15T${time}+01:00`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(
      [
        "2017-05-17T13:00:00+01:00",
        "2017-05-20T00:00:00+01:00",
        "2017-05-21T23:59:59.9+01:00",
        "2017-05-22T00:00:00+01:00",
      ].map(open),
    ).toEqual([false, true, true, false]);
    expect(reading.notes.map(({ field }) => field)).toEqual([
      "HealthcareService.availableTime",
      "HealthcareService.availabilityExceptions",
    ]);
    expect(reading.hospitals[0]!.state).toBe("accepting");
  });

  it("does not take a skin clinic for the ED, and says what it left out", () => {
    const clinic = service({ name: "Dermatology", active: false, type: [{ coding: [{ system: "s", code: "derm" }] }] });
    const reading = read(bundle(site({ status: "active" }), clinic));
    expect(reading.hospitals[0]!.state).toBe("accepting");
    expect(reading.notes.map(({ text }) => text)).toEqual([
      'The service "Dermatology" has codes that mean none of our capabilities; it is not used.',
    ]);
    const uncoded = read(bundle(site({ status: "active" }), service({ active: false, type: undefined })));
    expect([uncoded.hospitals[0]!.state, uncoded.notes[0]!.kind]).toEqual(["restricted", "odd"]);
  });

  it("finds its site by reference, full URL or code, and lists it when there is none", () => {
    const fullUrl = "urn:uuid:1";
    const linked = {
      resourceType: "Bundle",
      entry: [
        { resource: service({ active: false, location: [{ reference: fullUrl }] }) },
        { fullUrl, resource: site() },
      ],
    };
    expect(read(linked).hospitals[0]!.state).toBe("restricted");
    const coded = service({ active: false, location: [{ identifier: { system: ODS_SITE_SYSTEM, value: "RAJ01" } }] });
    expect(first(coded).hospital).toBe("RAJ01");
    const lost = read(bundle(service({ id: "s", name: "ED", location: undefined })));
    expect(lost.unmatched).toEqual([{ ids: ["HealthcareService/s"], name: "ED", row: 1 }]);
  });
});

/** What a reading comes to: each hospital's effects, and what is told of the rest. */
const told = (reading: FeedReading) => ({
  hospitals: reading.hospitals.map(({ hospital, state, restrictions }) => [
    hospital,
    state,
    ...restrictions.map(({ effect, from, until }) => [effect, from, until].filter((part) => part !== undefined)),
  ]),
  unmatched: reading.unmatched.flatMap(({ ids }) => ids),
  notes: reading.notes.map(({ kind, hospital, field }) => [kind, hospital, field].filter((part) => part !== undefined)),
});
const other = (fields: Record<string, unknown> = {}) => ({
  resourceType: "Location",
  id: "southend",
  identifier: [{ system: ODS_SITE_SYSTEM, value: "RAJ01" }],
  ...fields,
});

describe("readFhir, one bad entry among good ones", () => {
  const good = other({ status: "suspended" });
  it.each<[string, readonly unknown[], string]>([
    ["an unknown status", [site({ status: "entered-in-error" })], "entry.1.resource.status"],
    ["hours that are no list of objects", [site({ hoursOfOperation: ["x"] })], "entry.1.resource.hoursOfOperation.0"],
    ["a flag as text", [site({ status: "active" }), service({ active: "no" })], "entry.2.resource.active"],
    ["an absence as text", [site(), service({ notAvailable: ["x"] })], "entry.2.resource.notAvailable.0"],
    [
      "a period of a day that is none (R4)",
      [site(), service({ notAvailable: [{ during: { start: "2017-02-30" } }] })],
      "entry.2.resource.notAvailable.0.during.start",
    ],
    [
      "a period of a day that is none (R5)",
      [site(), service({ availability: [{ notAvailableTime: [{ during: { end: "soon" } }] }] })],
      "entry.2.resource.availability.0.notAvailableTime.0.during.end",
    ],
    ["codes that are none", [site(), service({ type: "ED" })], "entry.2.resource.type"],
  ])("reports %s, leaves its hospital as it was and takes the others", (_, bad, field) => {
    const reading = read(bundle(good, ...bad));
    expect(told(reading)).toMatchObject({ hospitals: [["RAJ01", "restricted", ["refuse"]]], unmatched: [] });
    expect(told(reading).notes).toEqual([["unread", "RQ8L0", field]]);
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a text", "Location"],
    ["an entry without a resource", { fullUrl: "urn:uuid:1" }],
    ["a resource without a type", { resource: { id: "x" } }],
    ["a deletion", { request: { method: "DELETE", url: "Location/9" } }],
  ])("passes over %s with a note", (_, entry) => {
    const reading = read({ resourceType: "Bundle", entry: [entry, { resource: good }] });
    expect(told(reading)).toEqual({
      hospitals: [["RAJ01", "restricted", ["refuse"]]],
      unmatched: [],
      notes: [["lost", "entry.0"]],
    });
  });

  it("costs nobody a status for what people alone compare", () => {
    const reading = read(
      bundle(
        site({ status: "suspended", name: 7, position: { longitude: "0.4", latitude: "51.7" }, id: 7 }),
        other({ status: "active", position: { longitude: 51, latitude: 151 }, meta: { lastUpdated: "yesterday" } }),
        service({
          location: [{ reference: "Location/southend" }],
          availableTime: ["x", { availableStartTime: "8 am" }],
        }),
      ),
    );
    expect(told(reading)).toMatchObject({
      hospitals: [
        ["RQ8L0", "restricted", ["refuse"]],
        ["RAJ01", "accepting"],
      ],
    });
    expect(told(reading).notes).toEqual([
      ["odd", "RQ8L0", "Location.position"],
      ["odd", "RAJ01", "Location.position"],
      ["odd", "RAJ01", "Location.meta.lastUpdated"],
      ["lost", "RAJ01", "HealthcareService.availableTime"],
      ["lost", "RAJ01", "HealthcareService.availableTime"],
    ]);
  });

  it("does not take a skin clinic's mistake for the ED's", () => {
    const clinic = service({ active: "perhaps", type: [{ coding: [{ code: "derm" }] }] });
    expect(told(read(bundle(site({ status: "active" }), clinic))).hospitals).toEqual([["RQ8L0", "accepting"]]);
  });

  it("takes members that are null for members left out", () => {
    const reading = read(
      bundle(site({ status: "suspended", name: null, meta: { lastUpdated: null }, position: null })),
    );
    expect(told(reading)).toEqual({ hospitals: [["RQ8L0", "restricted", ["refuse"]]], unmatched: [], notes: [] });
  });

  it("refuses what is nested too deep to be a message", () => {
    let deep: unknown = {};
    for (let level = 0; level < 200; level++) deep = [deep];
    expect(failure(() => read(bundle(site({ extension: deep })))).code).toBe("invalid-feed");
  });
});

describe("readFhir, R4 and R5", () => {
  const during = { start: "2017-05-15T08:00:00Z", end: "2017-05-15T20:00:00Z" };
  it.each<[string, unknown]>([
    ["R4 notAvailable", { notAvailable: [{ description: "Flooded", during }] }],
    ["R4 notAvailable without its description", { notAvailable: [{ during }] }],
    ["R5 availability", { availability: [{ notAvailableTime: [{ description: "Flooded", during }] }] }],
    ["R5 availability, not in a list", { availability: { notAvailableTime: [{ during }] } }],
  ])("diverts for %s", (_, fields) => {
    const reading = read(bundle(site({ status: "active" }), service({ active: true, ...(fields as object) })));
    expect(told(reading).hospitals).toEqual([["RQ8L0", "restricted", ["divert", during.start, during.end]]]);
  });

  it("holds what both say apart", () => {
    const fields = {
      notAvailable: [{ during }],
      availability: [{ notAvailableTime: [{ during }, {}] }, { notAvailableTime: [{}] }],
    };
    const { restrictions } = first(site(), service(fields));
    const parts = restrictions.map(({ part }) => part);
    expect(parts).toHaveLength(4);
    expect(new Set(parts).size).toBe(4);
  });

  it("refuses patients while a location is not available (R5), and reads no hours of the location", () => {
    const hoursOfOperation = [
      {
        availableTime: [{ allDay: true }],
        notAvailableTime: [{ description: "Fire", during }, { description: "Christmas" }],
      },
    ];
    const reading = read(bundle(site({ status: "active", hoursOfOperation })));
    expect(told(reading)).toEqual({
      hospitals: [["RQ8L0", "restricted", ["refuse", during.start, during.end]]],
      unmatched: [],
      notes: [
        ["lost", "RQ8L0", "Location.hoursOfOperation.0.notAvailableTime"],
        ["lost", "RQ8L0", "Location.hoursOfOperation"],
      ],
    });
    const r4 = [{ daysOfWeek: ["mon"], openingTime: "08:00:00", closingTime: "20:00:00" }];
    expect(told(read(bundle(site({ status: "active", hoursOfOperation: r4 })))).hospitals).toEqual([
      ["RQ8L0", "accepting"],
    ]);
  });

  it("reads hours of R5 as those of R4", () => {
    const availableTime = [{ daysOfWeek: ["mon"], availableStartTime: "08:00", availableEndTime: "20:00:00" }];
    const [r4, r5] = [{ availableTime }, { availability: [{ availableTime }] }].map(
      (fields) => first(site(), service(fields)).openingHours,
    );
    expect(r4).toHaveLength(1);
    expect(r5).toEqual(r4);
  });

  it("asks for nothing by what was over a day before the message was sent, and does by what may not be", () => {
    const until = (end: string) =>
      told(read(bundle(site(), service({ notAvailable: [{ during: { end } }] })))).hospitals;
    expect(until("2017-05-14T14:00:00Z")).toEqual([["RQ8L0", "accepting"]]);
    expect(until("2017-05-14T14:00:01Z")).toEqual([["RQ8L0", "restricted", ["divert", "2017-05-14T14:00:01Z"]]]);
  });
});

describe("readFhir, times as senders write them", () => {
  const forms: readonly [string, string][] = [
    ["2017-05-15T13:00:00+0000", "2017-05-15T13:00:00+00:00"],
    ["2017-05-15T13:00Z", "2017-05-15T13:00:00Z"],
    ["2017-05-15T14:00:00", "2017-05-15T14:00:00+01:00"],
    ["2017-05-15 14:00", "2017-05-15T14:00:00+01:00"],
    ["2017-05-15T13:00:00.123+00", "2017-05-15T13:00:00.123+00:00"],
  ];
  it.each(forms)("reads %s wherever a time stands", (text, expected) => {
    const sent = read({ ...bundle(site({ status: "active" })), timestamp: text });
    expect(sent.sentAt?.text).toBe(expected);
    expect(sent.hospitals[0]!.observedAt?.text).toBe(expected);
    const [{ observedAt, restrictions }] = read(
      bundle(
        site({ status: "active", meta: { lastUpdated: text } }),
        service({
          notAvailable: [{ during: { start: text } }],
          availability: [{ notAvailableTime: [{ during: { start: text } }] }],
        }),
      ),
    ).hospitals as [HospitalReading];
    expect([observedAt!.text, ...restrictions.map(({ from }) => from)]).toEqual([expected, expected, expected]);
  });
});

describe("readFhir finds the site", () => {
  const suspended = { status: "suspended" };
  it.each<[string, unknown]>([
    [
      "a slash at the end of the system",
      site({ ...suspended, identifier: [{ system: `${ODS_SITE_SYSTEM}/`, value: "RQ8L0" }] }),
    ],
    [
      "the system without TLS",
      site({ ...suspended, identifier: [{ system: ODS_SITE_SYSTEM.replace("https", "http"), value: "RQ8L0" }] }),
    ],
    [
      "spaces around the code",
      site({ ...suspended, identifier: [{ system: ODS_SITE_SYSTEM, value: " RQ8L0\u00a0" }] }),
    ],
    [
      "a number beside the code",
      site({ ...suspended, identifier: [{ value: 7 }, { system: ODS_SITE_SYSTEM, value: "RQ8L0" }] }),
    ],
  ])("through %s", (_, location) => {
    expect(told(read(bundle(location))).hospitals).toEqual([["RQ8L0", "restricted", ["refuse"]]]);
  });

  it.each<[string, string, string]>([
    ["another system of the NHS", "https://fhir.nhs.uk/Id/ods-organization-code", "RQ8L0"],
    ["the code in small letters", ODS_SITE_SYSTEM, "rq8l0"],
  ])("and tells of %s as of none of ours", (_, system, value) => {
    const reading = told(read(bundle(site({ ...suspended, identifier: [{ system, value }] }))));
    expect([reading.hospitals, reading.unmatched[0]]).toEqual([[], `${system}|${value}`]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["inside the service", { contained: [site({ id: "in" })], location: [{ reference: "#in" }] }],
    ["by a full URL that ends alike", { location: [{ reference: "https://fhir.example/r4/Location/broomfield" }] }],
    ["by one of its versions", { location: [{ reference: "Location/broomfield/_history/3" }] }],
    ["that stands alone, not in a list", { location: { reference: "Location/broomfield" } }],
  ])("%s", (_, fields) => {
    const reading = read(bundle(site(), service({ active: false, ...fields })));
    expect(told(reading).hospitals).toEqual([["RQ8L0", "restricted", ["divert"]]]);
  });

  it("inside one service for no other", () => {
    const holder = service({ contained: [site({ id: "in" })], location: [{ reference: "#in" }], active: true });
    const reading = read(bundle(holder, service({ id: "lost", location: [{ reference: "#in" }], active: false })));
    expect(told(reading)).toMatchObject({ hospitals: [["RQ8L0", "accepting"]], unmatched: ["HealthcareService/lost"] });
  });
});

describe("readFhir, several versions of a resource", () => {
  const version = (status: string, lastUpdated?: string) =>
    site({ status, ...(lastUpdated === undefined ? {} : { meta: { lastUpdated } }) });
  it("keeps the latest, whatever their order", () => {
    const [old, young] = [version("suspended", "2017-05-15T09:00:00Z"), version("active", "2017-05-15T10:00:00Z")];
    for (const both of [bundle(old, young), bundle(young, old)]) {
      expect(told(read(both))).toEqual({
        hospitals: [["RQ8L0", "accepting"]],
        unmatched: [],
        notes: [["odd", "Location/broomfield"]],
      });
    }
  });

  it("keeps the first of a history, which is told newest first, be it a deletion", () => {
    const history = (...entry: readonly unknown[]) => ({ resourceType: "Bundle", type: "history", entry });
    const [young, old] = [{ resource: version("active") }, { resource: version("suspended") }];
    expect(told(read(history(young, old))).hospitals).toEqual([["RQ8L0", "accepting"]]);
    const gone = { request: { method: "DELETE", url: "Location/broomfield" } };
    expect(told(read(history(gone, old, { resource: other({ status: "active" }) }))).hospitals).toEqual([
      ["RAJ01", "accepting"],
    ]);
  });

  it("keeps all that nothing tells apart, and the more cautious counts; the same one twice is one", () => {
    expect(told(read(bundle(version("suspended"), version("active")))).hospitals).toEqual([
      ["RQ8L0", "restricted", ["refuse"]],
    ]);
    const closed = service({ id: "ed", active: false });
    expect(first(site(), closed, closed).restrictions).toHaveLength(1);
  });
});

describe("readFhir, pages", () => {
  const page = (next: boolean, ...resources: readonly unknown[]) =>
    JSON.stringify({
      ...bundle(...resources),
      ...(next
        ? {
            link: [
              { relation: "self", url: "a" },
              { relation: "next", url: "b" },
            ],
          }
        : {}),
    });
  it("are one message: a service on one finds its site on another", () => {
    const reading = readFhir(
      [page(true, service({ active: false })), page(false, other({ status: "active" }), site())],
      options,
    );
    expect(told(reading)).toEqual({
      hospitals: [
        ["RAJ01", "accepting"],
        ["RQ8L0", "restricted", ["divert"]],
      ],
      unmatched: [],
      notes: [],
    });
  });

  it("that are missing are told", () => {
    expect(told(readFhir(page(true, site({ status: "active" })), options)).notes).toEqual([["lost", "link"]]);
    expect([nextFhirPage(page(true)), nextFhirPage(page(false))]).toEqual(["b", undefined]);
  });

  it("are together no newer than the oldest, and one that cannot be read spoils the message", () => {
    const old = JSON.stringify({ ...bundle(site({ status: "active" })), timestamp: "2017-05-15T12:00:00Z" });
    expect(readFhir([page(true), old], options).sentAt?.text).toBe("2017-05-15T12:00:00Z");
    expect(failure(() => readFhir([page(true, site({ status: "active" })), "{"], options)).code).toBe("invalid-feed");
  });
});

describe("readFhir refuses", () => {
  it.each<[string, unknown, string]>([
    ["another resource", { resourceType: "Patient" }, "resourceType"],
    ["an entry that is no list", { resourceType: "Bundle", entry: {} }, "entry"],
    ["a status FHIR does not have", bundle(site({ status: "closed" })), "entry.0.resource.status"],
    ["a text for a flag", bundle(site(), service({ active: "false" })), "entry.1.resource.active"],
    ["a list that is none", bundle(site(), service({ notAvailable: "x" })), "entry.1.resource.notAvailable"],
    [
      "a day the calendar lacks",
      bundle(site(), service({ notAvailable: [{ description: "x", during: { start: "2017-02-30" } }] })),
      "entry.1.resource.notAvailable.0.during.start",
    ],
    [
      "a period that ends before it begins",
      bundle(site(), service({ notAvailable: [{ description: "x", during: { start: "2017-03", end: "2017-02" } }] })),
      "entry.1.resource.notAvailable.0.during",
    ],
  ])("%s", (_, json, field) => {
    const { code, place } = failure(() => read(json));
    expect([code, place.field]).toEqual(["invalid-feed", field]);
  });

  it("options that lead nowhere", () => {
    expect(failure(() => read(bundle(), { services: { a: "strok" } })).code).toBe("invalid-argument");
    expect(failure(() => read(bundle(), { zone: "Europe/Chelmsford" })).code).toBe("invalid-argument");
  });
});
