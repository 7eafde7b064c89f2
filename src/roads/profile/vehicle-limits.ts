import type { Direction } from "../graph/edge-key";
import type { Tags } from "../sources/osm-source";
import type { AccessRules } from "./access";
import { conditionalClauses } from "./conditional";
import type { IgnoredTags } from "./ignored-tags";
import type { VehicleProfile } from "./profile";

const METRES_PER_FOOT = 0.3048;
const METRES_PER_INCH = 0.0254;

const METRIC_LENGTH = /^(\d+(?:[.,]\d{1,2})?)(?: ?(m|cm))?$/;
/**
 * `10'6"`, `10' 6"`, `10'-6"`, `10'`, `10 ft 6 in`, `10ft`; inches below twelve, so that the typing slip `6"4'` is not
 * guessed at.
 */
const IMPERIAL_LENGTH = /^(\d{1,3})(?:'| ?ft)(?:[ -]?(\d{1,2}(?:\.\d+)?)(?:"|''| ?in))?$/;

/** Primes and curly quotes as typographers and telephones write them, as the straight ones. */
const straightQuotes = (text: string): string => text.replace(/[′’‘]/g, "'").replace(/[″”“]/g, '"');

/** Metres of a `maxheight`, `maxwidth` or `maxlength` value; undefined when unreadable. Without a unit it is metres. */
export function parseLengthLimitMetres(value: string): number | undefined {
  const metric = METRIC_LENGTH.exec(value);
  if (metric !== null) return positive(decimal(metric[1]!) / (metric[2] === "cm" ? 100 : 1));
  const imperial = IMPERIAL_LENGTH.exec(straightQuotes(value));
  if (imperial === null) return undefined;
  const inches = Number(imperial[2] ?? 0);
  return inches < 12 ? positive(Number(imperial[1]) * METRES_PER_FOOT + inches * METRES_PER_INCH) : undefined;
}

const WEIGHT = /^(\d+(?:[.,]\d{1,2})?)(?: ?(tonnes?|tons?|t|kg|lbs|lb|st|lt|cwt))?$/i;
const TONNES_PER_UNIT: Readonly<Record<string, number>> = {
  "": 1,
  t: 1,
  // "3.5 tons" on a European sign is metric; an American short ton is 0.9 of it, so that the vehicle that fits here fits there.
  ton: 0.907_184_74,
  tons: 0.907_184_74,
  tonne: 1,
  tonnes: 1,
  kg: 0.001,
  lb: 0.000_453_592_37,
  lbs: 0.000_453_592_37,
  // American short ton, British long ton and hundredweight, as listed by the OpenStreetMap wiki under Key:maxweight.
  st: 0.907_184_74,
  lt: 1.016_046_908_8,
  cwt: 0.050_802_345_44,
};

/** Metric tonnes of a `maxweight` value; undefined when unreadable. Without a unit it is tonnes. */
export function parseWeightLimitTonnes(value: string): number | undefined {
  const match = WEIGHT.exec(value);
  return match === null ? undefined : positive(decimal(match[1]!) * TONNES_PER_UNIT[(match[2] ?? "").toLowerCase()]!);
}

const decimal = (text: string): number => Number(text.replace(",", "."));
const positive = (value: number): number | undefined => (value > 0 ? value : undefined);

/** Numbers with their units, wherever they stand. No two repetitions meet, so that long texts take time in proportion. */
const MEASURES = /(\d{1,9}(?:[.,]\d{1,2})?) ?(tonnes?|tons?|kg|lbs?|cwt|cm|ft|in|t|m|'|")?/g;
const SMALL_PARTS: ReadonlySet<string> = new Set(["in", '"']);

/**
 * The least of the measures that a value which cannot be read as a whole holds, each taken by itself: the vehicle is kept
 * out if a part of what the sign says would keep it out. Inches count only where nothing else stands.
 */
function leastPart(value: string, parse: Limit["parse"]): number {
  const parts = [...straightQuotes(value.split("@")[0]!).matchAll(MEASURES)];
  const large = parts.filter(([, , unit]) => unit === undefined || !SMALL_PARTS.has(unit));
  return Math.min(...(large.length === 0 ? parts : large).map(([, number, unit = ""]) => partOf(number!, unit, parse)));
}

const partOf = (number: string, unit: string, parse: Limit["parse"]): number =>
  SMALL_PARTS.has(unit)
    ? decimal(number) * METRES_PER_INCH
    : (parse(number + unit) ?? parse(number) ?? Number.POSITIVE_INFINITY);

/**
 * Values that say there is no sign: the limit is the country's general one, which an ambulance keeps to. `below_default`
 * is not among them: it warns of less without saying how much, so it is noted.
 */
const NO_LIMIT: ReadonlySet<string> = new Set(["default", "none", "no", "unsigned", "no_sign", "no_indications"]);

interface Limit {
  readonly key: string;
  readonly size: number;
  readonly parse: (value: string) => number | undefined;
  /** A sign of weight, which may be law and no weak bridge. */
  readonly isWeight: boolean;
}

/** Signs and measures that keep a vehicle of this size out. */
export class VehicleLimits {
  readonly #limits: readonly Limit[];
  readonly #weightSigns: VehicleProfile["vehicle"]["weightSigns"];
  readonly #access: AccessRules;

  constructor(vehicle: VehicleProfile["vehicle"], access: AccessRules) {
    const { heightMetres, widthMetres, lengthMetres, weightTonnes } = vehicle;
    const length = { parse: parseLengthLimitMetres, isWeight: false };
    const weight = { parse: parseWeightLimitTonnes, isWeight: true };
    this.#limits = [
      { key: "maxheight", size: heightMetres, ...length },
      { key: "maxheight:physical", size: heightMetres, ...length },
      { key: "maxwidth", size: widthMetres, ...length },
      { key: "maxwidth:physical", size: widthMetres, ...length },
      { key: "maxlength", size: lengthMetres, ...length },
      { key: "maxweight", size: weightTonnes, ...weight },
      { key: "maxweightrating", size: weightTonnes, ...weight },
    ];
    this.#weightSigns = vehicle.weightSigns;
    this.#access = access;
  }

  /**
   * Whether every limit in a direction lets the vehicle pass; a limit equal to its size does. Of a list the lowest counts.
   * What cannot be read is noted, and keeps the vehicle out if a part of it would. Signs of weight do not bind a vehicle
   * that the way is expressly open to (`emergency=yes`), nor one that a condition excepts (`none @ emergency`).
   */
  admits(tags: Tags, direction: Direction, ignored: IgnoredTags): boolean {
    let admitted = true;
    for (const limit of this.#limits) {
      const keys = [`${limit.key}:${direction}`, limit.key];
      const conditional = tags.get(`${limit.key}:conditional`);
      if (conditional !== undefined) ignored.note(`${limit.key}:conditional`, conditional);
      const key = keys.find((one) => tags.has(one));
      if (key === undefined || this.#isLifted(tags, limit, direction, conditional)) continue;
      if (this.#least(tags.get(key)!, key, limit, ignored) < limit.size) admitted = false;
    }
    return admitted;
  }

  #least(value: string, key: string, { parse }: Limit, ignored: IgnoredTags): number {
    let least = Number.POSITIVE_INFINITY;
    for (const part of value.split(";").map((one) => one.trim())) {
      if (NO_LIMIT.has(part)) continue;
      const limit = parse(part);
      if (limit === undefined) ignored.note(key, value);
      least = Math.min(least, limit ?? leastPart(part, parse));
    }
    return least;
  }

  #isLifted(tags: Tags, { key, isWeight }: Limit, direction: Direction, conditional = ""): boolean {
    const excepted = conditionalClauses(conditional).some(
      ({ value, condition }) => NO_LIMIT.has(value) && this.#access.isAboutVehicle(condition),
    );
    if (excepted || this.#access.vehicleKeys.some((vehicle) => NO_LIMIT.has(tags.get(`${key}:${vehicle}`) ?? ""))) {
      return true;
    }
    if (!isWeight) return false;
    if (this.#weightSigns === "exempt" || this.#access.isExempt(tags, direction)) return true;
    return this.#weightSigns === "on-bridges" && !isStructure(tags);
  }
}

/** A bridge or a tunnel, where a sign of weight is about what the structure bears. */
const isStructure = (tags: Tags): boolean =>
  ["bridge", "tunnel"].some((key) => (tags.get(key) ?? "no") !== "no") || tags.has("bridge:structure");
