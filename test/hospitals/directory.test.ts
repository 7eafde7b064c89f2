import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { shortfalls } from "../../src/hospitals/directory/availability";
import { CapabilityVocabulary } from "../../src/hospitals/directory/capabilities";
import { readHospitalCsv } from "../../src/hospitals/directory/csv";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";

const broomfield = { id: "RQ8L0", name: "Broomfield Hospital", location: [0.4663, 51.7741] as [number, number] };
const southend = { id: "RAJ01", name: "Southend Hospital", location: [0.6885, 51.5539] as [number, number] };
const lister = { id: "RWH01", name: "Lister Hospital", location: [-0.2127, 51.9243] as [number, number] };
const essex = [broomfield, southend, lister];

function failure(work: () => unknown): DiversionError {
  try {
    work();
  } catch (error) {
    if (error instanceof DiversionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const parseFailure = (json: unknown) => failure(() => HospitalDirectory.parse(json));
const csvFailure = (text: string) => failure(() => readHospitalCsv(text));

describe("HospitalDirectory.parse", () => {
  it("orders hospitals by id, whatever the order of the file, under one checksum", () => {
    const directory = HospitalDirectory.parse(essex);
    const reversed = HospitalDirectory.parse({
      hospitals: [...essex].reverse(),
      about: "three EDs",
      unresolved: ["Bedford"],
    });
    expect(directory.hospitals.map(({ id }) => id)).toEqual(["RAJ01", "RQ8L0", "RWH01"]);
    expect(directory.indexOf("RQ8L0")).toBe(1);
    expect(directory.get("RQ8L0")?.name).toBe("Broomfield Hospital");
    expect(directory.get("toString")).toBeUndefined();
    expect(reversed.checksum).toBe(directory.checksum);
    expect(directory.checksum).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("gives a different checksum when anything stated differs", () => {
    const moved = HospitalDirectory.parse([{ ...broomfield, location: [0.4664, 51.7741] }, southend, lister]);
    expect(moved.checksum).not.toBe(HospitalDirectory.parse(essex).checksum);
  });

  it("reads back what it writes", () => {
    const stated = {
      ...broomfield,
      capabilities: ["major-trauma"],
      entrances: [[0.4668, 51.7745] as [number, number]],
    };
    const directory = HospitalDirectory.parse([stated, southend]);
    const again = HospitalDirectory.parse(JSON.parse(JSON.stringify(directory)));
    expect(again.hospitals).toEqual(directory.hospitals);
    expect(again.checksum).toBe(directory.checksum);
    expect(JSON.parse(JSON.stringify(directory)).hospitals[1]).toEqual(stated);
  });

  it("gives every hospital emergency, and a major trauma centre trauma", () => {
    const directory = HospitalDirectory.parse([broomfield, { ...southend, capabilities: ["major-trauma", "stroke"] }]);
    expect(directory.get("RQ8L0")?.capabilities).toEqual(["emergency"]);
    expect(directory.get("RAJ01")?.capabilities).toEqual(["emergency", "major-trauma", "stroke", "trauma"]);
  });

  it("hands age limits and hours of a service on to what it implies, unless that is stated itself", () => {
    const adults = { capability: "major-trauma", minAge: 16, source: "NHS England 2017" };
    const services = (capabilities: unknown[]) =>
      HospitalDirectory.parse([{ ...broomfield, capabilities }]).hospitals[0]?.services;
    expect(services([adults])).toEqual([{ capability: "emergency" }, adults, { ...adults, capability: "trauma" }]);
    expect(services([adults, "trauma", { capability: "emergency", minAge: 1 }])).toEqual([
      { capability: "emergency", minAge: 1 },
      adults,
      { capability: "trauma" },
    ]);
  });

  it("knows a hospital by its aliases too, and answers with its id", () => {
    const directory = HospitalDirectory.parse([{ ...broomfield, aliases: ["RAJ12", "OLD"] }, southend]);
    for (const name of ["RQ8L0", "RAJ12", "OLD"]) {
      expect(directory.get(name)?.id).toBe("RQ8L0");
      expect(directory.indexOf(name)).toBe(1);
      expect(directory.require(name).id).toBe("RQ8L0");
    }
    expect(directory.without("OLD").hospitals.map(({ id }) => id)).toEqual(["RAJ01"]);
    expect(failure(() => directory.require("RAJ13")).message).toMatch(/Did you mean RAJ12\?/);
    expect(directory.checksum).not.toBe(HospitalDirectory.parse([broomfield, southend]).checksum);
    expect(failure(() => directory.with({ ...lister, id: "OLD" })).message).toMatch(/OLD is an id of Broomfield/);
    expect(failure(() => directory.with({ ...lister, aliases: ["RAJ01"] })).code).toBe("duplicate-hospital");
    expect(directory.with({ ...broomfield, aliases: ["OLD"] }).indexOf("RAJ12")).toBe(-1);
  });

  it("records the words its hospitals carry where the list says nothing of it", () => {
    const directory = HospitalDirectory.parse([broomfield, { ...southend, capabilities: ["major-trauma"] }]);
    const words = ["emergency", "trauma", "major-trauma", "stroke"];
    expect(words.map((word) => directory.isRecorded(1, word))).toEqual([true, true, true, false]);
  });

  it("records what the list says, what a hospital says, and what a hospital carries", () => {
    const directory = HospitalDirectory.parse({
      recorded: ["major-trauma", "emergency"],
      hospitals: [
        { ...southend, recorded: ["stroke"] },
        { ...broomfield, capabilities: ["burns"] },
      ],
    });
    const recorded = (place: number) =>
      ["emergency", "major-trauma", "stroke", "burns", "maternity"].map((word) => directory.isRecorded(place, word));
    expect(recorded(0)).toEqual([true, true, true, false, false]);
    expect(recorded(1)).toEqual([true, true, false, true, false]);
    const again = HospitalDirectory.parse(JSON.parse(JSON.stringify(directory)));
    expect(again.checksum).toBe(directory.checksum);
    expect(again.isRecorded(1, "major-trauma")).toBe(true);
    const bare = HospitalDirectory.parse(directory.toJSON().hospitals);
    expect(bare.checksum).not.toBe(directory.checksum);
    expect(bare.isRecorded(1, "major-trauma")).toBe(false);
    expect(directory.with(lister).without("RWH01", "RAJ01").toJSON().recorded).toEqual(["major-trauma", "emergency"]);
    expect(
      HospitalDirectory.parse({
        recorded: [],
        hospitals: [{ ...southend, capabilities: ["burns"] }, lister],
      }).isRecorded(1, "burns"),
    ).toBe(false);
  });

  it("takes a place that is no ED, which offers what it lists and no emergency", () => {
    const centre = { ...southend, emergencyDepartment: false, capabilities: ["major-trauma"] };
    const [place] = HospitalDirectory.parse([centre]).hospitals;
    expect(place?.emergencyDepartment).toBe(false);
    expect(place?.capabilities).toEqual(["major-trauma", "trauma"]);
    expect(HospitalDirectory.parse([broomfield]).hospitals[0]?.emergencyDepartment).toBe(true);
  });

  it("brings to a place that is no ED those alone who need something, all of which it lists", () => {
    const hours = { zone: "UTC", periods: [{ weekly: [{ opens: "08:00", closes: "20:00" }] }] };
    const centre = { ...southend, emergencyDepartment: false, capabilities: ["heart-attack"], openingHours: hours };
    const [place] = HospitalDirectory.parse([centre]).hospitals;
    const lacking = (words: string[], at = "12:00") =>
      shortfalls(place!, CapabilityVocabulary.standard.impliedByAll(words), 40, Date.parse(`2026-06-01T${at}:00Z`)).map(
        ({ capability, why }) => `${capability} ${why}`,
      );
    expect(lacking(["heart-attack"])).toEqual([]);
    expect(lacking([])).toEqual(["emergency not-offered"]);
    expect(lacking(["heart-attack", "stroke"])).toEqual(["emergency not-offered", "stroke not-offered"]);
    expect(lacking(["heart-attack"], "22:00")).toEqual(["emergency closed"]);
  });

  it("takes an empty list", () => {
    expect(HospitalDirectory.parse([]).size).toBe(0);
  });

  it.each([
    [
      "an unknown field",
      { ...southend, capabilites: [] },
      "capabilites",
      /"capabilites" is not a known field. Did you mean capabilities\?/,
    ],
    [
      "a patient's name",
      { ...southend, patient: "x" },
      "patient",
      /"patient" is not a known field. Known fields are id, aliases, name, emergencyDepartment, location/,
    ],
    ["a missing id", { name: "x", location: [0, 51] }, "id", /id is missing/],
    ["an id with a space", { ...southend, id: "RAJ 01" }, "id", /id is "RAJ 01"; an id is up to 64/],
    ["an empty name", { ...southend, name: " " }, "name", /name is " "; write some text/],
    ["no location", { id: "A", name: "A" }, "location", /location is missing; write \[longitude, latitude\]/],
    [
      "half a location",
      { ...southend, location: [0.5] },
      "location",
      /location is \[0.5\]; write \[longitude, latitude\] in degrees/,
    ],
    ["text for a coordinate", { ...southend, location: ["0.5", 51] }, "location.0", /location.0 is "0.5"; write/],
    ["not a number", { ...southend, location: [Number.NaN, 51] }, "location.0", /location.0 is NaN; write/],
    [
      "latitude out of range",
      { ...southend, location: [95, 99] },
      "location.1",
      /location.1 is 99; latitude is from -90 to 90\.$/,
    ],
    [
      "swapped, seen by range",
      { ...southend, location: [33.5, 151.2] },
      "location.1",
      /look swapped: longitude comes first/,
    ],
    ["swapped entrance", { ...southend, entrances: [[33.5, 151.2]] }, "entrances.0.1", /look swapped/],
    ["null island", { ...southend, location: [0, 0] }, "location", /usual sign of a missing position/],
    [
      "unknown capability",
      { ...southend, capabilities: ["truma"] },
      "capabilities.0",
      /"truma" is not a known capability. Did you mean trauma\? Known are burns, emergency/,
    ],
    [
      "ages the wrong way",
      { ...southend, capabilities: [{ capability: "trauma", minAge: 18, maxAge: 16 }] },
      "capabilities.0",
      /minAge 18 is above maxAge 16/,
    ],
    [
      "unknown field of a service",
      { ...southend, capabilities: [{ capability: "trauma", minage: 18 }] },
      "capabilities.0.minage",
      /Did you mean minAge\?/,
    ],
    ["negative handover", { ...southend, handoverMinutes: -1 }, "handoverMinutes", /minutes from 0 to 1440/],
    [
      "an unknown recorded word",
      { ...southend, recorded: ["truma"] },
      "recorded.0",
      /"truma" is not a known capability/,
    ],
    ["an alias with a space", { ...southend, aliases: ["RAJ 01"] }, "aliases.0", /an id is up to 64/],
    [
      "a place that is no ED and takes nobody",
      { ...southend, emergencyDepartment: false },
      "emergencyDepartment",
      /RAJ01 is no emergency department and lists no capabilities/,
    ],
    [
      "a place that is and is no ED",
      { ...southend, emergencyDepartment: false, capabilities: ["emergency", "burns"] },
      "emergencyDepartment",
      /said to be no emergency department and to offer emergency/,
    ],
    [
      "an entrance 60 km away",
      { ...southend, entrances: [southend.location, [0.6885, 52.0935]] },
      "entrances.1",
      /The entrance \[0.6885,52.0935\] of RAJ01 is 60.0 km from its location/,
    ],
    ["no object at all", 7, undefined, /The value is 7; expected object/],
  ])("refuses %s, naming row and field", (_, hospital, field, message) => {
    const error = parseFailure([broomfield, hospital, lister]);
    expect(error.code).toBe("invalid-hospitals");
    expect(error.place).toMatchObject({ row: 2 });
    expect(error.place.field).toBe(field);
    expect(error.message).toMatch(message);
  });

  it("sees one swapped hospital among those of its region", () => {
    const error = parseFailure([...essex, { id: "RDDH0", name: "Basildon", location: [51.5576, 0.4499] }]);
    expect(error.place).toEqual({ row: 4, field: "location" });
    expect(error.message).toMatch(/\[0.4499, 51.5576\] would lie among them/);
  });

  it("leaves far hospitals alone in lists that are not of one region", () => {
    const positions = ["45 10", "46 11", "44 9", "10 45", "11 46"].map((pair) => pair.split(" ").map(Number));
    const world = positions.map((location, index) => ({ id: `H${index}`, name: "H", location }));
    expect(HospitalDirectory.parse(world).size).toBe(5);
  });

  it("names both rows of a duplicate id", () => {
    const error = parseFailure([broomfield, southend, { ...lister, id: "RQ8L0" }]);
    expect(error.code).toBe("duplicate-hospital");
    expect(error.place).toEqual({ row: 3, field: "id" });
    expect(error.message).toMatch(/in row 1 \(Broomfield Hospital\) and in row 3 \(Lister Hospital\)/);
  });

  it.each([
    ["an alias that is another's id", { ...lister, aliases: ["RQ8L0"] }, "aliases.0"],
    ["an alias twice", { ...lister, aliases: ["X", "X"] }, "aliases.1"],
    ["its own id as alias", { ...lister, aliases: ["RWH01"] }, "aliases.0"],
  ])("refuses %s", (_, hospital, field) => {
    const error = parseFailure([broomfield, southend, hospital]);
    expect(error.code).toBe("duplicate-hospital");
    expect(error.place).toEqual({ row: 3, field });
  });

  it("tells up to five problems of a file at once, in order of rows, and counts the rest", () => {
    const bad = Array.from({ length: 7 }, (_, index) => ({ ...southend, id: `H${index}`, name: "" }));
    const error = parseFailure([broomfield, ...bad, broomfield]);
    expect(error.place).toEqual({ row: 2, field: "name" });
    expect(error.message).toMatch(/\(1 of 8 problems\) Row 3: .* Row 6: name is ""; .* And 3 more\.$/);
    expect(error.message).not.toMatch(/Row 7/);
  });

  it.each([
    [{}, undefined, /give an array of hospitals/],
    ["text", undefined, /give an array of hospitals/],
    [null, undefined, /give an array of hospitals/],
    [{ hospitals: {} }, "hospitals", /hospitals is not an array/],
    [{ hospitals: [], recorded: "trauma" }, "recorded", /recorded is not an array of words/],
    [{ hospitals: [], recorded: ["truma"] }, "recorded", /"truma" is not a known capability. Did you mean trauma\?/],
    [{ hospitals: [], hospital: [] }, "hospital", /"hospital" is not a known field beside hospitals/],
  ])("refuses %j as a list", (json, field, message) => {
    const error = parseFailure(json);
    expect(error.code).toBe("invalid-hospitals");
    expect(error.place.field).toBe(field);
    expect(error.message).toMatch(message);
  });

  it("adds, replaces and removes without changing itself", () => {
    const directory = HospitalDirectory.parse(essex);
    const added = directory.with({ id: "RDDH0", name: "Basildon", location: [0.4499, 51.5576] });
    const renamed = added.with({ ...southend, name: "Southend University Hospital" });
    expect([directory.size, added.size, renamed.size]).toEqual([3, 4, 4]);
    expect(directory.get("RAJ01")?.name).toBe("Southend Hospital");
    expect(renamed.get("RAJ01")?.name).toBe("Southend University Hospital");
    expect(added.without("RDDH0").checksum).toBe(directory.checksum);
    expect(failure(() => directory.with({ ...southend, id: "" })).code).toBe("invalid-hospitals");
    expect(failure(() => directory.without("RDDH0")).code).toBe("unknown-hospital");
  });

  it("offers ids and names near an unknown one", () => {
    const directory = HospitalDirectory.parse(essex);
    expect(failure(() => directory.require("RQ8LO")).message).toMatch(
      /No hospital has the id "RQ8LO" in this directory of 3 hospitals. Did you mean RQ8L0\?/,
    );
    expect(failure(() => directory.require("RQ8")).message).toMatch(/Did you mean RQ8L0\?/);
    expect(failure(() => directory.require("lister hospital")).message).toMatch(/Lister Hospital has the id RWH01/);
    expect(failure(() => directory.require("zzzzz")).message).not.toMatch(/Did you mean/);
  });
});

describe("readHospitalCsv", () => {
  const header = "id,name,lon,lat,capabilities,entrances,handoverMinutes,trust";

  it("reads the same directory as JSON, quoting, BOM and CRLF included", () => {
    const csv = `\uFEFF${header}\r\nRQ8L0,"Broomfield, Chelmsford",0.4663,51.7741,trauma|stroke,0.4668 51.7745|0.467 51.774,13.5,"Mid ""Essex"""\r\nRAJ01,Southend,0.6885,51.5539,,,,\r\n\r\n`;
    const json = [
      {
        ...broomfield,
        name: "Broomfield, Chelmsford",
        capabilities: ["trauma", "stroke"],
        entrances: [
          [0.4668, 51.7745],
          [0.467, 51.774],
        ],
        handoverMinutes: 13.5,
        trust: 'Mid "Essex"',
      },
      { ...southend, name: "Southend" },
    ];
    expect(readHospitalCsv(csv).checksum).toBe(HospitalDirectory.parse(json).checksum);
  });

  it("reads what is recorded, aliases and places that are no ED", () => {
    const csv =
      "id,name,lon,lat,capabilities,recorded,aliases,emergencyDepartment\n" +
      "A,A,0.4,51.5,heart-attack,stroke|trauma,B|C,FALSE\nD,D,0.4,51.5,,,,true\n";
    const place = { id: "A", name: "A", location: [0.4, 51.5], capabilities: ["heart-attack"] };
    const json = [
      { ...place, recorded: ["stroke", "trauma"], aliases: ["B", "C"], emergencyDepartment: false },
      { ...place, id: "D", name: "D", capabilities: undefined, emergencyDepartment: true },
    ];
    expect(readHospitalCsv(csv).checksum).toBe(HospitalDirectory.parse(json).checksum);
    expect(csvFailure("id,name,lon,lat,emergencyDepartment\nA,A,0.4,51.5,perhaps\n").message).toMatch(
      /write true or false/,
    );
  });

  it.each([
    ["an empty coordinate", "A,A,,51.5,,,,", "lon", /lon is empty; every hospital needs one/],
    ["text for a coordinate", "A,A,0x10,51.5,,,,", "lon", /lon is "0x10"; write a decimal number/],
    ["a decimal comma", 'A,A,"0,46",51.5,,,,', "lon", /Write a decimal point, not a comma/],
    ["swapped coordinates", "A,A,33.5,151.2,,,,", "location.1", /look swapped/],
    ["too many cells", "A,A, Essex,0.4,51.5,,,,", undefined, /The row has 9 cells and the header 8/],
    ["bad entrances", "A,A,0.4,51.5,,0.4;51,,", "entrances", /write pairs such as/],
    ["unknown capability", "A,A,0.4,51.5,cardio,,,", "capabilities.0", /"cardio" is not a known capability/],
    ["no id", ",A,0.4,51.5,,,,", "id", /id is empty/],
  ])("refuses %s, naming the line of the file", (_, row, field, message) => {
    const error = csvFailure(`${header}\n\nRAJ01,Southend,0.6885,51.5539,,,,\n${row}\n`);
    expect(error.code).toBe("invalid-hospitals");
    expect(error.place).toMatchObject({ row: 4 });
    expect(error.place.field).toBe(field);
    expect(error.message).toMatch(message);
  });

  it("names the lines of duplicates", () => {
    const error = csvFailure("id,name,lon,lat\nA,One,0,51\nB,Two,1,51\nA,Three,2,51\n");
    expect(error.code).toBe("duplicate-hospital");
    expect(error.message).toMatch(/in row 2 \(One\) and in row 4 \(Three\)/);
  });

  it.each([
    ["", /The file is empty/],
    ["id,name,lon\nA,A,1", /The column lat is missing/],
    ["id,name,lon,lat,capability\n", /"capability" is not a known column. Did you mean capabilities\?/],
    ["id,name,lon,lat,id\n", /The column id comes twice/],
    ["id,name,lon,lat,constructor\n", /"constructor" is not a known column/],
  ])("refuses the header of %j", (text, message) => {
    const error = csvFailure(text);
    expect(error.code).toBe("invalid-hospitals");
    expect(error.place.row).toBe(1);
    expect(error.message).toMatch(message);
  });

  it("says where quoting breaks", () => {
    const error = csvFailure('id,name,lon,lat\nA,"One,0,51\n');
    expect(error.code).toBe("invalid-hospitals");
    expect(error.message).toMatch(/The CSV cannot be read/);
  });
});

describe("CapabilityVocabulary", () => {
  it("can be extended, and refuses words defined twice or implying strangers", () => {
    const vocabulary = CapabilityVocabulary.standard.extendedBy([
      { word: "cardiac-surgery", meaning: "Emergency cardiac surgery.", implies: ["heart-attack"] },
    ]);
    const directory = HospitalDirectory.parse([{ ...southend, capabilities: ["cardiac-surgery"] }], { vocabulary });
    expect(directory.hospitals[0]?.capabilities).toEqual(["cardiac-surgery", "emergency", "heart-attack"]);
    expect(parseFailure([{ ...southend, capabilities: ["cardiac-surgery"] }]).code).toBe("invalid-hospitals");
    expect(failure(() => vocabulary.extendedBy([{ word: "burns", meaning: "x" }])).message).toMatch(
      /burns is defined twice/,
    );
    expect(failure(() => vocabulary.extendedBy([{ word: "x", meaning: "x", implies: ["y"] }])).message).toMatch(
      /x implies y/,
    );
    expect(failure(() => vocabulary.extendedBy([{ word: "Bad Word", meaning: "x" }])).message).toMatch(
      /a word is lower-case/,
    );
  });

  it("follows implication through several words, circles included", () => {
    const vocabulary = CapabilityVocabulary.standard.extendedBy([
      { word: "a", meaning: "a", implies: ["b"] },
      { word: "b", meaning: "b", implies: ["c"] },
      { word: "c", meaning: "c", implies: ["a"] },
    ]);
    expect([...vocabulary.implied("a")].sort()).toEqual(["a", "b", "c", "emergency"]);
  });
});
