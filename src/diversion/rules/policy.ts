import * as z from "zod/mini";
import diversionBannedJson from "../../../data/policies/diversion-banned.json";
import englandDefaultJson from "../../../data/policies/england-default.json";
import losAngelesLikeJson from "../../../data/policies/los-angeles-like.json";
import marylandLikeJson from "../../../data/policies/maryland-like.json";
import { type Checksum, checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import { EFFECTS, ScopeSchema } from "../../hospitals/status/restriction";

const expiry = z.nullable(z.number().check(z.positive(), z.lte(10_080)));

/** The rules that differ from region to region, as data. Its checksum is part of every answer. */
export const policySchema = z.strictObject({
  id: z.string().check(z.minLength(1)),
  title: z.string().check(z.minLength(1)),
  /** IANA zone in which instants are written when the question carries none. */
  timeZone: z.string().check(z.minLength(1)),
  /** How many alternatives a recommendation lists beside its destination unless the question says. */
  alternatives: z.int().check(z.gte(0), z.lte(50)),
  /** `honour`: an ED on divert is passed over while another can take the patient. `ignore`: diverts are only shown. */
  diverts: z.enum(["honour", "ignore"]),
  /** `prefer`: an ED that a divert names, and that can take the patient, is the destination. `ignore`: names are only shown. */
  namedReceiver: z.enum(["prefer", "ignore"]),
  /** `total`: drive and handover together. `drive`: the drive alone, as always for a patient in extremis. */
  rankBy: z.enum(["total", "drive"]),
  /**
   * How long a restriction without an end lasts, in minutes from when it began or was last observed; null until it is
   * cleared. The plain open/closed flag has no expiry: it is what it was last set to.
   */
  defaultExpiryMinutes: z.strictObject({ divert: expiry, refuse: expiry, inform: expiry }),
  /** Whoever needs `need` goes to an ED that offers it if one is within so many minutes' drive, else to the nearest with `fallback`. */
  bypass: z.array(
    z.strictObject({
      need: z.string().check(z.minLength(1)),
      withinMinutes: z.number().check(z.positive(), z.lte(600)),
      fallback: z.string().check(z.minLength(1)),
    }),
  ),
  /**
   * An ED of which its feed does not tell whether it is open: silent beyond its time-to-live, or without a feed.
   * `use-with-warning`: it is ranked by what was last known, and the answer says so. `refuse`: it is not used, but for a
   * patient in extremis. When every feed falls silent at once, `refuse` leaves nobody to go to.
   */
  unknown: z._default(z.enum(["use-with-warning", "refuse"]), "use-with-warning"),
  /**
   * A limit to the ambulances that arrive at one ED within an hour, as in London's intelligent conveyancing. Default:
   * nothing is counted.
   */
  inbound: z.optional(
    z.strictObject({
      /** Of every ED that has no `inboundCapPerHour` of its own; null: only those have a cap. */
      capPerHour: z.nullable(z.int().check(z.gte(1), z.lte(1000))),
      /** `divert`: an ED at its cap is passed over while another accepts, and used otherwise. `inform`: it is only shown. */
      effect: z.enum(["inform", "divert"]),
    }),
  ),
  /** When an ambulance under way is advised to go elsewhere. */
  enRoute: z._default(
    z.strictObject({
      /**
       * How many minutes sooner another ED must be for the destination to be given up. Default 5: drive times of real
       * blue-light journeys scatter by 4.9 min around their estimate (McMeekin et al. 2014), so that less is no gain.
       */
      gainMinutes: z.number().check(z.positive(), z.lte(600)),
      /** This near to arrival only a destination that cannot be used is given up. Default 5. */
      pointOfNoReturnMinutes: z.number().check(z.gte(0), z.lte(600)),
    }),
    { gainMinutes: 5, pointOfNoReturnMinutes: 5 },
  ),
  /**
   * What hospitals' own words for their status mean here, such as the colour of an alert: see {@link restrictionOfWord}.
   * Default: there are none.
   */
  statusWords: z.optional(
    z.record(
      z
        .string()
        .check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "a status word is lower-case letters, digits and single hyphens")),
      z.strictObject({
        /** What people call it; the reason of what is reported by it, unless another is given. */
        title: z.string().check(z.minLength(1)),
        effect: z.enum(EFFECTS),
        /** Which patients it is about. Default: everyone. */
        scope: z.optional(ScopeSchema),
        /** What the hospital says by it, for people. */
        meaning: z.string().check(z.minLength(1)),
      }),
    ),
  ),
  /** Where the rules come from. */
  sources: z.array(z.string().check(z.minLength(1))),
});

/** A rule book; `data/policies/README.md` explains every field. */
export type Policy = Readonly<z.infer<typeof policySchema>>;

/** @throws DiversionError `invalid-policy` naming the field. */
export function parsePolicy(json: unknown): Policy {
  const result = safeParse(policySchema, json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new DiversionError("invalid-policy", `The policy is not of the documented form: ${issue.message}.`, {
    field: issue.path.join("."),
  });
}

const checksums = new WeakMap<Policy, Checksum>();

export function policyChecksum(policy: Policy): Checksum {
  let checksum = checksums.get(policy);
  if (checksum === undefined) {
    checksum = checksumOf(policy);
    checksums.set(policy, checksum);
  }
  return checksum;
}

export const ENGLAND_DEFAULT: Policy = parsePolicy(englandDefaultJson);

/** The policies that come with the package, by id. */
export const BUILT_IN_POLICIES: ReadonlyMap<string, Policy> = new Map(
  [
    ENGLAND_DEFAULT,
    parsePolicy(losAngelesLikeJson),
    parsePolicy(marylandLikeJson),
    parsePolicy(diversionBannedJson),
  ].map((policy) => [policy.id, policy]),
);
