import * as z from "zod/mini";

/**
 * The parts of FHIR's resources that decide what a status is, as R4 (http://hl7.org/fhir/R4) and R5
 * (http://hl7.org/fhir/R5) have them. Other parts may be there, as extensions and profiles will; these must be of their
 * type. Times are text here: senders write them in other forms than FHIR's, see `fhir-period.ts`. What is only for people
 * to compare (names, positions, hours) is not here: a mistake in it costs nobody a status.
 */

const CodeableConcept = z.looseObject({
  coding: z.optional(z.array(z.looseObject({ system: z.optional(z.string()), code: z.optional(z.string()) }))),
});

const PeriodSchema = z.looseObject({ start: z.optional(z.string()), end: z.optional(z.string()) });
export type Period = z.output<typeof PeriodSchema>;

/** R4's `notAvailable` and R5's `notAvailableTime`; a description is required in R4 alone. */
const NotAvailableSchema = z.looseObject({ description: z.optional(z.string()), during: z.optional(PeriodSchema) });
export type NotAvailable = z.output<typeof NotAvailableSchema>;

/** R5's `Availability`; in R4 `hoursOfOperation` is a list of plain hours, which have no `notAvailableTime`. */
const Availability = z.looseObject({
  availableTime: z.optional(z.unknown()),
  notAvailableTime: z.optional(z.array(NotAvailableSchema)),
});

/** A list, or the one element that some senders write in its place. */
const listOf = <S extends z.core.$ZodType>(element: S) =>
  z.union(
    [
      z.array(element),
      z.pipe(
        element,
        z.transform((one) => [one]),
      ),
    ],
    "write a list",
  );

export const Location = z.looseObject({
  status: z.optional(z.enum(["active", "suspended", "inactive"])),
  hoursOfOperation: z.optional(listOf(Availability)),
});

/** What says which service it is: one that is none of ours may be as odd as it likes. */
export const ServiceKind = z.looseObject({
  category: z.optional(z.array(CodeableConcept)),
  type: z.optional(z.array(CodeableConcept)),
  specialty: z.optional(z.array(CodeableConcept)),
});

export const HealthcareService = z.looseObject({
  active: z.optional(z.boolean()),
  availableTime: z.optional(z.unknown()),
  notAvailable: z.optional(z.array(NotAvailableSchema)),
  availability: z.optional(listOf(Availability)),
});

/** One element of `availableTime`, its times read leniently by `fhir-hours.ts`. */
export const AvailableTimeSchema = z.looseObject({
  daysOfWeek: z.optional(z.array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))),
  allDay: z.optional(z.boolean()),
  availableStartTime: z.optional(z.string()),
  availableEndTime: z.optional(z.string()),
});
export type AvailableTime = z.output<typeof AvailableTimeSchema>;

export const Bundle = z.looseObject({
  resourceType: z.literal("Bundle"),
  type: z.optional(z.unknown()),
  meta: z.optional(z.unknown()),
  timestamp: z.optional(z.unknown()),
  link: z.optional(z.unknown()),
  entry: z.optional(z.array(z.unknown())),
});
