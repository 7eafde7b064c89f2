import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { describe, expect, inject, it } from "vitest";
import { run } from "../support/run";

const consumer = inject("consumer");

/** The `.` entry with everything below it, minified: 497 kB when this was written, and 15 %. */
const BROWSER_CEILING_BYTES = 700_000;

const IN_BROWSER = `
import { DiversionRouter, HospitalDirectory, type Recommendation, readRoads } from "ambulance-diversion";
import { fromNgraph } from "ambulance-diversion/ngraph";

export function advise(roads: Uint8Array, hospitals: unknown): string | undefined {
  const router = new DiversionRouter({ roads: readRoads(roads), hospitals: HospitalDirectory.parse(hospitals) });
  const advice: Recommendation = router.recommend({ location: [0.469, 51.7356], needs: ["trauma"], alternatives: 3 });
  const line = router.route(advice);
  const first: number | undefined = line?.geometry.coordinates[0]?.[0];
  // @ts-expect-error A location is two numbers: were the types lost, this would pass.
  router.nearestOpen("0.469,51.7356");
  return advice.destination?.hospital.name ?? String(first ?? typeof fromNgraph);
}
`;
const IN_NODE = `
import { DiversionRouter } from "ambulance-diversion";
import { embeddedHospitals, openRoads } from "ambulance-diversion/node";

const roads = await openRoads("essex.roads");
export const router = new DiversionRouter({ roads, hospitals: await embeddedHospitals(roads) });
// @ts-expect-error A path is a text: were the types lost, this would pass.
await openRoads(17);
`;

/** A strict project without `skipLibCheck`; one for Node brings Node's own types, one for browsers nothing at all. */
const tsconfig = (file: string, types: readonly string[]) => ({
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: "es2023",
    lib: ["es2023", "dom"],
    typeRoots: [resolve("node_modules/@types")],
    types,
    module: "nodenext",
  },
  files: [file],
});

describe("a project that depends on the package alone", () => {
  it.each([
    ["browser", IN_BROWSER, []],
    ["node", IN_NODE, ["node"]],
  ])("compiles against its types: %s", async (name, text, types) => {
    const project = join(consumer, `tsconfig.${name}.json`);
    await writeFile(join(consumer, `${name}.ts`), text);
    await writeFile(project, JSON.stringify(tsconfig(`${name}.ts`, types)));
    const { status, stdout } = await run("npx", ["--no-install", "tsc", "--project", project]);
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
