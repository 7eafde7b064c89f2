import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { BUILT_IN_SCENARIOS, openScenario } from "../../src/node/files/text-file";
import { parseScenario, scenarioSchema } from "../../src/planning/replay/scenario";
import { schemaFields } from "../support/schema-fields";
import { sharedData } from "../support/shared-data";

const FOLDER = new URL("../../data/scenarios/", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const readme = readFileSync(new URL("README.md", FOLDER), "utf8");
const attack = await openScenario("nhs-cyber-attack-2017");
const england = HospitalDirectory.parse(
  JSON.parse(readFileSync(new URL("../england/emergency-departments.json", FOLDER), "utf8")),
);

const minimal = {
  id: "small",
  title: "A small scenario",
  about: [],
  timeZone: "Europe/London",
  period: { from: "2017-05-15T12:00:00+01:00", until: "2017-05-15T14:00:00+01:00" },
  facts: [],
  events: [],
};
const event = {
  at: "2017-05-15T12:30:00+01:00",
  kind: "set-open",
  hospital: "A",
  open: false,
  reason: "IT outage",
  source: "a newspaper",
};

const refusal = (changes: object): DiversionError => {
  try {
    parseScenario({ ...minimal, ...changes });
  } catch (error) {
    if (error instanceof DiversionError) return error;
  }
  throw new Error(`This was accepted: ${JSON.stringify(changes)}`);
};

describe("data/scenarios/README.md", () => {
  it("explains every field of the schema, each once, and none besides", () => {
    const rows = [...readme.matchAll(/^\| `([\w.*[\]]+)` \| [^|]+ \|[^|]*\| .+ \|$/gm)].map(([, path]) => path!);
    const fields = new Set(schemaFields(scenarioSchema).map(({ path }) => path));
    expect(fields.size).toBeGreaterThan(40);
    expect(rows.sort()).toEqual([...fields].sort());
  });

  it("tells of every file, each of which is named as its id and opens by it", async () => {
    expect(BUILT_IN_SCENARIOS.map((id) => `${id}.json`).sort()).toEqual(files.sort());
    for (const file of files) {
      expect(readme).toContain(`| \`${file}\` |`);
      expect(`${(await openScenario(file.slice(0, -".json".length))).id}.json`).toBe(file);
    }
  });
});

describe("the scenario of May 2017", () => {
  it("names hospitals of England alone, each of them in the list of attendances", () => {
    const attending = new Set(attack.generation!.attendances!.trusts.flatMap(({ hospitals }) => hospitals));
    for (const { hospital } of attack.events) {
      expect(england.get(hospital), hospital).toBeDefined();
      expect(attending, hospital).toContain(hospital);
    }
    const departments = england.hospitals.filter(({ capabilities }) => capabilities.includes("emergency"));
    expect(attending).toEqual(new Set(departments.map(({ id }) => id)));
  });

  it("has seven hospitals of five trusts, as both totals have it", () => {
    const diverting = new Set(attack.events.map(({ hospital }) => hospital));
    const trusts = attack.generation!.attendances!.trusts.filter(({ hospitals }) =>
      hospitals.some((id) => diverting.has(id)),
    );
    expect(diverting.size).toBe(7);
    expect(trusts.map(({ trust }) => trust)).toEqual(["R1H", "RN5", "RNL", "RQ8", "RWH"]);
  });

  it("names a source or admits an assumption, event by event, and says what is assumed", () => {
    for (const { source, assumed, note, hospital } of attack.events) {
      expect(source !== undefined || assumed === true, hospital).toBe(true);
      if (assumed) expect(note!.length, hospital).toBeGreaterThan(20);
    }
    expect(attack.facts.every(({ source }) => source !== "")).toBe(true);
  });

  const statistics = sharedData("nhs/ae-attendances-may-2017.csv");
  it.skipIf(statistics === undefined)(
    "has every trust's type 1 attendances as NHS England published them (needs ../shared/data)",
    () => {
      const published = readFileSync(statistics!, "utf8")
        .split("\n")
        .map((line) => line.split(","))
        .filter(([, type]) => type === "1")
        .map(([trust, , attendances]) => [trust, Number(attendances)] as const);
      const typed = attack.generation!.attendances!.trusts.map(
        ({ trust, attendances }) => [trust, attendances] as const,
      );
      expect(published.length).toBe(138);
      expect(Object.fromEntries(typed)).toEqual(Object.fromEntries(published));
    },
  );
});

describe("parseScenario", () => {
  it("reads the least there can be", () => {
    expect(parseScenario(minimal)).toMatchObject({ id: "small", events: [] });
    expect(parseScenario({ ...minimal, events: [event] }).events[0]).toMatchObject({ kind: "set-open", open: false });
  });

  it.each([
    ["an unknown field", { patients: [] }, "patients"],
    ["a zone nobody knows", { timeZone: "Europe/Chelmsford" }, "timeZone"],
    [
      "a period that ends before it begins",
      { period: { from: minimal.period.until, until: minimal.period.from } },
      "period.until",
    ],
    ["a moment without an offset", { period: { ...minimal.period, from: "2017-05-15T12:00:00" } }, "period.from"],
    ["an event without a source", { events: [{ ...event, source: undefined }] }, "events.0.source"],
    ["an assumption without a note", { events: [{ ...event, assumed: true }] }, "events.0.note"],
    ["an event after the end", { events: [{ ...event, at: minimal.period.until }] }, "events.0.at"],
    ["an event of no kind", { events: [{ ...event, kind: "rumour" }] }, "events.0.kind"],
    [
      "a field that tells of a patient",
      { incidents: [{ at: event.at, location: [0, 52], name: "N. N." }] },
      "incidents.0.name",
    ],
    [
      "an incident before the beginning",
      { incidents: [{ at: "2017-05-15T11:59:59+01:00", location: [0, 52] }] },
      "incidents.0.at",
    ],
    [
      "shares that do not add up to 1",
      { generation: { seed: 1, perDay: 10, needs: [{ needs: [], share: 0.9 }], note: "assumed" } },
      "generation.needs",
    ],
    [
      "neither a count nor attendances",
      { generation: { seed: 1, needs: [{ needs: [], share: 1 }], note: "assumed" } },
      "generation.perDay",
    ],
  ])("refuses %s", (_, changes, field) => {
    const error = refusal(changes);
    expect(error.code).toBe("invalid-scenario");
    expect(error.place.field).toBe(field);
    expect(error.message).toMatch(/^The scenario is not of the documented form: .+\.$/);
  });
});
