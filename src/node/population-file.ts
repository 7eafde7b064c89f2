import { readFile } from "node:fs/promises";
import { DiversionError } from "../core/errors";
import { type Places, readPopulation } from "../planning/places";

/**
 * Opens a csv of where people live; see {@link readPopulation}.
 *
 * @throws DiversionError `file-not-found`, `invalid-population`, naming the file, the row and the column.
 */
export async function openPopulation(path: string): Promise<Places> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new DiversionError(
      "file-not-found",
      `The population file cannot be read (${(cause as Error).message}); check the name.`,
      { file: path },
      { cause },
    );
  }
  try {
    return readPopulation(text);
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  }
}
