import { BUILT_IN_POLICIES, type Policy, parsePolicy } from "../../diversion/rules/policy";
import { parseJsonText, parseTextFile } from "./text-file";

/**
 * Reads the rules of a region: a built-in policy by its id, or a JSON file.
 * @throws DiversionError `file-not-found`, `invalid-policy`, naming the file.
 */
export async function openPolicy(path: string): Promise<Policy> {
  const builtIn = BUILT_IN_POLICIES.get(path);
  if (builtIn !== undefined) return builtIn;
  return parseTextFile(path, (text) => parsePolicy(parseJsonText(text, "invalid-policy", "correct it")));
}
