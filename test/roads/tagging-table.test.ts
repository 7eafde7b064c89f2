import { describe, expect, it } from "vitest";
import {
  type BuiltInProfileName,
  builtInProfile,
  parseProfile,
  type VehicleProfile,
} from "../../src/roads/profile/profile";
import { WayEvaluator } from "../../src/roads/profile/way-evaluator";

/** `both`, `forward`, `backward`, or `shut`; and whether anything was counted as not read. */
function verdict(tags: Record<string, string>, profile: VehicleProfile): { open: string; counted: boolean } {
  const evaluator = new WayEvaluator(profile);
  const use = evaluator.evaluate(new Map(Object.entries({ highway: "primary", ...tags })));
  const counted = evaluator.ignored.list().length > 0;
  if (typeof use === "string" || use === undefined) return { open: "shut", counted };
  if (use.forwardKmh > 0 && use.backwardKmh > 0) return { open: "both", counted };
  return { open: use.forwardKmh > 0 ? "forward" : "backward", counted };
}

const under = (name: BuiltInProfileName, tags: Record<string, string>): string =>
  verdict(tags, builtInProfile(name)).open;

type Row = readonly [tags: Record<string, string>, blueLight: string, normalRoad: string];

/**
 * What the documentation of OpenStreetMap says a tag means for a car (wiki.openstreetmap.org: Key:oneway, Key:access,
 * Conditional restrictions, Key:busway, Key:maxheight, Key:maxweight, Key:emergency), and what an ambulance with rights of
 * way makes of it. Each row is one spelling or one combination met in the data of towns.
 */
const ONEWAY: readonly Row[] = [
  [{ oneway: "Yes" }, "forward", "forward"],
  [{ oneway: " yes" }, "forward", "forward"],
  [{ oneway: "-1;yes" }, "shut", "shut"],
  [{ oneway: "yes;yes" }, "forward", "forward"],
  [{ oneway: "yes;no" }, "forward", "forward"],
  [{ oneway: "F" }, "forward", "forward"],
  [{ oneway: "T" }, "backward", "backward"],
  [{ oneway: "B" }, "both", "both"],
  [{ oneway: "unknown" }, "forward", "forward"],
  [{ oneway: "" }, "forward", "forward"],
  [{ "oneway:motor_vehicle": "-1" }, "backward", "backward"],
  [{ "oneway:vehicle": "yes" }, "forward", "forward"],
  [{ "oneway:motorcar": "-1" }, "backward", "backward"],
  [{ oneway: "no", "oneway:motor_vehicle": "-1" }, "backward", "backward"],
  [{ oneway: "yes", "oneway:motor_vehicle": "no" }, "both", "both"],
  [{ oneway: "yes", "oneway:emergency": "no" }, "both", "forward"],
  [{ "oneway:emergency": "yes" }, "forward", "both"],
  [{ oneway: "-1", "oneway:bicycle": "no" }, "backward", "backward"],
  [{ oneway: "yes", "oneway:bus": "no" }, "both", "forward"],
  [{ oneway: "yes", "oneway:psv": "no" }, "both", "forward"],
  [{ "oneway:bus": "yes" }, "both", "both"],
  [{ oneway: "yes", "oneway:psv": "no", "motor_vehicle:backward": "no", "psv:backward": "yes" }, "both", "forward"],
  [{ oneway: "yes", "psv:backward": "yes" }, "both", "forward"],
  [{ oneway: "yes", "bus:backward": "designated" }, "both", "forward"],
  [{ oneway: "-1", "bus:forward": "designated" }, "both", "backward"],
  [{ oneway: "yes", "bus:backward": "no" }, "forward", "forward"],
  [{ oneway: "yes", busway: "opposite_lane" }, "both", "forward"],
  [{ oneway: "yes", "busway:left": "opposite_lane" }, "both", "forward"],
  [{ oneway: "yes", busway: "lane" }, "forward", "forward"],
  [{ oneway: "yes", "lanes:psv:backward": "1" }, "both", "forward"],
  [{ oneway: "yes", "lanes:bus:backward": "0" }, "forward", "forward"],
  [{ oneway: "yes", "bus:lanes:backward": "designated" }, "both", "forward"],
  [{ oneway: "yes", "emergency:backward": "yes" }, "both", "forward"],
  [{ "motorcar:forward": "no" }, "backward", "backward"],
  [{ "motorcar:backward": "no" }, "forward", "forward"],
  [{ "motorcar:forward": "no", emergency: "yes" }, "both", "backward"],
  [{ "motorcar:forward": "no", "motorcar:backward": "no" }, "both", "shut"],
  [{ "motorcar:backward": "no", "psv:backward": "yes" }, "both", "forward"],
  [{ oneway: "yes", "oneway:motorcar": "no" }, "both", "both"],
  [{ "oneway:motorcar": "yes", "oneway:emergency": "no" }, "both", "forward"],
  // At other times than the data can place: the direction in doubt is closed.
  [{ "oneway:conditional": "yes @ (Mo-Fr 07:00-09:00)" }, "forward", "forward"],
  [{ "oneway:conditional": "-1 @ (Mo-Fr 07:00-09:00)" }, "backward", "backward"],
  [{ oneway: "yes", "oneway:conditional": "no @ (22:00-06:00)" }, "forward", "forward"],
  [{ oneway: "yes", "oneway:conditional": "no @ emergency" }, "both", "forward"],
  [{ oneway: "yes", "oneway:conditional": "-1 @ (12:00-24:00)" }, "shut", "shut"],
  [{ "motor_vehicle:forward": "no" }, "backward", "backward"],
  [{ "vehicle:backward": "no" }, "forward", "forward"],
  [{ "access:forward": "no" }, "backward", "backward"],
  [{ "vehicle:backward": "no", "psv:backward": "yes" }, "both", "forward"],
  [{ junction: "roundabout", oneway: "clockwise" }, "forward", "forward"],
];

const ACCESS: readonly Row[] = [
  [{ motor_vehicle: "agricultural" }, "both", "shut"],
  [{ motor_vehicle: "agricultural;forestry" }, "both", "shut"],
  [{ motor_vehicle: "forestry; agricultural" }, "both", "shut"],
  [{ vehicle: "agricultural;forestry" }, "both", "shut"],
  [{ access: "no", motor_vehicle: "permit;emergency" }, "both", "both"],
  [{ access: "no", emergency: "yes" }, "both", "shut"],
  [{ access: "no", motor_vehicle: "destination;delivery" }, "both", "both"],
  [{ motor_vehicle: "no;private" }, "both", "shut"],
  [{ access: "No" }, "shut", "shut"],
  [{ access: "military" }, "shut", "shut"],
  // Passenger cars alone: other engines let buses, taxis and lorries pass.
  [{ motorcar: "no" }, "both", "shut"],
  [{ motorcar: "no", motorcycle: "no" }, "both", "shut"],
  [{ motor_vehicle: "no", motorcar: "no" }, "shut", "shut"],
  [{ motorcar: "no", emergency: "yes" }, "both", "shut"],
  [{ motor_vehicle: "no", motorcar: "yes" }, "both", "both"],
  [{ access: "emergency" }, "both", "shut"],
  [{ access: "no", service: "emergency_access", highway: "service" }, "both", "shut"],
  [{ construction: "yes" }, "shut", "shut"],
  [{ ford: "yes;stream" }, "shut", "shut"],
  [{ access: "no", service: "driveway;emergency_access", highway: "service" }, "both", "shut"],
  [{ construction: "minor" }, "both", "both"],
  [{ motor_vehicle: "no", "motor_vehicle:conditional": "yes @ (06:00-10:00)" }, "both", "shut"],
  [
    { motor_vehicle: "no", "motor_vehicle:conditional": "delivery @ (Mo-Fr 06:00-10:00; Sa 06:00-08:00)" },
    "both",
    "shut",
  ],
  [{ access: "no", "access:conditional": "yes @ emergency" }, "both", "shut"],
  [{ access: "no", "access:conditional": "no @ emergency" }, "shut", "shut"],
  [{ highway: "ferry-terminal" }, "shut", "shut"],
];

const LIMITS: readonly Row[] = [
  [{ maxheight: "2.5" }, "shut", "shut"],
  [{ maxheight: "3" }, "both", "both"],
  [{ maxheight: "2.5;3.0" }, "shut", "shut"],
  [{ maxheight: "4;3.5" }, "both", "both"],
  [{ maxheight: "2,5" }, "shut", "shut"],
  [{ maxheight: "8'" }, "shut", "shut"],
  [{ maxheight: "6'-6\"" }, "shut", "shut"],
  [{ maxheight: "8′ 2″" }, "shut", "shut"],
  [{ maxheight: "14′ 6″" }, "both", "both"],
  [{ maxheight: "ca. 2.5 m" }, "shut", "shut"],
  [{ maxheight: "about 4 m" }, "both", "both"],
  [{ maxheight: "below_default" }, "both", "both"],
  [{ maxheight: "6\"4'" }, "shut", "shut"],
  [{ "maxheight:forward": "2.5" }, "backward", "backward"],
  [{ maxheight: "2.5", "maxheight:backward": "4" }, "backward", "backward"],
  [{ "maxheight:conditional": "2.5 @ (22:00-06:00)" }, "both", "both"],
  [{ maxwidth: "2" }, "shut", "shut"],
  [{ maxweight: "3.5" }, "shut", "shut"],
  [{ maxweight: "3.5 tonnes" }, "shut", "shut"],
  [{ maxweight: "3500 kg" }, "shut", "shut"],
  [{ maxweight: "3.5t (Lieferverkehr frei)" }, "shut", "shut"],
  [{ maxweight: "3.5", "maxweight:conditional": "none @ emergency" }, "both", "shut"],
  [{ maxweight: "3.5", "maxweight:conditional": "none @ destination" }, "shut", "shut"],
  [{ maxweight: "3.5", "maxweight:emergency": "none" }, "both", "shut"],
  [{ maxweight: "3.5", emergency: "yes" }, "both", "shut"],
  [{ maxweight: "3.5", emergency: "designated", bridge: "yes" }, "both", "shut"],
  [{ maxheight: "2.5", emergency: "yes" }, "shut", "shut"],
];

describe.each([
  ["one-way rules", ONEWAY],
  ["access", ACCESS],
  ["limits", LIMITS],
])("%s as the tagging documentation has them", (_, rows) => {
  it.each(rows)("%j: blue lights %s, without %s", (tags, blueLight, normalRoad) => {
    expect(under("blue-light", tags)).toBe(blueLight);
    expect(under("normal-road", tags)).toBe(normalRoad);
  });
});

describe("what cannot be read", () => {
  it.each<Record<string, string>>([
    { oneway: "unknown" },
    { oneway: "-1;yes" },
    { oneway: "t" },
    { "oneway:motor_vehicle": "sometimes" },
    { access: "yes;perhaps" },
    { maxheight: "ca. 2.5 m" },
    { maxheight: "4.5;low" },
    { "maxheight:forward": "high" },
    { "maxheight:conditional": "2.5 @ (22:00-06:00)" },
    { maxweight: "light" },
    { maxspeed: "signals" },
  ])("%j is counted", (tags) => {
    expect(verdict(tags, builtInProfile("blue-light")).counted).toBe(true);
  });

  it("never opens a direction that a readable one-way rule closes, in whatever spelling", () => {
    for (const noise of ["", " ", ";", "?", "yes;", ";yes", "Oneway", "t", "f", "1;0", "no;-1"]) {
      const { open } = verdict({ oneway: noise }, builtInProfile("normal-road"));
      expect(open, JSON.stringify(noise)).not.toBe("both");
    }
  });
});

describe("the lowest limit of a list gives the speed", () => {
  it.each([
    ["50;30", "30"],
    ["30;50", "30"],
    ["50; 40 mph", "50"],
    ["signals;30", "30"],
  ])("%s is driven as %s", (list, single) => {
    const kmh = (maxspeed: string): number => {
      const use = new WayEvaluator(builtInProfile("blue-light")).evaluate(
        new Map(Object.entries({ highway: "secondary", maxspeed })),
      );
      return typeof use === "object" ? use.forwardKmh : 0;
    };
    expect(kmh(list)).toBe(kmh(single));
  });
});

describe("of a list of surfaces the roughest, of an unreadable limit the least number gives the speed", () => {
  const kmh = (tags: Record<string, string>): number => {
    const use = new WayEvaluator(builtInProfile("blue-light")).evaluate(new Map(Object.entries(tags)));
    return typeof use === "object" ? use.forwardKmh : 0;
  };
  it.each<[Record<string, string>, Record<string, string>]>([
    [{ surface: "asphalt;gravel" }, { surface: "gravel" }],
    [{ surface: "gravel; asphalt" }, { surface: "gravel" }],
    [{ tracktype: "grade2;grade5" }, { tracktype: "grade5" }],
    [{ maxspeed: "50|30" }, { maxspeed: "30" }],
    [{ maxspeed: "30 (school)" }, { maxspeed: "30" }],
    [{ maxspeed: "20 MPH" }, { maxspeed: "20 mph" }],
    // A number above the class's speed raises nothing.
    [{ maxspeed: "signals 110" }, {}],
    [{ maxspeed: "signals" }, {}],
    [{ maxspeed: "0" }, {}],
    [{ maxspeed: "-1" }, {}],
  ])("%j is driven as %j", (list, single) => {
    expect(kmh({ highway: "secondary", ...list })).toBe(kmh({ highway: "secondary", ...single }));
  });
});

describe("signs of weight", () => {
  const profile = (weightSigns: string): VehicleProfile => {
    const { vehicle, ...rest } = builtInProfile("blue-light");
    return parseProfile({ ...rest, vehicle: { ...vehicle, weightSigns } });
  };
  it.each([
    ["obey", "shut", "shut"],
    ["on-bridges", "both", "shut"],
    ["exempt", "both", "both"],
  ])("%s: on a street %s, on a bridge %s", (weightSigns, street, bridge) => {
    expect(verdict({ maxweight: "3.5" }, profile(weightSigns)).open).toBe(street);
    expect(verdict({ maxweight: "3.5", bridge: "yes" }, profile(weightSigns)).open).toBe(bridge);
    expect(verdict({ maxheight: "2.5" }, profile(weightSigns)).open).toBe("shut");
  });
});

describe("ferries", () => {
  it.each<Row>([
    [{ route: "ferry" }, "both", "both"],
    [{ route: "ferry", motorcar: "no" }, "shut", "shut"],
    [{ route: "ferry", motor_vehicle: "no" }, "shut", "shut"],
    [{ route: "ferry", motor_vehicle: "yes", motorcar: "no" }, "shut", "shut"],
    [{ route: "ferry", motorcar: "no", emergency: "yes" }, "both", "shut"],
    [{ route: "ferry", ferry: "tourist" }, "shut", "shut"],
    [{ route: "ferry", ferry: "cruise" }, "shut", "shut"],
    [{ route: "ferry", foot: "yes" }, "shut", "shut"],
    [{ route: "ferry", ferry: "trunk", motor_vehicle: "yes" }, "both", "both"],
  ])("%j: blue lights %s, without %s", (tags, blueLight, normalRoad) => {
    const open = (name: BuiltInProfileName): string => {
      const use = new WayEvaluator(builtInProfile(name)).evaluate(new Map(Object.entries(tags)));
      return typeof use === "object" ? "both" : "shut";
    };
    expect(open("blue-light")).toBe(blueLight);
    expect(open("normal-road")).toBe(normalRoad);
  });
});
