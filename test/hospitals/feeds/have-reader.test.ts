import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import { readHave } from "../../../src/hospitals/feeds/have-reader";
import { needsSharedData, sharedData } from "../../support/shared-data";
import { failure } from "../support/essex";
import { directory, type HaveFields, haveHospital, haveMessage } from "./support/have";

const read = (...hospitals: readonly string[]) => readHave(haveMessage(...hospitals), { directory });
const one = (fields: HaveFields) => {
  const { hospitals, notes } = read(haveHospital(fields));
  const [{ state, restrictions }] = hospitals as [(typeof hospitals)[number]];
  return {
    state,
    asks: restrictions.map(({ effect, reason }) => `${effect}: ${reason}`),
    notes: notes.map(({ kind, field }) => `${kind} ${field.split("/").at(-1)}`),
  };
};

describe("readHave, what traffic and facility mean", () => {
  it.each<[HaveFields, string, readonly string[]]>([
    [{ traffic: "Normal", facility: "Normal" }, "accepting", []],
    [{ traffic: "Normal" }, "accepting", []],
    [{ traffic: "Closed", facility: "Normal", reason: "IT outage" }, "restricted", ["divert: IT outage"]],
    [{ traffic: "Closed" }, "restricted", ["divert: Closed to ambulances"]],
    [
      { traffic: "Closed", facility: "Compromised" },
      "restricted",
      ["divert: Closed to ambulances (facility compromised)"],
    ],
    [
      { traffic: "Closed", facility: "Evacuating", reason: "fire" },
      "restricted",
      ["refuse: fire (facility evacuating)"],
    ],
    [{ traffic: "Closed", facility: "Closed" }, "restricted", ["refuse: Facility closed"]],
    [{ traffic: "Normal", facility: "Compromised" }, "restricted", ["inform: Facility compromised"]],
    [{ facility: "Compromised" }, "not-stated", ["inform: Facility compromised"]],
    [{ facility: "Closed" }, "restricted", ["refuse: Facility closed"]],
    [{ facility: "Normal" }, "not-stated", []],
    [{}, "not-stated", []],
    [{ traffic: "NotApplicable" }, "no-ed", []],
    [{ traffic: "NotApplicable", facility: "Closed" }, "no-ed", []],
    [{ traffic: "Unknown" }, "unknown", []],
    [{ traffic: "Red" }, "unknown", []],
  ])("%j is %s", (fields, state, asks) => {
    expect(one(fields)).toMatchObject({ state, asks });
  });

  it("takes an advisory as a notice and says that it cannot know for whom", () => {
    const { state, asks, notes } = one({ traffic: "Advisory", facility: "Normal", reason: "no CT" });
    expect([state, asks]).toEqual(["restricted", ["inform: no CT; the feed cannot say for which patients"]]);
    expect(notes).toEqual(["lost EMSTrafficStatus"]);
  });

  it("believes an evacuation over a traffic status that calls it normal, and says so", () => {
    const { asks, notes } = one({ traffic: "Normal", facility: "Evacuating" });
    expect(asks).toEqual(["refuse: Facility evacuating"]);
    expect(notes).toEqual(["odd FacilityStatus"]);
  });

  it("reads values in another case, and says so", () => {
    expect(one({ traffic: "closed", facility: "NORMAL" })).toEqual({
      state: "restricted",
      asks: ["divert: Closed to ambulances"],
      notes: ["odd EMSTrafficStatus", "odd FacilityStatus"],
    });
  });

  it("cuts a reason at what a status holds, and says so", () => {
    const { hospitals, notes } = read(
      haveHospital({ traffic: "Closed", facility: "Compromised", reason: "x".repeat(600) }),
    );
    expect(hospitals[0]!.restrictions[0]!.reason.length).toBeLessThanOrEqual(500);
    expect(notes.map(({ text }) => text)).toEqual([
      "EMSTrafficReason has 600 characters; those after 440 are cut off.",
    ]);
  });
});

describe("readHave, as producers write it", () => {
  it("reads any prefix, and none", () => {
    const message = haveMessage(haveHospital({ traffic: "Closed" }));
    const prefixed = message
      .replaceAll(/<(\/?)(?=[A-Z])/g, "<$1h1.x:")
      .replaceAll("xnl:", "q-9:")
      .replace("xmlns=", "xmlns:h1.x=")
      .replace("xmlns:xnl", "xmlns:q-9");
    expect(prefixed).toContain("<h1.x:EMSTrafficStatus>Closed");
    expect(readHave(prefixed, { directory })).toEqual(readHave(message, { directory }));
    const bare = message.replace(/ xmlns="[^"]*"/, "");
    const { hospitals, notes } = readHave(bare, { directory });
    expect(hospitals[0]!.restrictions[0]!.effect).toBe("divert");
    expect(notes.map(({ kind, field }) => [kind, field])).toEqual([["odd", "HospitalStatus"]]);
  });

  it("takes a traffic status that stands outside EMSTraffic, as Sahana's does, and says so", () => {
    const department = "<EMSTrafficStatus>Closed</EMSTrafficStatus><EMSTrafficReason>full</EMSTrafficReason>";
    const { hospitals, notes } = read(haveHospital({ department }));
    expect(hospitals[0]!.restrictions).toEqual([{ effect: "divert", reason: "full" }]);
    expect(notes.map(({ kind, field }) => [kind, field])).toEqual([
      ["odd", "EmergencyDepartmentStatus/EMSTraffic/EMSTrafficStatus"],
      ["odd", "EmergencyDepartmentStatus/EMSTraffic/EMSTrafficReason"],
    ]);
  });

  it.each([
    ["<gml:pos>51.7741 0.4663</gml:pos>", [0.4663, 51.7741]],
    ["<gml:coordinates>51.7741,0.4663</gml:coordinates>", [0.4663, 51.7741]],
    ["<gml:coordinates> 51.7741, 0.4663 </gml:coordinates>", [0.4663, 51.7741]],
    ["<gml:pos>-33.9 18.4</gml:pos>", [18.4, -33.9]],
    ["<gml:pos>151.2 -33.9</gml:pos>", undefined],
    ["<gml:pos>51.7741</gml:pos>", undefined],
    ["<gml:pos>51.7741 0.4663 20</gml:pos>", undefined],
    ["<gml:pos></gml:pos>", undefined],
  ])("reads the position %s", (point, position) => {
    const geo = `<OrganizationGeoLocation><gml:Point>${point}</gml:Point></OrganizationGeoLocation>`;
    const { hospitals, notes } = read(haveHospital({ traffic: "Normal", geo }));
    expect(hospitals[0]!.position).toEqual(position);
    const isHome = position?.[0] === 0.4663;
    expect(notes.length).toBe(isHome ? 0 : 1);
  });

  it("says how far a position is from the hospital list's", () => {
    const geo =
      "<OrganizationGeoLocation><gml:Point><gml:pos>51.5539 0.6885</gml:pos></gml:Point></OrganizationGeoLocation>";
    expect(read(haveHospital({ traffic: "Normal", geo })).notes[0]!.text).toContain("28.9 km");
  });

  it("reads handover minutes of ambulances by road, not of helicopters", () => {
    const offload = (kind: string, content: string) => `<${kind}>${content}</${kind}>`;
    const air = offload("EMSAirTransportStatus", "<EMSOffloadMinutes>90</EMSOffloadMinutes>");
    const road = offload(
      "EMSAmbulanceStatus",
      "<EMSOffloadStatus>Delayed</EMSOffloadStatus><EMSOffloadMinutes>23</EMSOffloadMinutes>",
    );
    const { hospitals, notes } = read(haveHospital({ traffic: "Normal", department: road + air }));
    expect(hospitals[0]!.handoverMinutes).toBe(23);
    expect(notes.map(({ field }) => field)).toEqual(["EmergencyDepartmentStatus/EMSAirTransportStatus"]);
    const noMinutes = offload("EMSAmbulanceStatus", "<EMSOffloadStatus>Delayed</EMSOffloadStatus>");
    const delayed = read(haveHospital({ traffic: "Normal", department: noMinutes }));
    expect([delayed.hospitals[0]!.handoverMinutes, delayed.notes.length]).toEqual([undefined, 1]);
    const absurd = offload("EMSAmbulanceStatus", "<EMSOffloadMinutes>-5</EMSOffloadMinutes>");
    const odd = read(haveHospital({ traffic: "Normal", department: absurd }));
    expect([odd.hospitals[0]!.handoverMinutes, odd.notes[0]!.kind]).toEqual([undefined, "odd"]);
  });

  it("reads services by our words, and lists those that are none", () => {
    const extra =
      "<ServiceCoverageStatus><Burn>true</Burn><CardiologyIndicator><CardiologySubType><CardiologyInvasive>0</CardiologyInvasive><CardiologyNonInvasive>1</CardiologyNonInvasive></CardiologySubType></CardiologyIndicator><Dialysis>true</Dialysis><Pediatrics>maybe</Pediatrics><SurgeryIndicator><SurgerySubType><Pediatrics>true</Pediatrics><Neurosurgery>true</Neurosurgery></SurgerySubType></SurgeryIndicator><TraumaCenterServicesIndicator><TraumaCenterServicesLevel>Level1</TraumaCenterServicesLevel></TraumaCenterServicesIndicator></ServiceCoverageStatus>";
    const { hospitals, notes } = read(haveHospital({ traffic: "Normal", extra }));
    expect(hospitals[0]!.capabilities).toEqual({
      burns: true,
      "heart-attack": false,
      neurosurgery: true,
      "major-trauma": true,
    });
    expect(notes.map(({ kind, field }) => `${kind} ${field}`)).toEqual([
      "odd ServiceCoverageStatus/Pediatrics",
      "lost ServiceCoverageStatus/CardiologyIndicator/CardiologySubType/CardiologyNonInvasive",
      "lost ServiceCoverageStatus/Dialysis",
      "lost ServiceCoverageStatus/SurgeryIndicator/SurgerySubType/Pediatrics",
    ]);
  });

  it("lists what it has no place for, once", () => {
    const department = "<EMSCapacity><TriageCode/></EMSCapacity>";
    const extra =
      "<HospitalBedCapacityStatus><BedCapacity/></HospitalBedCapacityStatus><CommentText>a</CommentText><CommentText>b</CommentText>";
    expect(one({ traffic: "Normal", department, extra }).notes).toEqual([
      "lost EMSCapacity",
      "lost HospitalBedCapacityStatus",
      "lost CommentText",
    ]);
  });

  it("takes a moment without an offset as not said", () => {
    const { hospitals, notes } = read(haveHospital({ traffic: "Normal", updated: "2017-05-15T15:00:00" }));
    expect(hospitals[0]!.observedAt).toBeUndefined();
    expect(notes[0]!.text).toContain("not a date and time with an offset");
  });
});

describe("readHave, whose hospital", () => {
  it("goes by xnl:ID or OrganisationID, by a map of ids, and by a name only if the map has it", () => {
    const byElement = haveHospital({ id: "", traffic: "Closed" }).replace(
      "</OrganizationInformation>",
      "</OrganizationInformation><OrganisationID>RAJ01</OrganisationID>",
    );
    expect(read(byElement).hospitals[0]!.hospital).toBe("RAJ01");
    const foreign = haveMessage(
      haveHospital({ id: "urn:x:1", name: "A", traffic: "Closed" }),
      haveHospital({ id: "", name: "The Lister", traffic: "Normal" }),
    );
    const ids = { "urn:x:1": "RQ8L0", "The Lister": "RWH01" };
    expect(readHave(foreign, { directory, ids }).hospitals.map(({ hospital }) => hospital)).toEqual(["RQ8L0", "RWH01"]);
  });

  it("lists hospitals that are none of ours, and never guesses by name", () => {
    const { hospitals, unmatched } = read(
      haveHospital({ id: "X1", name: "Elsewhere" }),
      haveHospital({ id: "", name: "Broomfield Hospital" }),
      haveHospital({ traffic: "Normal" }),
    );
    expect(hospitals.map(({ hospital }) => hospital)).toEqual(["RQ8L0"]);
    expect(unmatched).toEqual([
      { ids: ["X1"], name: "Elsewhere", row: 1 },
      { ids: [], name: "Broomfield Hospital", row: 1 },
    ]);
  });

  it("keeps the later of two statements about one hospital, and of two at once the more cautious", () => {
    const closed = haveHospital({ traffic: "Closed", updated: "2017-05-15T15:00:00+01:00" });
    const normal = haveHospital({ traffic: "Normal", updated: "2017-05-15T14:00:01Z" });
    for (const hospitals of [
      [closed, normal],
      [normal, closed],
    ])
      expect(read(...hospitals).hospitals[0]!.state).toBe("accepting");
    const atOnce = haveHospital({ traffic: "Normal" });
    for (const hospitals of [
      [closed, atOnce],
      [atOnce, closed],
    ]) {
      const reading = read(...hospitals);
      expect([reading.hospitals.length, reading.hospitals[0]!.state]).toEqual([1, "restricted"]);
      expect(reading.notes.map(({ kind }) => kind)).toEqual(["odd"]);
    }
  });

  it("refuses a map that leads nowhere", () => {
    expect(failure(() => readHave(haveMessage(), { directory, ids: { a: "RQ8L9" } })).code).toBe("unknown-hospital");
  });
});

describe("readHave, in an EDXL-DE envelope", () => {
  const envelope = (status: string, type = "Report") =>
    `<de:EDXLDistribution xmlns:de="urn:oasis:names:tc:emergency:EDXL:DE:1.0"><de:dateTimeSent>2017-05-15T15:05:00+01:00</de:dateTimeSent><de:distributionStatus>${status}</de:distributionStatus><de:distributionType>${type}</de:distributionType><de:contentObject><de:xmlContent><de:embeddedXMLContent>${haveMessage(haveHospital({ traffic: "Closed" })).replace(/<\?.*?\?>/, "")}</de:embeddedXMLContent></de:xmlContent></de:contentObject></de:EDXLDistribution>`;

  it("reads what is inside and when it was sent", () => {
    const reading = readHave(envelope("Actual"), { directory });
    expect(reading.hospitals[0]!.restrictions[0]!.effect).toBe("divert");
    expect([reading.sentAt?.text, reading.notActual]).toEqual(["2017-05-15T15:05:00+01:00", undefined]);
  });

  it.each([
    ["Test", "Report"],
    ["Exercise", "Report"],
    ["Actual", "Cancel"],
  ])("marks %s %s as not to be acted on", (status, type) => {
    expect(readHave(envelope(status, type), { directory }).notActual).toBeDefined();
  });
});

describe(`readHave on the samples ${needsSharedData}`, () => {
  const samples = [1, 2].map((number) => sharedData(`standards/have-sample-${number}.xml`));
  const sampleHospitals = HospitalDirectory.parse([{ id: "H1", name: "Sample", location: [-71.92, 45.256] }]);

  it.skipIf(samples[0] === undefined)("reads the first: a test message about beds", () => {
    const reading = readHave(readFileSync(samples[0]!), { directory: sampleHospitals, ids: { "Hospital 1": "H1" } });
    expect(reading.hospitals).toMatchObject([{ hospital: "H1", state: "not-stated", position: [-71.92, 45.256] }]);
    expect(reading.hospitals[0]!.observedAt?.text).toBe("2010-11-11T14:59:12.390-05:00");
    expect(reading.unmatched).toEqual([{ ids: [], name: "Hospital 2", row: 36 }]);
    expect(reading.notes.map(({ field }) => field)).toEqual(["HospitalBedCapacityStatus"]);
    expect(reading.notActual).toContain("Test");
  });

  it.skipIf(samples[1] === undefined)("reads the second, whose organisation stands in the wrong place", () => {
    const reading = readHave(readFileSync(samples[1]!), { directory: sampleHospitals, ids: { "Foo Hospital": "H1" } });
    expect(reading.hospitals).toMatchObject([{ hospital: "H1", state: "not-stated" }]);
    expect(reading.notes.map(({ kind, field }) => [kind, field])).toEqual([
      ["odd", "Organization/OrganizationInformation"],
    ]);
  });
});
