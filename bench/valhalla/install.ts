import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VALHALLA_PACKAGE, VALHALLA_VERSION } from "./settings";

/** Out of git and of every package: what it holds is dropped with the next `npm ci`. */
const folder = fileURLToPath(new URL("../../node_modules/.cache/valhalla-comparison/", import.meta.url));

type Json = Record<string, unknown>;

/** What the package's own declarations say, as far as it is used here. */
export interface ValhallaActor {
  route(query: Json): Promise<Json>;
  matrix(query: Json): Promise<Json>;
  traceRoute(query: Json): Promise<Json>;
  traceAttributes(query: Json): Promise<Json>;
}

export interface ValhallaPackage {
  /** Where the package lies. */
  readonly root: string;
  readonly Actor: { fromConfigFile(file: string): Promise<ValhallaActor> };
  getConfig(options: { tileDir: string; tileExtract: string }): Promise<Record<string, Json>>;
}

/**
 * Valhalla, installed for this comparison alone: never a dependency, in no lock. The first run takes 87 MB from the npm
 * registry; later ones find it.
 */
export function ensureValhalla(): ValhallaPackage {
  const root = join(folder, "node_modules", VALHALLA_PACKAGE);
  if (installedVersion(root) !== VALHALLA_VERSION) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), `${JSON.stringify({ private: true })}\n`);
    const words = ["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", [...words, `${VALHALLA_PACKAGE}@${VALHALLA_VERSION}`], { cwd: folder, stdio: "ignore" });
  }
  const loaded = createRequire(join(folder, "package.json"))(VALHALLA_PACKAGE) as Omit<ValhallaPackage, "root">;
  return { root, Actor: loaded.Actor, getConfig: loaded.getConfig };
}

function installedVersion(root: string): unknown {
  const file = join(root, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}
