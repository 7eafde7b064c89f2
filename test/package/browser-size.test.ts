import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, inject, it } from "vitest";

const consumer = inject("consumer");

const nearestOpen = (router: string): string => `
import { ${router}, HospitalDirectory, readRoads } from "ambulance-diversion";
export const nearestOpen = (roads, hospitals, location) =>
  new ${router}({ roads: readRoads(roads), hospitals: HospitalDirectory.parse(hospitals) }).nearestOpen(location);
`;

describe("a page's bundle", () => {
  it.each([
    ["NearestOpenRouter", 240_000],
    ["DiversionRouter", 305_000],
  ])(
    "with a %s takes less than %i bytes, without csv, XML, ngraph or a writer of JSON schemas",
    async (router, ceiling) => {
      const { outputFiles, metafile } = await build({
        stdin: { contents: nearestOpen(router), resolveDir: consumer },
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
      expect(
        inputs.filter((file) => /csv-parse|saxes|xmlchars|ngraph|json-schema|zod\/v4\/classic/.test(file)),
      ).toEqual([]);
      const { contents } = outputFiles[0]!;
      expect(contents.byteLength, `${gzipSync(contents).byteLength} bytes gzipped`).toBeLessThan(ceiling);
    },
  );
});
