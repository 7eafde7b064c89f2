import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, inject, it } from "vitest";
import { run } from "../support/run";

const consumer = inject("consumer");

/** The `.` entry with everything below it, minified: 372 kB when this was written (119 kB compressed), and 15 %. */
const BROWSER_CEILING_BYTES = 428_000;

const USE = `
import { DiversionRouter, HospitalDirectory, type Recommendation, fromNgraph } from "ambulance-diversion";
import { openRoads } from "ambulance-diversion/node";

export async function advise(file: string, hospitals: unknown): Promise<string | undefined> {
  const roads = await openRoads(file);
  const router = new DiversionRouter({ roads, hospitals: HospitalDirectory.parse(hospitals) });
  const advice: Recommendation = router.recommend({ location: [0.469, 51.7356], needs: ["trauma"], alternatives: 3 });
  const line = router.route(advice);
  const first: number | undefined = line?.geometry.coordinates[0]?.[0];
  // @ts-expect-error A location is two numbers: were the types lost, this would pass.
  router.nearestOpen("0.469,51.7356");
  return advice.destination?.hospital.name ?? String(first ?? typeof fromNgraph);
}
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: "es2023",
    lib: ["es2023", "dom"],
    types: [],
    module: "nodenext",
    moduleDetection: "force",
  },
  files: ["use.ts"],
};

describe("a project that depends on the package alone", () => {
  it("compiles against its types, with libraries checked too", async () => {
    await writeFile(join(consumer, "use.ts"), USE);
    await writeFile(join(consumer, "tsconfig.json"), JSON.stringify(TSCONFIG));
    const { status, stdout } = await run("npx", ["--no-install", "tsc", "--project", consumer]);
    expect(status, stdout).toBe(0);
  });

  it(`bundles for a browser into less than ${BROWSER_CEILING_BYTES} bytes, without a Node module`, async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: 'export * from "ambulance-diversion";', resolveDir: consumer },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      external: ["node:*"],
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports).toEqual([]);
    expect(outputFiles[0]!.contents.byteLength).toBeLessThan(BROWSER_CEILING_BYTES);
  });
});
