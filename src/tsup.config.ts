import { readdirSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Metafile } from "esbuild";
import { defineConfig, type Options } from "tsup";
import { buildPage } from "./page.config";
import { sbomOf } from "./sbom.config";

type BuildPlugin = NonNullable<Options["esbuildPlugins"]>[number];

const OUT_DIR = "dist";

/** The map page that the HTTP wrapper serves. */
const PAGE_DIR = `${OUT_DIR}/page`;

/** Public entries, which also get types. */
const LIBRARY = {
  index: "src/index.ts",
  decisions: "src/decisions.ts",
  feeds: "src/feeds.ts",
  planning: "src/planning.ts",
  roads: "src/roads.ts",
  "ngraph/index": "src/ngraph/index.ts",
  "node/index": "src/node/index.ts",
  "http/index": "src/http/index.ts",
  "postgres/index": "src/postgres/index.ts",
};

/** A thread is started from a file of its own, beside the node entry: `src/node/workers/x-worker.ts` → `dist/node/x-worker.js`. */
const WORKERS = Object.fromEntries(
  readdirSync("src/node/workers")
    .filter((file) => file.endsWith("-worker.ts"))
    .map((file) => [`node/${basename(file, ".ts")}`, `src/node/workers/${file}`]),
);

/** The folder of the innermost package that holds a bundled file, or undefined for a file of our own. */
const packageFolder = (file: string): string | undefined => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file === undefined) throw new Error(`${folder} is bundled but has no licence file to quote.`);
  const text = await readFile(join(folder, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** Writes the licence of every package whose code ended up in a folder's files, which those licences ask for; its names. */
async function writeNotices(folder: string, metafiles: readonly Metafile[]): Promise<string[]> {
  const bundled = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
    ),
  );
  const folders = new Set(bundled.map(([file]) => packageFolder(file)).filter((found) => found !== undefined));
  const notices = await Promise.all([...folders].sort().map(noticeOf));
  const about = "Code of the following packages is part of the files beside this one.\n";
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "THIRD-PARTY-NOTICES.txt"), [about, ...notices].join(`\n${"-".repeat(80)}\n\n`));
  return [...folders].map((found) => found.slice(found.lastIndexOf("node_modules/") + 13));
}

/** Writes what the package is made of, for those who have to know when one of its parts turns out to be at fault. */
async function writeSbom(bundled: readonly string[]): Promise<void> {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  await writeFile(join(OUT_DIR, "sbom.cdx.json"), `${JSON.stringify(sbomOf(lock, new Set(bundled)), null, 2)}\n`);
}

const noticesAndPage: BuildPlugin = {
  name: "notices-and-page",
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(async ({ metafile }) => {
      if (metafile === undefined) return;
      const inLibrary = await writeNotices(OUT_DIR, [metafile]);
      const inPage = await writeNotices(PAGE_DIR, await buildPage(PAGE_DIR));
      await writeSbom([...inLibrary, ...inPage]);
    });
  },
};

/** Every file of `dist/` that something is started from or imported by, without its ending, and where it comes from. */
export const ENTRIES: Readonly<Record<string, string>> = { ...LIBRARY, ...WORKERS, cli: "src/cli/bin.ts" };

export default defineConfig({
  entry: ENTRIES,
  outDir: OUT_DIR,
  format: "esm",
  target: "es2023",
  platform: "neutral",
  splitting: true,
  clean: true,
  dts: {
    entry: LIBRARY,
    // `npm run types` checks the same sources; checking them again here took a third of the build.
    compilerOptions: { ignoreDeprecations: "6.0", noCheck: true },
  },
  // Inlined, so that an install brings a dozen packages and not a hundred and fifty more.
  noExternal: [/^@turf\//],
  external: [/^node:/],
  removeNodeProtocol: false,
  esbuildPlugins: [noticesAndPage],
});
