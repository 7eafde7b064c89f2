import * as z from "zod";
import blueLight from "../../data/profiles/blue-light.json";
import normalRoad from "../../data/profiles/normal-road.json";
import { DiversionError } from "../core/errors";

/** No road vehicle here drives faster; a larger number in a profile or a tag is a slip of the pen. */
export const MAXIMUM_SPEED_KMH = 200;

const speedKmh = z.number().positive().max(MAXIMUM_SPEED_KMH);
const tagWord = z.string().min(1);

const classRuleSchema = z.strictObject({
  /** Speed where the way has no usable `maxspeed`. */
  speedKmh,
  /** Never faster than this on the class, whatever `maxspeed` says: the legal limit of a lane is not how fast it drives. */
  ceilingKmh: speedKmh.optional(),
  /** Multiplies the speed after limit and ceiling. Default 1: the evidence for blue-light factors is mixed, local data decides. */
  factor: z.number().min(0.1).max(3).default(1),
});

/**
 * Which roads a vehicle may use and how fast it drives them. Data, not code: a service ships its own as JSON.
 *
 * `classes` is keyed by OSM `highway` value, plus `ferry` for `route=ferry`; a class that is not listed is not driven.
 */
export const vehicleProfileSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(""),
  classes: z.record(tagWord, classRuleSchema).refine((classes) => Object.keys(classes).length > 0, {
    message: "at least one class must be drivable",
  }),
  maxspeed: z.strictObject({
    /** `replace`: a tagged limit is the speed driven; `cap`: it only lowers the class's speed; `ignore`: it is not read. */
    use: z.enum(["replace", "cap", "ignore"]),
    /**
     * km/h of limits that are not numbers, such as `walk` and `GB:nsl_single`; `*:urban` stands for any country's
     * `XX:urban` that is not listed itself.
     */
    named: z.record(tagWord, speedKmh),
  }),
  access: z
    .strictObject({
      /** Access keys from the most general to the most specific; the most specific one present decides. */
      keys: z.array(tagWord).min(1),
      /** Keys that open an otherwise closed way, such as `bus`, but never close one. */
      grantedBy: z.array(tagWord),
      allowed: z.array(tagWord).min(1),
      denied: z.array(tagWord).min(1),
    })
    .refine(({ allowed, denied }) => !allowed.some((value) => denied.includes(value)), {
      message: "a value cannot be both allowed and denied",
    }),
});

export type VehicleProfile = z.infer<typeof vehicleProfileSchema>;
export type ClassRule = VehicleProfile["classes"][string];

/** Names of the profiles that come with the product. */
export const BUILT_IN_PROFILES = ["blue-light", "normal-road"] as const;
export type BuiltInProfileName = (typeof BUILT_IN_PROFILES)[number];

const builtInData: Readonly<Record<BuiltInProfileName, unknown>> = {
  "blue-light": blueLight,
  "normal-road": normalRoad,
};

/** Validates a profile; throws `invalid-profile` naming the first offending field. */
export function parseProfile(json: unknown): VehicleProfile {
  const result = vehicleProfileSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.join(".");
  throw new DiversionError(
    "invalid-profile",
    `The vehicle profile is not usable: ${issue.message}${field === "" ? "" : ` at "${field}"`}. Correct it; data/profiles/blue-light.json shows the form.`,
    field === "" ? {} : { field },
  );
}

export const builtInProfile = (name: BuiltInProfileName): VehicleProfile => parseProfile(builtInData[name]);

/** The profile used when none is named. */
export const defaultProfile = (): VehicleProfile => builtInProfile("blue-light");
