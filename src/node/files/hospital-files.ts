import { DiversionError } from "../../core/errors";
import { readHospitalCsv } from "../../hospitals/directory/csv";
import { HospitalDirectory } from "../../hospitals/directory/directory";
import { parseJsonText, parseTextFile } from "./text-file";

/**
 * Opens a list of hospitals: csv by its name, JSON otherwise.
 *
 * @throws DiversionError `file-not-found`, `invalid-hospitals`, `duplicate-hospital`, each naming file, row and field.
 */
export const openHospitals = (path: string): Promise<HospitalDirectory> =>
  parseTextFile(path, (text) => {
    const directory = /\.csv$/i.test(path)
      ? readHospitalCsv(text)
      : HospitalDirectory.parse(parseJsonText(text, "invalid-hospitals", "a csv list must be named .csv"));
    if (directory.size > 0) return directory;
    throw new DiversionError("invalid-hospitals", "The hospital list is empty; name at least one hospital.");
  });
