import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import type { ValhallaActor, ValhallaPackage } from "./install";

/** Builds Valhalla's tiles of one extract, hands over an actor on them, and removes the tiles when the work is done. */
export async function withTiles<T>(
  valhalla: ValhallaPackage,
  extractFile: string,
  work: (actor: ValhallaActor) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "valhalla-tiles-"));
  try {
    const configFile = join(folder, "config.json");
    writeFileSync(configFile, JSON.stringify(await tileConfig(valhalla, folder)));
    const builder = join(valhalla.root, platform(), arch(), "valhalla_build_tiles");
    execFileSync(builder, ["-c", configFile, "-j", "1", extractFile], { cwd: folder, stdio: "ignore" });
    return await work(await valhalla.Actor.fromConfigFile(configFile));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pruning may be switched off up to this many metres, farther than any of these extracts is wide. Valhalla's default is 0. */
const UNPRUNED_METRES = 1_000_000;

/** No shortcuts and one thread: the same tiles at every run. No borders, no time zones, no traffic: there are none here. */
async function tileConfig(valhalla: ValhallaPackage, folder: string): Promise<Record<string, unknown>> {
  const config = await valhalla.getConfig({ tileDir: join(folder, "tiles"), tileExtract: "" });
  const { admin: _a, timezone: _z, landmarks: _l, tile_extract: _e, traffic_extract: _t, ...mjolnir } = config.mjolnir!;
  const service_limits = { ...config.service_limits, max_distance_disable_hierarchy_culling: UNPRUNED_METRES };
  return { ...config, service_limits, mjolnir: { ...mjolnir, concurrency: 1, shortcuts: false } };
}
