import { defined } from "../core/defined";
import type { DiversionError } from "../core/errors";
import type { IncidentRow } from "../diversion/incidents/incident-row";

/** A line of NDJSON from a recommendation's JSON: the id comes first when there is one. */
export const ndjsonLine = ({ id }: Pick<IncidentRow, "id">, json: string): string =>
  id === undefined ? `${json}\n` : `{"id":${JSON.stringify(id)},${json.slice(1)}\n`;

/** The line in place of the answer to a row that is no incident, or that cannot be answered. */
export function ndjsonRefusal(
  { id, row }: Pick<IncidentRow, "id" | "row">,
  { code, message, place }: DiversionError,
): string {
  const error = defined({ code, message, field: place.field });
  return `${JSON.stringify(defined({ id, row, error }))}\n`;
}
