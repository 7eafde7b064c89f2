import { buildPage } from "../../src/page.config";

/** Where the map page lies that tests look at. */
export const BUILT_PAGE = ".cache/page";

/** Builds the map page from its sources, before the first test of a run that names this file as its `globalSetup`. */
export default async function buildPageOnce(): Promise<void> {
  await buildPage(BUILT_PAGE);
}
