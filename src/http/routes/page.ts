import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { DiversionError } from "../../core/errors";
import { packageFile } from "../../node/files/text-file";
import type { Env } from "../openapi";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** The files of the page, each by its own name: nothing else of the folder can be asked for. */
const FILES = [
  "index.html",
  "page.js",
  "page.css",
  "compute-worker.js",
  "tile-worker.js",
  "event-worker.js",
  "service-worker.js",
  "icon.svg",
  "page.webmanifest",
];

/**
 * The map page and what it loads.
 *
 * @param folder where it was built. Default: in the package.
 */
export function pageRoutes(app: OpenAPIHono<Env>, folder = packageFile("dist/page")): void {
  for (const file of FILES) {
    app.get(file === "index.html" ? "/" : `/${file}`, async (c) => {
      const bytes = await readFile(join(folder, file)).catch((cause: unknown) => {
        throw new DiversionError("not-found", "The page is not built; run the package's build.", {}, { cause });
      });
      // Checked each time: a page of an older release must not outlive the server's.
      c.header("Cache-Control", "no-cache");
      return c.body(new Uint8Array(bytes), 200, { "Content-Type": TYPES[extname(file)]! });
    });
  }
}
