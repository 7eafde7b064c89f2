import { describe, expect, it } from "vitest";
import { type BuiltInProfileName, builtInProfile, parseProfile } from "../../src/roads/profile/profile";
import { WayEvaluator } from "../../src/roads/profile/way-evaluator";

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

describe("roads an ambulance may use and others may not", () => {
  it.each<[Record<string, string>, string, string]>([
    [{ highway: "busway" }, "both", "class"],
    [{ highway: "pedestrian" }, "both", "class"],
    [{ highway: "pedestrian", motor_vehicle: "no" }, "access", "class"],
    [{ highway: "pedestrian", motor_vehicle: "no", emergency: "designated" }, "both", "class"],
    [{ highway: "footway", emergency: "yes" }, "both", "class"],
    [{ highway: "footway", motor_vehicle: "yes" }, "both", "class"],
    [{ highway: "footway", emergency: "no" }, "class", "class"],
    [{ highway: "footway", access: "yes" }, "class", "class"],
    [{ highway: "path", emergency: "official", motor_vehicle: "no" }, "both", "class"],
    [{ highway: "steps", emergency: "yes" }, "class", "class"],
    [{ highway: "track" }, "both", "class"],
    [{ highway: "service", service: "emergency_access" }, "both", "closed"],
    [{ highway: "service", service: "emergency_access", motor_vehicle: "yes" }, "both", "both"],
    [{ highway: "residential", motorcar: "no" }, "both", "access"],
    [{ highway: "track", motor_vehicle: "no", motorcar: "yes" }, "both", "class"],
    [{ highway: "residential", hgv: "no" }, "both", "both"],
    [{ highway: "residential", hgv: "designated" }, "both", "both"],
  ])("%j: blue lights %s, without %s", (tags, blueLight, normal) => {
    expect(directions(tags, "blue-light")).toBe(blueLight);
    expect(directions(tags, "normal-road")).toBe(normal);
  });

  it("are driven at walking pace where they belong to walkers", () => {
    expect(evaluate({ highway: "pedestrian", maxspeed: "20" }).use).toMatchObject({ forwardKmh: 6, backwardKmh: 6 });
    expect(evaluate({ highway: "footway", emergency: "yes" }).use).toMatchObject({ forwardKmh: 6 });
  });

  it("are driven more slowly where they are meant for the last mile, unless a key speaks of the vehicle", () => {
    const driveway = { highway: "service" };
    expect(evaluate({ ...driveway, access: "private" }).use).toMatchObject({ forwardKmh: 10 });
    expect(evaluate({ ...driveway, access: "private", emergency: "yes" }).use).toMatchObject({ forwardKmh: 20 });
    expect(evaluate({ ...driveway, access: "private", bus: "yes" }).use).toMatchObject({ forwardKmh: 20 });
    expect(evaluate({ ...driveway, access: "destination" }).use).toMatchObject({ forwardKmh: 20 });
    expect(evaluate({ ...driveway, access: "destination" }, "normal-road").use).toMatchObject({ forwardKmh: 7.5 });
  });
});

describe("roads nobody should be sent to", () => {
  it.each<[Record<string, string>, string]>([
    [{ ford: "yes" }, "closed"],
    [{ ford: "stream" }, "closed"],
    [{ ford: "no" }, "both"],
    [{ ford: "yes", motor_vehicle: "yes" }, "both"],
    [{ ford: "yes", access: "yes" }, "closed"],
    [{ ford: "yes", motor_vehicle: "private" }, "closed"],
    [{ ford: "yes", "motor_vehicle:forward": "yes" }, "forward"],
    [{ smoothness: "impassable" }, "closed"],
    [{ impassable: "yes" }, "closed"],
    [{ highway: "construction", construction: "residential" }, "class"],
    [{ bridge: "yes", access: "no" }, "access"],
    [{ bridge: "movable" }, "both"],
  ])("%j: %s", (tags, expected) => expect(directions({ highway: "residential", ...tags })).toBe(expected));
});

describe("one-way rules that do not hold for an ambulance", () => {
  const street = { highway: "residential", oneway: "yes" };
  it.each<[Record<string, string>, string, string]>([
    [{ "oneway:bus": "no" }, "both", "forward"],
    [{ "oneway:psv": "no" }, "both", "forward"],
    [{ "oneway:emergency": "no" }, "both", "forward"],
    [{ "oneway:motor_vehicle": "no" }, "both", "both"],
    [{ "oneway:bicycle": "no" }, "forward", "forward"],
    [{ "oneway:bus": "no", oneway: "reversible" }, "reversible", "reversible"],
  ])("%j: blue lights %s, without %s", (tags, blueLight, normal) => {
    expect(directions({ ...street, ...tags }, "blue-light")).toBe(blueLight);
    expect(directions({ ...street, ...tags }, "normal-road")).toBe(normal);
  });

  it("are none where the profile says nothing, else those of its classes, slowly, never in roundabouts", () => {
    const contraflow = new WayEvaluator(
      parseProfile({ ...builtInProfile("blue-light"), contraflow: { classes: ["residential"], speedKmh: 15 } }),
    );
    const against = (tags: Record<string, string>) => contraflow.evaluate(new Map(Object.entries(tags)));
    expect(directions(street)).toBe("forward");
    expect(against(street)).toMatchObject({ forwardKmh: 30, backwardKmh: 15 });
    expect(against({ ...street, oneway: "-1" })).toMatchObject({ forwardKmh: 15, backwardKmh: 30 });
    expect(against({ ...street, surface: "mud" })).toMatchObject({ forwardKmh: 10, backwardKmh: 10 });
    expect(against({ ...street, "motor_vehicle:backward": "no" })).toMatchObject({ backwardKmh: 0 });
    expect(against({ ...street, highway: "primary" })).toMatchObject({ backwardKmh: 0 });
    expect(against({ highway: "residential", junction: "roundabout" })).toMatchObject({ backwardKmh: 0 });
  });
});

describe("the size of the vehicle", () => {
  const road = { highway: "unclassified" };
  it.each<[Record<string, string>, string]>([
    [{ maxheight: "2.9" }, "size"],
    [{ maxheight: "3" }, "both"],
    [{ maxheight: "3.5", "maxheight:physical": "2.8" }, "size"],
    [{ maxwidth: "7'0\"" }, "size"],
    [{ maxwidth: "7'3\"" }, "both"],
    [{ maxweight: "3.5 t" }, "size"],
    [{ maxweight: "7.5" }, "both"],
    [{ maxweightrating: "3.5" }, "size"],
    [{ maxlength: "6" }, "size"],
    [{ maxheight: "default" }, "both"],
  ])("%j: %s", (tags, expected) => expect(directions({ ...road, ...tags })).toBe(expected));

  it("is not held against limits that cannot be read, or say less without saying how much: they are counted", () => {
    const tags = { highway: "primary", maxheight: "below_default", maxweight: "20 elephants" };
    expect(directions(tags)).toBe("both");
    expect(evaluate(tags).ignored.map(({ key }) => key)).toEqual(["maxheight", "maxweight"]);
  });
});

describe("ferries", () => {
  it("cost a wait on the quay, which roads do not", () => {
    expect(evaluate({ route: "ferry" }).use).toMatchObject({ waitSeconds: 1800, forwardKmh: 12 });
    expect(evaluate({ highway: "primary" }).use).toMatchObject({ waitSeconds: 0 });
  });

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
