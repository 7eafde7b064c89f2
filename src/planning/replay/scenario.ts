import * as z from "zod/mini";
import { type Checksum, checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import { TimeZone } from "../../core/time-zone";
import { RecommendationRequestSchema } from "../../diversion/incidents/request";
import { HospitalIdSchema } from "../../hospitals/directory/hospital";
import { NeedsSchema } from "../../hospitals/directory/needs";
import { firstProblem } from "../../hospitals/directory/schema-problems";
import {
  EFFECTS,
  InstantSchema,
  RestrictionKeySchema,
  ScopeSchema,
  StatementSchema,
} from "../../hospitals/status/restriction";

const TextSchema = z.string().check(z.trim(), z.minLength(1, "write some text"));

/** Where a statement comes from: a source, or the admission that it is assumed, with what and why. Both may be given. */
const provenance = {
  source: z.optional(StatementSchema),
  assumed: z.optional(z.literal(true, "write true or leave it out")),
  note: z.optional(StatementSchema),
};

const eventFields = {
  at: InstantSchema,
  hospital: HospitalIdSchema,
  reason: StatementSchema,
  ...provenance,
};

const EventSchema = z
  .discriminatedUnion(
    "kind",
    [
      z.strictObject({
        kind: z.literal("set-open"),
        ...eventFields,
        open: z.boolean("write true or false"),
        effect: z.optional(z.enum(["divert", "refuse"])),
      }),
      z.strictObject({
        kind: z.literal("report"),
        ...eventFields,
        effect: z.enum(EFFECTS),
        scope: z.optional(ScopeSchema),
        divertTo: z.optional(HospitalIdSchema),
        from: z.optional(InstantSchema),
        until: z.optional(InstantSchema),
        key: z.optional(RestrictionKeySchema),
      }),
      z.strictObject({ kind: z.literal("clear"), ...eventFields, key: RestrictionKeySchema }),
    ],
    "kind is set-open, report or clear",
  )
  .check(
    z.superRefine((event, context) => {
      const { source, assumed, note } = event;
      if (source === undefined && assumed === undefined) {
        context.addIssue({
          code: "custom",
          path: ["source"],
          message: "name a source, or write assumed: true and a note",
        });
      }
      if (assumed !== undefined && note === undefined) {
        context.addIssue({ code: "custom", path: ["note"], message: "say what is assumed, and why" });
      }
      if (event.kind === "report" && event.from !== undefined && event.until !== undefined) {
        if (event.from.epochMs >= event.until.epochMs) {
          context.addIssue({ code: "custom", path: ["until"], message: "until is not after from" });
        }
      }
    }),
  );

const { location, needs, age, acuity } = RecommendationRequestSchema.shape;

const ScenarioIncidentSchema = z.strictObject({
  id: z.optional(TextSchema.check(z.maxLength(100, "at most 100 characters"))),
  at: InstantSchema,
  location,
  needs,
  age,
  acuity,
});

const share = z.number().check(z.gte(0, "a share is from 0 to 1"), z.lte(1, "a share is from 0 to 1"));

/** More would be a mistake in a file, and hours of work. */
export const MOST_INCIDENTS_A_DAY = 100_000;

const GenerationSchema = z
  .strictObject({
    seed: z.int().check(z.gte(0), z.lte(0xffffffff, "a seed is a whole number from 0 to 4294967295")),
    perDay: z.optional(
      z.number().check(z.gte(0), z.lte(MOST_INCIDENTS_A_DAY, `at most ${MOST_INCIDENTS_A_DAY} a day`)),
    ),
    attendances: z.optional(
      z.strictObject({
        source: TextSchema,
        days: z.int().check(z.gte(1, "from 1 to 366"), z.lte(366, "from 1 to 366")),
        byAmbulance: share,
        note: TextSchema,
        trusts: z
          .array(
            z.strictObject({
              trust: TextSchema,
              attendances: z.int().check(z.gte(0, "a count is 0 or more")),
              hospitals: z.array(HospitalIdSchema).check(z.minLength(1, "name at least one hospital")),
            }),
          )
          .check(z.minLength(1, "name at least one trust")),
      }),
    ),
    needs: z
      .array(z.strictObject({ needs: NeedsSchema, share, age, acuity }))
      .check(z.minLength(1, "give at least one kind")),
    note: TextSchema,
  })
  .check(
    z.superRefine(({ perDay, attendances, needs: kinds }, context) => {
      if ((perDay === undefined) === (attendances === undefined)) {
        context.addIssue({ code: "custom", path: ["perDay"], message: "give either perDay or attendances" });
      }
      const sum = kinds.reduce((total, kind) => total + kind.share, 0);
      if (Math.abs(sum - 1) > 1e-9) {
        context.addIssue({ code: "custom", path: ["needs"], message: `the shares add up to ${sum}; make it 1` });
      }
      const seen = new Set<string>();
      for (const [row, { hospitals }] of (attendances?.trusts ?? []).entries()) {
        for (const hospital of hospitals) {
          if (seen.has(hospital)) {
            const path = ["attendances", "trusts", row, "hospitals"];
            context.addIssue({ code: "custom", path, message: `${hospital} is named twice` });
          }
          seen.add(hospital);
        }
      }
    }),
  );

/** The form of a scenario file; `data/scenarios/README.md` explains every field. */
export const scenarioSchema = z
  .strictObject({
    id: z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "an id is lower-case letters, digits and single hyphens")),
    title: TextSchema,
    about: z.array(TextSchema),
    timeZone: z
      .string()
      .check(z.refine((name) => TimeZone.find(name) !== undefined, "write an IANA zone such as Europe/London")),
    period: z.strictObject({ from: InstantSchema, until: InstantSchema }).check(
      z.refine(({ from, until }) => from.epochMs < until.epochMs, {
        error: "until is not after from",
        path: ["until"],
      }),
    ),
    facts: z.array(
      z.strictObject({
        at: InstantSchema,
        diverting: z.int().check(z.gte(0, "a count is 0 or more")),
        statement: TextSchema,
        source: TextSchema,
      }),
    ),
    events: z.array(EventSchema),
    incidents: z.optional(z.array(ScenarioIncidentSchema)),
    generation: z.optional(GenerationSchema),
  })
  .check(
    z.superRefine(({ period, events, incidents = [], facts }, context) => {
      const late = (
        list: string,
        rows: readonly { readonly at: { readonly epochMs: number } }[],
        early: boolean,
      ): void => {
        for (const [row, { at }] of rows.entries()) {
          if (at.epochMs < period.until.epochMs && (!early || at.epochMs >= period.from.epochMs)) continue;
          context.addIssue({ code: "custom", path: [list, row, "at"], message: "it lies outside the period" });
        }
      };
      late("events", events, false);
      late("incidents", incidents, true);
      late("facts", facts, true);
    }),
  );

/** Statuses over time, and who needed an ambulance meanwhile. */
export type Scenario = Readonly<z.output<typeof scenarioSchema>>;
export type ScenarioEvent = Scenario["events"][number];
export type IncidentGeneration = NonNullable<Scenario["generation"]>;

/** @throws DiversionError `invalid-scenario` naming the field. */
export function parseScenario(json: unknown): Scenario {
  const result = safeParse(scenarioSchema, json);
  if (result.success) return result.data;
  const { field, message } = firstProblem(result.error.issues, json);
  throw new DiversionError("invalid-scenario", `The scenario is not of the documented form: ${message}`, { field });
}

/** Of what the scenario says; independent of the layout of the file. */
export const scenarioChecksum = (scenario: Scenario): Checksum => checksumOf(scenario);
