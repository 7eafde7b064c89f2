import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readXml } from "../../../src/core/xml";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import { FeedHealth } from "../../../src/hospitals/feeds/feed-health";
import { readHave } from "../../../src/hospitals/feeds/have-reader";
import { type HaveWriterOptions, writeHave } from "../../../src/hospitals/feeds/have-writer";
import { ACUITIES, EFFECTS, type RestrictionReport } from "../../../src/hospitals/status/restriction";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import { needsSharedData, sharedData } from "../../support/shared-data";
import { epochMs, failure } from "../support/essex";
import { directory } from "./support/have";
import { SchemaOfHave } from "./support/xsd";

const AT = epochMs("2017-05-15T15:00:00+01:00");

function written(reports: readonly RestrictionReport[], options: Partial<HaveWriterOptions> = {}) {
  const status = new StatusBoard(directory, { clock: () => AT });
  for (const report of reports) status.report(report);
  return writeHave(status.view(), { at: AT, offsetMinutes: 60, ...options });
}

const traffic = (xml: string): (string | undefined)[] =>
  readHave(xml, { directory }).hospitals.map(({ state, restrictions: [first] }) => first?.effect ?? state);

describe("writeHave", () => {
  it("writes every hospital, what it asks, what it offers and how long handover takes", () => {
    const { xml } = written([{ hospital: "RQ8L0", effect: "divert", reason: 'IT outage at "A&E" <all>' }]);
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<HospitalStatus xmlns="urn:oasis:names:tc:emergency:EDXL:HAVE:1.0" xmlns:xnl="urn:oasis:names:tc:ciq:xnl:3" xmlns:gml="http://www.opengis.net/gml">
  <Hospital>
    <Organization>
      <OrganizationInformation>
        <xnl:OrganisationName xnl:ID="RAJ01">
          <xnl:NameElement>Southend Hospital</xnl:NameElement>
        </xnl:OrganisationName>
      </OrganizationInformation>
      <OrganizationGeoLocation>
        <gml:Point>
          <gml:pos>51.5539000 0.6885000</gml:pos>
        </gml:Point>
      </OrganizationGeoLocation>
    </Organization>
    <EmergencyDepartmentStatus>
      <EMSTraffic>
        <EMSTrafficStatus>Normal</EMSTrafficStatus>
      </EMSTraffic>
      <EMSAmbulanceStatus>
        <EMSOffloadMinutes>13</EMSOffloadMinutes>
      </EMSAmbulanceStatus>
    </EmergencyDepartmentStatus>
    <ServiceCoverageStatus>
      <EmergencyDepartment>true</EmergencyDepartment>
      <TraumaCenterServicesIndicator>
        <TraumaCenterServices>true</TraumaCenterServices>
      </TraumaCenterServicesIndicator>
    </ServiceCoverageStatus>
    <LastUpdateTime>2017-05-15T15:00:00+01:00</LastUpdateTime>
  </Hospital>
  <Hospital>
    <Organization>
      <OrganizationInformation>
        <xnl:OrganisationName xnl:ID="RQ8L0">
          <xnl:NameElement>Broomfield Hospital</xnl:NameElement>
        </xnl:OrganisationName>
      </OrganizationInformation>
      <OrganizationGeoLocation>
        <gml:Point>
          <gml:pos>51.7741000 0.4663000</gml:pos>
        </gml:Point>
      </OrganizationGeoLocation>
    </Organization>
    <EmergencyDepartmentStatus>
      <EMSTraffic>
        <EMSTrafficStatus>Closed</EMSTrafficStatus>
        <EMSTrafficReason>IT outage at &quot;A&amp;E&quot; &lt;all&gt;</EMSTrafficReason>
      </EMSTraffic>
    </EmergencyDepartmentStatus>
    <ServiceCoverageStatus>
      <Burn>true</Burn>
      <EmergencyDepartment>true</EmergencyDepartment>
      <TraumaCenterServicesIndicator>
        <TraumaCenterServices>true</TraumaCenterServices>
      </TraumaCenterServicesIndicator>
    </ServiceCoverageStatus>
    <HospitalFacilityStatus>
      <FacilityStatus>Normal</FacilityStatus>
    </HospitalFacilityStatus>
    <LastUpdateTime>2017-05-15T15:00:00+01:00</LastUpdateTime>
  </Hospital>
  <Hospital>
    <Organization>
      <OrganizationInformation>
        <xnl:OrganisationName xnl:ID="RWH01">
          <xnl:NameElement>Lister Hospital</xnl:NameElement>
        </xnl:OrganisationName>
      </OrganizationInformation>
      <OrganizationGeoLocation>
        <gml:Point>
          <gml:pos>51.9243000 -0.2127000</gml:pos>
        </gml:Point>
      </OrganizationGeoLocation>
    </Organization>
    <EmergencyDepartmentStatus>
      <EMSTraffic>
        <EMSTrafficStatus>Normal</EMSTrafficStatus>
      </EMSTraffic>
    </EmergencyDepartmentStatus>
    <ServiceCoverageStatus>
      <EmergencyDepartment>true</EmergencyDepartment>
      <Pediatrics>true</Pediatrics>
    </ServiceCoverageStatus>
    <LastUpdateTime>2017-05-15T15:00:00+01:00</LastUpdateTime>
  </Hospital>
</HospitalStatus>
`);
  });

  it("tells what HAVE cannot say about a partial divert, restriction by restriction", () => {
    const { xml, notes } = written([
      {
        hospital: "RQ8L0",
        effect: "divert",
        scope: { needs: ["trauma"], minAge: 16 },
        divertTo: "RAJ01",
        reason: "IT outage",
        authorisedBy: "duty manager",
        until: "2017-05-15T18:00:00+01:00",
      },
    ]);
    expect(traffic(xml)).toEqual(["accepting", "inform", "accepting"]);
    expect(xml).toContain("<EMSTrafficReason>divert of trauma, age 16 to any to RAJ01: IT outage</EMSTrafficReason>");
    expect(notes.map(({ hospital, field }) => `${hospital} ${field}`)).toEqual([
      "RQ8L0 scope",
      "RQ8L0 until",
      "RQ8L0 divertTo",
      "RQ8L0 authorisedBy",
      "RQ8L0 observedAt",
      "RWH01 ServiceCoverageStatus",
    ]);
    expect(notes.at(-1)!.text).toBe("HAVE has no element for stroke.");
  });

  it("takes a divert with exceptions for no divert of everyone", () => {
    const scope = { exceptNeeds: ["stroke", "maternity"] };
    const { xml, notes } = written([{ hospital: "RQ8L0", effect: "divert", scope, reason: "full" }]);
    expect(traffic(xml)).toEqual(["accepting", "inform", "accepting"]);
    expect(xml).toContain("<EMSTrafficReason>divert of everyone except maternity, stroke: full</EMSTrafficReason>");
    expect(notes[0]!.text).toContain("is about everyone except maternity, stroke alone");
  });

  it("writes what is in force at the moment, the policy's expiry included", () => {
    const observedAt = "2017-05-15T10:00:00+01:00";
    const reports: RestrictionReport[] = [
      { hospital: "RQ8L0", effect: "refuse", reason: "flood", until: "2017-05-15T15:00:00+01:00", observedAt },
      { hospital: "RAJ01", effect: "divert", reason: "full", observedAt },
      { hospital: "RWH01", effect: "refuse", reason: "fire", observedAt },
    ];
    expect(traffic(written(reports).xml)).toEqual(["divert", "accepting", "refuse"]);
    const defaultDurationMs: HaveWriterOptions["defaultDurationMs"] = ({ effect }) =>
      effect === "divert" ? 4 * 3_600_000 : undefined;
    expect(traffic(written(reports, { defaultDurationMs }).xml)).toEqual(["accepting", "accepting", "refuse"]);
  });

  it("leaves the traffic status out where feeds do not know, and writes the handover minutes they tell", () => {
    const heard = (handoverMinutes: number) => ({ heardMs: AT, says: "known", handoverMinutes }) as const;
    const feeds = new FeedHealth(directory, [
      {
        feed: "north",
        timeToLiveMs: 60_000,
        hospitals: { RQ8L0: heard(22.4), RWH01: { heardMs: AT - 60_001, says: "known" } },
      },
    ]);
    const { xml, notes } = written([{ hospital: "RAJ01", effect: "divert", reason: "full" }], { feeds });
    expect(traffic(xml)).toEqual(["divert", "accepting", "not-stated"]);
    expect(readHave(xml, { directory }).hospitals.map(({ handoverMinutes }) => handoverMinutes)).toEqual([
      13,
      22,
      undefined,
    ]);
    expect(notes.filter(({ field }) => field === "EMSOffloadMinutes").map(({ hospital }) => hospital)).toEqual([
      "RQ8L0",
    ]);
  });

  it("needs a hospital", () => {
    const none = new StatusBoard(HospitalDirectory.parse([])).view();
    expect(failure(() => writeHave(none, { at: AT })).code).toBe("invalid-argument");
  });
});

const anyReport: fc.Arbitrary<RestrictionReport> = fc.record(
  {
    hospital: fc.constantFrom("RQ8L0", "RAJ01", "RWH01"),
    effect: fc.constantFrom(...EFFECTS),
    reason: fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ""),
    scope: fc.record(
      {
        needs: fc.subarray(["trauma", "stroke", "burns"]),
        exceptNeeds: fc.subarray(["maternity", "vascular"]),
        minAge: fc.integer({ min: 0, max: 150 }),
        acuity: fc.subarray([...ACUITIES]),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["hospital", "effect", "reason"] },
);

describe("writeHave and readHave", () => {
  it("come back with the same for everyone's restrictions, a notice for the others, and nothing invented", () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 6 }), (reports) => {
        const status = new StatusBoard(directory, { clock: () => AT });
        for (const report of reports) status.report(report);
        const view = status.view();
        const { hospitals, notes, unmatched } = readHave(writeHave(view, { at: AT }).xml, { directory });
        expect([unmatched, notes.filter(({ kind }) => kind === "odd")]).toEqual([[], []]);
        for (const [index, { hospital, restrictions, observedAt, position, capabilities }] of hospitals.entries()) {
          const held = view.restrictionsOf(hospital);
          const asks = (effect: string) =>
            held.some((one) => one.effect === effect && Object.keys(one.scope).length === 0);
          const expected = asks("refuse")
            ? ["refuse"]
            : asks("divert")
              ? ["divert"]
              : held.length > 0
                ? ["inform"]
                : [];
          expect(restrictions.map(({ effect }) => effect)).toEqual(expected);
          expect([hospital, observedAt?.epochMs, position]).toEqual([
            directory.hospitals[index]!.id,
            AT,
            directory.hospitals[index]!.location,
          ]);
          expect(Object.values(capabilities!).every(Boolean)).toBe(true);
        }
        expect(hospitals.length).toBe(3);
      }),
      { numRuns: 200 },
    );
  });
});

const schemaFile = sharedData("standards/edxl-have-1.0.xsd");

describe(`writeHave against OASIS's schema ${needsSharedData}`, () => {
  const schema = schemaFile === undefined ? undefined : new SchemaOfHave(readFileSync(schemaFile));

  it.skipIf(schema === undefined)("writes valid messages, whatever is held", () => {
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 6 }), (reports) => {
        expect(schema!.problemsOf(readXml(written(reports).xml))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.skipIf(schema === undefined)("knows the values the reader takes for the standard's", () => {
    expect(schema!.enumerationOf("EMSTrafficStatus")).toEqual(["Normal", "Advisory", "Closed", "NotApplicable"]);
    expect(schema!.enumerationOf("FacilityStatus")).toEqual(["Normal", "Compromised", "Evacuating", "Closed"]);
    expect(schema!.enumerationOf("TraumaCenterServicesLevel")).toEqual(["Level1", "Level2", "Level3", "Level4"]);
  });

  it.skipIf(schema === undefined).each<[string, (xml: string) => string, RegExp]>([
    ["a value it does not list", (xml) => xml.replace(">Closed<", ">Unknown<"), /none of Normal, Advisory/],
    [
      "elements in another order",
      (xml) => xml.replace(/( *<EMSTrafficStatus>.*\n)( *<EMSTrafficReason>.*\n)/, "$2$1"),
      /EMSTrafficStatus is not allowed there/,
    ],
    ["a missing moment", (xml) => xml.replace(/ *<LastUpdateTime>.*\n/, ""), /lacks LastUpdateTime/],
    [
      "a status outside EMSTraffic",
      (xml) => xml.replace(/<\/?EMSTraffic>/g, ""),
      /EMSTrafficStatus is not allowed there/,
    ],
    ["an organisation in the wrong place", (xml) => xml.replace(/<\/?Organization>/g, ""), /lacks Organization/],
    [
      "two of a choice",
      (xml) =>
        xml.replace(
          /(<EmergencyDepartment>)/,
          "<CardiologyIndicator><Cardiology>1</Cardiology><CardiologySubType/></CardiologyIndicator>$1",
        ),
      /CardiologySubType is not allowed/,
    ],
    [
      "a word for a boolean",
      (xml) => xml.replace("<EmergencyDepartment>true", "<EmergencyDepartment>yes"),
      /no xsd:boolean/,
    ],
    ["another namespace", (xml) => xml.replace("HAVE:1.0", "HAVE:1.1"), /of the namespace/],
    ["text among elements", (xml) => xml.replace("<Hospital>", "<Hospital>x"), /holds the text/],
  ])("finds %s", (_, damage, expected) => {
    const valid = written([{ hospital: "RQ8L0", effect: "divert", reason: "full" }]).xml;
    expect(damage(valid)).not.toBe(valid);
    expect(schema!.problemsOf(readXml(damage(valid)))[0]).toMatch(expected);
  });
});
