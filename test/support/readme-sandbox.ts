import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { ENTRIES } from "../../src/tsup.config";
import { essexAsPbf } from "./essex-pbf";
import { type Ran, run } from "./run";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * What the tests cannot do for want of a network, because they are it, or because the package's own tests do it: nothing
 * happens. In `setup` blocks alone.
 */
const SET_UP = ["npm ci", "npm test", "npm run build", "npm install ambulance-diversion", "npm install pg"];

/** The programs a README may call that are ours or stand in for the network; everything else is the machine's own. */
const shims = (bundle: string): Record<string, string> => ({
  npx: `#!/usr/bin/env bash
if [[ "\${1-}" != ambulance-diversion ]]; then echo "The README test knows no npx \${1-}." >&2; exit 127; fi
shift
exec "${process.execPath}" "${bundle}/cli.js" "$@"
`,
  npm: `#!/usr/bin/env bash
if [[ "\${README_SETUP-}" == yes ]]; then
  case "npm $*" in ${SET_UP.map((command) => `"${command}"`).join("|")}) exit 0 ;; esac
fi
if [[ "\${1-}" != start ]]; then echo "The README test knows no npm $*." >&2; exit 127; fi
shift
if [[ "\${1-}" == -- ]]; then shift; fi
exec "${process.execPath}" "${bundle}/start.js" "$@"
`,
  "systemd-run": `#!/usr/bin/env bash
if [[ "\${README_SETUP-}" != yes ]]; then echo "The README test knows no systemd-run." >&2; exit 127; fi
while [[ "\${1-}" == --* ]]; do shift; done
"$@" --help
`,
});

/**
 * A folder in which a user followed the README: the package "installed" (its sources stand for what is built from
 * them), `data/` beside, the commands on the path.
 */
export class ReadmeSandbox {
  readonly folder: string;
  readonly #bundle: string;

  private constructor(folder: string, bundle: string) {
    this.folder = folder;
    this.#bundle = bundle;
  }

  static async create(): Promise<ReadmeSandbox> {
    const folder = await mkdtemp(join(tmpdir(), "readme-"));
    const bundle = await bundleSources();
    await mkdir(join(folder, ".shims"));
    for (const [name, text] of Object.entries(shims(bundle))) {
      await writeFile(join(folder, ".shims", name), text);
      await chmod(join(folder, ".shims", name), 0o755);
    }
    await symlink(join(ROOT, "data"), join(folder, "data"));
    await installPackage(folder, bundle);
    return new ReadmeSandbox(folder, bundle);
  }

  async remove(): Promise<void> {
    for (const folder of [this.folder, this.#bundle]) await rm(folder, { recursive: true, force: true });
  }

  /** Adds a TypeScript module, for {@link module} and {@link complaints}. */
  async writeModule(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, `${name}.ts`), text);
    await writeFile(join(this.folder, `${name}.js`), (await transform(text, { loader: "ts" })).code);
  }

  /** Runs shell lines and stops at the first that fails. A `setup` block may name an extract no test can download. */
  async shell(text: string, setup: boolean): Promise<Ran> {
    if (setup) {
      for (const [extract] of text.matchAll(/\S+\.osm\.pbf/g)) {
        if (!existsSync(join(this.folder, extract))) await writeFile(join(this.folder, extract), await essexAsPbf());
      }
    }
    const PATH = [join(this.folder, ".shims"), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH, README_SETUP: setup ? "yes" : "no", NO_COLOR: "1" };
    // What a block leaves running in the background would keep its output open for ever.
    const ending = "trap 'jobs -p | xargs -r kill' EXIT\n";
    // Node's pipes are sockets, which bash may take for a remote login and read its start-up files: it is told not to.
    return run("bash", ["--norc", "--noprofile", "-euo", "pipefail", "-c", ending + text], { cwd: this.folder, env });
  }

  module(name: string): Promise<Ran> {
    return run(process.execPath, [`${name}.js`], { cwd: this.folder });
  }

  /** What the compiler says of all TypeScript modules of this folder; nothing when they are right. */
  async complaints(): Promise<string> {
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    const { stdout, stderr } = await run(process.execPath, [tsc, "--project", this.folder], { cwd: this.folder });
    return stdout + stderr;
  }
}

/**
 * The files of `dist/`, made of the sources as they are now, and the example of `npm start`. They stand in the
 * repository, where they find the packages and the data they need.
 */
async function bundleSources(): Promise<string> {
  await mkdir(join(ROOT, ".cache"), { recursive: true });
  const outdir = await mkdtemp(join(ROOT, ".cache/readme-"));
  const { dependencies, devDependencies } = await packageJson();
  await build({
    absWorkingDir: ROOT,
    entryPoints: { ...ENTRIES, start: "bench/start.ts" },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name !== "@turf/turf"),
    logLevel: "silent",
  });
  return outdir;
}

/** `node_modules` with our package, its entries bundled and typed by their sources, and the packages it depends on. */
async function installPackage(folder: string, bundle: string): Promise<void> {
  const { name, exports, dependencies } = await packageJson();
  const link = async (target: string, path: string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await symlink(target, path);
  };
  const installed = join(folder, "node_modules", name);
  await link(join(ROOT, "src"), join(installed, "src"));
  await link(bundle, join(installed, "dist"));
  for (const dependency of Object.keys(dependencies)) {
    await link(join(ROOT, "node_modules", dependency), join(folder, "node_modules", dependency));
  }
  const entries = Object.entries(exports).flatMap(([entry, target]) => {
    if (typeof target === "string") return [];
    const types = target.default.replace(/^\.\/dist\/(.*)\.js$/, "./src/$1.ts");
    return [[entry, { types, default: target.default }]];
  });
  await writeJson(join(installed, "package.json"), { name, type: "module", exports: Object.fromEntries(entries) });
  await writeJson(join(folder, "package.json"), { private: true, type: "module" });
  await writeJson(join(folder, "tsconfig.json"), {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      typeRoots: [join(ROOT, "node_modules/@types")],
      // An example may name a thing that only the text after it speaks of.
      noUnusedLocals: false,
    },
    include: ["*.ts"],
  });
}

interface PackageJson {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const packageJson = async (): Promise<PackageJson> => JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

const writeJson = (file: string, content: unknown): Promise<void> => writeFile(file, JSON.stringify(content));
