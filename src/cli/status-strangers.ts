import type { Status } from "../hospitals/status/status";

/** Ids that a status log speaks of and its hospital list does not have, in order of first mention. */
export function strangersIn(status: Status): string[] {
  const mentioned = status
    .history()
    .map((event) => (event.kind === "report" ? event.restriction.hospital : event.hospital));
  return [...new Set(mentioned)].filter((id) => status.directory.get(id) === undefined);
}
