import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { County } from "./county";

/** Changes need a token; nobody else can reach this server. */
export const TOKEN = "load";

export interface ServerProcess {
  readonly url: string;
  /** Ends it as an operator would. @throws Error when it does not end well. */
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Starts `ambulance-diversion serve` in a process of its own, with status and closures on disk.
 *
 * It runs from a bundle of the sources as they are, as the package has one: run through a loader of TypeScript, functions
 * would be wrapped to keep their names, and that is not what users run.
 *
 * @param nodeOptions such as those of a profiler.
 * @param serveOptions further ones of the command.
 */
export async function startServer(
  county: County,
  nodeOptions: readonly string[],
  serveOptions: readonly string[] = [],
): Promise<ServerProcess> {
  const bundle = await bundledCommand();
  const files = ["--roads", county.roadsFile, "--hospitals", county.hospitalsFile];
  const state = ["--status", county.statusFile, "--closures", county.closuresFile];
  const child = spawn(
    process.execPath,
    [...nodeOptions, bundle, "serve", "--port", "0", "--quiet", ...files, ...state, ...serveOptions],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, AMBULANCE_DIVERSION_TOKEN: TOKEN },
    },
  );
  const url = await urlOf(child).finally(() => rmSync(bundle));
  return { url, stop: () => stopped(child) };
}

/** Under `node_modules`, from where its packages are found and so is the folder of package.json. */
async function bundledCommand(): Promise<string> {
  const outfile = join(ROOT, "node_modules/.cache/ambulance-diversion-load", `cli-${process.pid}.mjs`);
  await build({
    entryPoints: [join(ROOT, "src/cli/bin.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2023",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (chunk) => {
      text += chunk;
      const match = /listens on (\S+)\n/.exec(text);
      if (match !== null) resolve(match[1]!);
    });
    child.once("exit", (code) => reject(new Error(`The server ended with status ${code} before it listened.`)));
    child.once("error", reject);
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  if (child.exitCode !== 0) throw new Error(`The server ended with ${child.signalCode ?? `status ${child.exitCode}`}.`);
}
