import { subjectOf } from "./held-restrictions";
import type { StatusEntry } from "./status";

/**
 * The entries that everything held after all of them follows from: of the status the last for each hospital and key,
 * closures of which one still holds with what was reopened of them, of each feed what it said last, and the last entry
 * whatever it is, whose version the log is at. In the order of their versions.
 */
export function carriedOver(entries: readonly StatusEntry[]): StatusEntry[] {
  const reopened = new Map<string, number>();
  for (const entry of entries) if (entry.kind === "reopen") reopened.set(entry.closure, entry.version);
  const closed = new Set<string>();
  const last = new Map<string, StatusEntry>();
  for (const entry of entries) {
    if (entry.kind === "closure") {
      // An id may be used again once its closure was reopened: only a later entry ends this one.
      const ids = entry.features.map(({ id }) => id);
      const isOver = ids.every((id) => (reopened.get(id) ?? 0) > entry.version);
      if (isOver) continue;
      for (const id of ids) closed.add(id);
      last.set(`closure ${entry.version}`, entry);
    } else if (entry.kind === "reopen") {
      if (closed.has(entry.closure)) last.set(`reopen ${entry.version}`, entry);
    } else if (entry.kind === "heard") {
      last.set(`heard ${entry.feed}`, entry);
    } else {
      const { hospital, key } = subjectOf(entry);
      last.set(JSON.stringify([hospital, key]), entry);
    }
  }
  const newest = entries.at(-1);
  if (newest !== undefined) last.set("newest", newest);
  return [...new Set(last.values())].sort((a, b) => a.version - b.version);
}
