import { describe, expect, it } from "vitest";
import { type BuiltInProfileName, builtInProfile } from "../../src/roads/profile";
import { WayEvaluator } from "../../src/roads/way-evaluator";

const evaluate = (tags: Record<string, string>, profile: BuiltInProfileName = "blue-light") => {
  const evaluator = new WayEvaluator(builtInProfile(profile));
  const use = evaluator.evaluate(new Map(Object.entries(tags)));
  return { use, ignored: evaluator.ignored.list() };
};

/** `both`, `forward`, `backward`, or why the way is not driven. */
const directions = (tags: Record<string, string>, profile: BuiltInProfileName = "blue-light"): string => {
  const { use } = evaluate(tags, profile);
  if (use === undefined) return "no road";
  if (typeof use === "string") return use;
  if (use.forwardKmh > 0 && use.backwardKmh > 0) return "both";
  return use.forwardKmh > 0 ? "forward" : "backward";
};

describe("which ways are driven", () => {
  it.each<[Record<string, string>, string]>([
    [{ highway: "primary" }, "both"],
    [{ highway: "motorway_link", oneway: "no" }, "both"],
    [{ highway: "living_street" }, "both"],
    [{ highway: "service" }, "both"],
    [{ highway: "footway" }, "class"],
    [{ highway: "construction", construction: "primary" }, "class"],
    [{ highway: "proposed" }, "class"],
    [{ highway: "service", area: "yes" }, "area"],
    [{ building: "yes" }, "no road"],
    [{ route: "bus" }, "no road"],
  ])("%j: %s", (tags, expected) => expect(directions(tags)).toBe(expected));
});

describe("oneway", () => {
  const primary = { highway: "primary" };
  it.each<[Record<string, string>, string]>([
    [{ oneway: "yes" }, "forward"],
    [{ oneway: "1" }, "forward"],
    [{ oneway: "true" }, "forward"],
    [{ oneway: "-1" }, "backward"],
    [{ oneway: "reverse" }, "backward"],
    [{ oneway: "no" }, "both"],
    [{ oneway: "0" }, "both"],
    [{ oneway: "false" }, "both"],
    [{ oneway: "alternating" }, "both"],
    [{ oneway: "reversible" }, "reversible"],
    [{ junction: "roundabout" }, "forward"],
    [{ junction: "circular" }, "forward"],
    [{ junction: "jughandle" }, "both"],
    [{ junction: "roundabout", oneway: "-1" }, "backward"],
    [{ highway: "motorway" }, "forward"],
    [{ highway: "motorway_link" }, "forward"],
    [{ highway: "motorway", oneway: "no" }, "both"],
    [{ highway: "trunk" }, "both"],
  ])("%j: %s", (tags, expected) => expect(directions({ ...primary, ...tags })).toBe(expected));

  it("counts reversible lanes and spellings it cannot read, and falls back on what the junction implies", () => {
    expect(evaluate({ highway: "primary", oneway: "reversible" }).ignored).toEqual([
      { key: "oneway", ways: 1, examples: ["reversible"] },
    ]);
    const odd = { highway: "primary", junction: "roundabout", oneway: "clockwise" };
    expect(directions(odd)).toBe("forward");
    expect(evaluate(odd).ignored).toEqual([{ key: "oneway", ways: 1, examples: ["clockwise"] }]);
  });
});

describe("access", () => {
  const street = { highway: "residential" };
  it.each<[Record<string, string>, string, string]>([
    [{ access: "no" }, "access", "access"],
    [{ access: "private" }, "both", "access"],
    [{ access: "destination" }, "both", "both"],
    [{ access: "no", motor_vehicle: "yes" }, "both", "both"],
    [{ access: "yes", vehicle: "no" }, "access", "access"],
    [{ vehicle: "no", motor_vehicle: "destination" }, "both", "both"],
    [{ motor_vehicle: "no" }, "access", "access"],
    [{ motor_vehicle: "no", emergency: "yes" }, "both", "access"],
    [{ access: "yes", emergency: "no" }, "access", "both"],
    [{ motor_vehicle: "no", bus: "yes" }, "both", "access"],
    [{ motor_vehicle: "no", psv: "designated" }, "both", "access"],
    [{ access: "bus" }, "both", "access"],
    [{ bus: "no" }, "both", "both"],
    [{ motor_vehicle: "agricultural" }, "both", "access"],
    [{ "motor_vehicle:backward": "no" }, "forward", "forward"],
    [{ "vehicle:forward": "no" }, "backward", "backward"],
    [{ emergency: "fire_hydrant" }, "both", "both"],
  ])("%j: blue lights %s, without %s", (tags, blueLight, normal) => {
    expect(directions({ ...street, ...tags }, "blue-light")).toBe(blueLight);
    expect(directions({ ...street, ...tags }, "normal-road")).toBe(normal);
  });

  it("counts values it does not know once per way, and keeps looking", () => {
    const tags = { ...street, access: "no", motor_vehicle: "sundays" };
    expect(directions(tags)).toBe("access");
    expect(evaluate(tags).ignored).toEqual([{ key: "motor_vehicle", ways: 1, examples: ["sundays"] }]);
  });

  it("leaves conditional rules out and counts them", () => {
    const tags = { ...street, "maxspeed:conditional": "20 mph @ (Mo-Fr)", "access:conditional": "no @ (22:00-06:00)" };
    expect(directions(tags)).toBe("both");
    expect(evaluate(tags).ignored.map(({ key, ways }) => [key, ways])).toEqual([
      ["access:conditional", 1],
      ["maxspeed:conditional", 1],
    ]);
  });
});

describe("ferries", () => {
  it("are driven unless they speak of walkers only", () => {
    expect(directions({ route: "ferry" })).toBe("both");
    expect(directions({ route: "ferry", foot: "yes" })).toBe("access");
    expect(directions({ route: "ferry", foot: "yes", motor_vehicle: "yes" })).toBe("both");
    expect(directions({ route: "ferry", motor_vehicle: "no" })).toBe("access");
  });

  it("carry their duration, and only ferries do", () => {
    expect(evaluate({ route: "ferry", duration: "00:20" }).use).toMatchObject({
      highway: "ferry",
      durationSeconds: 1200,
    });
    expect(evaluate({ highway: "primary", duration: "00:20" }).use).toMatchObject({ durationSeconds: undefined });
    expect(evaluate({ route: "ferry", duration: "soon" }).ignored).toEqual([
      { key: "duration", ways: 1, examples: ["soon"] },
    ]);
  });
});
