import * as z from "zod";
import { ED_CONDITIONS } from "../../diversion/rules/ed-condition";
import { HospitalIdSchema } from "../../hospitals/directory/hospital";
import {
  ACUITIES,
  EFFECTS,
  RestrictionKeySchema,
  RestrictionReportSchema,
  StatementSchema,
} from "../../hospitals/status/restriction";
import { LONGEST_STATISTICS_DAYS } from "../../hospitals/status/status-statistics";
import { documented, documentedShape } from "./documented";
import { feedReference, IdempotencyHeaders, instant, position, requestedInstant } from "./words";

/**
 * What goes over the wire about hospitals and their status, for validation of requests and for the OpenAPI document. Requests are strict: a field
 * that is not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

/** The path's hospital. */
export const HospitalParams = z.strictObject({
  id: documented(HospitalIdSchema).meta({
    param: { name: "id", in: "path" },
    description: "ODS site code.",
    example: "RQ8L0",
  }),
});

/** The path's restriction. */
export const RestrictionParams = HospitalParams.extend({
  key: documented(RestrictionKeySchema).meta({
    param: { name: "key", in: "path" },
    description: "What the restriction is called.",
    example: "it-outage",
  }),
});

const scope = z
  .object({
    needs: z.array(z.string()).optional(),
    exceptNeeds: z.array(z.string()).optional(),
    minAge: z.int().optional(),
    maxAge: z.int().optional(),
    acuity: z.array(z.enum(ACUITIES)).optional(),
  })
  .meta({ id: "Scope", description: "Which patients; empty means everyone." });

const restriction = z
  .object({
    key: z.string(),
    hospital: z.string(),
    effect: z.enum(EFFECTS),
    scope,
    from: instant.optional(),
    until: instant.optional(),
    divertTo: z.string().optional(),
    lifts: z.array(z.string()).optional(),
    reason: z.string(),
    authorisedBy: z.string().optional(),
    source: z.string().optional(),
    observedAt: instant,
    receivedAt: instant,
  })
  .meta({ id: "Restriction" });

const overrule = z
  .object({
    key: z.string(),
    hospital: z.string(),
    reason: z.string(),
    authorisedBy: z.string(),
    source: z.string().optional(),
    until: instant,
    observedAt: instant,
    receivedAt: instant,
  })
  .meta({ id: "Overrule", description: "A person's word against that of feeds, which does not count while it holds." });

const hospitalNow = z
  .object({
    id: z.string(),
    name: z.string(),
    location: position,
    capabilities: z.array(z.string()),
    condition: z.enum(ED_CONDITIONS),
    restrictions: z.array(
      restriction.extend({
        version: z.int().min(1),
        inForce: z.boolean(),
        lapsesAt: instant.optional().meta({ description: "When the policy takes it as over, where it has no end." }),
      }),
    ),
    overrule: overrule.extend({ version: z.int().min(1), inForce: z.boolean() }).optional(),
    feed: feedReference.optional(),
  })
  .meta({ id: "Hospital" });

const moment = { statusVersion: z.int().min(0), at: instant };

export const HospitalsResponse = z.object({ ...moment, hospitals: z.array(hospitalNow) }).meta({ id: "Hospitals" });

export const HospitalNowResponse = z.object({ ...moment, hospital: hospitalNow }).meta({ id: "HospitalNow" });

export const OpenBody = z
  .strictObject({
    open: z.boolean(),
    effect: z.enum(["divert", "refuse"]).optional().meta({
      description: "What closed means. Default: divert; where the flag refuses, refuse.",
    }),
    weakens: z.boolean().optional().meta({ description: "Says that a divert is to take the place of a refusal." }),
    reason: documented(StatementSchema).optional(),
    by: documented(StatementSchema).optional().meta({ description: "Who says so: a role, or a name on the staff." }),
    observedAt: requestedInstant.optional(),
    source: documented(StatementSchema).optional(),
  })
  .meta({ id: "OpenFlag", description: "The plain flag." });

export const OverruleBody = z
  .strictObject({
    by: documented(StatementSchema).meta({ description: "Who answers for it: a role, or a name on the staff." }),
    reason: documented(StatementSchema),
    until: requestedInstant.meta({ format: "date-time", description: "When it ends by itself." }),
    observedAt: requestedInstant.optional(),
    source: documented(StatementSchema).optional(),
  })
  .meta({ id: "OverruleOptions" });

const {
  hospital: _hospital,
  key: _key,
  from: _from,
  until: _until,
  observedAt: _observedAt,
  ...reportFields
} = documentedShape(RestrictionReportSchema.shape);

export const RestrictionBody = z
  .strictObject({
    ...reportFields,
    from: requestedInstant.optional(),
    until: requestedInstant.optional(),
    observedAt: requestedInstant.optional(),
  })
  .meta({ id: "RestrictionReport", description: "What the ED asks; the path says which ED, and what it is called." });

export const ClearQuery = z.strictObject({
  reason: documented(StatementSchema).optional(),
  by: documented(StatementSchema).optional().meta({ description: "Who says so: a role, or a name on the staff." }),
  observedAt: requestedInstant.optional(),
  source: documented(StatementSchema).optional(),
});

export const PreconditionHeaders = IdempotencyHeaders.extend({
  "if-match": z.string().max(1000).optional().meta({
    description: 'The version the change is meant for, as in the ETag: "12"; "0" or * for one never heard of, or any.',
  }),
});

export const StatusResultResponse = z
  .object({
    outcome: z.enum(["accepted", "duplicate", "late", "nothing-held"]),
    version: z.int().min(0),
    hospital: z.string(),
    key: z.string(),
    held: restriction.optional(),
    overrule: overrule.optional(),
  })
  .meta({
    id: "StatusResult",
    description:
      "Late and duplicate reports change nothing, and are no error. A request sent again under its Idempotency-Key is answered as the first time, with the version it made.",
  });

const minutes = z.number().min(0);

export const StatisticsQuery = z.strictObject({
  from: requestedInstant,
  until: requestedInstant.meta({
    description: `The first moment no longer counted, at most ${LONGEST_STATISTICS_DAYS} days after from.`,
  }),
});

export const StatisticsResponse = z
  .object({
    fromMs: z.int(),
    untilMs: z.int(),
    timeZone: z.string(),
    hospitals: z.int().min(0),
    perDay: z.array(
      z.object({
        day: z.string(),
        hospital: z.string(),
        minutes,
        kinds: z.array(z.object({ effect: z.enum(EFFECTS), needs: z.array(z.string()), minutes })),
      }),
    ),
    network: z.array(z.object({ hospitals: z.int().min(0), minutes, share: z.number().min(0).max(1) })),
    alerts: z.array(
      z.object({
        hospital: z.string(),
        key: z.string(),
        effect: z.enum(EFFECTS),
        scope,
        fromMs: z.int(),
        untilMs: z.int(),
        minutes,
        isCut: z.boolean().optional(),
      }),
    ),
  })
  .meta({ id: "StatusStatistics" });

export const CompactionResponse = z
  .object({
    version: z.int().min(0).meta({ description: "Of the status, which a compaction does not change." }),
    changesBefore: z.int().min(0).meta({ description: "Changes in the log." }),
    changesAfter: z.int().min(0),
    archive: z
      .string()
      .optional()
      .meta({ description: "The file beside the log that holds all of it; absent when there was nothing to move." }),
  })
  .meta({ id: "StatusCompaction" });

/** Changes in one answer of the history. */
export const HISTORY_PAGE = 1000;

export const HistoryQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d{1,15}$/, "write a version")
    .optional()
    .meta({ description: "Changes after this version. Default: 0." }),
});

export const HistoryResponse = z
  .object({
    version: z.int().min(0),
    archivedTo: z.int().min(0),
    events: z
      .array(
        z.looseObject({
          version: z.int().min(1),
          kind: z.enum(["report", "overrule", "clear", "closure", "reopen", "heard"]),
        }),
      )
      .max(HISTORY_PAGE)
      .meta({ description: "Where the last is not of the version above, there are more: ask again since it." }),
  })
  .meta({ id: "StatusHistory" });
