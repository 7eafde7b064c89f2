import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { BUILT_IN_PROFILES, builtInProfile, defaultProfile, parseProfile } from "../../src/roads/profile";

const fieldOf = (json: unknown): string | undefined => {
  try {
    parseProfile(json);
  } catch (error) {
    if (error instanceof DiversionError && error.code === "invalid-profile") return error.place.field ?? "(whole)";
    throw error;
  }
  return undefined;
};

describe("vehicle profiles", () => {
  it.each(BUILT_IN_PROFILES)("ships %s, which is valid and bears its name", (name) => {
    expect(builtInProfile(name).name).toBe(name);
  });

  it("takes blue-light by default", () => {
    expect(defaultProfile()).toEqual(builtInProfile("blue-light"));
  });

  it("has factor 1 on every class unless local data says otherwise", () => {
    for (const rule of Object.values(defaultProfile().classes)) expect(rule.factor).toBe(1);
  });

  it("drives private roads and bus lanes under blue lights, and neither without", () => {
    expect(builtInProfile("blue-light").access.allowed).toContain("private");
    expect(builtInProfile("blue-light").access.grantedBy).toContain("bus");
    expect(builtInProfile("normal-road").access.denied).toContain("private");
    expect(builtInProfile("normal-road").access.grantedBy).toEqual([]);
  });

  it.each([
    ["an unknown field", { ...defaultProfile(), wheels: 4 }, "(whole)"],
    ["a speed of zero", { ...defaultProfile(), classes: { primary: { speedKmh: 0 } } }, "classes.primary.speedKmh"],
    [
      "a speed beyond reason",
      { ...defaultProfile(), classes: { primary: { speedKmh: 900 } } },
      "classes.primary.speedKmh",
    ],
    ["no class at all", { ...defaultProfile(), classes: {} }, "classes"],
    [
      "a value both allowed and denied",
      { ...defaultProfile(), access: { keys: ["access"], grantedBy: [], allowed: ["yes"], denied: ["yes"] } },
      "access",
    ],
    ["no object", "fast", "(whole)"],
  ])("refuses %s and names the field", (_, json, field) => {
    expect(fieldOf(json)).toBe(field);
  });
});
