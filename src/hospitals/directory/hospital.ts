import * as z from "zod";
import type { Position } from "../../core/units";
import { type CapabilityVocabulary, EMERGENCY } from "./capabilities";
import { type OpeningHours, OpeningHoursSchema } from "./opening-hours";

const text = (maximum: number) =>
  z
    .string()
    .max(maximum, `at most ${maximum} characters`)
    .refine((value) => value.trim() !== "" && value.trim() === value, "write some text, without spaces at its ends");

/** Letters, digits and `._:-`: safe in URLs, files and keys. English hospitals use ODS site codes such as RQ8L0. */
export const HospitalIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
    "an id is up to 64 letters, digits, dots, colons, hyphens and underscores",
  );

const LOCATION_FORM = "write [longitude, latitude] in degrees";
const longitude = z
  .number(LOCATION_FORM)
  .min(-180, "longitude is from -180 to 180")
  .max(180, "longitude is from -180 to 180");
const latitude = z.number(LOCATION_FORM).min(-90, "latitude is from -90 to 90").max(90, "latitude is from -90 to 90");
const Location = z.tuple([longitude, latitude], LOCATION_FORM);

/** Age in completed years, both ends included. */
const Age = z
  .int("an age is a whole number of years")
  .min(0, "an age is from 0 to 150")
  .max(150, "an age is from 0 to 150");

const ServiceSchema = z.strictObject({
  capability: z.string().min(1),
  minAge: Age.optional(),
  maxAge: Age.optional(),
  openingHours: OpeningHoursSchema.optional(),
  source: text(500).optional(),
});

/** A hospital as files and callers state it. Unknown fields are refused. */
export const HospitalSchema = z.strictObject({
  id: HospitalIdSchema,
  name: text(200),
  location: Location,
  entrances: z.array(Location).min(1, "leave entrances out when none is known").optional(),
  capabilities: z
    .array(
      z.union([z.string().min(1), ServiceSchema], {
        error: 'a capability is a word such as "trauma", or { "capability": "trauma", "minAge": 16 }',
      }),
    )
    .optional(),
  openingHours: OpeningHoursSchema.optional(),
  openingHoursText: text(500).optional(),
  handoverMinutes: z
    .number("write minutes as a number")
    .min(0, "minutes from 0 to 1440")
    .max(1440, "minutes from 0 to 1440")
    .optional(),
  inboundCapPerHour: z
    .int("a whole number of ambulances")
    .min(1, "from 1 to 1000")
    .max(1000, "from 1 to 1000")
    .optional(),
  trust: text(200).optional(),
  address: text(500).optional(),
  postcode: text(20).optional(),
  source: text(1000).optional(),
  notes: text(2000).optional(),
});

/** What a caller may pass for a hospital; see {@link Hospital} for the meaning of each field. */
export type HospitalInput = z.input<typeof HospitalSchema>;

/** One thing a hospital offers, to whom, and when. */
export interface Service {
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

/** A site with an emergency department. */
export interface Hospital {
  /** The ODS site code where it has one. */
  readonly id: string;
  readonly name: string;
  readonly location: Position;
  /** Where ambulances drive in; empty when none is known, and `location` stands in. */
  readonly entrances: readonly Position[];
  /** All that is offered, what is implied included, ordered by word. At least `emergency`. */
  readonly capabilities: readonly string[];
  /** What is offered with its age limits and hours, implied services included, ordered by word; several of one word add up. */
  readonly services: readonly Service[];
  /** Hours of the ED as a whole; absent means round the clock. */
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
  const { capabilities, entrances, ...rest } = input;
  const stated = (capabilities ?? []).map((entry) => (typeof entry === "string" ? { capability: entry } : entry));
  const services = completeServices(stated as readonly Service[], vocabulary);
  return {
    ...(rest as Omit<Hospital, "entrances" | "capabilities" | "services">),
    entrances: entrances ?? [],
    capabilities: [...new Set(services.map(({ capability }) => capability))],
    services,
  };
}

/**
 * Adds what the stated services imply, with the limits of the service that implies it: a major trauma centre for adults
 * is a trauma unit for adults. A word that is stated keeps its own limits; `emergency` has none unless stated.
 */
function completeServices(stated: readonly Service[], vocabulary: CapabilityVocabulary): readonly Service[] {
  const words = new Set(stated.map(({ capability }) => capability));
  const complete = [...stated];
  for (const service of stated) {
    for (const capability of vocabulary.implied(service.capability)) {
      if (capability !== EMERGENCY && !words.has(capability)) complete.push({ ...service, capability });
    }
  }
  if (!words.has(EMERGENCY)) complete.push({ capability: EMERGENCY });
  return complete.sort(
    (a, b) =>
      compare(a.capability, b.capability) ||
      compare(a.minAge ?? 0, b.minAge ?? 0) ||
      compare(a.maxAge ?? 151, b.maxAge ?? 151),
  );
}

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
