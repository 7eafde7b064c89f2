import type { IgnoredTags } from "./ignored-tags";
import type { Tags } from "./osm-source";
import { type ClassRule, MAXIMUM_SPEED_KMH, type VehicleProfile } from "./profile";

export type Direction = "forward" | "backward";

const KMH_PER_UNIT: Readonly<Record<string, number>> = {
  "": 1,
  "km/h": 1,
  kmh: 1,
  kph: 1,
  mph: 1.609344,
  knots: 1.852,
};

const NUMERIC_SPEED = /^(\d+(?:\.\d+)?)(?: ?(km\/h|kmh|kph|mph|knots))?$/;

const COUNTRY_LIMIT = /^[A-Z]{2}:(.+)$/;

/**
 * The km/h a `maxspeed` value means: a number in km/h, or with a unit (`30 mph`), or a word of the profile (`walk`,
 * `GB:nsl_single`, and `*:urban` for any country's). Undefined for everything else (`signals`, `50;30` …).
 */
export function parseMaxspeed(value: string, named: VehicleProfile["maxspeed"]["named"]): number | undefined {
  const numeric = NUMERIC_SPEED.exec(value);
  if (numeric !== null) {
    const kmh = Number(numeric[1]) * KMH_PER_UNIT[numeric[2] ?? ""]!;
    return kmh > 0 && kmh <= MAXIMUM_SPEED_KMH ? kmh : undefined;
  }
  if (Object.hasOwn(named, value)) return named[value];
  const country = COUNTRY_LIMIT.exec(value);
  const anyCountry = country === null ? undefined : `*:${country[1]}`;
  return anyCountry !== undefined && Object.hasOwn(named, anyCountry) ? named[anyCountry] : undefined;
}

const LIMIT_KEYS: Readonly<Record<Direction, readonly string[]>> = {
  forward: ["maxspeed:forward", "maxspeed"],
  backward: ["maxspeed:backward", "maxspeed"],
};

/** Limit of one direction: `maxspeed:forward`/`:backward` before `maxspeed`; unreadable values are noted and passed over. */
function taggedLimitKmh(
  tags: Tags,
  direction: Direction,
  named: VehicleProfile["maxspeed"]["named"],
  ignored: IgnoredTags,
): number | undefined {
  for (const key of LIMIT_KEYS[direction]) {
    const value = tags.get(key);
    if (value === undefined) continue;
    const kmh = parseMaxspeed(value, named);
    if (kmh !== undefined) return kmh;
    ignored.note(key, value);
  }
  return undefined;
}

/** km/h driven on a way of this class in one direction. */
export function drivenSpeedKmh(
  tags: Tags,
  direction: Direction,
  rule: ClassRule,
  maxspeed: VehicleProfile["maxspeed"],
  ignored: IgnoredTags,
): number {
  const limit = maxspeed.use === "ignore" ? undefined : taggedLimitKmh(tags, direction, maxspeed.named, ignored);
  let kmh = rule.speedKmh;
  if (limit !== undefined) kmh = maxspeed.use === "cap" ? Math.min(kmh, limit) : limit;
  return Math.min(kmh, rule.ceilingKmh ?? MAXIMUM_SPEED_KMH) * rule.factor;
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
