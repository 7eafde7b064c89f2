import { readFile } from "node:fs/promises";
import { DiversionError } from "../core/errors";
import { parseScenario, type Scenario } from "../planning/scenario";
import { openForReading } from "./file-source";
import { packageFile } from "./package-files";

/** The scenarios that come with the package, by id: files of `data/scenarios`. */
export const BUILT_IN_SCENARIOS = ["nhs-cyber-attack-2017"] as const;

/**
 * Reads a scenario: a built-in one by its id, or a JSON file.
 * @throws DiversionError `file-not-found`, `invalid-scenario`, naming the file.
 */
export async function openScenario(path: string): Promise<Scenario> {
  const builtIn = BUILT_IN_SCENARIOS.some((id) => id === path);
  const file = await openForReading(builtIn ? packageFile(`data/scenarios/${path}.json`) : path);
  try {
    return parseScenario(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause.in(path);
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new DiversionError(
      "invalid-scenario",
      `The file is not JSON (${cause.message}); correct it.`,
      { file: path },
      { cause },
    );
  } finally {
    await file.close();
  }
}
