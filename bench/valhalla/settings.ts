import { builtInProfile, parseProfile, type VehicleProfile } from "../../src/roads/profile/profile";

/** The version compared with; another one answers otherwise, and the explanations below would no longer hold. */
export const VALHALLA_PACKAGE = "@valhallajs/valhallajs";
export const VALHALLA_VERSION = "3.6.1";

export const PAIRS_PER_EXTRACT = 500;
/** Further ones, with an end on a road that only leads in or only leads out. */
export const BORDER_PAIRS_PER_EXTRACT = 50;
/** Further ones, with an end on a road of a pocket: a few roads that none joins to the others. */
export const POCKET_PAIRS_PER_EXTRACT = 50;
/** Both engines take more junctions than this for a network of its own: 40 by ours, 50 by Valhalla's. */
export const LARGEST_POCKET_NODES = 30;
/** Hospitals put at seeded places where the extract has fewer than two of its own: about what a county has. */
export const SEEDED_HOSPITALS = 5;
export const SEED = 2017;

/** Farther apart than this, the two engines do not begin (or end) at the same place. Valhalla writes 1e-6 degree: 0.1 m. */
export const SAME_PLACE_METRES = 0.5;

export interface Extract {
  readonly name: string;
  /** Below `../shared/data`. */
  readonly file: string;
  /** Which of Valhalla's two sets of class speeds most of the extract's roads get from it. */
  readonly density: "rural" | "urban";
}

export const EXTRACTS: readonly Extract[] = [
  { name: "rutland", file: "osm/rutland-2022.osm.pbf", density: "rural" },
  { name: "porto", file: "osm/porto.osm.pbf", density: "rural" },
  { name: "portland", file: "osm/portland.osm.pbf", density: "urban" },
  { name: "liechtenstein", file: "osm/liechtenstein.osm.pbf", density: "rural" },
];

/**
 * `shortest`: both look for the fewest metres, so that nothing is left to taste and every difference is one of rules.
 * `fastest`: both look for the least time, each by its own clock, with speeds as alike as the two allow.
 */
export const OBJECTIVES = ["shortest", "fastest"] as const;
export type Objective = (typeof OBJECTIVES)[number];

/**
 * Valhalla's km/h on ways without `maxspeed`, read off its own answers on these extracts (edge attribute `speed` where
 * `speed_type` is `classified`): it lowers them where roads are dense.
 */
const CLASS_KMH: Readonly<Record<string, Readonly<Record<Extract["density"], number>>>> = {
  motorway: { rural: 105, urban: 89 },
  motorway_link: { rural: 89, urban: 84 },
  trunk: { rural: 90, urban: 73 },
  trunk_link: { rural: 77, urban: 72 },
  primary: { rural: 75, urban: 57 },
  primary_link: { rural: 77, urban: 72 },
  secondary: { rural: 60, urban: 49 },
  secondary_link: { rural: 77, urban: 72 },
  tertiary: { rural: 50, urban: 40 },
  tertiary_link: { rural: 77, urban: 72 },
  unclassified: { rural: 40, urban: 35 },
  residential: { rural: 35, urban: 30 },
  living_street: { rural: 10, urban: 10 },
  service: { rural: 25, urban: 20 },
  road: { rural: 25, urban: 20 },
  track: { rural: 7, urban: 7 },
};

/** 10 m/s: a millisecond is then a centimetre, and the least time is the fewest metres. */
const METRES_KMH = 36;

/** Roads for those who have business there. Valhalla drives them only where a journey begins or ends. */
const DESTINATION_ONLY = ["destination", "customers", "permit"];

/**
 * `normal-road` with what only one of the two engines has taken out: no share of limits, no ceilings, no weight or length
 * of the vehicle; tracks open, as Valhalla has them, and roads for destinations only shut, as it has them on the way;
 * one-ways, turn restrictions, barriers, access and the vehicle's height and width as they are.
 */
export function comparisonProfile(objective: Objective, density: Extract["density"]): VehicleProfile {
  const base = builtInProfile("normal-road");
  const kmhOf = (speeds: Readonly<Record<Extract["density"], number>>): number =>
    objective === "shortest" ? METRES_KMH : speeds[density];
  return parseProfile({
    ...base,
    name: `valhalla-${objective}-${density}`,
    vehicle: { ...base.vehicle, lengthMetres: 0.1, weightTonnes: 0.1 },
    classes: Object.fromEntries(Object.entries(CLASS_KMH).map(([name, speeds]) => [name, { speedKmh: kmhOf(speeds) }])),
    maxspeed: { ...base.maxspeed, use: objective === "shortest" ? "ignore" : "replace", share: 1 },
    speedCaps: objective === "shortest" ? {} : base.speedCaps,
    access: {
      ...base.access,
      allowed: base.access.allowed.filter((value) => !DESTINATION_ONLY.includes(value)),
      denied: [...base.access.denied, ...DESTINATION_ONLY],
      lastMile: { values: [], factor: 1 },
    },
    closedBy: { service: ["emergency_access"], smoothness: ["impassable"] },
    barriers: objective === "shortest" ? withoutDelays(base.barriers) : base.barriers,
  });
}

function withoutDelays(barriers: VehicleProfile["barriers"]): VehicleProfile["barriers"] {
  const free = <T>(rules: Readonly<Record<string, T>>): Record<string, T | 0> =>
    Object.fromEntries(Object.entries(rules).map(([key, rule]) => [key, typeof rule === "number" ? 0 : rule]));
  return {
    kinds: free(barriers.kinds),
    details: Object.fromEntries(Object.entries(barriers.details).map(([key, rules]) => [key, free(rules)])),
  };
}

/** Valhalla's `auto` with every preference that is not a rule or a time made neutral. */
export function valhallaCosting(objective: Objective): Readonly<Record<string, unknown>> {
  const { heightMetres, widthMetres } = builtInProfile("normal-road").vehicle;
  return {
    shortest: objective === "shortest",
    disable_hierarchy_pruning: true,
    height: heightMetres,
    width: widthMetres,
    maneuver_penalty: 0,
    service_penalty: 0,
    service_factor: 1,
    alley_factor: 1,
    gate_penalty: 0,
    private_access_penalty: 0,
    destination_only_penalty: 0,
    country_crossing_cost: 0,
    country_crossing_penalty: 0,
    use_highways: 0.5,
    use_tolls: 0.5,
    use_living_streets: 0.5,
    use_tracks: 0.5,
  };
}

/** What no option makes alike. */
export const REMAINING_DIFFERENCES: readonly string[] = [
  "Valhalla has no option to look for the least time. It minimises a cost: seconds times 0.85 to 1.23 by density of roads, plus a surcharge for rough surfaces, plus seconds for each junction by angle, kind of turn and density. Ours minimises the seconds it reports. Under `shortest` both minimise metres, and none of this is left.",
  "The time Valhalla reports adds a duration for each turn and traffic light, which is in no way part of our times; without countries' borders in the extracts it takes all of them for countries that drive on the left.",
  "Valhalla lowers class speeds at dense junctions, halves them on roundabouts and raises them on turn lanes; here one set per extract stands for all of that. Links, which it rates by the roads they join, get one speed here.",
  "Valhalla reads no surface on a way with `maxspeed`, and slows ways without one by its own table. Ours caps both by `speedCaps`.",
  "Both may turn round at dead ends. Valhalla does nowhere else; ours also where it has driven for more than 10 s past a forbidden turn (src/roads/turns/turn-u-turns.ts). Both read `maxheight` and `maxwidth` for 3.0 m by 2.2 m; weights and lengths are read by neither (`auto` has none).",
  "A location goes to the nearest drivable edge; Valhalla passes over edges from which fewer than 50 others can be reached, ours over components of fewer than 40 nodes. Pairs for which the two begin or end in different places are counted, and judged by their ratios alone.",
];
