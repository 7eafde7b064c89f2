import { describe, expect, it } from "vitest";
import { instantAt, parseInstant } from "../../src/core/instant";
import { CapabilityVocabulary } from "../../src/hospitals/directory/capabilities";
import { MAXIMUM_WAYS, NeedsSchema, waysToMeet } from "../../src/hospitals/directory/needs";
import {
  applicability,
  inForceAt,
  lifetimeOf,
  normalScope,
  type PatientGroup,
  type Restriction,
  restrictionKey,
  type Scope,
  ScopeSchema,
} from "../../src/hospitals/status/restriction";
import { epochMs, failure } from "./support/essex";

const patient = (needs: string[], rest: Omit<PatientGroup, "needs"> = {}): PatientGroup => ({
  needs: waysToMeet(needs)[0]!,
  ...rest,
});

describe("applicability of a scope", () => {
  it.each<[string, Scope, PatientGroup, string]>([
    ["everyone", {}, patient([]), "yes"],
    ["a trauma divert, a trauma patient", { needs: ["trauma"] }, patient(["trauma"]), "yes"],
    ["a trauma divert, a patient without trauma", { needs: ["trauma"] }, patient(["stroke"]), "no"],
    ["a trauma divert, a major trauma patient", { needs: ["trauma"] }, patient(["major-trauma"]), "yes"],
    ["a major trauma divert, a trauma patient", { needs: ["major-trauma"] }, patient(["trauma"]), "no"],
    ["any of several needs", { needs: ["burns", "stroke"] }, patient(["stroke", "paediatric"]), "yes"],
    ["emergency means everyone", { needs: ["emergency"] }, patient([]), "yes"],
    ["all but stroke, a stroke patient", { exceptNeeds: ["stroke"] }, patient(["stroke"]), "no"],
    ["all but stroke, an injured one", { exceptNeeds: ["stroke"] }, patient(["trauma"]), "yes"],
    ["all but stroke, nothing special needed", { exceptNeeds: ["stroke"] }, patient([]), "yes"],
    ["all but stroke, stroke among other needs", { exceptNeeds: ["stroke"] }, patient(["stroke", "burns"]), "no"],
    ["all but trauma, major trauma, which implies it", { exceptNeeds: ["trauma"] }, patient(["major-trauma"]), "no"],
    ["all but major trauma, trauma", { exceptNeeds: ["major-trauma"] }, patient(["trauma"]), "yes"],
    ["burns but not stroke, both", { needs: ["burns"], exceptNeeds: ["stroke"] }, patient(["burns", "stroke"]), "no"],
    [
      "adults but not stroke, stroke at no known age",
      { minAge: 18, exceptNeeds: ["stroke"] },
      patient(["stroke"]),
      "no",
    ],
    ["adults but not stroke, no known age", { minAge: 18, exceptNeeds: ["stroke"] }, patient([]), "unknown"],
    [
      "all but major trauma, a stop on the way to where that is given",
      { exceptNeeds: ["major-trauma"] },
      { ...patient(["trauma"]), alsoNeeds: new Set(["major-trauma"]) },
      "yes",
    ],
    [
      "major trauma, a stop on the way to where that is given",
      { needs: ["major-trauma"] },
      { ...patient(["trauma"]), alsoNeeds: new Set(["major-trauma"]) },
      "yes",
    ],
    ["adults only, 18", { minAge: 18 }, patient([], { age: 18 }), "yes"],
    ["adults only, nearly 18", { minAge: 18 }, patient([], { age: 17.9 }), "no"],
    ["children up to 15, fifteen and a half", { maxAge: 15 }, patient([], { age: 15.5 }), "yes"],
    ["children up to 15, sixteen", { maxAge: 15 }, patient([], { age: 16 }), "no"],
    ["adults only, age not known", { minAge: 18 }, patient([]), "unknown"],
    ["a need that differs decides, whatever the age", { needs: ["burns"], minAge: 18 }, patient(["stroke"]), "no"],
    [
      "an age that differs decides, whatever the acuity",
      { minAge: 18, acuity: ["urgent"] },
      patient([], { age: 3 }),
      "no",
    ],
    ["acuity given", { acuity: ["urgent"] }, patient([], { acuity: "urgent" }), "yes"],
    ["acuity differs, age not known", { minAge: 18, acuity: ["urgent"] }, patient([], { acuity: "extremis" }), "no"],
    ["acuity not known", { acuity: ["urgent"] }, patient([], { age: 3 }), "unknown"],
  ])("%s", (_, scope, group, expected) => {
    expect(applicability(scope, group)).toBe(expected);
  });
});

describe("keys", () => {
  it.each<[Parameters<typeof restrictionKey>, string]>([
    [["divert", {}], "divert"],
    [["refuse", { needs: ["stroke", "trauma"] }], "refuse:stroke+trauma"],
    [["divert", { minAge: 0 }], "divert:age0-"],
    [["divert", { needs: ["stroke"] }], "divert:stroke"],
    [["divert", { exceptNeeds: ["stroke"] }], "divert:except.stroke"],
    [
      ["divert", { minAge: 18, acuity: ["urgent"], exceptNeeds: ["maternity", "stroke"] }],
      "divert:age18-:urgent:except.maternity+stroke",
    ],
    [["divert", { maxAge: 15, acuity: ["urgent", "standard"] }], "divert:age-15:urgent+standard"],
  ])("of %j is %s", (parts, key) => {
    expect(restrictionKey(...parts)).toBe(key);
  });
});

describe("the form of a scope", () => {
  it("orders exceptions and leaves out repetition and emptiness", () => {
    expect(normalScope({ exceptNeeds: ["stroke", "burns", "stroke"] })).toEqual({ exceptNeeds: ["burns", "stroke"] });
    expect(normalScope({ exceptNeeds: [] })).toEqual({});
  });

  it.each<[Scope, RegExp]>([
    [{ exceptNeeds: ["emergency"] }, /every patient needs emergency/],
    [{ needs: ["stroke", "burns"], exceptNeeds: ["stroke"] }, /among the needs and among the exceptions/],
  ])("refuses %j, which is about nobody", (scope, message) => {
    expect(ScopeSchema.safeParse(scope).error?.issues).toMatchObject([
      { path: ["exceptNeeds"], message: expect.stringMatching(message) },
    ]);
  });
});

describe("lifetimeOf", () => {
  const now = instantAt(epochMs("2017-05-15T12:00:00Z"));
  const restriction = (times: Partial<Restriction>): Restriction => ({
    key: "divert",
    hospital: "RQ8L0",
    effect: "divert",
    scope: {},
    reason: "full",
    observedAt: now,
    receivedAt: now,
    ...times,
  });
  const hour = 3_600_000;

  it("takes in the first moment and not the last", () => {
    const divert = restriction({
      from: parseInstant("2017-05-15T13:00:00+01:00"),
      until: parseInstant("2017-05-15T14:00:00+01:00"),
    });
    const times = ["11:59:59.999", "12:00:00", "12:59:59.999", "13:00:00"];
    expect(times.map((time) => inForceAt(divert, epochMs(`2017-05-15T${time}Z`), { defaultMinutes: 1 }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("has no bounds unless they are said or the policy says", () => {
    expect(lifetimeOf(restriction({}))).toEqual({
      fromMs: Number.NEGATIVE_INFINITY,
      untilMs: Number.POSITIVE_INFINITY,
    });
    expect(lifetimeOf(restriction({}), { defaultMinutes: 120 })).toEqual({
      fromMs: Number.NEGATIVE_INFINITY,
      untilMs: now.epochMs + 2 * hour,
    });
  });

  it("counts a default from the earlier of observation and receipt: a clock that runs ahead prolongs nothing", () => {
    const ahead = restriction({ observedAt: instantAt(now.epochMs + 10 * hour) });
    expect(lifetimeOf(ahead, { defaultMinutes: 240 }).untilMs).toBe(now.epochMs + 4 * hour);
    const behind = restriction({ observedAt: instantAt(now.epochMs - hour) });
    expect(lifetimeOf(behind, { defaultMinutes: 240 }).untilMs).toBe(now.epochMs + 3 * hour);
  });

  it("has no default end while the feed that said it is fresh, and counts from its last word when it is silent", () => {
    const said = restriction({ key: "feed:north:divert:trauma" });
    const words = (isFresh: boolean, feed = "north") => [{ feed, heardMs: now.epochMs + hour, isFresh }];
    const untilMs = (one: Restriction, isFresh: boolean, feed?: string) =>
      lifetimeOf(one, { defaultMinutes: 60, words: words(isFresh, feed) }).untilMs;
    expect(untilMs(said, true)).toBe(Number.POSITIVE_INFINITY);
    expect(untilMs(said, false)).toBe(now.epochMs + 2 * hour);
    expect(untilMs(said, true, "nor")).toBe(now.epochMs + hour);
    expect(untilMs(restriction({ key: "north" }), true)).toBe(now.epochMs + hour);
    const until = instantAt(now.epochMs + 1);
    expect(untilMs(restriction({ key: "feed:north", until }), true)).toBe(until.epochMs);
  });

  it("counts a default from the later of start and last observation", () => {
    const planned = restriction({ from: instantAt(now.epochMs + hour) });
    const renewed = restriction({ from: instantAt(now.epochMs - hour) });
    expect(lifetimeOf(planned, { defaultMinutes: 120 }).untilMs).toBe(now.epochMs + 3 * hour);
    expect(lifetimeOf(renewed, { defaultMinutes: 120 }).untilMs).toBe(now.epochMs + 2 * hour);
  });
});

describe("waysToMeet", () => {
  const ways = (needs: Parameters<typeof waysToMeet>[0]) => waysToMeet(needs).map((way) => [...way].sort());

  it("closes needs under implication, with emergency always among them", () => {
    expect(ways([])).toEqual([["emergency"]]);
    expect(ways(["major-trauma", "stroke"])).toEqual([["emergency", "major-trauma", "stroke", "trauma"]]);
  });

  it("multiplies alternatives out in the order given, leaving out ways that only ask for more", () => {
    expect(ways([{ anyOf: ["stroke", "burns"] }, "trauma"])).toEqual([
      ["emergency", "stroke", "trauma"],
      ["burns", "emergency", "trauma"],
    ]);
    expect(ways([{ anyOf: ["major-trauma", "trauma"] }])).toEqual([["emergency", "trauma"]]);
    expect(ways([{ anyOf: ["burns", "burns"] }])).toEqual([["burns", "emergency"]]);
    expect(ways([{ anyOf: ["burns", "emergency", "burns"] }])).toEqual([["emergency"]]);
    expect(ways([{ anyOf: ["burns", "stroke"] }, { anyOf: ["stroke", "burns"] }])).toEqual([
      ["burns", "emergency"],
      ["emergency", "stroke"],
    ]);
  });

  it("refuses unknown words, listing the known, and needs with too many ways", () => {
    const error = failure(() => waysToMeet(["trauma", { anyOf: ["strok"] }]));
    expect(error).toMatchObject({ code: "invalid-incident", place: { field: "needs.1" } });
    expect(error.message).toMatch(
      /"strok" is not a known capability. Did you mean stroke\? Known are burns, emergency/,
    );
    const pair = { anyOf: ["burns", "stroke"] };
    expect(failure(() => waysToMeet(Array.from({ length: 7 }, () => pair))).message).toContain(
      `more than ${MAXIMUM_WAYS} ways`,
    );
    const words = CapabilityVocabulary.standard.words;
    expect(() => waysToMeet([{ anyOf: words }])).not.toThrow();
  });

  it("has a schema that knows the form and not the words", () => {
    expect(NeedsSchema.safeParse(["x", { anyOf: ["y"] }]).success).toBe(true);
    for (const wrong of ["trauma", [""], [{ anyOf: [] }], [{ anyOf: ["x"], allOf: [] }], [3]]) {
      expect(NeedsSchema.safeParse(wrong).success).toBe(false);
    }
  });
});
