import * as z from "zod/mini";
import { readInstant } from "../../core/instant";

/**
 * The parts of FHIR R4 (http://hl7.org/fhir/R4) that are read. Other parts may be there, as extensions and profiles
 * will; those that are read must be of their type.
 */

/** `instant`: always with a time and an offset. */
const FhirInstant = z
  .string()
  .check(z.refine((text) => readInstant(text) !== undefined, "write an instant such as 2017-05-15T17:00:00+01:00"));

/** `dateTime`, from a year alone to an instant. */
const DateTime = z
  .string()
  .check(
    z.regex(
      /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/,
      "write a date, or a date and time with an offset",
    ),
  );

const Time = z
  .string()
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?$/, "write a time of day such as 08:30:00"));

const Meta = z.looseObject({ lastUpdated: z.optional(FhirInstant) });

const Identifier = z.looseObject({ system: z.optional(z.string()), value: z.optional(z.string()) });

const ReferenceSchema = z.looseObject({ reference: z.optional(z.string()), identifier: z.optional(Identifier) });
export type Reference = z.output<typeof ReferenceSchema>;

const CodeableConcept = z.looseObject({
  coding: z.optional(z.array(z.looseObject({ system: z.optional(z.string()), code: z.optional(z.string()) }))),
});

const degrees = (limit: number) =>
  z.number(`write degrees from -${limit} to ${limit}`).check(z.gte(-limit), z.lte(limit));

export const Location = z.looseObject({
  id: z.optional(z.string()),
  meta: z.optional(Meta),
  identifier: z.optional(z.array(Identifier)),
  status: z.optional(z.enum(["active", "suspended", "inactive"])),
  name: z.optional(z.string()),
  position: z.optional(z.looseObject({ longitude: degrees(180), latitude: degrees(90) })),
});

const PeriodSchema = z.looseObject({ start: z.optional(DateTime), end: z.optional(DateTime) });
export type Period = z.output<typeof PeriodSchema>;

const AvailableTimeSchema = z.looseObject({
  daysOfWeek: z.optional(z.array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))),
  allDay: z.optional(z.boolean()),
  availableStartTime: z.optional(Time),
  availableEndTime: z.optional(Time),
});
export type AvailableTime = z.output<typeof AvailableTimeSchema>;

export const HealthcareService = z.looseObject({
  id: z.optional(z.string()),
  meta: z.optional(Meta),
  identifier: z.optional(z.array(Identifier)),
  active: z.optional(z.boolean()),
  name: z.optional(z.string()),
  category: z.optional(z.array(CodeableConcept)),
  type: z.optional(z.array(CodeableConcept)),
  specialty: z.optional(z.array(CodeableConcept)),
  location: z.optional(z.array(ReferenceSchema)),
  availableTime: z.optional(z.array(AvailableTimeSchema)),
  notAvailable: z.optional(z.array(z.looseObject({ description: z.string(), during: z.optional(PeriodSchema) }))),
});

export const Bundle = z.looseObject({
  resourceType: z.literal("Bundle"),
  meta: z.optional(Meta),
  timestamp: z.optional(FhirInstant),
  entry: z.optional(
    z
      .array(z.looseObject({ fullUrl: z.optional(z.string()), resource: z.unknown() }))
      .check(z.maxLength(20_000, "at most 20000 entries")),
  ),
});
