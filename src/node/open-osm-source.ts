import { basename } from "node:path";
import { DiversionError } from "../core/errors";
import { GeoJsonSource } from "../roads/geojson-source";
import { OsmPbfSource } from "../roads/osm-pbf";
import type { OsmHandler, OsmSource } from "../roads/osm-source";
import { OsmXmlSource } from "../roads/osm-xml";
import { fileChunks } from "./file-chunks";
import { openFileSource, openForReading } from "./file-source";
import { inflate } from "./inflate";

/** Readers by what a file's name ends in; the first that fits is taken. */
const READERS: readonly { ending: RegExp; open(path: string): Promise<OsmSource> }[] = [
  { ending: /\.pbf$/i, open: openPbf },
  {
    ending: /\.osm(\.gz)?$/i,
    open: async (path) => new OsmXmlSource(basename(path), () => fileChunks(path, "invalid-osm")),
  },
  {
    ending: /\.(geo)?json(\.gz)?$/i,
    open: async (path) => new GeoJsonSource(basename(path), () => fileChunks(path, "invalid-geojson")),
  },
];

/**
 * Opens a file of OpenStreetMap data by its name: `.osm.pbf`, `.osm[.gz]`, `.geojson[.gz]` or `.json[.gz]`. No file
 * stays open between the passes of {@link OsmSource.read}.
 *
 * @throws DiversionError `invalid-argument` for other names, `file-not-found` when there is no such file.
 */
export async function openOsmSource(path: string): Promise<OsmSource> {
  const reader = READERS.find(({ ending }) => ending.test(path));
  if (reader === undefined) {
    throw new DiversionError(
      "invalid-argument",
      `${basename(path)} is not named like road data: expected .osm.pbf, .osm, .osm.gz, .geojson or .geojson.gz; ` +
        `rename the file, or convert it (for instance "osmium cat ${basename(path)} -o roads.osm.pbf").`,
      { file: path },
    );
  }
  const handle = await openForReading(path);
  await handle.close();
  return reader.open(path);
}

/** A PBF file that is closed at the end of each pass, whichever way it ends. */
async function openPbf(path: string): Promise<OsmSource> {
  const file = await openFileSource(path);
  const source = new OsmPbfSource(file, inflate);
  return {
    name: source.name,
    async read(handler: OsmHandler): Promise<void> {
      try {
        await source.read(handler);
      } finally {
        await file.close();
      }
    },
  };
}
