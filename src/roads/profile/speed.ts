import type { Direction } from "../graph/edge-key";
import type { Tags } from "../sources/osm-source";
import type { IgnoredTags } from "./ignored-tags";
import { type ClassRule, MAXIMUM_SPEED_KMH, type VehicleProfile } from "./profile";

const KMH_PER_UNIT: Readonly<Record<string, number>> = {
  "": 1,
  "km/h": 1,
  kmh: 1,
  kph: 1,
  mph: 1.609344,
  knots: 1.852,
};

const NUMERIC_SPEED = /^(\d+(?:\.\d+)?)(?: ?(km\/h|kmh|kph|mph|knots))?$/;

/** `GB:nsl_single`, `fr:urban`, `BE-VLG:rural`: a country's code and the name of one of its general limits. */
const COUNTRY_LIMIT = /^([A-Za-z]{2}(?:-[A-Za-z]{2,3})?):(.+)$/;

/** `DE:zone30`, `DE:zone:30`, `DE:30`, and from `zone:maxspeed` also plain numbers, read as numbers above. */
const ZONE_LIMIT = /^(?:zone:?)?(\d{1,3})$/;

/** Countries whose limits are in miles per hour where no unit is written, as in `GB:zone20`. */
const MPH_COUNTRIES: ReadonlySet<string> = new Set(["GB", "US"]);

/**
 * The km/h a `maxspeed` value means; of a list (`50;30`, where a street's limits differ) the lowest that can be read.
 * Undefined where no part can.
 */
export function parseMaxspeed(value: string, named: VehicleProfile["maxspeed"]["named"]): number | undefined {
  const parts = value.split(";").map((part) => parseOneMaxspeed(part.trim(), named));
  const known = parts.filter((kmh) => kmh !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/**
 * The km/h of one limit: a number in km/h, or with a unit (`30 mph`), a zone (`DE:zone30`), or a word of the
 * profile (`walk`, `GB:nsl_single`, and `*:urban` for any country's). Country codes are read in either case, and `UK` as
 * `GB`. Undefined for everything else (`signals` …).
 */
function parseOneMaxspeed(value: string, named: VehicleProfile["maxspeed"]["named"]): number | undefined {
  const numeric = NUMERIC_SPEED.exec(value);
  if (numeric !== null) return plausible(Number(numeric[1]) * KMH_PER_UNIT[numeric[2] ?? ""]!);
  if (Object.hasOwn(named, value)) return named[value];
  const general = COUNTRY_LIMIT.exec(value);
  if (general === null) return undefined;
  const code = general[1]!.toUpperCase();
  const country = code === "UK" ? "GB" : code;
  const rule = general[2]!.toLowerCase();
  const zone = ZONE_LIMIT.exec(rule);
  if (zone !== null) return plausible(Number(zone[1]) * (MPH_COUNTRIES.has(country) ? KMH_PER_UNIT.mph! : 1));
  for (const name of [`${country}:${rule}`, `*:${rule}`]) if (Object.hasOwn(named, name)) return named[name];
  return undefined;
}

const plausible = (kmh: number): number | undefined => (kmh > 0 && kmh <= MAXIMUM_SPEED_KMH ? kmh : undefined);

const LIMIT_KEYS: Readonly<Record<Direction, readonly string[]>> = {
  forward: ["maxspeed:forward", "maxspeed"],
  backward: ["maxspeed:backward", "maxspeed"],
};

/**
 * Limit of one direction: `maxspeed:forward`/`:backward` before `maxspeed`, then the profile's fallback keys. Unreadable
 * values are noted and passed over; those of fallback keys only where they look like a limit, for such keys also hold
 * free text (`source:maxspeed=survey`).
 */
function taggedLimitKmh(
  tags: Tags,
  direction: Direction,
  { named, fallbackKeys }: VehicleProfile["maxspeed"],
  ignored: IgnoredTags,
): number | undefined {
  for (const key of LIMIT_KEYS[direction]) {
    const value = tags.get(key);
    if (value === undefined) continue;
    const kmh = parseMaxspeed(value, named);
    if (kmh !== undefined) return kmh;
    ignored.note(key, value);
  }
  for (const key of fallbackKeys) {
    const value = tags.get(key);
    if (value === undefined) continue;
    const kmh = parseMaxspeed(value, named);
    if (kmh !== undefined) return kmh;
    if (COUNTRY_LIMIT.test(value)) ignored.note(key, value);
  }
  return undefined;
}

/** Walking pace, the least that signs ask for: a smaller number (`-1`) is none of theirs. */
const SLOWEST_SIGN_KMH = 5;

/** Numbers wherever they stand, and the unit after them. Bounded, so that long texts take time in proportion. */
const NUMBERS = /(\d{1,3}(?:\.\d{1,3})?) ?(mph)?/gi;

/**
 * The least km/h that a limit names which cannot be read (`50|30`, `30 (school)`): it may lower a speed, never raise it.
 * Infinite where it names none.
 */
function leastNumberKmh(tags: Tags, direction: Direction): number {
  let least = Number.POSITIVE_INFINITY;
  for (const key of LIMIT_KEYS[direction]) {
    for (const [, number, unit] of (tags.get(key) ?? "").matchAll(NUMBERS)) {
      const kmh = plausible(Number(number) * (unit === undefined ? 1 : KMH_PER_UNIT.mph!));
      if (kmh !== undefined && kmh >= SLOWEST_SIGN_KMH) least = Math.min(least, kmh);
    }
  }
  return least;
}

/** Fastest km/h over the road's surface and kin; values the profile does not list are noted. */
function surfaceCapKmh(tags: Tags, speedCaps: VehicleProfile["speedCaps"], ignored: IgnoredTags): number {
  let lowest = MAXIMUM_SPEED_KMH;
  for (const [key, caps] of Object.entries(speedCaps)) {
    const value = tags.get(key);
    if (value === undefined) continue;
    // Of a list (`asphalt;gravel`) the roughest: it is somewhere on the way.
    for (const part of value.split(";")) {
      const word = part.trim();
      if (!Object.hasOwn(caps, word)) ignored.note(key, value);
      else lowest = Math.min(lowest, caps[word] ?? MAXIMUM_SPEED_KMH);
    }
  }
  return lowest;
}

/**
 * km/h driven on a way of this class in one direction: limit (its share) or class speed, no more than the class's
 * ceiling, times the class's factor, no more than surface and vehicle allow.
 */
export function drivenSpeedKmh(
  tags: Tags,
  direction: Direction,
  rule: ClassRule,
  { maxspeed, speedCaps, vehicle }: Pick<VehicleProfile, "maxspeed" | "speedCaps" | "vehicle">,
  ignored: IgnoredTags,
): number {
  const limit = maxspeed.use === "ignore" ? undefined : taggedLimitKmh(tags, direction, maxspeed, ignored);
  let kmh = rule.speedKmh;
  if (limit !== undefined) {
    const driven = limit * maxspeed.share;
    kmh = maxspeed.use === "cap" ? Math.min(kmh, driven) : driven;
  } else if (maxspeed.use !== "ignore") {
    kmh = Math.min(kmh, leastNumberKmh(tags, direction) * maxspeed.share);
  }
  const onGoodRoad = Math.min(kmh, rule.ceilingKmh ?? MAXIMUM_SPEED_KMH) * rule.factor;
  return Math.min(onGoodRoad, surfaceCapKmh(tags, speedCaps, ignored), vehicle.maximumSpeedKmh);
}

const MINUTES = /^\d{1,5}$/;
const CLOCK_DURATION = /^(\d{1,3}):([0-5]?\d)(?::([0-5]\d))?$/;
const ISO_DURATION = /^PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?$/;

/** Seconds of a `duration` tag: `MM`, `HH:MM`, `HH:MM:SS` or ISO 8601 `PT1H30M`; undefined when unreadable or zero. */
export function parseDurationSeconds(value: string): number | undefined {
  const [, hours, minutes, seconds] = CLOCK_DURATION.exec(value) ?? ISO_DURATION.exec(value) ?? [];
  const total = MINUTES.test(value)
    ? Number(value) * 60
    : Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total > 0 ? total : undefined;
}

/** Half the way round the earth: no road is longer, and its centimetres fit an Int32. */
const LONGEST_WAY_METRES = 20_000_000;

/** Metres of a `length_km` tag: a positive decimal number of kilometres. */
export function parseLengthMetres(value: string): number | undefined {
  if (!/^\d+(?:\.\d+)?$/.test(value)) return undefined;
  const metres = Number(value) * 1000;
  return metres > 0 && metres < LONGEST_WAY_METRES ? metres : undefined;
}
