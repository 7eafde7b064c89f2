import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/**
 * Real extracts and lists that are too large, or not ours, to keep in the project live in `../shared/data` beside the
 * checkout. Returns the file's path, or undefined when the folder is absent: tests then skip and say so.
 */
export function sharedData(path: string): string | undefined {
  const file = `${folder}${path}`;
  return existsSync(file) ? file : undefined;
}

/** What a skipped test says in its title. */
export const needsSharedData = "(skipped where ../shared/data is absent)";
