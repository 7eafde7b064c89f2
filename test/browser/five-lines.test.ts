import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/index";
import { embeddedHospitals, embeddedRoads } from "../../src/node/index";
import { encodeRoads } from "../../src/roads/roads-file";
import { openBrowser } from "./chromium";

/** The README's five lines as a browser has them: the roads come as bytes. */
const PAGE_SCRIPT = `
import { DiversionRouter, HospitalDirectory, readRoads } from "./src/index";

const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const hospitals = HospitalDirectory.parse(await (await fetch("/hospitals.json")).json());
const roads = readRoads(await bytes("/essex.roads"));
const clock = () => Date.parse("2017-05-15T17:00:00+01:00");
const router = new DiversionRouter({ roads, hospitals, clock });
router.status.report({ hospital: "RQ8L0", effect: "divert", scope: { needs: ["trauma"] }, divertTo: "RAJ01", reason: "IT outage" });
const advice = router.recommend({ location: [0.4690, 51.7356], needs: ["trauma"], alternatives: 3, at: "2017-05-15T17:00:00+01:00" });
globalThis.result = JSON.stringify({ advice, route: router.route(advice), text: advice.explain() });
`;

describe("the five lines of the README", () => {
  let server: Server;
  let browser: Browser;
  const requests: string[] = [];
  const files = new Map<string, { type: string; body: Uint8Array | string }>();

  beforeAll(async () => {
    const bundle = await build({
      stdin: { contents: PAGE_SCRIPT, resolveDir: process.cwd(), loader: "ts" },
      bundle: true,
      platform: "browser",
      format: "esm",
      target: "es2022",
      write: false,
      logLevel: "silent",
    });
    const roads = await embeddedRoads();
    files.set("/", { type: "text/html", body: '<!doctype html><script type="module" src="/page.js"></script>' });
    files.set("/page.js", { type: "text/javascript", body: bundle.outputFiles[0]!.contents });
    files.set("/essex.roads", { type: "application/octet-stream", body: Buffer.concat(encodeRoads(roads)) });
    files.set("/hospitals.json", { type: "application/json", body: JSON.stringify(await embeddedHospitals(roads)) });
    server = createServer((request, response) => {
      const file = files.get(request.url ?? "");
      response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.type ?? "text/plain" });
      response.end(file?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("give the same bytes in a browser tab as in Node", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const found = await page
      .waitForFunction(() => (globalThis as { result?: string }).result, undefined, { timeout: 60_000 })
      .then((handle) => handle.jsonValue())
      .catch((error: unknown) => `${String(error)} ${complaints.join("; ")}`);

    const roads = await embeddedRoads();
    const clock = (): number => Date.parse("2017-05-15T17:00:00+01:00");
    const router = new DiversionRouter({ roads, hospitals: await embeddedHospitals(roads), clock });
    router.status.report({
      hospital: "RQ8L0",
      effect: "divert",
      scope: { needs: ["trauma"] },
      divertTo: "RAJ01",
      reason: "IT outage",
    });
    const advice = router.recommend({
      location: [0.469, 51.7356],
      needs: ["trauma"],
      alternatives: 3,
      at: "2017-05-15T17:00:00+01:00",
    });
    expect(found).toBe(JSON.stringify({ advice, route: router.route(advice), text: advice.explain() }));
    expect(advice.destination?.hospital.id).toBe("RAJ01");
    expect(requests.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/`))).toEqual([]);
  });
});
