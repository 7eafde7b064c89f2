import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import {
  BUILT_IN_PROFILES,
  builtInProfile,
  defaultProfile,
  parseProfile,
  type VehicleProfile,
} from "../../src/roads/profile/profile";
import { WayEvaluator } from "../../src/roads/profile/way-evaluator";
import { profileFields } from "../support/profile-fields";

const blueLight = builtInProfile("blue-light");
const normalRoad = builtInProfile("normal-road");

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
  it.each(BUILT_IN_PROFILES)("ships %s, which is valid, bears its name and names its sources", (name) => {
    expect(builtInProfile(name).name).toBe(name);
    for (const figures of ["classes", "maxspeed.share", "speedCaps", "ferry", "barriers", "vehicle", "closedBy.ford"]) {
      expect(builtInProfile(name).sources.some((source) => source.startsWith(figures))).toBe(true);
    }
  });

  it("takes blue-light by default", () => {
    expect(defaultProfile()).toEqual(blueLight);
  });

  it("has factor 1 on every class unless local data says otherwise", () => {
    for (const name of BUILT_IN_PROFILES) {
      for (const rule of Object.values(builtInProfile(name).classes)) expect(rule.factor).toBe(1);
    }
  });

  it("drives private roads and bus lanes under blue lights, and neither without", () => {
    expect(blueLight.access.allowed).toContain("private");
    expect(blueLight.access.grantedBy).toContain("bus");
    expect(normalRoad.access.denied).toContain("private");
    expect(normalRoad.access.grantedBy).toEqual([]);
  });

  it.each([
    ["an unknown field", { ...blueLight, wheels: 4 }, "(whole)"],
    ["a speed of zero", { ...blueLight, classes: { primary: { speedKmh: 0 } } }, "classes.primary.speedKmh"],
    ["a speed beyond reason", { ...blueLight, classes: { primary: { speedKmh: 900 } } }, "classes.primary.speedKmh"],
    ["no class at all", { ...blueLight, classes: {} }, "classes"],
    [
      "a value both allowed and denied",
      { ...blueLight, access: { keys: ["access"], grantedBy: [], allowed: ["yes"], denied: ["yes"] } },
      "access",
    ],
    [
      "a last mile that is not allowed",
      { ...blueLight, access: { ...normalRoad.access, lastMile: { values: ["private"], factor: 0.5 } } },
      "access",
    ],
    ["a last mile that is faster", { ...blueLight, access: lastMile(1.5) }, "access.lastMile.factor"],
    [
      "a limit driven three times over",
      { ...blueLight, maxspeed: { ...blueLight.maxspeed, share: 3 } },
      "maxspeed.share",
    ],
    [
      "a vehicle without a height",
      { ...blueLight, vehicle: { ...blueLight.vehicle, heightMetres: 0 } },
      "vehicle.heightMetres",
    ],
    [
      "a barrier of a word that means nothing",
      { ...blueLight, barriers: { kinds: { gate: "slow" } } },
      "barriers.kinds.gate",
    ],
    ["contraflow everywhere", { ...blueLight, contraflow: "all" }, "contraflow"],
    ["a negative wait", { ...blueLight, ferry: { boardingWaitSeconds: -1 } }, "ferry.boardingWaitSeconds"],
    ["no object", "fast", "(whole)"],
  ])("refuses %s and names the field", (_, json, field) => {
    expect(fieldOf(json)).toBe(field);
  });
});

function lastMile(factor: number): unknown {
  return { ...blueLight.access, lastMile: { values: ["private"], factor } };
}

describe("where the speeds come from", () => {
  // km/h. OSRM: Project-OSRM/osrm-backend 5230a8717d514612d66bf42c2deb3163a7e35798, profiles/car.lua, `speeds`.
  // GraphHopper: graphhopper/graphhopper 02b21d591dc14e4ec58f937f296cae765c7b1ace, CarAverageSpeedParser, `defaultSpeedMap`.
  it.each<[string, number | undefined, number]>([
    ["motorway", 90, 100],
    ["motorway_link", 45, 70],
    ["trunk", 85, 70],
    ["trunk_link", 40, 65],
    ["primary", 65, 65],
    ["primary_link", 30, 60],
    ["secondary", 55, 60],
    ["secondary_link", 25, 50],
    ["tertiary", 40, 50],
    ["tertiary_link", 20, 40],
    ["unclassified", 25, 30],
    ["residential", 25, 30],
    ["living_street", 10, 5],
    ["service", 15, 20],
    ["road", undefined, 20],
  ])("%s: OSRM %s, GraphHopper %s; blue lights take the higher, others the lower", (highway, osrm, graphHopper) => {
    expect(blueLight.classes[highway]!.speedKmh).toBe(Math.max(osrm ?? graphHopper, graphHopper));
    expect(normalRoad.classes[highway]!.speedKmh).toBe(Math.min(osrm ?? graphHopper, graphHopper));
  });

  it("drives the share of a limit that the Department for Transport measured, 59.0 mph and 9.4 s per mile in 2018", () => {
    const secondsPerMile = 3600 / 59.0;
    expect(blueLight.maxspeed.share).toBeCloseTo((secondsPerMile - 9.4) / secondsPerMile, 2);
    expect(normalRoad.maxspeed.share).toBe(0.8);
  });
});

describe("any way at all", () => {
  const words = (...values: string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
  const tags = fc.dictionary(
    words(
      ..."highway maxspeed maxspeed:forward surface tracktype smoothness access motor_vehicle emergency bus oneway".split(
        " ",
      ),
      ..."junction route maxheight maxweight ford service zone:traffic maxspeed:type duration oneway:bus".split(" "),
    ),
    fc.oneof(
      words(...Object.keys(blueLight.classes), "construction", "steps"),
      words("yes", "no", "-1", "private", "destination", "designated", "permissive", "official", "customers"),
      words("10", "50", "130", "200", "20 mph", "70 mph", "none", "walk", "signals", "GB:nsl_dual", "DE:motorway"),
      words("3.5", "2", "7.5 t", "10'6\"", "gravel", "grade4", "impassable", "ferry", "roundabout", "00:20"),
      fc.string(),
    ),
  );
  const kmhOf = (profile: VehicleProfile, way: Record<string, string>): number[] => {
    const use = new WayEvaluator(profile).evaluate(new Map(Object.entries(way)));
    return typeof use === "object" ? [use.forwardKmh, use.backwardKmh] : [0, 0];
  };

  it.each(BUILT_IN_PROFILES)("is driven by %s at more than nothing and no faster than the vehicle goes", (name) => {
    const profile = builtInProfile(name);
    fc.assert(
      fc.property(tags, (way) => {
        const use = new WayEvaluator(profile).evaluate(new Map(Object.entries(way)));
        if (typeof use !== "object") return;
        expect(Math.max(use.forwardKmh, use.backwardKmh)).toBeGreaterThan(0);
        for (const kmh of [use.forwardKmh, use.backwardKmh]) {
          expect(kmh).toBeLessThanOrEqual(profile.vehicle.maximumSpeedKmh);
          expect(kmh === 0 || kmh > 1).toBe(true);
        }
      }),
      { numRuns: 3000, seed: 1205 },
    );
  });

  it("is not slower under blue lights than without, unless it is closed to them", () => {
    fc.assert(
      fc.property(tags, (way) => {
        fc.pre(way.emergency !== "no");
        const [blue, normal] = [kmhOf(blueLight, way), kmhOf(normalRoad, way)];
        expect(blue[0]!).toBeGreaterThanOrEqual(normal[0]!);
        expect(blue[1]!).toBeGreaterThanOrEqual(normal[1]!);
      }),
      { numRuns: 3000, seed: 1205, examples: [[{ highway: "residential", maxspeed: "30 mph" }]] },
    );
  });
});

describe("data/profiles/README.md", () => {
  const rows = readFileSync(new URL("../../data/profiles/README.md", import.meta.url), "utf8")
    .split("\n")
    .map((line) => /^\| `([\w.*]+)` \| [^|]+ \|([^|]*)\| .+ \|$/.exec(line))
    .filter((row) => row !== null)
    .map(([, path, standard]) => ({ path: path!, standard: standard!.trim() }));

  it("explains every field of the schema, each once, and none besides", () => {
    expect(rows.map(({ path }) => path).sort()).toEqual(
      profileFields()
        .map(({ path }) => path)
        .sort(),
    );
  });

  it("says which fields are required and what the others default to", () => {
    for (const { path, required, default: standard } of profileFields()) {
      const told = rows.find((row) => row.path === path)!.standard;
      if (required) expect(told, path).toBe("required");
      else if (path.endsWith("*")) expect(told, path).toBe("");
      else if (path === "access.lastMile") expect(standard, path).toEqual({ values: [], factor: 1 });
      else if (standard === undefined) expect(told, path).toBe("none");
      else expect(told, path).toBe(`\`${JSON.stringify(standard)}\``);
    }
  });
});
