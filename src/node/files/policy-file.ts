import { BUILT_IN_POLICIES, type Policy, parsePolicy } from "../../diversion/rules/policy";
import type { CapabilityVocabulary } from "../../hospitals/directory/capabilities";
import { parseJsonText, parseTextFile } from "./text-file";

/**
 * Reads the rules of a region: a built-in policy by its id, or a JSON file.
 *
 * @param vocabulary the words that the hospitals are read with. Default: those of `data/capabilities.json`.
 * @throws DiversionError `file-not-found`, `invalid-policy`, naming the file.
 */
export async function openPolicy(path: string, vocabulary?: CapabilityVocabulary): Promise<Policy> {
  const builtIn = BUILT_IN_POLICIES.get(path);
  if (builtIn !== undefined) return builtIn;
  return parseTextFile(path, (text) => parsePolicy(parseJsonText(text, "invalid-policy", "correct it"), vocabulary));
}
