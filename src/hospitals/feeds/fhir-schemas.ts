import * as z from "zod";
import { readInstant } from "../../core/instant";

/**
 * The parts of FHIR R4 (http://hl7.org/fhir/R4) that are read. Other parts may be there, as extensions and profiles
 * will; those that are read must be of their type.
 */

/** `instant`: always with a time and an offset. */
const FhirInstant = z
  .string()
  .refine((text) => readInstant(text) !== undefined, "write an instant such as 2017-05-15T17:00:00+01:00");

/** `dateTime`, from a year alone to an instant. */
const DateTime = z
  .string()
  .regex(
    /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$/,
    "write a date, or a date and time with an offset",
  );

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?$/, "write a time of day such as 08:30:00");

const Meta = z.looseObject({ lastUpdated: FhirInstant.optional() });

const Identifier = z.looseObject({ system: z.string().optional(), value: z.string().optional() });

const ReferenceSchema = z.looseObject({ reference: z.string().optional(), identifier: Identifier.optional() });
export type Reference = z.output<typeof ReferenceSchema>;

const CodeableConcept = z.looseObject({
  coding: z.array(z.looseObject({ system: z.string().optional(), code: z.string().optional() })).optional(),
});

const degrees = (limit: number) => z.number(`write degrees from -${limit} to ${limit}`).min(-limit).max(limit);

export const Location = z.looseObject({
  id: z.string().optional(),
  meta: Meta.optional(),
  identifier: z.array(Identifier).optional(),
  status: z.enum(["active", "suspended", "inactive"]).optional(),
  name: z.string().optional(),
  position: z.looseObject({ longitude: degrees(180), latitude: degrees(90) }).optional(),
});

const PeriodSchema = z.looseObject({ start: DateTime.optional(), end: DateTime.optional() });
export type Period = z.output<typeof PeriodSchema>;

const AvailableTimeSchema = z.looseObject({
  daysOfWeek: z.array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])).optional(),
  allDay: z.boolean().optional(),
  availableStartTime: Time.optional(),
  availableEndTime: Time.optional(),
});
export type AvailableTime = z.output<typeof AvailableTimeSchema>;

export const HealthcareService = z.looseObject({
  id: z.string().optional(),
  meta: Meta.optional(),
  identifier: z.array(Identifier).optional(),
  active: z.boolean().optional(),
  name: z.string().optional(),
  category: z.array(CodeableConcept).optional(),
  type: z.array(CodeableConcept).optional(),
  specialty: z.array(CodeableConcept).optional(),
  location: z.array(ReferenceSchema).optional(),
  availableTime: z.array(AvailableTimeSchema).optional(),
  notAvailable: z.array(z.looseObject({ description: z.string(), during: PeriodSchema.optional() })).optional(),
});

export const Bundle = z.looseObject({
  resourceType: z.literal("Bundle"),
  meta: Meta.optional(),
  timestamp: FhirInstant.optional(),
  entry: z
    .array(z.looseObject({ fullUrl: z.string().optional(), resource: z.unknown() }))
    .max(20_000, "at most 20000 entries")
    .optional(),
});
