import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { runToSuccess } from "../support/run";

declare module "vitest" {
  interface ProvidedContext {
    tarball: string;
    /** Paths within the tarball, and the size of all when unpacked. */
    packed: { readonly paths: readonly string[]; readonly unpackedBytes: number };
    /** A folder where the tarball is the only thing installed. */
    consumer: string;
  }
}

/** Packs what `npm run build` made and installs it in an empty folder, as a user's first `npm install` does. */
export default async function pack({ provide }: TestProject): Promise<() => Promise<void>> {
  if (!existsSync("dist/cli.js") || !existsSync("dist/index.d.ts")) {
    throw new Error("There is no whole dist/ to pack; run `npm run build` first.");
  }
  const folder = await mkdtemp(join(tmpdir(), "ambulance-diversion-"));
  // Without scripts, for `prepack` would build once more what is being tested.
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename, files, unpackedSize }] = JSON.parse(await runToSuccess("npm", packing));
  const tarball = join(folder, filename);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await runToSuccess("npm", ["install", "--prefer-offline", tarball], { cwd: folder });

  provide("tarball", tarball);
  provide("packed", { paths: files.map(({ path }: { path: string }) => path), unpackedBytes: unpackedSize });
  provide("consumer", folder);
  return () => rm(folder, { recursive: true, force: true });
}
