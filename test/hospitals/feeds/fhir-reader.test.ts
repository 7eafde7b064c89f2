import { describe, expect, it } from "vitest";
import { isOpenAt } from "../../../src/hospitals/directory/opening-hours";
import { type FhirReaderOptions, ODS_SITE_SYSTEM, readFhir } from "../../../src/hospitals/feeds/fhir-reader";
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
    expect(during("2017-03-26", "2017-03-26")).toEqual(["2017-03-26T00:00:00+00:00", "2017-03-27T00:00:00+01:00"]);
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

describe("readFhir refuses", () => {
  it.each<[string, unknown, string]>([
    ["another resource", { resourceType: "Patient" }, "resourceType"],
    ["an entry that is no list", { resourceType: "Bundle", entry: {} }, "entry"],
    ["a status FHIR does not have", bundle(site({ status: "closed" })), "entry.0.resource.status"],
    ["a text for a flag", bundle(service({ active: "false" })), "entry.0.resource.active"],
    [
      "text for degrees",
      bundle(site({ position: { longitude: "0.4", latitude: 51 } })),
      "entry.0.resource.position.longitude",
    ],
    [
      "a latitude beyond the pole",
      bundle(site({ position: { longitude: 51, latitude: 151 } })),
      "entry.0.resource.position.latitude",
    ],
    [
      "a time without seconds",
      bundle(service({ availableTime: [{ availableStartTime: "08:00" }] })),
      "entry.0.resource.availableTime.0.availableStartTime",
    ],
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
