import * as z from "zod";

/**
 * What goes over the wire about feeds, for validation of requests and for the OpenAPI document. Requests are strict: a field
 * that is not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

export const FeedQuery = z.strictObject({
  feed: z
    .string()
    .optional()
    .meta({ description: "Which of the server's feeds this is from; needed when there are several." }),
});

export const FeedResponse = z
  .looseObject({ feed: z.string(), statusVersion: z.int().min(0) })
  .meta({ id: "FeedApplication", description: "What became of the message, and what it said that has no place here." });
