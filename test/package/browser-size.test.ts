import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, inject, it } from "vitest";

const consumer = inject("consumer");

/** What a page carries that asks for nothing but the nearest open ED. */
const CEILING_BYTES = 255_000;

const NEAREST_OPEN = `
import { DiversionRouter, HospitalDirectory, readRoads } from "ambulance-diversion";
export const nearestOpen = (roads, hospitals, location) =>
  new DiversionRouter({ roads: readRoads(roads), hospitals: HospitalDirectory.parse(hospitals) }).nearestOpen(location);
`;

describe("the nearest open ED alone, bundled for a browser", () => {
  it(`weighs less than ${CEILING_BYTES} bytes, without csv, XML, ngraph or a writer of JSON schemas`, async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: NEAREST_OPEN, resolveDir: consumer },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const inputs = Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
    );
    expect(inputs.filter((file) => /csv-parse|saxes|xmlchars|ngraph|json-schema|zod\/v4\/classic/.test(file))).toEqual(
      [],
    );
    const { contents } = outputFiles[0]!;
    expect(contents.byteLength, `${gzipSync(contents).byteLength} bytes gzipped`).toBeLessThan(CEILING_BYTES);
  });
});
