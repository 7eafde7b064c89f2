import { type Places, readPopulation } from "../../planning/ground/places";
import { parseTextFile } from "./text-file";

/**
 * Opens a csv of where people live; see {@link readPopulation}.
 *
 * @throws DiversionError `file-not-found`, `invalid-population`, naming the file, the row and the column.
 */
export const openPopulation = (path: string): Promise<Places> => parseTextFile(path, readPopulation);
