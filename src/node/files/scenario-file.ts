import { parseScenario, type Scenario } from "../../planning/replay/scenario";
import { packageFile } from "./package-files";
import { parseJsonText, parseTextFile } from "./text-file";

/** The scenarios that come with the package, by id: files of `data/scenarios`. */
export const BUILT_IN_SCENARIOS = ["nhs-cyber-attack-2017"] as const;

/**
 * Reads a scenario: a built-in one by its id, or a JSON file.
 * @throws DiversionError `file-not-found`, `invalid-scenario`, naming the file.
 */
export function openScenario(path: string): Promise<Scenario> {
  const isBuiltIn = BUILT_IN_SCENARIOS.some((id) => id === path);
  return parseTextFile(isBuiltIn ? packageFile(`data/scenarios/${path}.json`) : path, (text) =>
    parseScenario(parseJsonText(text, "invalid-scenario", "correct it")),
  );
}
