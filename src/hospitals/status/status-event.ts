import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import { firstProblem } from "../directory/schema-problems";
import { normalScope } from "./restriction";
import type { StatusEvent } from "./status";
import { EventLine } from "./status-log";

/**
 * Reads a change of the status as `JSON.stringify` writes a {@link StatusEvent}: what the HTTP wrapper sends.
 *
 * @throws DiversionError `corrupt-status-log` for anything else.
 */
export function readStatusEvent(json: unknown): StatusEvent {
  const { version: v, restriction, ...rest } = (json ?? {}) as Record<string, unknown>;
  // A line of the log holds the same fields, side by side.
  const line = { v, ...rest, ...(restriction as object | undefined) };
  const result = safeParse(EventLine, line);
  if (!result.success) {
    const { message, field } = firstProblem(result.error.issues, line);
    throw new DiversionError("corrupt-status-log", `A change of the status is not of the documented form: ${message}`, {
      field,
    });
  }
  const { v: version, ...event } = result.data;
  if (event.kind !== "report") return { version, ...event };
  const { kind, scope, ...stated } = event;
  return { version, kind, restriction: { ...stated, scope: normalScope(scope) } };
}
