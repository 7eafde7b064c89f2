import * as z from "zod/mini";
import blueLight from "../../../data/profiles/blue-light.json";
import normalRoad from "../../../data/profiles/normal-road.json";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";

/** No road vehicle here drives faster; a larger number in a profile or a tag is a slip of the pen. */
export const MAXIMUM_SPEED_KMH = 200;

/**
 * Which roads a vehicle may use and how fast it drives them. Data, not code: a service ships its own as JSON.
 * `data/profiles/README.md` explains every field.
 *
 * `classes` is keyed by OSM `highway` value, plus `ferry` for `route=ferry`; a class that is not listed is not driven.
 */
export const vehicleProfileSchema = /* @__PURE__ */ profileSchema();

/** A function, so that pages which build no roads leave it out: bundlers keep what a method such as `check` is called on. */
function profileSchema() {
  const speedKmh = z.number().check(z.positive(), z.lte(MAXIMUM_SPEED_KMH));
  const tagWord = z.string().check(z.minLength(1));
  const factor = z.number().check(z.gte(0.1), z.lte(3));

  /** An hour at a barrier, or a day on a quay, is a closed road. */
  const barrierSeconds = z.number().check(z.gte(0), z.lte(3600));
  const boardingSeconds = z.number().check(z.gte(0), z.lte(86_400));

  /** Outer measures, mirrors folded; a sign that shows less closes the road. */
  const vehicleSchema = z.strictObject({
    heightMetres: z.number().check(z.positive(), z.lte(6)),
    widthMetres: z.number().check(z.positive(), z.lte(4)),
    lengthMetres: z.number().check(z.positive(), z.lte(30)),
    /** Permitted gross weight in metric tonnes, not the weight of the day: that is what the signs speak of. */
    weightTonnes: z.number().check(z.positive(), z.lte(60)),
    /**
     * Signs of weight (`maxweight`, `maxweightrating`), which are law more often than they are a weak bridge: `obey` them,
     * obey them `on-bridges` and in tunnels alone, or `exempt`. Height, width and length are always kept to.
     */
    weightSigns: z._default(z.enum(["obey", "on-bridges", "exempt"]), "obey"),
    /** No speed is ever above this, whatever the tags say. */
    maximumSpeedKmh: speedKmh,
  });

  const classRuleSchema = z.strictObject({
    /** Speed where the way has no usable `maxspeed`: what is driven, not what is allowed. */
    speedKmh,
    /** Never faster than this on the class, whatever `maxspeed` says: the legal limit of a lane is not how fast it drives. */
    ceilingKmh: z.optional(speedKmh),
    /** Multiplies the speed after limit and ceiling. Default 1: the evidence for blue-light factors is mixed, local data decides. */
    factor: z._default(factor, 1),
    /** Driven only where one of these access keys expressly allows it, such as a footway with `emergency=yes`. */
    openedBy: z.optional(z.array(tagWord).check(z.minLength(1))),
  });

  const maxspeedSchema = z.strictObject({
    /** `replace`: a tagged limit gives the speed driven; `cap`: it only lowers the class's speed; `ignore`: it is not read. */
    use: z.enum(["replace", "cap", "ignore"]),
    /** Part of a limit that is driven on average: a limit is not a travel speed. */
    share: z._default(z.number().check(z.gte(0.3), z.lte(1.5)), 1),
    /**
     * km/h of limits that are not numbers, such as `walk` and `GB:nsl_single`; `*:urban` stands for any country's
     * `XX:urban` that is not listed itself.
     */
    named: z.record(tagWord, speedKmh),
    /** Keys looked at, in this order, where there is no usable `maxspeed`: `zone:traffic=DE:urban`, `maxspeed:type=GB:zone20`. */
    fallbackKeys: z._default(z.array(tagWord), []),
  });

  const accessSchema = z
    .strictObject({
      /** Access keys from the most general to the most specific; the most specific one present decides. */
      keys: z.array(tagWord).check(z.minLength(1)),
      /** Keys that open an otherwise closed way, such as `bus`, but never close one. */
      grantedBy: z.array(tagWord),
      /**
       * Keys of other vehicles whose one-way rules bind this one too, for their traffic comes against it there
       * (`oneway:motorcar=yes`, `motorcar:forward=no`); what else they deny does not.
       */
      onewayKeys: z._default(z.array(tagWord), []),
      allowed: z.array(tagWord).check(z.minLength(1)),
      denied: z.array(tagWord).check(z.minLength(1)),
      /** Allowed values that are meant for the last mile only: they are driven, slower by `factor`, so that no route cuts through. */
      lastMile: z._default(z.strictObject({ values: z.array(tagWord), factor: factor.check(z.lte(1)) }), {
        values: [],
        factor: 1,
      }),
      /** Further keys and values that open a closed way as `grantedBy` does, such as `service=emergency_access`. */
      grantingValues: z._default(z.record(tagWord, z.array(tagWord).check(z.minLength(1))), {}),
      /**
       * A way closed but at certain times (`motor_vehicle=no`, `motor_vehicle:conditional=yes @ (06:00-10:00)`), of which
       * the data cannot say whether they are now: `shut`, or driven like the last mile, for what opens daily can be passed.
       */
      atTimes: z._default(z.enum(["shut", "last-mile"]), "shut"),
    })
    .check(
      z.refine(({ allowed, denied }) => !allowed.some((value) => denied.includes(value)), {
        message: "a value cannot be both allowed and denied",
      }),
      z.refine(({ allowed, lastMile }) => lastMile.values.every((value) => allowed.includes(value)), {
        message: "a value for the last mile must be an allowed one",
      }),
    );

  /** Seconds lost in passing, or `shut`. */
  const barrierRule = z.union([barrierSeconds, z.literal("shut")]);

  const barriersSchema = z.strictObject({
    /** By `barrier` value. A kind that is not listed is passed over and counted. */
    kinds: z.record(tagWord, barrierRule),
    /** Further tags of the node that change the rule of its kind: `bollard=rising`, `locked=yes`; null leaves it as it is. */
    details: z._default(z.record(tagWord, z.record(tagWord, z.nullable(barrierRule))), {}),
  });

  return z.strictObject({
    name: z.string().check(z.minLength(1)),
    description: z._default(z.string(), ""),
    /** Where the figures come from. */
    sources: z._default(z.array(z.string().check(z.minLength(1))), []),
    vehicle: vehicleSchema,
    classes: z.record(tagWord, classRuleSchema).check(
      z.refine((classes) => Object.keys(classes).length > 0, {
        message: "at least one class must be drivable",
      }),
    ),
    maxspeed: maxspeedSchema,
    /** Fastest km/h by key and value, for `surface` and its kin; null is a value without effect. Others are counted. */
    speedCaps: z._default(z.record(tagWord, z.record(tagWord, z.nullable(speedKmh))), {}),
    access: accessSchema,
    /** Key and values that close a way or a ford in it, unless an access key of a vehicle expressly opens it. */
    closedBy: z._default(z.record(tagWord, z.array(tagWord).check(z.minLength(1))), {}),
    /** One-way streets driven against their direction: none, or these classes at no more than this speed. */
    contraflow: z._default(
      z.union([z.literal("none"), z.strictObject({ classes: z.array(tagWord).check(z.minLength(1)), speedKmh })]),
      "none",
    ),
    /** `boardingWaitSeconds` is added once per ferry crossing, to its `duration` or to its length at the class's speed. */
    ferry: z.strictObject({ boardingWaitSeconds: boardingSeconds }),
    barriers: barriersSchema,
    /** Walking pace, with equipment or a patient, where closed roads let no vehicle through. */
    onFootKmh: z.optional(speedKmh),
    /**
     * Where the vehicle may turn round: on any road driven both ways (`undivided`), or only where no other way on is left
     * (`dead-ends`). A `no_u_turn` restriction binds either way.
     */
    uTurns: z._default(z.enum(["undivided", "dead-ends"]), "dead-ends"),
  });
}

export type VehicleProfile = z.infer<typeof vehicleProfileSchema>;
export type ClassRule = VehicleProfile["classes"][string];
export type BarrierRule = VehicleProfile["barriers"]["kinds"][string];

/** Names of the profiles that come with the product. */
export const BUILT_IN_PROFILES = ["blue-light", "normal-road"] as const;
export type BuiltInProfileName = (typeof BUILT_IN_PROFILES)[number];

const builtInData: Readonly<Record<BuiltInProfileName, unknown>> = {
  "blue-light": blueLight,
  "normal-road": normalRoad,
};

/** Validates a profile; throws `invalid-profile` naming the first offending field. */
export function parseProfile(json: unknown): VehicleProfile {
  const result = safeParse(vehicleProfileSchema, json);
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
