import { buildPage } from "../../src/page.config";

/** Where the built page lies while tests run. */
const FOLDER = ".cache/page";

let built: Promise<unknown> | undefined;

/** Builds the map page from its sources, once per process. @returns the folder to serve it from. */
export async function builtPage(): Promise<string> {
  built ??= buildPage(FOLDER);
  await built;
  return FOLDER;
}
