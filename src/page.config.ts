import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";

/** Scripts by the name they are served under. */
const SCRIPTS = {
  page: "src/page/main.ts",
  "compute-worker": "src/page/compute/compute-worker.ts",
  "tile-worker": "src/page/map/tile-worker.ts",
  "event-worker": "src/page/sync/event-worker.ts",
};

const COPIED = ["index.html", "icon.svg", "page.webmanifest"];

const FILES = [...COPIED, "page.css", ...Object.keys(SCRIPTS).map((name) => `${name}.js`)];

const COMMON: BuildOptions = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  metafile: true,
  logLevel: "warning",
  legalComments: "none",
};

/**
 * Builds the map page into a folder: each script whole, as workers are started from a file of their own.
 *
 * @returns what went into the scripts.
 */
export async function buildPage(folder: string): Promise<Metafile[]> {
  await mkdir(folder, { recursive: true });
  const scripts = await build({ ...COMMON, metafile: true, entryPoints: SCRIPTS, outdir: folder });
  const styles = await build({
    ...COMMON,
    metafile: true,
    entryPoints: { page: "src/page/page.css" },
    outdir: folder,
    loader: { ".png": "dataurl" },
  });
  for (const file of COPIED) await copyFile(join("src/page", file), join(folder, file));
  const hash = createHash("sha256");
  for (const file of FILES) hash.update(await readFile(join(folder, file)));
  await build({
    ...COMMON,
    entryPoints: { "service-worker": "src/page/service-worker.ts" },
    outdir: folder,
    define: {
      PAGE_BUILD: JSON.stringify(hash.digest("hex").slice(0, 16)),
      PAGE_FILES: JSON.stringify(FILES.map((file) => (file === "index.html" ? "./" : file))),
    },
  });
  return [scripts.metafile, styles.metafile];
}
