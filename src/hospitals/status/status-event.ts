import { DiversionError } from "../../core/errors";
import type { StatusEntry } from "./status";
import { entryOfLine } from "./status-log";

/**
 * Reads an entry of the status log as `JSON.stringify` writes a {@link StatusEntry}: what the HTTP wrapper sends.
 *
 * @throws DiversionError `corrupt-status-log` for anything else.
 */
export function readStatusEntry(json: unknown): StatusEntry {
  const { version: v, restriction, ...rest } = (json ?? {}) as Record<string, unknown>;
  // A line of the log holds the same fields, side by side.
  const read = entryOfLine({ v, ...rest, ...(restriction as object | undefined) });
  if ("version" in read) return read;
  const { message, field } = read;
  throw new DiversionError("corrupt-status-log", `A change of the status is not of the documented form: ${message}`, {
    field,
  });
}
