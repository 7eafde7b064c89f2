import { describe, expect, it } from "vitest";
import { answerTable, TABLE_WIDTH, wrap } from "../../src/cli/answer-table";
import type { Option, RecommendationData } from "../../src/diversion/answer/recommendation";

const option = (id: string, name: string, fields: Partial<Option> = {}): Option => ({
  hospital: { id, name },
  driveSeconds: 600,
  distanceMetres: 12_340,
  handoverSeconds: 0,
  totalSeconds: 600,
  arrival: "2017-05-15T23:10:00+01:00",
  warnings: [],
  ...fields,
});

const advice = (fields: Partial<RecommendationData>): RecommendationData => ({
  outcome: "destination",
  incident: {
    location: [0.469, 51.7356],
    snapped: { location: [0.469, 51.7356], distanceMetres: 11.2, road: "" },
    needs: ["trauma", { anyOf: ["stroke", "burns"] }],
  },
  destination: option("RAJ01", "Southend Hospital"),
  alternatives: [],
  passedOver: [],
  extraSeconds: 0,
  extraMetres: 0,
  basis: {
    roads: `sha256:${"a".repeat(64)}`,
    hospitals: `sha256:${"b".repeat(64)}`,
    policy: `sha256:${"c".repeat(64)}`,
    statusVersion: 12,
    at: "2017-05-15T23:00:00+01:00",
  },
  ...fields,
});

const { destination: _, extraSeconds: __, extraMetres: ___, ...withoutDestination } = advice({});

describe("the table of an answer", () => {
  it("shows handover and the day of arrival where they matter", () => {
    const table = answerTable(
      advice({
        destination: option("RAJ01", "Southend Hospital", {
          driveSeconds: 20,
          handoverSeconds: 900,
          totalSeconds: 920,
          distanceMetres: 150,
        }),
        alternatives: [
          option("RQ8L0", "Broomfield Hospital", {
            driveSeconds: 4200,
            totalSeconds: 4200,
            arrival: "2017-05-16T00:10:00+01:00",
            warnings: [{ code: "inform", text: "notice, CT scanner down" }],
          }),
        ],
      }),
    );
    expect(table).toBe(
      [
        "Incident at 0.469, 51.7356 (11 m from the nearest road), 23:00 on 2017-05-15 (+01:00), needs trauma,",
        "  stroke or burns",
        "",
        "Go to Southend Hospital (RAJ01): <1 min by road, 0.1 km, then about 15 min to handover.",
        "",
        "               ED                            drive  distance  handover   total           arrival",
        "destination    Southend Hospital (RAJ01)    <1 min    0.1 km    15 min  15 min             23:10",
        "alternative 1  Broomfield Hospital (RQ8L0)  70 min   12.3 km     0 min  70 min  2017-05-16 00:10",
        "",
        "Note, Broomfield Hospital: notice, CT scanner down.",
        "",
        "Based on roads aaaaaaaa, hospitals bbbbbbbb, policy cccccccc, status version 12.",
        "",
      ].join("\n"),
    );
  });

  it("has the day of the question and that of an arrival right at midnight, and who the patient is", () => {
    const table = answerTable({
      ...advice({}),
      incident: { ...advice({}).incident, needs: [], age: 3, acuity: "extremis" },
      basis: { ...advice({}).basis, at: "2017-05-15T23:59:40+01:00" },
      destination: option("RAJ01", "Southend Hospital", { arrival: "2017-05-15T23:59:50+01:00" }),
    });
    expect(table).toContain("23:59 on 2017-05-15 (+01:00), aged 3,\n  extremis\n");
    expect(table).toMatch(/destination .* 2017-05-16 00:00$/m);
  });

  it("says in one line that nothing can be reached, without listing every ED of the country", () => {
    const unreachable = { code: "unreachable", text: "no road leads there from here" } as const;
    const table = answerTable({
      ...withoutDestination,
      outcome: "unreachable",
      passedOver: Array.from({ length: 181 }, (_, i) => ({
        hospital: { id: `E${i}`, name: `ED ${i}` },
        because: [unreachable],
      })),
    });
    expect(table).toContain("\n\nNo ED can be reached by road from here.\n\nBased on ");
  });

  it("lists ten of many EDs passed over and counts the others", () => {
    const refused = { code: "refuse", text: "refuses all patients, flood" } as const;
    const table = answerTable({
      ...withoutDestination,
      outcome: "no-facility",
      passedOver: Array.from({ length: 14 }, (_, i) => ({
        hospital: { id: `E${i}`, name: `ED ${i}` },
        driveSeconds: 60 * i,
        because: [refused],
      })),
    });
    expect(table).toContain("  ED 9 (E9), 9 min: refuses all patients, flood\n  and 4 more\n");
    expect(table).not.toContain("E10");
  });

  it("keeps to its width, whatever the names and reasons", () => {
    const long = "Royal ".repeat(30).trim();
    const table = answerTable(
      advice({
        destination: option("RAJ01", long, { handoverSeconds: 60, warnings: [{ code: "inform", text: long }] }),
        passedOver: [{ hospital: { id: "X", name: long }, because: [{ code: "divert", text: long }] }],
      }),
    );
    for (const line of table.split("\n")) expect(line.length, line).toBeLessThanOrEqual(TABLE_WIDTH);
    expect(wrap("a bb ccc dddd", "  ", 8)).toEqual(["  a bb", "    ccc", "    dddd"]);
  });
});
