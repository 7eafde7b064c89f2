import * as z from "zod/mini";
import type { Position } from "../../core/units";
import { type CapabilityVocabulary, EMERGENCY } from "./capabilities";
import { type OpeningHours, OpeningHoursSchema } from "./opening-hours";

const text = (maximum: number) =>
  z.string().check(
    z.maxLength(maximum, `at most ${maximum} characters`),
    z.refine((value) => value.trim() !== "" && value.trim() === value, "write some text, without spaces at its ends"),
  );

/** Letters, digits and `._:-`: safe in URLs, files and keys. English hospitals use ODS site codes such as RQ8L0. */
export const HospitalIdSchema = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
      "an id is up to 64 letters, digits, dots, colons, hyphens and underscores",
    ),
  );

const LOCATION_FORM = "write [longitude, latitude] in degrees";
const longitude = z
  .number(LOCATION_FORM)
  .check(z.gte(-180, "longitude is from -180 to 180"), z.lte(180, "longitude is from -180 to 180"));
const latitude = z
  .number(LOCATION_FORM)
  .check(z.gte(-90, "latitude is from -90 to 90"), z.lte(90, "latitude is from -90 to 90"));
const Location = z.tuple([longitude, latitude], LOCATION_FORM);

/** Age in completed years, both ends included. */
const Age = z
  .int("an age is a whole number of years")
  .check(z.gte(0, "an age is from 0 to 150"), z.lte(150, "an age is from 0 to 150"));

const ServiceSchema = z.strictObject({
  capability: z.string().check(z.minLength(1)),
  minAge: z.optional(Age),
  maxAge: z.optional(Age),
  openingHours: z.optional(OpeningHoursSchema),
  source: z.optional(text(500)),
});

/** A hospital as files and callers state it. Unknown fields are refused. */
export const HospitalSchema = z.strictObject({
  id: HospitalIdSchema,
  aliases: z.optional(z.array(HospitalIdSchema).check(z.minLength(1, "leave aliases out when there are none"))),
  name: text(200),
  /** Default: true. */
  emergencyDepartment: z.optional(z.boolean()),
  location: Location,
  entrances: z.optional(z.array(Location).check(z.minLength(1, "leave entrances out when none is known"))),
  capabilities: z.optional(
    z.array(
      z.union([z.string().check(z.minLength(1)), ServiceSchema], {
        error: 'a capability is a word such as "trauma", or { "capability": "trauma", "minAge": 16 }',
      }),
    ),
  ),
  recorded: z.optional(z.array(z.string().check(z.minLength(1)))),
  openingHours: z.optional(OpeningHoursSchema),
  openingHoursText: z.optional(text(500)),
  handoverMinutes: z.optional(
    z
      .number("write minutes as a number")
      .check(z.gte(0, "minutes from 0 to 1440"), z.lte(1440, "minutes from 0 to 1440")),
  ),
  inboundCapPerHour: z.optional(
    z.int("a whole number of ambulances").check(z.gte(1, "from 1 to 1000"), z.lte(1000, "from 1 to 1000")),
  ),
  trust: z.optional(text(200)),
  address: z.optional(text(500)),
  postcode: z.optional(text(20)),
  source: z.optional(text(1000)),
  notes: z.optional(text(2000)),
});

/** What a caller may pass for a hospital; see {@link Hospital} for the meaning of each field. */
export type HospitalInput = z.input<typeof HospitalSchema>;

/** One thing a hospital offers, to whom, and when. */
interface Service {
  readonly capability: string;
  /** Completed years; absent means no limit. */
  readonly minAge?: number;
  /** Completed years, included; absent means no limit. */
  readonly maxAge?: number;
  /** Absent means whenever the ED is open. */
  readonly openingHours?: OpeningHours;
  /** Where the statement comes from. */
  readonly source?: string;
}

/** A site with an emergency department, or a place that takes patients of some needs without being one. */
export interface Hospital {
  /** The ODS site code where it has one. */
  readonly id: string;
  /** Other ids under which it is known, such as codes of before or after a merger. It answers to them by its own. */
  readonly aliases: readonly string[];
  readonly name: string;
  /**
   * False for a heart attack centre, a stroke unit, a labour ward, an urgent treatment centre: it takes patients who need
   * what it lists, and nobody else.
   */
  readonly emergencyDepartment: boolean;
  readonly location: Position;
  /** Where ambulances drive in; empty when none is known, and `location` stands in. */
  readonly entrances: readonly Position[];
  /** All that is offered, what is implied included, ordered by word. At least `emergency`, where it is an ED. */
  readonly capabilities: readonly string[];
  /** What is offered with its age limits and hours, implied services included, ordered by word; several of one word add up. */
  readonly services: readonly Service[];
  /** Words whose absence above says that they are not offered here; see {@link HospitalDirectory.isRecorded}. */
  readonly recorded?: readonly string[];
  /** Hours of the place as a whole; absent means round the clock. */
  readonly openingHours?: OpeningHours;
  /** Hours as a source words them, for people. */
  readonly openingHoursText?: string;
  /** Minutes between arrival and handover, when a fixed figure is known. */
  readonly handoverMinutes?: number;
  /** How many ambulances it takes in an hour; counts where the policy has `inbound`. Absent: as the policy says. */
  readonly inboundCapPerHour?: number;
  readonly trust?: string;
  readonly address?: string;
  readonly postcode?: string;
  readonly source?: string;
  readonly notes?: string;
}

/** Completes a validated input: what is implied is spelled out and lists are put in order. */
export function hospitalFrom(input: z.output<typeof HospitalSchema>, vocabulary: CapabilityVocabulary): Hospital {
  const { capabilities, entrances, aliases = [], emergencyDepartment = true, ...rest } = input;
  const stated = (capabilities ?? []).map((entry) => (typeof entry === "string" ? { capability: entry } : entry));
  const services = completeServices(stated as readonly Service[], emergencyDepartment, vocabulary);
  return {
    ...(rest as Omit<Hospital, "aliases" | "emergencyDepartment" | "entrances" | "capabilities" | "services">),
    aliases,
    emergencyDepartment,
    entrances: entrances ?? [],
    capabilities: [...new Set(services.map(({ capability }) => capability))],
    services,
  };
}

/**
 * Adds what the stated services imply, with the limits of the service that implies it: a major trauma centre for adults
 * is a trauma unit for adults. A word that is stated keeps its own limits; `emergency` has none unless stated, and a place
 * that is no ED does not have it.
 */
function completeServices(
  stated: readonly Service[],
  isDepartment: boolean,
  vocabulary: CapabilityVocabulary,
): readonly Service[] {
  const words = new Set(stated.map(({ capability }) => capability));
  const complete = [...stated];
  for (const service of stated) {
    for (const capability of vocabulary.implied(service.capability)) {
      if (capability !== EMERGENCY && !words.has(capability)) complete.push({ ...service, capability });
    }
  }
  if (isDepartment && !words.has(EMERGENCY)) complete.push({ capability: EMERGENCY });
  return complete.sort(
    (a, b) =>
      compare(a.capability, b.capability) ||
      compare(a.minAge ?? 0, b.minAge ?? 0) ||
      compare(a.maxAge ?? 151, b.maxAge ?? 151),
  );
}

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
