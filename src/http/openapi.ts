import { OpenAPIHono } from "@hono/zod-openapi";
import { DiversionError, type ErrorCode } from "../core/errors";
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

/** An app whose validators throw our errors. */
export const openApiApp = (): OpenAPIHono<Env> =>
  new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return;
      const { field, path, message } = firstProblem(result.error.issues, (result as { readonly data?: unknown }).data);
      const code: ErrorCode = path[0] === "location" ? "invalid-location" : "invalid-argument";
      throw new DiversionError(code, `The ${PARTS[result.target]} is not of the documented form: ${message}`, {
        field: field === "" ? undefined : field,
      });
    },
  });

/** A JSON response in the OpenAPI document. */
export const json = <S>(schema: S, description: string) => ({
  description,
  content: { "application/json": { schema } },
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
  412: problem("The version named by If-Match is not the current one."),
  413: problem("The body is too large."),
  422: problem("The request is understood and cannot be answered, such as for a place off the roads."),
  503: problem("The change could not be made durable, and was not made."),
} as const;

export const security = [{ token: [] }];
