import { readFile } from "node:fs/promises";
import { DiversionError } from "../core/errors";
import type { ImportedClosures, RoadIndex } from "../roads/road-index";
import { openForReading } from "./file-source";

/**
 * Enters the closures and slowdowns of a GeoJSON file into the roads; see {@link RoadIndex.importClosures}.
 *
 * @throws DiversionError `file-not-found`, `invalid-closure`, naming the file, the feature (as row, from 1) and the field.
 */
export async function loadClosures(path: string, roads: RoadIndex): Promise<ImportedClosures> {
  const file = await openForReading(path);
  try {
    return roads.importClosures(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause.in(path);
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new DiversionError(
      "invalid-closure",
      `The file is not JSON (${cause.message}); closures are a GeoJSON FeatureCollection.`,
      { file: path },
      { cause },
    );
  } finally {
    await file.close();
  }
}
