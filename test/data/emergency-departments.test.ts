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
  readonly location: readonly [lon: number, lat: number];
  readonly trust: string;
  readonly capabilities?: readonly StatedService[];
  readonly source: string;
}

interface EmergencyDepartments {
  readonly sources: readonly { readonly key: string; readonly title: string; readonly consulted: boolean }[];
  readonly hospitals: readonly StatedHospital[];
  readonly unresolved: readonly { readonly trust: string; readonly id?: string; readonly reason: string }[];
}

const folder = new URL("../../data/", import.meta.url);
const file: unknown = JSON.parse(readFileSync(new URL("england/emergency-departments.json", folder), "utf8"));
const { sources, hospitals, unresolved } = file as EmergencyDepartments;
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
    expect(hospitals.length).toBeGreaterThanOrEqual(165);
    expect(hospitals.length).toBeLessThanOrEqual(190);
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
    for (const { source, capabilities = [] } of hospitals) {
      stated.add(source);
      for (const service of capabilities) stated.add(service.source);
    }
    expect([...stated].sort()).toEqual(sources.map(({ key }) => key).sort());
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

  it("has the 27 major trauma centres: 11 for all ages, 11 for adults, 5 for children", () => {
    const centres = hospitals
      .flatMap(({ capabilities = [] }) => capabilities)
      .filter(({ capability }) => capability === "major-trauma");
    expect(centres.filter(({ minAge, maxAge }) => minAge === undefined && maxAge === undefined)).toHaveLength(11);
    expect(centres.filter(({ minAge }) => minAge !== undefined)).toHaveLength(11);
    expect(centres.filter(({ maxAge }) => maxAge !== undefined)).toHaveLength(5);
  });

  it("has London's eight hyperacute stroke units", () => {
    const units = hospitals.filter(({ capabilities = [] }) =>
      capabilities.some(({ source }) => source === "london-hasu"),
    );
    expect(units.map(({ id }) => id)).toEqual(["R1H12", "R1K01", "RF4QH", "RJ701", "RJZ01", "RJZ30", "RRV03", "RYJ02"]);
  });

  it("can answer the Chelmsford question of 15 May 2017: trauma at Broomfield, Southend, Lister and the Royal London", () => {
    const offers = (id: string) => byId.get(id)?.capabilities?.map(({ capability }) => capability) ?? [];
    expect(offers("RQ8L0")).toContain("trauma");
    expect(offers("RAJ01")).toContain("trauma");
    expect(offers("RWH01")).toEqual(["trauma", "stroke", "heart-attack"]);
    expect(offers("R1H12")).toContain("major-trauma");
  });

  it("does not list a site as resolved and unresolved at once", () => {
    expect(unresolved.filter(({ id }) => id !== undefined && byId.has(id))).toEqual([]);
    expect(unresolved.filter(({ trust, reason }) => trustCode({ trust }) === "" || reason === "")).toEqual([]);
  });

  it("is counted rightly by its README, which names every unresolved site", () => {
    const trusts = new Set(hospitals.map(trustCode));
    expect(readme).toContain(`**${hospitals.length} EDs of ${trusts.size} trusts**`);
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
    const covered = new Set([...hospitals, ...unresolved].map(trustCode));
    expect([...covered].sort()).toEqual([...new Set(reporting)].sort());
  });
});
