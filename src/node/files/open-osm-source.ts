import { basename } from "node:path";
import { inflateSync } from "node:zlib";
import { DiversionError } from "../../core/errors";
import { AreaCutSource } from "../../roads/sources/area-cut-source";
import type { CutArea } from "../../roads/sources/cut-area";
import { GeoJsonSource } from "../../roads/sources/geojson-source";
import { MergedSource } from "../../roads/sources/merged-source";
import { OsmPbfSource } from "../../roads/sources/osm-pbf";
import type { OsmHandler, OsmSource } from "../../roads/sources/osm-source";
import { OsmXmlSource } from "../../roads/sources/osm-xml";
import { fileChunks } from "./file-chunks";
import { openFileSource, openForReading } from "./file-source";

/** Readers by what a file's name ends in; the first that fits is taken. */
const READERS: readonly { ending: RegExp; open(path: string): Promise<OsmSource> }[] = [
  { ending: /\.pbf$/i, open: openPbf },
  {
    ending: /\.osm(\.gz)?$/i,
    open: async (path) => new OsmXmlSource(basename(path), (onBytes) => fileChunks(path, "invalid-osm", onBytes)),
  },
  {
    ending: /\.(geo)?json(\.gz)?$/i,
    open: async (path) => new GeoJsonSource(basename(path), (onBytes) => fileChunks(path, "invalid-geojson", onBytes)),
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

/**
 * Opens files of OpenStreetMap data as one source: several are merged ({@link MergedSource}), and an area is cut out of
 * the whole ({@link AreaCutSource}).
 *
 * @throws DiversionError as {@link openOsmSource}; `invalid-argument` for none, for one named twice, and for GeoJSON among
 * several: its nodes have no ids by which those of two files could be told to be the same.
 */
export async function openOsmSources(paths: readonly string[], area?: CutArea): Promise<OsmSource> {
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) {
    throw new DiversionError("invalid-argument", "The file is named twice; name each extract once.", { file: twice });
  }
  const geoJson = paths.find((path) => /json(\.gz)?$/i.test(path));
  if (geoJson !== undefined && paths.length > 1) {
    throw new DiversionError(
      "invalid-argument",
      "GeoJSON cannot be merged with other files: its roads meet by position, those of extracts by the ids of nodes. " +
        "Put all roads into one GeoJSON file, or give .osm.pbf or .osm extracts alone.",
      { file: geoJson },
    );
  }
  const sources = await Promise.all(paths.map(openOsmSource));
  const whole = sources.length === 1 ? sources[0]! : new MergedSource(sources);
  return area === undefined ? whole : new AreaCutSource(whole, area);
}

/** A PBF file that is closed at the end of each pass, whichever way it ends. */
async function openPbf(path: string): Promise<OsmSource> {
  const file = await openFileSource(path);
  const source = new OsmPbfSource(file, inflate);
  return {
    name: source.name,
    statistics: () => source.statistics(),
    async read(handler: OsmHandler): Promise<void> {
      try {
        await source.read(handler);
      } finally {
        await file.close();
      }
    },
  };
}

/** zlib decompression for {@link OsmPbfSource}, into one buffer of the expected length and never more. */
export function inflate(bytes: Uint8Array, expectedLength: number): Uint8Array {
  // A chunk one byte longer than the result saves zlib a second chunk and the copy that joins them; 64 is its minimum.
  return inflateSync(bytes, {
    chunkSize: Math.max(64, expectedLength + 1),
    maxOutputLength: Math.max(1, expectedLength),
  });
}
