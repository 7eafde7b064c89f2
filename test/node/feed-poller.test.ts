import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { FeedPoller, type FeedPollerOptions } from "../../src/node/feeds/feed-poller";
import { environmentProxies, fetchFeed } from "../../src/node/feeds/feed-source";
import { directory, haveHospital, haveMessage } from "../hospitals/feeds/support/have";
import { epochMs, failure, stoppedClock } from "../hospitals/support/essex";

const START = "2017-05-15T15:00:00+01:00";
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A loopback server that answers as told, and remembers what it was asked. */
async function served(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endings.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/status?token=secret`, requests };
}

/** Timers that go off when told to. */
function scheduler() {
  const waiting: { readonly work: () => void; readonly delayMs: number }[] = [];
  const schedule: FeedPollerOptions["schedule"] = (work, delayMs) => {
    const one = { work, delayMs };
    waiting.push(one);
    return () => void waiting.splice(waiting.indexOf(one), 1);
  };
  return { schedule, waiting, next: () => waiting.shift()!.work() };
}

function polled(location: string, more: Partial<FeedPollerOptions> = {}) {
  const clock = stoppedClock(START);
  const status = new StatusBoard(directory, { clock });
  const monitor = new FeedMonitor(status, [{ id: "north", timeToLiveMs: 300_000 }], { clock });
  const poller = new FeedPoller({ monitor, feed: "north", location, format: "json", clock, ...more });
  endings.push(() => poller.stop());
  const why = (hospital: string) => monitor.health().stateOf(directory.indexOf(hospital), clock()).why;
  return { clock, status, monitor, poller, why };
}

const closed = JSON.stringify([{ hospital: "RQ8L0", open: false }]);
const open = JSON.stringify([{ hospital: "RQ8L0", open: true }]);

describe("FeedPoller on a URL", () => {
  it("brings messages into the status, and sends what it was told to send", async () => {
    let message = closed;
    const { url, requests } = await served((_, response) => response.end(message));
    const { status, poller, why, monitor } = polled(url, { headers: { Authorization: "Bearer x" } });
    const health = await poller.poll();
    expect(
      status
        .view()
        .restrictionsOf("RQ8L0")
        .map(({ key }) => key),
    ).toEqual(["feed:north"]);
    expect(health).toMatchObject({ feed: "north", polls: 1, failures: 0, lastSuccessMs: epochMs(START) });
    expect([why("RQ8L0"), requests[0]!.headers.authorization]).toEqual([undefined, "Bearer x"]);
    message = open;
    await poller.poll();
    expect([status.view().restrictionsOf("RQ8L0"), monitor.summaries()[0]!.silent]).toEqual([[], false]);
  });

  it("takes an answer of no change for the same said again", async () => {
    const { url, requests } = await served((request, response) => {
      if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { ETag: '"1"' }).end(closed);
    });
    const { poller, clock, why } = polled(url);
    await poller.poll();
    clock.advance(300_001);
    expect(why("RQ8L0")).toBe("silent");
    expect(await poller.poll()).toMatchObject({ polls: 2, failures: 0 });
    await poller.poll();
    expect([why("RQ8L0"), requests.map(({ headers }) => headers["if-none-match"])]).toEqual([
      undefined,
      [undefined, '"1"', '"1"'],
    ]);
  });

  it("asks in full again after a message it could not read", async () => {
    let tag = 0;
    const bodies = [closed, "no json", open];
    const { url, requests } = await served((_, response) =>
      response.writeHead(200, { ETag: `"${tag}"` }).end(bodies[tag++]),
    );
    const { poller } = polled(url);
    for (const code of [undefined, "invalid-feed", undefined]) expect((await poller.poll()).lastError?.code).toBe(code);
    expect(requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"0"', '"0"']);
  });

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, string, RegExp]>([
    ["an error", (_, response) => response.writeHead(503).end("down"), "feed-unavailable", /status 503/],
    ["no change of nothing", (_, response) => response.writeHead(304).end(), "feed-unavailable", /status 304/],
    ["nothing", () => {}, "feed-unavailable", /within 100 ms/],
    ["half an answer", (_, response) => void response.writeHead(200).write("["), "feed-unavailable", /within 100 ms/],
    [
      "a cut connection",
      (_, response) => void response.writeHead(200, { "Content-Length": "100" }).write("[", () => response.destroy()),
      "feed-unavailable",
      /does not answer/,
    ],
    ["too much", (_, response) => response.end(" ".repeat(2000)), "feed-unavailable", /limit of 1000 bytes/],
    ["what is no message", (_, response) => response.end("<html>"), "invalid-feed", /not JSON/],
  ])("changes nothing for a source that answers with %s", async (_, answer, code, message) => {
    const { url } = await served(answer);
    // Who answers at all has time, however busy the machine.
    const timeoutMs = /within 100 ms/.test(message.source) ? 100 : 30_000;
    const { poller, status } = polled(url, { timeoutMs, maximumBytes: 1000 });
    const { lastError, failures } = await poller.poll();
    expect([lastError!.code, lastError!.describe()]).toEqual([code, expect.stringMatching(message)]);
    expect(lastError!.describe()).not.toContain("secret");
    expect([failures, status.version]).toEqual([1, 0]);
  });

  it("says that nobody listens", async () => {
    const { poller } = polled("http://127.0.0.1:1/");
    expect((await poller.poll()).lastError!.code).toBe("feed-unavailable");
  });

  it("never has two polls under way", async () => {
    const waiting: ServerResponse[] = [];
    const { url, requests } = await served((_, response) => void waiting.push(response));
    const { poller } = polled(url);
    const polls = [poller.poll(), poller.poll()];
    await expect.poll(() => waiting.length).toBe(1);
    polls.push(poller.poll());
    waiting[0]!.end(closed);
    const healths = await Promise.all(polls);
    expect([requests.length, new Set(healths).size, healths[0]!.polls]).toEqual([1, 1, 1]);
  });

  it("waits an interval after a success, up to twice as long after each failure, and no longer than the limit", async () => {
    let works = true;
    const { url } = await served((_, response) => response.writeHead(works ? 200 : 500).end(closed));
    const { schedule, waiting, next } = scheduler();
    const random = [0, 0.5, 0.25, 1];
    const { poller } = polled(url, {
      schedule,
      random: () => random.shift()!,
      intervalMs: 1000,
      maximumIntervalMs: 5000,
    });
    const delays: number[] = [];
    poller.start();
    poller.start();
    for (const fails of [false, true, true, true, true, false]) {
      works = !fails;
      if (delays.length > 0) next();
      await expect.poll(() => waiting.length).toBe(1);
      delays.push(waiting[0]!.delayMs);
    }
    expect(delays).toEqual([1000, 2000, 3000, 4375, 2500, 1000]);
    expect(poller.health).toMatchObject({ polls: 6, failures: 4, failuresInARow: 0 });
    await poller.stop();
    expect(waiting.length).toBe(0);
  });

  it("stops in the middle of a poll, and counts it for nothing", async () => {
    const { url, requests } = await served(() => {});
    const { schedule, waiting } = scheduler();
    const { poller } = polled(url, { schedule });
    poller.start();
    await expect.poll(() => requests.length).toBe(1);
    await poller.stop();
    expect([waiting.length, poller.health]).toEqual([0, { feed: "north", polls: 0, failures: 0, failuresInARow: 0 }]);
  });

  it("reads HAVE as well, and keeps what was lost for whoever asks", async () => {
    const message = haveMessage(haveHospital({ traffic: "Advisory", reason: "no CT" }), haveHospital({ id: "X" }));
    const { url } = await served((_, response) => response.end(message));
    const { poller, status } = polled(url, { format: "edxl-have" });
    const { lastReading } = await poller.poll();
    expect([lastReading!.unmatched.length, lastReading!.notes.map(({ kind }) => kind)]).toEqual([1, ["lost"]]);
    expect(
      status
        .view()
        .restrictionsOf("RQ8L0")
        .map(({ effect, source }) => `${effect} ${source}`),
    ).toEqual(["inform north"]);
  });
});

describe("FeedPoller on its way through the network", () => {
  it("asks for the format's own media type", async () => {
    const { url, requests } = await served((_, response) => response.end("{}"));
    for (const format of ["fhir", "edxl-have", "json", "csv"] as const) {
      await polled(url, { format, read: { zone: "Europe/London" } }).poller.poll();
    }
    expect(requests.map(({ headers }) => headers.accept!.split(",")[0])).toEqual([
      "application/fhir+json",
      "application/xml",
      "application/json",
      "text/csv",
    ]);
  });

  it("asks whether it changed since, where a server gives times instead of tags", async () => {
    const writtenAt = "Mon, 15 May 2017 14:00:00 GMT";
    const { url, requests } = await served((request, response) => {
      if (request.headers["if-modified-since"] === writtenAt) response.writeHead(304).end();
      else response.writeHead(200, { "Last-Modified": writtenAt }).end(closed);
    });
    const { poller } = polled(url);
    await poller.poll();
    expect(await poller.poll()).toMatchObject({ polls: 2, failures: 0 });
    expect(requests.map(({ headers }) => headers["if-modified-since"])).toEqual([undefined, writtenAt]);
  });

  it("has heard a source that says that nothing changed, however old the message says to be", async () => {
    const old = JSON.stringify({
      sentAt: "2017-05-15T14:58:00+01:00",
      hospitals: [{ hospital: "RQ8L0", open: false }],
    });
    const { url } = await served((request, response) => {
      if (request.headers["if-none-match"] !== undefined) response.writeHead(304).end();
      else response.writeHead(200, { ETag: '"1"' }).end(old);
    });
    const { poller, clock, why } = polled(url);
    await poller.poll();
    clock.advance(300_001);
    expect(why("RQ8L0")).toBe("silent");
    await poller.poll();
    expect(why("RQ8L0")).toBeUndefined();
  });

  it.each([
    ["in the transfer", { "Content-Encoding": "gzip" }],
    ["as a file", { "Content-Type": "application/gzip" }],
  ])("unpacks gzip %s, to no more than the limit", async (_, headers) => {
    let message = closed;
    const { url } = await served((_, response) => response.writeHead(200, headers).end(gzipSync(message)));
    const { poller, status } = polled(url, { maximumBytes: 1000 });
    await poller.poll();
    expect(status.view().restrictionsOf("RQ8L0").length).toBe(1);
    message = " ".repeat(100_000);
    expect((await poller.poll()).lastError!.describe()).toMatch(/larger than the limit of 1000 bytes/);
  });

  it("follows redirects, and tells its secrets to nobody but the origin it was given", async () => {
    const far = await served((_, response) => response.end(closed));
    const near = await served((request, response) =>
      request.url === "/status?token=secret"
        ? response.writeHead(301, { Location: "/moved" }).end()
        : response.writeHead(307, { Location: far.url }).end(),
    );
    const { poller, status } = polled(near.url, { headers: { "X-Api-Key": "k", Authorization: "Bearer x" } });
    await poller.poll();
    expect(status.view().restrictionsOf("RQ8L0").length).toBe(1);
    const keys = [...near.requests, ...far.requests].map(({ headers }) => [
      headers["x-api-key"],
      headers.authorization,
    ]);
    expect(keys).toEqual([
      ["k", "Bearer x"],
      ["k", "Bearer x"],
      [undefined, undefined],
    ]);
  });

  it.each([
    ["in a circle", "/status", /redirects more than 5 times/],
    ["to another scheme", "file:///etc/passwd", /no address of http or https/],
  ])("gives up on a source that redirects %s", async (_, to, message) => {
    const { url, requests } = await served((_, response) => response.writeHead(302, { Location: to }).end());
    const { lastError } = await polled(url).poller.poll();
    expect([lastError!.code, lastError!.describe()]).toEqual(["feed-unavailable", expect.stringMatching(message)]);
    expect(requests.length).toBeLessThanOrEqual(6);
  });

  it("goes through the proxy that the environment names, but for hosts that need none", async () => {
    const proxy = await served((_, response) => response.end(closed));
    const direct = await served((_, response) => response.end(open));
    vi.stubEnv("HTTP_PROXY", new URL(proxy.url).origin);
    vi.stubEnv("http_proxy", undefined);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    vi.stubEnv("no_proxy", undefined);
    vi.stubEnv("HTTPS_PROXY", "not an address");
    vi.stubEnv("https_proxy", undefined);
    await expect(environmentProxies()).rejects.toMatchObject({ code: "invalid-argument" });
    vi.stubEnv("HTTPS_PROXY", undefined);
    const dispatcher = await environmentProxies();
    endings.push(() => Promise.all([vi.unstubAllEnvs(), dispatcher.close()]));
    const options = { timeoutMs: 5000, maximumBytes: 1000, dispatcher };
    const texts = [];
    for (const url of ["http://feeds.example/status", direct.url]) {
      const fetched = await fetchFeed(url, options);
      texts.push(fetched.kind === "message" ? Buffer.from(fetched.pages[0]!).toString() : fetched.kind);
    }
    expect(texts).toEqual([closed, open]);
    expect(proxy.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET http://feeds.example/status"]);
  });
});

describe("FeedPoller on a message in pages", () => {
  const site = (id: string) => ({
    resourceType: "Location",
    status: "suspended",
    identifier: [{ system: "https://fhir.nhs.uk/Id/ods-site-code", value: id }],
  });
  const page = (id: string, next?: string): string =>
    JSON.stringify({
      resourceType: "Bundle",
      type: "searchset",
      link: next === undefined ? [] : [{ relation: "next", url: next }],
      entry: [{ resource: site(id) }],
    });
  const fhir: Partial<FeedPollerOptions> = { format: "fhir", read: { zone: "Europe/London" } };
  /** Pages by their query, `token=secret` the first; the next address is made when its page is asked for. */
  const pages = (byQuery: Readonly<Record<string, (origin: string) => string>>) =>
    served((request, response) => {
      const made = byQuery[request.url!.slice(request.url!.indexOf("?") + 1)];
      if (made === undefined) response.writeHead(410).end();
      else response.writeHead(200, { ETag: '"1"' }).end(made(`http://${request.headers.host}`));
    });
  const first = "token=secret";

  it("takes them as one, and asks for all of them again, for a page that is unchanged tells nothing of the others", async () => {
    const { url, requests } = await pages({
      [first]: () => page("RQ8L0", "?page=2"),
      "page=2": (origin) => page("RAJ01", `${origin}/status?page=3`),
      "page=3": () => page("RWH01"),
    });
    const { poller, status } = polled(url, { ...fhir, headers: { "X-Api-Key": "key" } });
    for (let poll = 0; poll < 2; poll++) expect((await poller.poll()).lastError).toBeUndefined();
    const refusing = directory.hospitals.filter(({ id }) => status.view().restrictionsOf(id)[0]?.effect === "refuse");
    expect(refusing.map(({ id }) => id)).toEqual(["RAJ01", "RQ8L0", "RWH01"]);
    expect(requests.map(({ headers }) => [headers["x-api-key"], headers["if-none-match"]])).toEqual(
      Array.from({ length: 6 }, () => ["key", undefined]),
    );
  });

  it.each<[string, Parameters<typeof pages>[0], RegExp, number]>([
    ["a page that fails", { [first]: () => page("RQ8L0", "?page=2") }, /status 410/, 2],
    [
      "a page that is no bundle",
      { [first]: () => page("RQ8L0", "?page=2"), "page=2": () => '{"resourceType":"OperationOutcome"}' },
      /resourceType/,
      2,
    ],
    ["a circle of one", { [first]: (origin) => page("RQ8L0", `${origin}/status?${first}`) }, /comes again/, 1],
    [
      "a circle",
      { [first]: () => page("RQ8L0", "?page=2"), "page=2": (origin) => page("RAJ01", `${origin}/status?${first}`) },
      /comes again/,
      2,
    ],
    [
      "another host",
      { [first]: () => page("RQ8L0", "http://other.example/status") },
      /http:\/\/other.example, which/,
      1,
    ],
    [
      "the same host without TLS",
      { [first]: (origin) => page("RQ8L0", origin.replace("http", "https")) },
      /another site/,
      1,
    ],
    ["no address", { [first]: () => page("RQ8L0", "http://") }, /at no address/, 1],
    ["a file", { [first]: () => page("RQ8L0", "file:///etc/passwd") }, /another site/, 1],
    [
      "more bytes than allowed, all pages together",
      { [first]: () => page("RQ8L0", "?page=2"), "page=2": () => page("RAJ01") + " ".repeat(900) },
      /larger than the limit of 1000 bytes/,
      2,
    ],
  ])("takes nothing for %s", async (_, byQuery, message, asked) => {
    const { url, requests } = await pages(byQuery);
    const { poller, status } = polled(url, { ...fhir, maximumBytes: 1000 });
    const { lastError } = await poller.poll();
    expect([lastError!.describe(), requests.length]).toEqual([expect.stringMatching(message), asked]);
    expect(lastError!.describe()).not.toContain("secret");
    expect(directory.hospitals.flatMap(({ id }) => status.view().restrictionsOf(id))).toEqual([]);
  });

  it("takes nothing of what does not end", async () => {
    const { url, requests } = await served((request, response) =>
      response.end(page("RQ8L0", `?page=${Number(/page=(\d+)/.exec(request.url!)?.[1] ?? 1) + 1}`)),
    );
    const { lastError } = await polled(url, fhir).poller.poll();
    expect([lastError!.describe(), requests.length]).toEqual([expect.stringMatching(/more than 100 pages/), 100]);
  });

  it("tells its secrets to nobody but the origin it was given, when that redirects to where the pages are", async () => {
    const pagesAt = await served((request, response) =>
      response.end(request.url === "/1" ? page("RQ8L0", "/2") : page("RAJ01")),
    );
    const asked = await served((_, response) =>
      response.writeHead(302, { Location: new URL("/1", pagesAt.url).href }).end(),
    );
    const { poller, status } = polled(asked.url, { ...fhir, headers: { "X-Api-Key": "key" } });
    expect((await poller.poll()).lastError).toBeUndefined();
    expect(status.view().restrictionsOf("RAJ01")).toHaveLength(1);
    expect([...asked.requests, ...pagesAt.requests].map(({ headers }) => headers["x-api-key"])).toEqual([
      "key",
      undefined,
      undefined,
    ]);
  });
});

describe("FeedPoller on a file", () => {
  const file = (content: string, writtenAt: string): string => {
    const folder = mkdtempSync(join(tmpdir(), "feed-"));
    endings.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "status.json");
    writeFileSync(path, content);
    // File systems count finer than milliseconds.
    utimesSync(path, epochMs(writtenAt) / 1000, epochMs(writtenAt) / 1000 + 0.0004);
    return path;
  };

  it("takes the time of writing for when it was heard", async () => {
    const fresh = polled(file(closed, "2017-05-15T14:56:00+01:00"));
    await fresh.poller.poll();
    expect(fresh.why("RQ8L0")).toBeUndefined();
    fresh.clock.advance(60_001);
    await fresh.poller.poll();
    expect(fresh.why("RQ8L0")).toBe("silent");
    expect(fresh.status.view().restrictionsOf("RQ8L0").length).toBe(1);
  });

  it("says which file, line and field it cannot read", async () => {
    const path = file(JSON.stringify([{ hospital: "RQ8L0", open: "no" }]), START);
    expect((await polled(path).poller.poll()).lastError!.place).toMatchObject({ file: path, row: 1, field: "open" });
    const missing = (await polled(`${path}.gone`).poller.poll()).lastError!;
    expect([missing.code, missing.place.file]).toEqual(["file-not-found", `${path}.gone`]);
    const large = (await polled(path, { maximumBytes: 10 }).poller.poll()).lastError!;
    expect([large.code, large.place.file]).toEqual(["invalid-feed", path]);
  });
});

describe("FeedPoller refuses", () => {
  it.each([
    ["a location of another scheme", "ftp://example.org/feed", {}],
    ["a location that is no URL", "http://", {}],
    ["an interval of nothing", "status.json", { intervalMs: 0 }],
  ])("%s", (_, location, more) => {
    expect(failure(() => polled(location, more)).code).toBe("invalid-argument");
  });
});
