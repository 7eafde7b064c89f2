import { readFile } from "node:fs/promises";
import { DiversionError } from "../core/errors";
import { HospitalDirectory } from "../hospitals/directory";

/**
 * Opens a list of hospitals: csv by its name, JSON otherwise.
 *
 * @throws DiversionError `file-not-found`, `invalid-hospitals`, `duplicate-hospital`, each naming file, row and field.
 */
export async function openHospitals(path: string): Promise<HospitalDirectory> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new DiversionError(
      "file-not-found",
      `The hospital list cannot be read (${(cause as Error).message}); check the name.`,
      { file: path },
      { cause },
    );
  }
  try {
    const directory = /\.csv$/i.test(path)
      ? HospitalDirectory.parseCsv(text)
      : HospitalDirectory.parse(parseJson(text));
    if (directory.size > 0) return directory;
    throw new DiversionError("invalid-hospitals", "The hospital list is empty; name at least one hospital.");
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DiversionError(
      "invalid-hospitals",
      `The hospital list is not JSON (${(cause as Error).message}); a csv list must be named .csv.`,
      {},
      { cause },
    );
  }
}
