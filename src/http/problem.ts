import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { defined } from "../core/defined";
import { DiversionError, ERROR_TABLE, type ErrorCode } from "../core/errors";

/** An error as RFC 9457 has it: `application/problem+json`. */
export interface Problem {
  readonly type: "about:blank";
  /** What the code means, from the table of errors. */
  readonly title: string;
  readonly status: number;
  /** What is wrong with this request, and what to do. */
  readonly detail: string;
  readonly code: ErrorCode;
  /** The field of the request, where one is to blame. */
  readonly field?: string;
  /** The row of a document, counting from 1, where one is to blame. */
  readonly row?: number;
  readonly requestId?: string;
}

/** Status by code; what is not listed is the caller's mistake, 400. */
const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  unauthorized: 401,
  "not-found": 404,
  "unknown-hospital": 404,
  "unknown-closure": 404,
  "no-route": 404,
  "method-not-allowed": 405,
  "timed-out": 408,
  "wrong-host": 421,
  "too-many-attempts": 429,
  "weakens-restriction": 409,
  "status-archived": 410,
  "precondition-failed": 412,
  "body-too-large": 413,
  "unsupported-media-type": 415,
  "off-network": 422,
  "unknown-road": 422,
  "idempotency-key-reused": 422,
  "internal-error": 500,
  "corrupt-status-log": 500,
  "file-not-writable": 503,
  "status-store-unavailable": 503,
  "status-outcome-unknown": 503,
  "status-store-forked": 503,
};

const statusOf = (code: ErrorCode): ContentfulStatusCode => STATUS[code] ?? 400;

/** The response for an error; anything but a DiversionError is told to nobody but the log. */
export function problemResponse(c: Context, error: unknown): Response {
  if (!(error instanceof DiversionError)) {
    const message = "The server failed; its log has more under this request's id.";
    return problemResponse(c, new DiversionError("internal-error", message));
  }
  const { code, message: detail, place } = error;
  const status = statusOf(code);
  const problem: Problem = defined({
    type: "about:blank",
    title: ERROR_TABLE[code],
    status,
    detail,
    code,
    field: place.field,
    row: place.row,
    requestId: c.get("requestId"),
  });
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="ambulance-diversion"');
  // A fail-over takes seconds; what is forked waits for a person.
  if (code === "status-store-unavailable" || code === "status-outcome-unknown") c.header("Retry-After", "2");
  return c.body(JSON.stringify(problem), status, { "Content-Type": "application/problem+json" });
}
