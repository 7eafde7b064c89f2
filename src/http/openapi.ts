import { OpenAPIHono } from "@hono/zod-openapi";
import type * as z from "zod";
import { DiversionError, type ErrorCode } from "../core/errors";
import type { DeepReadonly } from "../core/units";
import { firstProblem } from "../hospitals/directory/schema-problems";
import { ProblemResponse } from "./schemas/operations";

/** What requests carry along beside themselves. */
export interface Env {
  Variables: { requestId: string };
}

/** What the parts of a request are called in messages. */
const PARTS = {
  json: "body",
  form: "form",
  query: "query",
  param: "path",
  header: "header",
  cookie: "cookie",
} as const;

/**
 * An app whose validators throw our errors.
 *
 * @param getPath the path that routes are of, of a request.
 */
export const openApiApp = (getPath: (request: Request) => string): OpenAPIHono<Env> =>
  new OpenAPIHono<Env>({
    getPath,
    defaultHook: (result) => {
      if (result.success) return;
      const { field, path, message } = firstProblem(result.error.issues, (result as { readonly data?: unknown }).data);
      const code: ErrorCode = path[0] === "location" ? "invalid-location" : "invalid-argument";
      throw new DiversionError(code, `The ${PARTS[result.target]} is not of the documented form: ${message}`, {
        field: field === "" ? undefined : field,
      });
    },
  });

/** The same schema of what nobody changes, as the library's types have it: only readers see a response. */
export const unchanging = <S extends z.ZodType>(schema: S): z.ZodType<DeepReadonly<z.output<S>>> =>
  schema as z.ZodType<DeepReadonly<z.output<S>>>;

/** A JSON response in the OpenAPI document; what a route answers is held to it by the compiler. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { "application/json": { schema: unchanging(schema) } },
});

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: ProblemResponse } },
});

/** Errors a route may answer with, for the OpenAPI document. */
export const problems = {
  400: problem("The request is not of the documented form."),
  401: problem("The token is missing or wrong."),
  404: problem("There is no such thing."),
  409: problem("The report would weaken a restriction without saying so."),
  412: problem("The version named by If-Match is not the current one."),
  413: problem("The body is too large."),
  422: problem(
    "The request is understood and cannot be done, such as for a place off the roads, or under an Idempotency-Key that was used for another change.",
  ),
  429: problem("Too many wrong tokens came from there; Retry-After says when the next is looked at."),
  503: problem(
    "The change could not be made durable. It was not made, but with the code `status-outcome-unknown` it may have been: send it again under the same Idempotency-Key.",
  ),
} as const;

export const security = [{ token: [] }];
