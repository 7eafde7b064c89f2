import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { needsSharedData, sharedData } from "../support/shared-data";

interface StatedService {
  readonly capability: string;
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly source?: string;
}

interface StatedHospital {
  readonly id: string;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly emergencyDepartment?: boolean;
  readonly location: readonly [lon: number, lat: number];
  readonly trust: string;
  readonly capabilities?: readonly StatedService[];
  readonly recorded?: readonly string[];
  readonly openingHours?: unknown;
  readonly source: string;
  readonly notes?: string;
}

interface EmergencyDepartments {
  readonly recorded: readonly string[];
  readonly sources: readonly { readonly key: string; readonly title: string; readonly consulted: boolean }[];
  readonly hospitals: readonly StatedHospital[];
  readonly unresolved: readonly { readonly trust: string; readonly id?: string; readonly reason: string }[];
}

const folder = new URL("../../data/", import.meta.url);
const file: unknown = JSON.parse(readFileSync(new URL("england/emergency-departments.json", folder), "utf8"));
const { recorded, sources, hospitals, unresolved } = file as EmergencyDepartments;
/** The lines that are EDs; the others are heart attack centres without one. */
const departments = hospitals.filter(({ emergencyDepartment }) => emergencyDepartment !== false);
const placesWithoutEd = hospitals.filter(({ emergencyDepartment }) => emergencyDepartment === false);
const readme = readFileSync(new URL("england/README.md", folder), "utf8");

/** Sites that the shared hospital list lacks; each takes its position from another source, named in the file. */
const SITES_FROM_OTHER_SOURCES = [
  "R0A02",
  "R0A03",
  "R0A07",
  "R1K01",
  "R1K04",
  "RAL26",
  "RDU50",
  "RGN90",
  "RJE09",
  "RJZ30",
  "RQM91",
  "RTF86",
];

/** Sites whose code carries the trust of February 2018, five months after a merger, not that of May 2017. */
const SITES_OF_MERGED_TRUSTS = ["R0A02", "R0A03", "R0A07"];

/** A children's and an adults' ED on one campus. */
const NEIGHBOURS = ["R0A02 R0A03", "RA701 RA723"];

const byId = new Map(hospitals.map((hospital) => [hospital.id, hospital]));

/** The words a hospital states, in the order of the file. */
const offers = (id: string): readonly string[] => byId.get(id)?.capabilities?.map(({ capability }) => capability) ?? [];

const service = (id: string, capability: string): StatedService | undefined =>
  byId.get(id)?.capabilities?.find((stated) => stated.capability === capability);

/** Where the absence of a word says that it is not offered: the lines that say so themselves. */
const withoutBySource = (word: string): readonly string[] =>
  hospitals.filter((hospital) => hospital.recorded?.includes(word)).map(({ id }) => id);

/** The keys of sources that a line's notes cite in square brackets. */
const cited = ({ notes = "" }: StatedHospital): readonly string[] =>
  [...notes.matchAll(/\[([a-z0-9-]+)\]/g)].map(([, key]) => key!);

/** The three-character code that ends a trust's name in the file: `Barts Health NHS Trust (R1H)`. */
const trustCode = ({ trust }: { readonly trust: string }): string => /\(([A-Z0-9]{3})\)$/.exec(trust)?.[1] ?? "";

/** Great-circle metres; the haversine, written out so that the data is not checked by the code that uses it. */
function metresBetween([lonA, latA]: readonly [number, number], [lonB, latB]: readonly [number, number]): number {
  const radians = Math.PI / 180;
  const squaredSine = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2;
  const h = squaredSine(latB - latA) + Math.cos(latA * radians) * Math.cos(latB * radians) * squaredSine(lonB - lonA);
  return 2 * 6_371_009 * Math.asin(Math.sqrt(h));
}

/** Rows of a CSV file with a header; quoted fields may hold commas. None where the file is absent. */
function rowsOf<Column extends string>(path: string | undefined): Record<Column, string>[] {
  if (path === undefined) return [];
  const [header = [], ...rows] = readFileSync(path, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
    );
  return rows.map(
    (row) => Object.fromEntries(header.map((column, index) => [column, row[index] ?? ""])) as Record<Column, string>,
  );
}

describe("the emergency departments of England", () => {
  it("has as many EDs as England had full ones, within reason", () => {
    expect(departments.length).toBeGreaterThanOrEqual(165);
    expect(departments.length).toBeLessThanOrEqual(190);
  });

  it("has unique ids of the form of ODS site codes, in order", () => {
    const ids = hospitals.map(({ id }) => id);
    expect(ids.filter((id) => !/^R[A-Z0-9]{4}$/.test(id))).toEqual([]);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it("names each hospital once", () => {
    const names = hospitals.map(({ name }) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("has aliases of the form of ODS site codes, none of them a second time or the id of a line", () => {
    const aliases = hospitals.flatMap((hospital) => hospital.aliases ?? []);
    expect(aliases.filter((alias) => !/^R[A-Z0-9]{4}$/.test(alias) || byId.has(alias))).toEqual([]);
    expect(new Set(aliases).size).toBe(aliases.length);
    expect(readme).toContain(`are \`aliases\`: ${aliases.length} of them`);
    expect(byId.get("RQ8L0")?.aliases).toEqual(["RAJ32"]);
    expect(byId.get("RDDH0")?.aliases).toEqual(["RAJ12"]);
  });

  it("puts every ED inside England's bounding box", () => {
    const outside = hospitals.filter(
      ({ location: [lon, lat] }) => lon < -5.75 || lon > 1.77 || lat < 49.95 || lat > 55.82,
    );
    expect(outside).toEqual([]);
  });

  it("has no two EDs within 300 m but the listed pairs", () => {
    const close = hospitals.flatMap((a, index) =>
      hospitals
        .slice(index + 1)
        .filter((b) => metresBetween(a.location, b.location) < 300)
        .map((b) => `${a.id} ${b.id}`),
    );
    expect(close).toEqual(NEIGHBOURS);
  });

  it("starts each site code with its trust's code, but for trusts merged since", () => {
    const strangers = hospitals.filter((hospital) => !hospital.id.startsWith(trustCode(hospital) || "none"));
    expect(strangers.map(({ id }) => id)).toEqual(SITES_OF_MERGED_TRUSTS);
  });

  it("states a listed source for each site and each capability, and lists no source in vain", () => {
    const stated = new Set<string | undefined>();
    for (const hospital of hospitals) {
      stated.add(hospital.source);
      for (const { source } of hospital.capabilities ?? []) stated.add(source);
      for (const key of cited(hospital)) stated.add(key);
    }
    expect([...stated].sort()).toEqual(sources.map(({ key }) => key).sort());
  });

  it("cites a source in the notes of each line that has aliases or says what is recorded", () => {
    const uncited = hospitals.filter(
      (hospital) => (hospital.aliases ?? hospital.recorded) !== undefined && cited(hospital).length === 0,
    );
    expect(uncited).toEqual([]);
  });

  it("is a hospital file as any other, and says each capability once a hospital", () => {
    expect(HospitalDirectory.parse(file).size).toBe(hospitals.length);
    for (const { id, capabilities = [] } of hospitals) {
      const words = capabilities.map(({ capability }) => capability);
      expect(new Set(words).size, id).toBe(words.length);
    }
  });

  it("takes adults to no children's hospital: each children-only ED says so on emergency itself", () => {
    const childrenOnly = hospitals.filter(({ capabilities = [] }) =>
      capabilities.some(({ capability, maxAge }) => capability === "emergency" && maxAge === 15),
    );
    expect(childrenOnly.map(({ id }) => id)).toEqual(["R0A03", "RA723", "RBS25", "RCUEF", "RQ301", "RVY02"]);
    const limited = childrenOnly.flatMap(({ capabilities = [] }) => capabilities);
    expect(limited.filter(({ maxAge }) => maxAge !== 15)).toEqual([]);
  });

  it.each([
    ["RJE09", 18],
    ["RTE01", 17],
    ["RR813", 16],
    ["RVJ01", 16],
    ["RYJ02", 16],
    ["R1K04", 16],
  ])("takes no children to %s, whose ED begins at %i years", (id, minAge) => {
    expect(service(id, "emergency")?.minAge).toBe(minAge);
    expect(offers(id)).not.toContain("paediatric");
  });

  it("has the hours of May 2017: no ambulances to Cheltenham at night, Grantham from 08:00, two stroke units by day", () => {
    const zone = "Europe/London";
    const daily = (opens: string, closes: string) => ({ weekly: [{ opens, closes }] });
    expect(byId.get("RTE01")?.openingHours).toEqual({
      zone,
      periods: [{ firstDay: "2013-07-29", ...daily("08:00", "20:00") }],
    });
    expect(byId.get("RWDLP")?.openingHours).toEqual({
      zone,
      periods: [
        { firstDay: "2016-08-17", lastDay: "2017-03-26", ...daily("09:00", "18:30") },
        { firstDay: "2017-03-27", ...daily("08:00", "18:30") },
      ],
    });
    expect(service("RW601", "stroke")).toMatchObject({ openingHours: { periods: [daily("06:45", "22:45")] } });
    expect(service("RWJ09", "stroke")).toMatchObject({ openingHours: { periods: [daily("07:00", "23:00")] } });
  });

  it.each(["RXH01", "RK950"])("takes injured children to %s, though its major trauma centre is for adults", (id) => {
    expect(service(id, "major-trauma")?.minAge).toBe(16);
    expect(service(id, "trauma")).toBeDefined();
    expect(service(id, "trauma")?.minAge).toBeUndefined();
  });

  it("has nine places without an ED, which take heart attacks, one of them strokes too, and nothing else", () => {
    expect(Object.fromEntries(placesWithoutEd.map(({ id }) => [id, offers(id)]))).toEqual({
      R1HM0: ["heart-attack"],
      RBQHQ: ["heart-attack"],
      RGM21: ["heart-attack"],
      RT301: ["heart-attack"],
      RTD01: ["heart-attack"],
      RWA16: ["heart-attack"],
      RWEAE: ["heart-attack"],
      RX1CC: ["stroke", "heart-attack"],
      RYJ03: ["heart-attack"],
    });
    expect(readme).toContain(`**${placesWithoutEd.length} places without an ED**`);
  });

  it("says what is recorded, and never of a word that the hospital states", () => {
    expect(recorded).toEqual(["emergency", "major-trauma"]);
    const stated = hospitals.flatMap((hospital) =>
      (hospital.recorded ?? [])
        .filter((word) => recorded.includes(word) || offers(hospital.id).includes(word))
        .map((word) => `${hospital.id} ${word}`),
    );
    expect(stated).toEqual([]);
  });

  it.each(["trauma", "stroke", "heart-attack"])("counts in its README the EDs recorded as having no %s", (word) => {
    expect(readme).toContain(`| \`${word}\` | ${withoutBySource(word).length} EDs, beside all that have it |`);
  });

  it("leaves unrecorded what no list is complete for", () => {
    expect(withoutBySource("maternity")).toEqual([]);
    expect(withoutBySource("vascular")).toEqual([]);
    expect(withoutBySource("paediatric")).toEqual(["RWDLP"]);
  });

  it("has the 27 major trauma centres, 11 for all ages, 11 for adults, 5 for children, at 28 sites", () => {
    const centres = hospitals
      .flatMap(({ capabilities = [] }) => capabilities)
      .filter(({ capability }) => capability === "major-trauma");
    expect(centres.filter(({ minAge, maxAge }) => minAge === undefined && maxAge === undefined)).toHaveLength(11);
    // Salford and Manchester Royal Infirmary are one centre.
    expect(service("RM301", "major-trauma")?.minAge).toBe(16);
    expect(service("R0A02", "major-trauma")?.minAge).toBe(16);
    expect(centres.filter(({ minAge }) => minAge !== undefined)).toHaveLength(12);
    expect(centres.filter(({ maxAge }) => maxAge !== undefined)).toHaveLength(5);
  });

  it("has London's eight hyperacute stroke units", () => {
    const units = hospitals.filter(({ capabilities = [] }) =>
      capabilities.some(({ source }) => source === "london-hasu"),
    );
    expect(units.map(({ id }) => id)).toEqual(["R1H12", "R1K01", "RF4QH", "RJ701", "RJZ01", "RJZ30", "RRV03", "RYJ02"]);
    const others = hospitals.filter((hospital) => cited(hospital).includes("london-hasu"));
    expect(others).toHaveLength(19);
    expect(others.filter(({ id }) => !withoutBySource("stroke").includes(id))).toEqual([]);
  });

  it.each([
    ["severn-trauma", ["RA430", "RA701", "RBA11", "RD130", "RN325", "RTE03"], ["RA301", "RTE01"]],
    ["wessex-trauma", ["R1F01", "RBD01", "RD304", "RHU03", "RN506", "RNZ02"], ["RDZ20", "RN541"]],
    ["northern-trauma", ["RE9GA", "RLNGL", "RNLAY", "RR7EN", "RTF86", "RVWAE", "RXPCP", "RXPDA"], ["RNLBX", "RTR45"]],
  ])("has the trauma units of the network of %s, and its other EDs as none", (source, units, others) => {
    const having = hospitals.filter(({ id }) => service(id, "trauma")?.source === source);
    expect(having.map(({ id }) => id)).toEqual(units);
    for (const id of others) expect(withoutBySource("trauma"), id).toContain(id);
  });

  it("can answer the Chelmsford question of 15 May 2017: trauma at Broomfield, Southend, Lister and the Royal London", () => {
    expect(offers("RQ8L0")).toContain("trauma");
    expect(offers("RAJ01")).toContain("trauma");
    expect(offers("RWH01")).toEqual(["trauma", "stroke", "heart-attack"]);
    expect(offers("R1H12")).toContain("major-trauma");
  });

  it("can answer the questions of Chelmsford and Cambridge: maternity, a child, a stroke, each at the nearest ED", () => {
    for (const id of ["RQ8L0", "RDDH0", "RAJ01"]) {
      expect(offers(id), id).toContain("maternity");
      expect(offers(id), id).toContain("paediatric");
    }
    expect(offers("RGT01")).toContain("stroke");
  });

  it("does not list a site as resolved and unresolved at once", () => {
    expect(unresolved.filter(({ id }) => id !== undefined && byId.has(id))).toEqual([]);
    expect(unresolved.filter(({ trust, reason }) => trustCode({ trust }) === "" || reason === "")).toEqual([]);
  });

  it("is counted rightly by its README, which names every unresolved site", () => {
    const trusts = new Set(departments.map(trustCode));
    expect(readme).toContain(`**${departments.length} EDs of ${trusts.size} trusts**`);
    for (const { id = "" } of unresolved) expect(readme).toContain(id);
    for (const id of SITES_FROM_OTHER_SOURCES) expect(readme).toContain(id);
  });
});

const hospitalList = sharedData("nhs/nhs-hospitals-2018.csv");

describe.skipIf(hospitalList === undefined)(`against the NHS.uk hospital list of 2018 ${needsSharedData}`, () => {
  const listed = new Map(
    rowsOf<"ods_site_code" | "name" | "longitude" | "latitude" | "trust_code" | "trust_name">(hospitalList).map(
      (row) => [row.ods_site_code, row],
    ),
  );
  const known = hospitals.filter(({ id }) => listed.has(id));

  it("finds every site but those that name another source for their position", () => {
    const others = hospitals.filter(({ id }) => !listed.has(id));
    expect(others.map(({ id }) => id)).toEqual(SITES_FROM_OTHER_SOURCES);
    expect(others.filter(({ source }) => source === "nhsuk")).toEqual([]);
    expect(known.filter(({ source }) => source !== "nhsuk")).toEqual([]);
  });

  it("has the list's position within 1 m", () => {
    const astray = known.filter(({ id, location }) => {
      const row = listed.get(id)!;
      return metresBetween(location, [Number(row.longitude), Number(row.latitude)]) > 1;
    });
    expect(astray).toEqual([]);
  });

  it("agrees on the trust", () => {
    const letters = (text: string) =>
      text
        .toLowerCase()
        .replace(/^the /, "")
        .replaceAll(/[^a-z ]/g, "");
    for (const hospital of known) {
      const row = listed.get(hospital.id)!;
      expect(trustCode(hospital), hospital.id).toBe(row.trust_code);
      expect(letters(hospital.trust), hospital.id).toContain(letters(row.trust_name));
    }
  });

  it("has a name that shares a telling word with the list's", () => {
    const common = new Set([
      "the",
      "hospital",
      "hospitals",
      "general",
      "royal",
      "university",
      "district",
      "and",
      "of",
      "nhs",
      "trust",
    ]);
    const telling = (name: string) =>
      name
        .toLowerCase()
        .replaceAll("'", "")
        .match(/[a-z]+/g)!
        .filter((word) => !common.has(word));
    const renamed = known.filter(({ id, name }) => {
      const words = new Set(telling(listed.get(id)?.name ?? ""));
      return !telling(name).some((word) => words.has(word));
    });
    expect(renamed.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });
});

const attendances = sharedData("nhs/ae-attendances-may-2017.csv");

describe.skipIf(attendances === undefined)(`against the attendances of May 2017 ${needsSharedData}`, () => {
  it("has an ED, or a reason why not, for every trust that reported type 1 attendances, and for no other", () => {
    const reporting = rowsOf<"trust_code" | "department_type">(attendances)
      .filter((row) => row.department_type === "1")
      .map((row) => row.trust_code);
    const covered = new Set([...departments, ...unresolved].map(trustCode));
    expect([...covered].sort()).toEqual([...new Set(reporting)].sort());
  });
});
