import type { ImportedClosures, RoadIndex } from "../../roads/road-index";
import { parseJsonText, parseTextFile } from "./text-file";

/**
 * Enters the closures and slowdowns of a GeoJSON file into the roads; see {@link RoadIndex.importClosures}.
 *
 * @throws DiversionError `file-not-found`, `invalid-closure`, naming the file, the feature (as row, from 1) and the field.
 */
export const loadClosures = (path: string, roads: RoadIndex): Promise<ImportedClosures> =>
  parseTextFile(path, (text) =>
    roads.importClosures(parseJsonText(text, "invalid-closure", "closures are a GeoJSON FeatureCollection")),
  );
