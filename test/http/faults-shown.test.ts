import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { recallFeeds, rememberFeeds } from "../../src/node/logs/feed-memory";
import { countyApp } from "./support/county-server";

const closing = {
  type: "FeatureCollection",
  features: [
    {
      type: "Feature",
      id: "flood",
      geometry: { type: "Point", coordinates: [0.3, 52] },
      properties: { reason: "flood", bufferMetres: 50 },
    },
  ],
};

const full = (): never => {
  throw new DiversionError("file-not-writable", "The record is not made, because the disk is full (£).");
};

describe("a change that is refused", () => {
  it("of closures is never told to event clients as one that holds", async () => {
    let isFull = true;
    const county = countyApp({}, { saveClosures: async () => (isFull ? full() : undefined) });
    const stream = (await county.app.request("/v1/events")).body!.getReader();
    const text = async (): Promise<string> => new TextDecoder().decode((await stream.read()).value);
    expect(await text()).toMatch(/^event: hello/);
    const refused = await county.change("POST", "/v1/closures", closing);
    expect(refused.status).toBe(503);
    // What is told afterwards is that the roads are to be read again, and then they are as before.
    expect(await text()).toMatch(/^event: roads\ndata: \{"roadsVersion":2\}/);
    const { features } = await (await county.app.request("/v1/closures")).json();
    expect(features).toEqual([]);
    isFull = false;
    expect((await county.change("POST", "/v1/closures", closing)).status).toBe(200);
    expect(await text()).toMatch(/^event: roads\ndata: \{"roadsVersion":3\}/);
    await stream.cancel();
  });
});

describe("a decision log that cannot be written", () => {
  it("keeps nobody from advice: it is answered, said to be unrecorded, counted, and told by /readyz", async () => {
    let record = full as () => void;
    const county = countyApp({}, { record: () => record() });
    const path = "/v1/recommendations?location=0.18,52";
    const metrics = async (): Promise<string> => (await county.app.request("/metrics")).text();
    const unrecorded = await county.app.request(path);
    expect(unrecorded.status).toBe(200);
    expect(unrecorded.headers.get("Decision-Not-Recorded")).toBe(
      "The record is not made, because the disk is full (?).",
    );
    expect((await unrecorded.json()).outcome).toBe("destination");
    const body = JSON.stringify({ location: [0.18, 52] });
    const headers = { "Content-Type": "application/x-ndjson" };
    const batch = await county.app.request("/v1/recommendations/batch", { method: "POST", headers, body });
    expect(JSON.parse(await batch.text()).outcome).toBe("destination");
    expect(await metrics()).toContain("ambulance_diversion_unrecorded_total 2");
    const ready = await county.app.request("/readyz");
    expect([ready.status, await ready.text()]).toEqual([200, expect.stringMatching(/^ok\nThe record is not made/)]);
    expect(await metrics()).toContain("ambulance_diversion_degraded 1");
    record = () => undefined;
    const again = await county.app.request(path);
    expect(again.headers.get("Decision-Not-Recorded")).toBeNull();
    expect(await (await county.app.request("/readyz")).text()).toBe("ok\n");
  });

  it("is not taken for a fault of our own", async () => {
    const county = countyApp(
      {},
      {
        record: () => {
          throw new Error("Broken invariant: x");
        },
      },
    );
    expect((await county.app.request("/v1/recommendations?location=0.18,52")).status).toBe(500);
  });
});

describe("/readyz", () => {
  it("is 503 with the reasons while changes cannot be kept", async () => {
    const trouble = { failing: ["the log was moved"], degraded: ["the clock is wrong"] };
    const county = countyApp({}, { trouble: () => trouble });
    const ready = await county.app.request("/readyz");
    expect([ready.status, await ready.text()]).toEqual([503, "the log was moved\nthe clock is wrong\n"]);
    expect(await (await county.app.request("/metrics")).text()).toContain("ambulance_diversion_failing 1");
  });
});

describe("what feeds said", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "memory-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is remembered over a restart, and what cannot be read is said and forgotten", async () => {
    const path = join(folder, "status.log.feeds");
    const complaints: string[] = [];
    const complain = (why: string): void => void complaints.push(why);
    expect(recallFeeds(path, complain)).toEqual([]);
    const county = countyApp();
    const definition = { id: "have", timeToLiveMs: 600_000 };
    const forget = rememberFeeds(path, county.feeds, complain);
    const hospitals = [{ hospital: "A1", state: "known" as const, row: 1, restrictions: [] }];
    county.feeds.apply("have", { hospitals, unmatched: [], notes: [] } as never);
    forget();
    const reports = recallFeeds(path, complain);
    const again = new FeedMonitor(county.router.status, [definition], { clock: county.clock, reports });
    expect(JSON.stringify(again.health())).toBe(JSON.stringify(county.feeds.health()));
    expect(again.health().stateOf(0, county.clock()).unknown).toBe(false);
    expect(again.health().stateOf(0, county.clock() + 600_001).unknown).toBe(true);
    expect(complaints).toEqual([]);
    for (const text of ["", "[", "{}", '[{"feed":1}]', "[".repeat(100_000), readFileSync(path, "utf8").slice(0, -9)]) {
      writeFileSync(path, text);
      expect(recallFeeds(path, complain)).toEqual([]);
    }
    expect(complaints).toHaveLength(6);
  });
});
