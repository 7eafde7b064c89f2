import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts one of our worker threads by the name of its file, for instance `order-worker`.
 *
 * In the built package workers are `dist/node/NAME.js`, while the code that starts them may have been bundled into that
 * folder, into another entry or into a chunk shared between entries, so the places these can have relative to it are
 * looked at in turn. Run from TypeScript source, the worker is the `.ts` file beside this one, and loads tsx by itself:
 * a thread inherits no loader hooks, and `--import` among its `execArgv` does not install them on Node 20.
 */
export function openWorker(name: string, options: WorkerOptions = {}): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(builtWorker(name), options);
  // Resolved here because code given as text resolves from the working directory, which may be anywhere.
  const tsx = import.meta.resolve("tsx/esm/api");
  const source = new URL(`./${name}.ts`, import.meta.url).href;
  const script = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); });`;
  return new Worker(script, { ...options, eval: true });
}

function builtWorker(name: string): URL {
  const places = ["./", "./node/", "../node/"].map((folder) => new URL(`${folder}${name}.js`, import.meta.url));
  const found = places.find((place) => existsSync(fileURLToPath(place)));
  if (found === undefined) throw new Error(`The worker file ${name}.js is missing from the package; reinstall it.`);
  return found;
}
