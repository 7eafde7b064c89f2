/** The folder of an address. */
const FOLDER = ".";

/** Where the page lies on its site: `/`, or a prefix such as `/diversion/`. */
export const sitePath = (url: string): string => new URL(FOLDER, url).pathname;

/** What is kept in the browser goes by the path too: two servers behind one name must not share it. */
export const siteName = (what: string, url: string): string => `ambulance-diversion ${sitePath(url)} ${what}`;
