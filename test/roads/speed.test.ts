import { describe, expect, it } from "vitest";
import { IgnoredTags } from "../../src/roads/profile/ignored-tags";
import { defaultProfile } from "../../src/roads/profile/profile";
import { drivenSpeedKmh, parseDurationSeconds, parseLengthMetres, parseMaxspeed } from "../../src/roads/profile/speed";

const profile = defaultProfile();
const { named } = profile.maxspeed;

describe("maxspeed", () => {
  it.each([
    ["50", 50],
    ["7.5", 7.5],
    ["50 km/h", 50],
    ["50kmh", 50],
    ["30 mph", 48.28032],
    ["30mph", 48.28032],
    ["10 knots", 18.52],
    ["walk", 6],
    ["none", 130],
    ["national", 97],
    ["GB:nsl_single", 97],
    ["GB:nsl_dual", 113],
    ["FR:urban", 50],
    ["RU:urban", 60],
    ["DE:rural", 100],
    // Spellings met in the extracts: Rutland has gb:national and UK:nsl_dual, Liechtenstein FL:zone:30.
    ["gb:national", 97],
    ["UK:nsl_dual", 113],
    ["fr:urban", 50],
    ["GB:zone20", 32.18688],
    ["GB:20", 32.18688],
    ["DE:zone30", 30],
    ["FL:zone:30", 30],
    ["BE-VLG:rural", 90],
  ])("reads %s as %d km/h", (value, kmh) => {
    expect(parseMaxspeed(value, named)).toBeCloseTo(kmh, 9);
  });

  it.each([
    "",
    "0",
    "-30",
    "signals",
    "variable",
    "50 furlongs",
    "XX:nonsense",
    "999",
    "1e2",
    "toString",
    "*",
    "DE:zone0",
    "GB_nsl:single",
    "20 mph @ (Mo-Fr 07:00-17:00)",
  ])("does not guess at %j", (value) => {
    expect(parseMaxspeed(value, named)).toBeUndefined();
  });
});

describe("driven speed", () => {
  const rule = { speedKmh: 40, ceilingKmh: 60, factor: 1 };
  const speed = (
    tags: Record<string, string>,
    direction: "forward" | "backward" = "forward",
    use: "replace" | "cap" | "ignore" = "replace",
    factor = 1,
    share = 1,
  ) => {
    const ignored = new IgnoredTags();
    ignored.beginWay();
    const kmh = drivenSpeedKmh(
      new Map(Object.entries(tags)),
      direction,
      { ...rule, factor },
      { ...profile, maxspeed: { use, share, named, fallbackKeys: ["zone:traffic"] } },
      ignored,
    );
    return { kmh, ignored: ignored.list() };
  };

  it("is the class's where no limit is tagged", () => expect(speed({}).kmh).toBe(40));
  it("is the tagged limit", () => expect(speed({ maxspeed: "50" }).kmh).toBe(50));
  it("never exceeds the class's ceiling", () => expect(speed({ maxspeed: "GB:nsl_single" }).kmh).toBe(60));
  it("takes limits only downwards when the profile says cap", () => {
    expect(speed({ maxspeed: "50" }, "forward", "cap").kmh).toBe(40);
    expect(speed({ maxspeed: "30" }, "forward", "cap").kmh).toBe(30);
  });
  it("leaves limits alone when the profile says ignore", () => {
    expect(speed({ maxspeed: "20" }, "forward", "ignore").kmh).toBe(40);
  });
  it("prefers the limit of the direction", () => {
    const tags = { maxspeed: "50", "maxspeed:forward": "30", "maxspeed:backward": "20" };
    expect(speed(tags, "forward").kmh).toBe(30);
    expect(speed(tags, "backward").kmh).toBe(20);
  });
  it("multiplies by the class's factor after limit and ceiling", () => {
    expect(speed({ maxspeed: "100" }, "forward", "replace", 1.1).kmh).toBeCloseTo(66, 9);
  });
  it("drives the profile's share of a limit, not of a class's own speed", () => {
    expect(speed({ maxspeed: "50" }, "forward", "replace", 1, 0.8).kmh).toBeCloseTo(40, 9);
    expect(speed({ maxspeed: "20" }, "forward", "cap", 1, 0.8).kmh).toBeCloseTo(16, 9);
    expect(speed({}, "forward", "replace", 1, 0.8).kmh).toBe(40);
  });
  it("turns to zones where the limit is missing or unreadable, and leaves free text uncounted", () => {
    expect(speed({ "zone:traffic": "FR:urban" })).toEqual({ kmh: 50, ignored: [] });
    expect(speed({ maxspeed: "30", "zone:traffic": "FR:urban" }).kmh).toBe(30);
    expect(speed({ "zone:traffic": "FR:lunar" }).ignored).toEqual([
      { key: "zone:traffic", ways: 1, examples: ["FR:lunar"] },
    ]);
    expect(speed({ "zone:traffic": "survey" })).toEqual({ kmh: 40, ignored: [] });
  });
  it.each<[Record<string, string>, number]>([
    // km/h of OSRM's car profile: surface_speeds, tracktype_speeds, smoothness_speeds.
    [{ surface: "asphalt" }, 60],
    [{ surface: "cobblestone" }, 30],
    [{ surface: "mud" }, 10],
    [{ tracktype: "grade4" }, 25],
    [{ smoothness: "very_bad" }, 20],
    [{ surface: "gravel", smoothness: "horrible" }, 10],
  ])("is held down by %j to %d km/h, also where a factor would lift it", (tags, kmh) => {
    expect(speed({ maxspeed: "50", ...tags }, "forward", "replace", 1.2).kmh).toBeCloseTo(kmh, 9);
  });
  it("counts surfaces it does not know", () => {
    expect(speed({ surface: "asphalt; teflon" })).toEqual({
      kmh: 40,
      ignored: [{ key: "surface", ways: 1, examples: ["asphalt; teflon"] }],
    });
  });
  it("never exceeds what the vehicle does", () => {
    expect(speed({}, "forward", "replace", 3).kmh).toBe(120);
    const slow = { ...profile, vehicle: { ...profile.vehicle, maximumSpeedKmh: 25 } };
    expect(drivenSpeedKmh(new Map([["maxspeed", "50"]]), "forward", rule, slow, new IgnoredTags())).toBe(25);
  });
  it("passes over an unreadable limit and counts it", () => {
    const { kmh, ignored } = speed({ "maxspeed:forward": "signals", maxspeed: "30" });
    expect(kmh).toBe(30);
    expect(ignored).toEqual([{ key: "maxspeed:forward", ways: 1, examples: ["signals"] }]);
  });
});

describe("duration", () => {
  it.each([
    ["20", 1200],
    ["00:20", 1200],
    ["05:30", 19800],
    ["01:02:03", 3723],
    ["PT1H30M", 5400],
    ["PT45M", 2700],
  ])("reads %s as %d s", (value, seconds) => expect(parseDurationSeconds(value)).toBe(seconds));

  it.each(["", "0", "00:00", "PT", "a while", "1:99", "20 min"])("does not guess at %j", (value) => {
    expect(parseDurationSeconds(value)).toBeUndefined();
  });
});

describe("length_km", () => {
  it("reads decimal kilometres", () => {
    expect(parseLengthMetres("12.4")).toBeCloseTo(12_400, 6);
    expect(parseLengthMetres("3")).toBe(3000);
  });
  it.each(["", "0", "-1", "3 km", "1e9", "99999999"])("does not guess at %j", (value) => {
    expect(parseLengthMetres(value)).toBeUndefined();
  });
});
