import * as z from "zod/mini";
import diversionBannedJson from "../../../data/policies/diversion-banned.json";
import englandDefaultJson from "../../../data/policies/england-default.json";
import losAngelesLikeJson from "../../../data/policies/los-angeles-like.json";
import marylandLikeJson from "../../../data/policies/maryland-like.json";
import { type Checksum, checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import { TimeZone } from "../../core/time-zone";
import { CapabilityVocabulary } from "../../hospitals/directory/capabilities";
import { ACUITIES, type Acuity, EFFECTS, ScopeSchema } from "../../hospitals/status/restriction";

/** A limit to a detour: minutes, or null for none. */
const limit = z.nullable(z.number().check(z.gte(0), z.lte(600)));
const NearestWhenDiverting = z.nullable(z.int().check(z.gte(1), z.lte(50)));

/** How far each reason to drive farther may lead. Extra is counted against the drive to the ED used without that reason. */
const LimitsSchema = z.strictObject({
  divertExtraMinutes: limit,
  receiverExtraMinutes: limit,
  capExtraMinutes: limit,
  handoverExtraMinutes: limit,
  /** When so many of the nearest that could take the patient all divert, the nearest of them takes him. */
  nearestWhenDiverting: NearestWhenDiverting,
  /** The whole drive to another ED for the sake of a divert. Default: no limit. */
  divertWithinMinutes: z._default(limit, null),
});

export type Limits = z.infer<typeof LimitsSchema>;

const handoverCap = z.nullable(z.number().check(z.gte(1), z.lte(600)));

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
  /** How far each reason to drive farther may lead. */
  limits: z._default(LimitsSchema, {
    divertExtraMinutes: 30,
    receiverExtraMinutes: 20,
    capExtraMinutes: 10,
    handoverExtraMinutes: 15,
    nearestWhenDiverting: null,
    divertWithinMinutes: null,
  }),
  /** How long a crew may wait on arrival for a door that opens or a divert that ends. */
  waitMinutes: z._default(z.number().check(z.gte(0), z.lte(600)), 15),
  /** Counted where no handover time is known. */
  handoverDefaultMinutes: z._default(z.number().check(z.gte(0), z.lte(600)), 15),
  /** No more is counted of any handover: the crew leaves the patient by then. Null: all is. */
  handoverCapMinutes: z._default(handoverCap, null),
  /** What differs for patients of one acuity. In extremis nothing does. */
  byAcuity: z.optional(
    z.partialRecord(
      z.enum(ACUITIES),
      z.strictObject({
        rankBy: z.optional(z.enum(["total", "drive"])),
        diverts: z.optional(z.enum(["honour", "ignore"])),
        namedReceiver: z.optional(z.enum(["prefer", "ignore"])),
        /** No cap sends such patients elsewhere. */
        inbound: z.optional(z.literal("ignore")),
        handoverCapMinutes: z.optional(handoverCap),
        limits: z.optional(
          z.strictObject({
            divertExtraMinutes: z.optional(limit),
            receiverExtraMinutes: z.optional(limit),
            capExtraMinutes: z.optional(limit),
            handoverExtraMinutes: z.optional(limit),
            nearestWhenDiverting: z.optional(NearestWhenDiverting),
            divertWithinMinutes: z.optional(limit),
          }),
        ),
      }),
    ),
  ),
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
   * An ED for a need of which its list does not record whether it offers it. `use-with-warning`: it may be used, and the
   * answer names the nearest recorded as having it. `refuse`: it is not used, but in extremis.
   */
  unrecorded: z._default(z.enum(["use-with-warning", "refuse"]), "use-with-warning"),
  /**
   * Within so many minutes of another choice, a closing time, a bypass limit or a restriction about to begin, the answer
   * says that it was close. Default 5: real blue-light journeys scatter by 4.9 min around their estimate (McMeekin et al.
   * 2014). 0: it never says so.
   */
  closeCallMinutes: z._default(z.number().check(z.gte(0), z.lte(60)), 5),
  /**
   * An ED farther than so many metres from the road where drives to it end is told as such. Default 150: the depth of the
   * plots along a street. What is farther is a wrong position, or a map that lacks the road to the door.
   */
  entranceFarMetres: z._default(z.number().check(z.gte(0), z.lte(10_000)), 150),
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
  /** How much a second of each priority counts when many casualties are distributed. Default: P1 4, P2 2, P3 1. */
  casualtyWeights: z.optional(
    z.strictObject({
      P1: z.int().check(z.gte(1), z.lte(1000)),
      P2: z.int().check(z.gte(1), z.lte(1000)),
      P3: z.int().check(z.gte(1), z.lte(1000)),
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
      /** An ED that was left for a cause since withdrawn is returned to when it is sooner by at least this. Default 5. */
      returnGainMinutes: z._default(z.number().check(z.gte(0), z.lte(600)), 5),
    }),
    { gainMinutes: 5, pointOfNoReturnMinutes: 5, returnGainMinutes: 5 },
  ),
  /**
   * What hospitals' own words for their status mean here, such as the colour of an alert: see
   * {@link restrictionOfStatusCode}.
   * Default: there are none.
   */
  hospitalStatusCodes: z.optional(
    z.record(
      z
        .string()
        .check(
          z.regex(
            /^[a-z0-9]+(-[a-z0-9]+)*$/,
            "a hospital status code is lower-case letters, digits and single hyphens",
          ),
        ),
      z.strictObject({
        /** What people call it; the reason of what is reported by it, unless another is given. */
        title: z.string().check(z.minLength(1)),
        effect: z.enum(EFFECTS),
        /** Which patients it is about. Default: everyone. */
        scope: z.optional(ScopeSchema),
        /** Codes that do not count at an ED while it is under this one. */
        lifts: z.optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1))),
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

/**
 * Reads a policy and checks it whole: a word that no hospital could have, or a time zone that is none, would otherwise
 * show when a patient needs it.
 *
 * @param vocabulary the words that the hospitals are read with. Default: those of `data/capabilities.json`.
 * @throws DiversionError `invalid-policy` naming the field and its value.
 */
export function parsePolicy(json: unknown, vocabulary = CapabilityVocabulary.standard): Policy {
  const result = safeParse(policySchema, json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw invalid(`is not of the documented form: ${issue.message}.`, issue.path.join("."));
  }
  const policy = result.data;
  if (TimeZone.find(policy.timeZone) === undefined) {
    const zone = JSON.stringify(policy.timeZone);
    throw invalid(`is not usable: ${zone} is no IANA time zone, such as Europe/London.`, "timeZone");
  }
  const requireWords = (words: readonly string[] | undefined, field: string): void => {
    for (const word of words ?? []) {
      const complaint = vocabulary.complaintAbout(word);
      if (complaint !== undefined) throw invalid(`is not usable: ${complaint}`, field);
    }
  };
  for (const [place, { need, fallback }] of policy.bypass.entries()) {
    requireWords([need], `bypass.${place}.need`);
    requireWords([fallback], `bypass.${place}.fallback`);
  }
  const { hospitalStatusCodes = {} } = policy;
  for (const [code, { scope, lifts = [] }] of Object.entries(hospitalStatusCodes)) {
    requireWords(scope?.needs, `hospitalStatusCodes.${code}.scope.needs`);
    requireWords(scope?.exceptNeeds, `hospitalStatusCodes.${code}.scope.exceptNeeds`);
    for (const lifted of lifts) {
      const why = whyNotLifted(hospitalStatusCodes, code, lifted);
      const field = `hospitalStatusCodes.${code}.lifts`;
      if (why !== undefined) throw invalid(`is not usable: ${code} lifts ${JSON.stringify(lifted)}, ${why}.`, field);
    }
  }
  return policy;
}

const invalid = (what: string, field: string): DiversionError =>
  new DiversionError("invalid-policy", `The policy ${what}`, { field });

function whyNotLifted(
  codes: NonNullable<Policy["hospitalStatusCodes"]>,
  code: string,
  lifted: string,
): string | undefined {
  if (!Object.hasOwn(codes, lifted)) return "which is no hospital status code of this policy";
  if (lifted === code) return "which is itself";
  if (codes[lifted]!.effect === "refuse") return "which is a refusal, and nothing lifts one";
  return codes[lifted]!.lifts === undefined ? undefined : "which lifts others itself";
}

const effective = new WeakMap<Policy, Map<Acuity, Policy>>();

/** The policy as it is for patients of an acuity; where none is given, and in extremis, it is the policy itself. */
export function effectivePolicy(policy: Policy, acuity: Acuity | undefined): Policy {
  const own = acuity === undefined || acuity === "extremis" ? undefined : policy.byAcuity?.[acuity];
  if (own === undefined) return policy;
  let known = effective.get(policy);
  if (known === undefined) {
    known = new Map();
    effective.set(policy, known);
  }
  let laid = known.get(acuity!);
  if (laid === undefined) {
    const { limits, inbound, ...fields } = own;
    laid = {
      ...policy,
      ...fields,
      limits: { ...policy.limits, ...limits },
      ...(inbound === "ignore" && policy.inbound !== undefined
        ? { inbound: { ...policy.inbound, effect: "inform" as const } }
        : {}),
    } as Policy;
    known.set(acuity!, laid);
  }
  return laid;
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
export const BUILT_IN_POLICIES: ReadonlyMap<string, Policy> = /* @__PURE__ */ (() =>
  new Map(
    [
      ENGLAND_DEFAULT,
      parsePolicy(losAngelesLikeJson),
      parsePolicy(marylandLikeJson),
      parsePolicy(diversionBannedJson),
    ].map((policy) => [policy.id, policy]),
  ))();
