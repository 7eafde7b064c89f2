import { readFile } from "node:fs/promises";
import { DiversionError } from "../core/errors";
import { BUILT_IN_POLICIES, type Policy, parsePolicy } from "../diversion/policy";
import { openForReading } from "./file-source";

/**
 * Reads the rules of a region: a built-in policy by its id, or a JSON file.
 * @throws DiversionError `file-not-found`, `invalid-policy`, naming the file.
 */
export async function openPolicy(path: string): Promise<Policy> {
  const builtIn = BUILT_IN_POLICIES.get(path);
  if (builtIn !== undefined) return builtIn;
  const file = await openForReading(path);
  try {
    return parsePolicy(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause.in(path);
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new DiversionError(
      "invalid-policy",
      `The file is not JSON (${cause.message}); correct it.`,
      { file: path },
      { cause },
    );
  } finally {
    await file.close();
  }
}
