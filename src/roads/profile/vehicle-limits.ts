import type { Tags } from "../sources/osm-source";
import type { IgnoredTags } from "./ignored-tags";
import type { VehicleProfile } from "./profile";

const METRES_PER_FOOT = 0.3048;
const METRES_PER_INCH = 0.0254;

const METRIC_LENGTH = /^(\d+(?:[.,]\d{1,2})?)(?: ?(m|cm))?$/;
/** `10'6"`, `10' 6"`, `10'`, `10 ft 6 in`, `10ft`; inches below twelve, so that the typing slip `6"4'` is not guessed at. */
const IMPERIAL_LENGTH = /^(\d{1,3})(?:'| ?ft)(?: ?(\d{1,2}(?:\.\d+)?)(?:"|''| ?in))?$/;

/** Metres of a `maxheight`, `maxwidth` or `maxlength` value; undefined when unreadable. Without a unit it is metres. */
export function parseLengthLimitMetres(value: string): number | undefined {
  const metric = METRIC_LENGTH.exec(value);
  if (metric !== null) return positive(decimal(metric[1]!) / (metric[2] === "cm" ? 100 : 1));
  const imperial = IMPERIAL_LENGTH.exec(value);
  if (imperial === null) return undefined;
  const inches = Number(imperial[2] ?? 0);
  return inches < 12 ? positive(Number(imperial[1]) * METRES_PER_FOOT + inches * METRES_PER_INCH) : undefined;
}

const WEIGHT = /^(\d+(?:[.,]\d{1,2})?)(?: ?(t|kg|lbs|lb|st|lt|cwt))?$/;
const TONNES_PER_UNIT: Readonly<Record<string, number>> = {
  "": 1,
  t: 1,
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
  return match === null ? undefined : positive(decimal(match[1]!) * TONNES_PER_UNIT[match[2] ?? ""]!);
}

const decimal = (text: string): number => Number(text.replace(",", "."));
const positive = (value: number): number | undefined => (value > 0 ? value : undefined);

/**
 * Values that say there is no sign: the limit is the country's general one, which an ambulance keeps to. `below_default`
 * is not among them: it warns of less without saying how much, so it is noted.
 */
const NO_LIMIT: ReadonlySet<string> = new Set(["default", "none", "no", "unsigned", "no_sign", "no_indications"]);

interface Limit {
  readonly key: string;
  readonly size: number;
  readonly parse: (value: string) => number | undefined;
}

/** Signs and measures that keep a vehicle of this size out. */
export class VehicleLimits {
  private readonly limits: readonly Limit[];

  constructor({ heightMetres, widthMetres, lengthMetres, weightTonnes }: VehicleProfile["vehicle"]) {
    this.limits = [
      { key: "maxheight", size: heightMetres, parse: parseLengthLimitMetres },
      { key: "maxheight:physical", size: heightMetres, parse: parseLengthLimitMetres },
      { key: "maxwidth", size: widthMetres, parse: parseLengthLimitMetres },
      { key: "maxwidth:physical", size: widthMetres, parse: parseLengthLimitMetres },
      { key: "maxlength", size: lengthMetres, parse: parseLengthLimitMetres },
      { key: "maxweight", size: weightTonnes, parse: parseWeightLimitTonnes },
      { key: "maxweightrating", size: weightTonnes, parse: parseWeightLimitTonnes },
    ];
  }

  /** Whether every readable limit lets the vehicle pass; a limit equal to its size does. Unreadable ones are noted. */
  admits(tags: Tags, ignored: IgnoredTags): boolean {
    let admitted = true;
    for (const { key, size, parse } of this.limits) {
      const value = tags.get(key);
      if (value === undefined || NO_LIMIT.has(value)) continue;
      const limit = parse(value);
      if (limit === undefined) ignored.note(key, value);
      else if (limit < size) admitted = false;
    }
    return admitted;
  }
}
