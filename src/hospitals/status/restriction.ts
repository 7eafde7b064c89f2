import * as z from "zod/mini";
import { canonicalJson } from "../../core/checksum";
import { defined } from "../../core/defined";
import { type EpochMs, INSTANT_FORM, type Instant, MS_PER_MINUTE, readInstant } from "../../core/instant";
import { type Interval, isDuring } from "../../core/interval";
import { withinAges } from "../directory/availability";
import { EMERGENCY } from "../directory/capabilities";
import { HospitalIdSchema } from "../directory/hospital";
import { MOST_WORDS, WordSchema } from "../directory/needs";

/**
 * What a restriction asks. `refuse` is absolute: the building is evacuated, never go there. `divert` is a request: go
 * elsewhere if you can. `inform` is shown and changes no ranking.
 */
export const EFFECTS = ["refuse", "divert", "inform"] as const;
export type Effect = (typeof EFFECTS)[number];

/**
 * How urgent a patient is, most urgent first. `extremis`: would not survive the longer drive. The others follow the top
 * three levels of the Manchester Triage System: immediate, very urgent or urgent, and standard.
 */
export const ACUITIES = ["extremis", "immediate", "urgent", "standard"] as const;
export type Acuity = (typeof ACUITIES)[number];

/** Which patients a restriction is about: all conditions together. Empty means everyone. */
export interface Scope {
  /** Patients who need any of these, by what their needs imply too. */
  readonly needs?: readonly string[];
  /**
   * But nobody who needs any of these, by what their needs imply too: an ED may divert adults and still take every stroke
   * and every birth.
   */
  readonly exceptNeeds?: readonly string[];
  /** Completed years, included. */
  readonly minAge?: number;
  /** Completed years, included. */
  readonly maxAge?: number;
  /** Patients of any of these acuities. */
  readonly acuity?: readonly Acuity[];
}

/** What an ED asks or refuses. */
export interface Restriction {
  /** Tells the restrictions of one hospital apart: a report under a known key replaces what was held. */
  readonly key: string;
  readonly hospital: string;
  readonly effect: Effect;
  readonly scope: Scope;
  /** Absent: in force from the start. */
  readonly from?: Instant;
  /** The first moment it is no longer in force. Absent: until cleared, or until the policy's default expiry. */
  readonly until?: Instant;
  /** The id of the hospital named to take these patients. */
  readonly divertTo?: string;
  /** Keys of restrictions at the same hospital that do not count while this one is in force. */
  readonly lifts?: readonly string[];
  readonly reason: string;
  /** A person's role or name on the staff; never a patient's. */
  readonly authorisedBy?: string;
  /** A feed or a role. */
  readonly source?: string;
  /** When it was true at the source; when nothing was said, the moment we heard. */
  readonly observedAt: Instant;
  /** When we heard. */
  readonly receivedAt: Instant;
}

/** An instant at a boundary: RFC 3339 text with an offset. */
export const InstantSchema = z.pipe(
  z.string(INSTANT_FORM),
  z.transform((text, context) => {
    const instant = readInstant(text);
    if (instant !== undefined) return instant;
    context.issues.push({ code: "custom", message: INSTANT_FORM, input: text });
    return z.NEVER;
  }),
);

/** Fields are for the operation of an ED; nothing here may identify a patient, so unknown fields are refused. */
export const StatementSchema = z.string().check(
  z.maxLength(500, "at most 500 characters"),
  z.refine((value) => value.trim() !== "", "write some text"),
);

/** A key is part of URLs and commands. */
export const RestrictionKeySchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}$/, "a key is up to 200 letters, digits and . _ : + -"));

const Age = z
  .int("an age is a whole number of years")
  .check(z.gte(0, "an age is from 0 to 150"), z.lte(150, "an age is from 0 to 150"));

const Words = z.array(WordSchema).check(z.maxLength(MOST_WORDS, `write at most ${MOST_WORDS} words`));

const ScopeFields = z.strictObject({
  needs: z.optional(Words),
  exceptNeeds: z.optional(Words),
  minAge: z.optional(Age),
  maxAge: z.optional(Age),
  acuity: z.optional(z.array(z.enum(ACUITIES)).check(z.maxLength(ACUITIES.length))),
});

export const SCOPE_FIELDS: readonly string[] = Object.keys(ScopeFields.shape);

/** The form of a {@link Scope} at every boundary. */
export const ScopeSchema = ScopeFields.check(
  z.refine(({ minAge, maxAge }) => minAge === undefined || maxAge === undefined || minAge <= maxAge, {
    error: "minAge is above maxAge; exchange them",
  }),
  z.refine(({ exceptNeeds = [] }) => !exceptNeeds.includes(EMERGENCY), {
    error: `every patient needs ${EMERGENCY}, so that with it excepted nobody is left; leave it out`,
    path: ["exceptNeeds"],
  }),
  z.refine(({ needs = [], exceptNeeds = [] }) => !exceptNeeds.some((word) => needs.includes(word)), {
    error: "a word is among the needs and among the exceptions; leave it out of one of them",
    path: ["exceptNeeds"],
  }),
);

const RestrictionFields = z.strictObject({
  hospital: HospitalIdSchema,
  /** Default: derived from effect and scope by {@link restrictionKey}. */
  key: z.optional(RestrictionKeySchema),
  effect: z.enum(EFFECTS),
  scope: z.optional(ScopeSchema),
  from: z.optional(InstantSchema),
  until: z.optional(InstantSchema),
  divertTo: z.optional(HospitalIdSchema),
  lifts: z.optional(z.array(RestrictionKeySchema).check(z.minLength(1), z.maxLength(100))),
  reason: StatementSchema,
  authorisedBy: z.optional(StatementSchema),
  source: z.optional(StatementSchema),
  observedAt: z.optional(InstantSchema),
});

const inOrder = () =>
  z.refine<{ readonly from?: Instant | undefined; readonly until?: Instant | undefined }>(
    ({ from, until }) => from === undefined || until === undefined || from.epochMs < until.epochMs,
    { error: "until is not after from", path: ["until"] },
  );

/** The form of what is held, as logs keep it. */
export const HeldRestrictionSchema = RestrictionFields.check(inOrder());

/** The form of a report at every boundary. */
export const RestrictionReportSchema = z
  .extend(RestrictionFields, {
    /** Says that a weaker effect is meant to take the place of what is held; not itself held. Default: false. */
    weakens: z.optional(z.boolean()),
  })
  .check(inOrder());

/** What a caller reports about a hospital; instants are RFC 3339 text with an offset. */
export type RestrictionReport = z.input<typeof RestrictionReportSchema>;

/** Scopes that mean the same become the same: lists without repetition and ordered, empty ones left out. */
export function normalScope({ needs, exceptNeeds, minAge, maxAge, acuity }: Scope): Scope {
  return defined({
    needs: needs === undefined || needs.length === 0 ? undefined : ordered(needs),
    exceptNeeds: exceptNeeds === undefined || exceptNeeds.length === 0 ? undefined : ordered(exceptNeeds),
    minAge,
    maxAge,
    acuity: acuity === undefined || acuity.length === 0 ? undefined : ACUITIES.filter((one) => acuity.includes(one)),
  });
}

const ordered = (words: readonly string[]): string[] => [...new Set(words)].sort();

/** Whether a scope takes in every patient there is, whatever is known of them. */
export const isEveryone = (scope: Scope): boolean => Object.keys(normalScope(scope)).length === 0;

/**
 * The key of a report that brings none: effect, needs, ages, acuities, exceptions, such as `divert`,
 * `divert:stroke+trauma`, `refuse:age-17` or `divert:age18-:except.maternity+stroke`. The same ED asking the same for the
 * same patients again replaces what it asked before.
 */
export function restrictionKey(effect: Effect, { needs, exceptNeeds, minAge, maxAge, acuity }: Scope): string {
  const ages = minAge === undefined && maxAge === undefined ? undefined : `age${minAge ?? ""}-${maxAge ?? ""}`;
  // No capability and no acuity has a full stop in it, so that the exceptions are taken for neither.
  const except = exceptNeeds === undefined ? undefined : `except.${exceptNeeds.join("+")}`;
  return [effect, needs?.join("+"), ages, acuity?.join("+"), except].filter((part) => part !== undefined).join(":");
}

/** The patient as far as restrictions go. */
export interface PatientGroup {
  /** One way of meeting the needs, implied ones and `emergency` included: an element of `waysToMeet(needs)`. */
  readonly needs: ReadonlySet<string>;
  /** What the patient needs beyond that and gets elsewhere: at a stop on the way to a specialist centre. */
  readonly alsoNeeds?: ReadonlySet<string> | undefined;
  /** Years; absent when not known. */
  readonly age?: number | undefined;
  /** Absent when not known. */
  readonly acuity?: Acuity | undefined;
}

/** Whether a restriction is about a patient; `unknown` when the age or acuity that decides it was not given. */
type Applicability = "yes" | "no" | "unknown";

/**
 * Whether a scope takes in a patient. A scope that needs `emergency` takes in everyone: every patient needs that.
 *
 * One who could be treated in several ways is asked about way by way, so that an exception opens a door only to treatment
 * of the excepted kind. For the same reason what is given elsewhere takes a patient into a scope, but never out of one: at
 * a stop on the way both err away from a closed door.
 */
export function applicability(scope: Scope, patient: PatientGroup): Applicability {
  const { needs, exceptNeeds, minAge, maxAge, acuity } = scope;
  const isNeeded = (word: string): boolean => patient.needs.has(word) || patient.alsoNeeds?.has(word) === true;
  if (needs !== undefined && !needs.some(isNeeded)) return "no";
  if (exceptNeeds?.some((word) => patient.needs.has(word))) return "no";
  let answer: Applicability = "yes";
  if (minAge !== undefined || maxAge !== undefined) {
    if (patient.age === undefined) answer = "unknown";
    else if (!withinAges(patient.age, minAge, maxAge)) return "no";
  }
  if (acuity !== undefined) {
    if (patient.acuity === undefined) answer = "unknown";
    else if (!acuity.includes(patient.acuity)) return "no";
  }
  return answer;
}

/** What one feed last said of a hospital, as far as lifetimes go. */
export interface FeedWord {
  readonly feed: string;
  /** When it last spoke of the hospital. */
  readonly heardMs: EpochMs;
  /** Whether it spoke within its time-to-live before the moment of the question. */
  readonly isFresh: boolean;
}

interface LifetimeOptions {
  /** How long a restriction without `until` lasts. Default: until cleared. */
  readonly defaultMinutes?: number | null;
  /** What feeds last said of the hospital. Default: there are none. */
  readonly words?: readonly FeedWord[];
}

/** The id of the feed that holds a restriction under its keys `feed:ID` and `feed:ID:PART`; undefined for a person's. */
export function feedOf({ key }: Pick<Restriction, "key">): string | undefined {
  return key.startsWith(FEED_KEY_PREFIX) ? key.slice(FEED_KEY_PREFIX.length).split(":", 1)[0] : undefined;
}

/** The beginning of the keys of feeds, which are no person's. */
const FEED_KEY_PREFIX = "feed:";

/** The moment times count from: a source whose clock runs ahead prolongs nothing. */
export const countedMs = ({ observedAt, receivedAt }: Pick<Restriction, "observedAt" | "receivedAt">): EpochMs =>
  Math.min(observedAt.epochMs, receivedAt.epochMs);

const known = new WeakMap<Restriction, EpochMs>();

/** The first moment of which it is known that a restriction held: of a report renewed, when it was first made. */
export const heldSinceMs = (restriction: Restriction): EpochMs => known.get(restriction) ?? countedMs(restriction);

/** Takes note that a restriction came in the place of another: where both ask the same without a gap, it is the same one. */
export function renew(restriction: Restriction, before: Restriction): void {
  const { effect, scope, from } = restriction;
  const asksTheSame =
    from === undefined && effect === before.effect && canonicalJson(scope) === canonicalJson(before.scope);
  if (!asksTheSame || (before.until !== undefined && before.until.epochMs < countedMs(restriction))) return;
  known.set(restriction, Math.min(before.from?.epochMs ?? heldSinceMs(before), heldSinceMs(restriction)));
}

/**
 * When a restriction is in force.
 *
 * One without `until` lasts for the default, counted from `from`, or from when it was last said if that is later: a report
 * repeated is a report renewed. A feed says it each time it speaks of the hospital, be the moment of observation it gives
 * the same as before; while the feed is fresh, what it last said has no end.
 */
export function lifetimeOf(restriction: Restriction, options: LifetimeOptions = {}): Interval {
  const { defaultMinutes = null, words = [] } = options;
  const { from, until } = restriction;
  const fromMs = from?.epochMs ?? Number.NEGATIVE_INFINITY;
  if (until !== undefined) return { fromMs, untilMs: until.epochMs };
  const feed = feedOf(restriction);
  const word = feed === undefined ? undefined : words.find((one) => one.feed === feed);
  if (defaultMinutes === null || word?.isFresh === true) return { fromMs, untilMs: Number.POSITIVE_INFINITY };
  const saidMs = Math.max(countedMs(restriction), word?.heardMs ?? Number.NEGATIVE_INFINITY);
  return { fromMs, untilMs: Math.max(fromMs, saidMs) + defaultMinutes * MS_PER_MINUTE };
}

/** Whether a restriction is in force at a moment; see {@link lifetimeOf}. */
export function inForceAt(restriction: Restriction, epochMs: EpochMs, options?: LifetimeOptions): boolean {
  return isDuring(lifetimeOf(restriction, options), epochMs);
}
