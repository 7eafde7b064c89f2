import { expect, it } from "vitest";
import { siteName, sitePath } from "../../src/page/site-names";

it("keeps the data of servers apart that share a site, from the page's address and its worker's alike", () => {
  expect(["https://site/", "https://site/service-worker.js"].map(sitePath)).toEqual(["/", "/"]);
  const ofPage = siteName("data", "https://site/cad/diversion/?at=1#help");
  expect(ofPage).toBe(siteName("data", "https://site/cad/diversion/event-worker.js"));
  expect(ofPage).not.toBe(siteName("data", "https://site/cad/"));
  expect(ofPage).not.toBe(siteName("token", "https://site/cad/diversion/"));
});
