import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { SharedStatus } from "../../src/hospitals/status/shared-status";
import { MemoryStatusStore } from "../../src/hospitals/status/status-store";
import { createApp, type DiversionApp, DiversionService } from "../../src/http/index";
import { stoppedClock } from "../hospitals/support/essex";
import { FaultyStore } from "../hospitals/support/faulty-store";
import { hospitalsAt, smallCounty } from "../support/small-county";
import { TOKEN } from "./support/county-server";

const clock = stoppedClock("2017-05-15T12:00:00+01:00");
const hospitals = hospitalsAt({
  A1: { km: 10, name: "Ashby", capabilities: ["trauma"] },
  B2: { km: 20, name: "Burton", capabilities: ["trauma", "stroke"] },
  C3: { km: 40, name: "Cowley" },
});

/** One of several servers. */
interface Replica {
  readonly app: DiversionApp;
  readonly shared: SharedStatus;
  readonly way: FaultyStore;
  readonly router: DiversionRouter;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  change(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

let store: MemoryStatusStore;
let replicas: Replica[];
const open: Replica[] = [];

async function replica(name: string): Promise<Replica> {
  const way = new FaultyStore(store);
  const options = { clock, origin: name, pollMs: 0, retryMs: 5, patienceMs: 25 };
  const shared = await SharedStatus.open(way, hospitals, options);
  const router = new DiversionRouter({ roads: smallCounty(), hospitals, status: shared.status, clock });
  const service = new DiversionService({ router, shared });
  const app = createApp({ service, token: TOKEN });
  const made: Replica = {
    app,
    shared,
    way,
    router,
    get: async (path, headers = {}) => app.request(path, { headers }),
    change: async (method, path, body, headers = {}) =>
      app.request(path, {
        method,
        headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
  open.push(made);
  return made;
}

beforeEach(async () => {
  clock.setTo("2017-05-15T12:00:00+01:00");
  store = new MemoryStatusStore(clock);
  replicas = [await replica("desk-a"), await replica("desk-b"), await replica("desk-c")];
});
afterEach(async () => {
  for (const { app, shared } of open.splice(0)) {
    app.close();
    await shared.close();
  }
});

const look = () => Promise.all(replicas.map(({ shared }) => shared.look()));
const RECOMMENDATION =
  "/v1/recommendations?location=0.18,52&needs=trauma&alternatives=2&at=2017-05-15T13:00:00%2B01:00";
const DIVERT = { effect: "divert", reason: "IT", authorisedBy: "duty" };
const CLOSURE = {
  type: "FeatureCollection",
  features: [{ type: "Feature", geometry: null, properties: { segments: [5], reason: "flood" } }],
};

/** The events a client is told at once, by name and id. */
async function firstEvents(response: Response, count: number): Promise<string[]> {
  const reader = response.body!.getReader();
  let text = "";
  while (text.split("\n\n").length <= count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  return text
    .split("\n\n")
    .slice(0, count)
    .map((block) =>
      block
        .split("\n")
        .filter((line) => !line.startsWith("data: "))
        .join(" "),
    );
}

describe("several servers on one status", () => {
  it("answer the same bytes, with closures and the basis", async () => {
    const [a, b, c] = replicas as [Replica, Replica, Replica];
    expect((await a.change("PUT", "/v1/hospitals/A1/restrictions/it", DIVERT)).status).toBe(200);
    const closed = await b.change("POST", "/v1/closures", CLOSURE);
    expect(await closed.json()).toEqual({ roadsVersion: 2, entered: ["closure-2"], withoutRoads: [] });
    expect((await c.change("PUT", "/v1/hospitals/B2/open", { open: false })).status).toBe(200);
    await look();
    for (const path of [RECOMMENDATION, "/v1/hospitals", "/v1/basis", "/v1/closures", "/v1/status/history"]) {
      const answers = await Promise.all(replicas.map(async (one) => (await one.get(path)).text()));
      expect(new Set(answers).size, path).toBe(1);
    }
    expect(await (await a.get("/v1/basis")).json()).toMatchObject({ statusVersion: 3, roadsVersion: 2 });
    expect((await c.change("DELETE", "/v1/closures/closure-2")).status).toBe(200);
    expect((await c.change("DELETE", "/v1/closures/closure-2")).status).toBe(404);
    await look();
    expect(replicas.map(({ router }) => [router.roads.version, router.roads.closures.length])).toEqual(
      replicas.map(() => [4, 0]),
    );
    // One that starts now has all of it.
    const late = await replica("desk-d");
    expect(await (await late.get(RECOMMENDATION)).text()).toBe(await (await a.get(RECOMMENDATION)).text());
    expect(late.router.roads.version).toBe(4);
  });

  it("keep two writers apart, and know a request that another took", async () => {
    const [a, b] = replicas as [Replica, Replica];
    const path = "/v1/hospitals/A1/restrictions/it";
    expect((await a.change("PUT", path, DIVERT, { "If-Match": '"0"', "Idempotency-Key": "one" })).status).toBe(200);
    // b has not looked yet.
    expect(b.shared.status.version).toBe(0);
    const other = await b.change("PUT", path, { ...DIVERT, reason: "fire" }, { "If-Match": '"0"' });
    expect([other.status, (await other.json()).code]).toEqual([412, "precondition-failed"]);
    const again = await b.change("PUT", path, DIVERT, { "If-Match": '"0"', "Idempotency-Key": "one" });
    expect([again.status, again.headers.get("ETag"), (await again.json()).version]).toEqual([200, '"1"', 1]);
    const closed = await a.change("POST", "/v1/closures", CLOSURE, { "Idempotency-Key": "close" });
    const closedAgain = await b.change("POST", "/v1/closures", CLOSURE, { "Idempotency-Key": "close" });
    expect(await closedAgain.json()).toEqual(await closed.json());
    expect(b.shared.status.version).toBe(2);
  });

  it("go on with a client's events where another left off, and never reset one that is ahead", async () => {
    const [a, b] = replicas as [Replica, Replica];
    for (const id of ["A1", "B2", "C3"]) await a.change("PUT", `/v1/hospitals/${id}/open`, { open: false });
    await a.change("POST", "/v1/closures", CLOSURE);
    const resumed = await b.get("/v1/events", { "Last-Event-ID": "1" });
    expect(await firstEvents(resumed, 4)).toEqual([
      "event: hello",
      "event: status id: 2",
      "event: status id: 3",
      "event: roads id: 4",
    ]);
    const cut = await replica("desk-d");
    cut.way.isGone = true;
    await a.change("PUT", "/v1/hospitals/A1/open", { open: true });
    const ahead = await cut.get("/v1/events", { "Last-Event-ID": "5" });
    const reader = ahead.body!.getReader();
    const told = new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(told).toMatch(/^event: hello\ndata: \{"statusVersion":4,/);
    expect(told).not.toMatch(/reset/);
  });

  it("go on answering while the store is away, with the age of what they know, and take nothing", async () => {
    const [a] = replicas as [Replica];
    await look();
    await a.change("PUT", "/v1/hospitals/A1/restrictions/it", DIVERT);
    await a.shared.look();
    expect((await a.get("/v1/hospitals")).headers.get("Status-Age")).toBe("0");
    const { store: standing } = await (await a.get("/v1/basis")).json();
    expect(standing).toEqual({ state: "current", confirmedAt: "2017-05-15T11:00:00Z" });
    a.way.isGone = true;
    await a.shared.look();
    clock.advance(90_500);
    const answer = await a.get(RECOMMENDATION);
    expect([answer.status, answer.headers.get("Status-Age")]).toEqual([200, "90"]);
    expect(await (await a.get("/metrics")).text()).toMatch(/^ambulance_diversion_status_age_seconds 90.5$/m);
    const refused = await a.change("PUT", "/v1/hospitals/B2/open", { open: false }, { "Idempotency-Key": "one" });
    expect([refused.status, (await refused.json()).code]).toEqual([503, "status-outcome-unknown"]);
    expect(refused.headers.get("Retry-After")).toBe("2");
    a.way.isGone = false;
    const again = await a.change("PUT", "/v1/hospitals/B2/open", { open: false }, { "Idempotency-Key": "one" });
    expect([again.status, (await again.json()).version]).toEqual([200, 2]);
  });

  it("are not asked of by name where nothing is shared", async () => {
    const router = new DiversionRouter({ roads: smallCounty(), hospitals, clock });
    const app = createApp({ service: new DiversionService({ router }) });
    expect((await app.request("/v1/hospitals")).headers.has("Status-Age")).toBe(false);
    expect(await (await app.request("/v1/basis")).json()).not.toHaveProperty("store");
  });

  it("tell of a closure in the log that is about no road here, and of one that cannot be read here", async () => {
    const [a] = replicas as [Replica];
    const other = await SharedStatus.open(store, hospitals, { clock, pollMs: 0 });
    const feature = { type: "Feature" as const, id: "x", geometry: null, properties: { segments: [1] } };
    await other.enter(() => ({ kind: "closure", features: [feature], roads: `sha256:${"0".repeat(64)}` }));
    await look();
    const ready = await a.get("/readyz");
    expect([ready.status, await ready.text()]).toEqual([200, expect.stringMatching(/Entry 1 of the status log/)]);
  });
});
