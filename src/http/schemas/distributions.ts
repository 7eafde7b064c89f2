import * as z from "zod";
import { BasisSchema } from "../../diversion/answer/recommendation-data";
import { DistributionRequestSchema, PRIORITIES } from "../../planning/distribution/distribution-request";
import { documented, documentedShape } from "./documented";
import { hospitalReference, requestedInstant, seconds } from "./words";

/**
 * More rows of casualties than this, over all places, are a batch: a server that distributes them answers nobody else
 * meanwhile. How many are alike in a row makes no difference.
 */
export const MAXIMUM_ROWS_AT_ONCE = 500;

const { at: _, ...fields } = DistributionRequestSchema.shape;

export const DistributionBody = z
  .strictObject({
    ...documentedShape(fields),
    at: requestedInstant.optional().meta({ description: "The moment they set out. Default: now." }),
  })
  .meta({
    id: "DistributionRequest",
    description: `Where the casualties are, by priority and need, and how many of them each ED takes; at most ${MAXIMUM_ROWS_AT_ONCE} rows of casualties.`,
  });

const priority = z.enum(PRIORITIES);
const casualty = z.string().meta({ description: "Its id; of several that are alike ID/1, ID/2 …" });

export const DistributionResponse = z
  .object({
    assignments: z.array(
      z.object({
        casualty,
        priority,
        hospital: hospitalReference,
        driveSeconds: seconds,
        totalSeconds: seconds.meta({ description: "Drive, wait and handover." }),
        diverts: z.literal(true).optional().meta({ description: "The ED asks that such patients go elsewhere." }),
        wave: z.int().meta({ description: "The journeys of one vehicle, from 1." }),
      }),
    ),
    unplaced: z.array(
      z.object({
        casualty,
        priority,
        because: z.array(z.object({ code: z.enum(["no-capacity", "no-facility", "unreachable"]), text: z.string() })),
      }),
    ),
    weightedSeconds: seconds.meta({ description: "Of drive, wait and handover, by the weights of the priorities." }),
    latestSeconds: seconds.optional().meta({ description: "The drive of the last to arrive." }),
    capacity: z.array(
      z.object({
        hospital: hospitalReference,
        priority: z.enum([...PRIORITIES, "total"]),
        used: z.int(),
        of: z.int(),
        oneMoreWouldSaveSeconds: z.number().meta({ description: "Weighted seconds, if it took one more." }),
        oneMoreWouldPlace: priority.optional().meta({ description: "Of whom one more would be placed then." }),
      }),
    ),
    withoutLimit: z.array(z.object({ hospital: hospitalReference, used: z.int() })).meta({
      description: "EDs that are used and of which no limit in all was stated: nobody knows that they have room.",
    }),
    basis: documented(BasisSchema),
  })
  .meta({ id: "Distribution", description: "Where all of them go, who has no place, and what limits it." });
