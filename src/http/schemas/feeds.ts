import * as z from "zod";
import { StatusResultResponse } from "./hospitals";
import { instant } from "./words";

/**
 * What goes over the wire about feeds, for validation of requests and for the OpenAPI document. Requests are strict: a field
 * that is not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

export const FeedQuery = z.strictObject({
  feed: z
    .string()
    .max(64)
    .optional()
    .meta({ description: "Which of the server's feeds this is from; needed when there are several." }),
});

export const FeedResponse = z
  .object({
    feed: z.string(),
    statusVersion: z.int().min(0),
    results: z.array(StatusResultResponse).meta({ description: "What the status made of it, where there was news." }),
    late: z.array(z.string()).meta({ description: "Hospitals of which something older was said than is known." }),
    duplicate: z.array(z.string()).meta({ description: "Hospitals of which the same was said again." }),
    outside: z.array(z.string()).meta({ description: "Hospitals that are ours and not this feed's." }),
    neverHeard: z.array(z.string()).meta({ description: "Hospitals of the feed of which it has not spoken yet." }),
    notUsed: z.string().optional().meta({ description: "Why the whole message was not used, such as a test." }),
    reading: z.object({
      unmatched: z
        .array(z.object({ ids: z.array(z.string()), name: z.string().optional(), row: z.int() }))
        .meta({ description: "Hospitals in the message that are none of ours." }),
      notes: z
        .array(
          z.object({
            kind: z.enum(["lost", "odd", "unread"]),
            hospital: z.string().optional(),
            row: z.int().min(1).optional(),
            field: z.string(),
            text: z.string(),
          }),
        )
        .meta({ description: "What did not come through whole." }),
      sentAt: instant.optional(),
      notActual: z.string().optional(),
    }),
  })
  .meta({ id: "FeedApplication", description: "What became of the message, and what it said that has no place here." });

export const FeedsResponse = z
  .object({
    feeds: z.array(
      z.object({
        id: z.string(),
        ageSeconds: z.number().optional().meta({ description: "Since it was last heard; absent when never." }),
        timeToLiveSeconds: z.number(),
        silent: z.boolean().meta({ description: "Not heard within its time-to-live." }),
        hospitals: z.int().min(0).meta({ description: "How many it may speak of." }),
        neverHeard: z.array(z.string()).meta({ description: "Those of which it never spoke." }),
        silentOn: z
          .array(z.string())
          .meta({ description: "Those of which it spoke, and not within its time-to-live." }),
        counts: z
          .object({
            messages: z.int().min(0),
            notUsed: z.int().min(0),
            accepted: z.int().min(0),
            duplicate: z.int().min(0),
            late: z.int().min(0),
          })
          .meta({ description: "Messages, tests among them, and statements taken, said again, and too old." }),
      }),
    ),
  })
  .meta({ id: "Feeds", description: "The feeds of this server, and of which hospitals each does not tell." });
