import * as z from "zod";
import { ERROR_TABLE, type ErrorCode } from "../../core/errors";
import { checksum, instant } from "./words";

/**
 * What goes over the wire about the server itself, for validation of requests and for the OpenAPI document. Requests are strict: a field
 * that is not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

export const BasisResponse = z
  .object({
    version: z.string(),
    roads: checksum,
    hospitals: checksum,
    policy: checksum,
    statusVersion: z.int().min(0),
    roadsVersion: z.int().min(0),
    feeds: checksum.optional(),
    store: z
      .object({
        state: z.enum(["current", "cut-off", "forked"]),
        confirmedAt: instant.optional().meta({
          description: "All that the store held then is held here; absent when that was before this server's start.",
        }),
      })
      .optional()
      .meta({ description: "How this server stands to the store of a status that several keep; absent otherwise." }),
  })
  .meta({ id: "Basis", description: "What answers are computed from at this moment." });

export const ProblemResponse = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]]),
    field: z.string().optional(),
    row: z.int().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457." });
