import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { DiversionService, type RunningServer, type ServeOptions, serve } from "../../src/http/index";
import { loadStatus } from "../../src/node/logs/status-file";
import { countyFiles } from "../cli/county-files";
import { essex } from "../hospitals/support/essex";
import { hospitalsAt, routerOver } from "../support/small-county";
import { TOKEN } from "./support/county-server";

const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function served(options: Partial<ServeOptions> = {}) {
  const router = routerOver(hospitalsAt({ A1: 10, B2: 20 }));
  const server = await serve({ service: new DiversionService({ router }), token: TOKEN, port: 0, ...options });
  running.push(server);
  return { server, router };
}

/** Reads server-sent events one by one; comments are passed over. */
async function* eventsOf(response: Response): AsyncGenerator<Record<string, string>> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      if (!lines[0]!.startsWith(":")) yield Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
    }
  }
}

describe("events", () => {
  it("tell every client of each change in order, and resume after the version a client has seen", async () => {
    const { server, router } = await served();
    router.status.setOpen("A1", false);
    const stop = new AbortController();
    const listen = (lastEventId?: string) =>
      fetch(`${server.url}/v1/events`, {
        signal: stop.signal,
        headers: lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId },
      }).then(eventsOf);
    const fresh = await listen();
    const resumed = await listen("0");
    const future = await listen("7");
    expect((await fresh.next()).value).toEqual({ event: "hello", data: '{"statusVersion":1,"roadsVersion":0}' });
    expect((await resumed.next()).value).toMatchObject({ event: "hello" });
    expect((await resumed.next()).value).toMatchObject({ event: "status", id: "1" });
    await future.next();
    expect((await future.next()).value).toMatchObject({ event: "reset" });
    router.status.setOpen("A1", true);
    router.roads.close({ edges: [0], reason: "flood" });
    for (const client of [fresh, resumed]) {
      const { event, id, data } = (await client.next()).value!;
      expect([event, id, JSON.parse(data!)]).toMatchObject(["status", "2", { kind: "clear", hospital: "A1" }]);
      expect((await client.next()).value).toEqual({ event: "roads", data: '{"roadsVersion":1}' });
    }
    stop.abort();
  });

  it("drop a client that does not keep up, and hold up nobody else", async () => {
    const { server, router } = await served();
    const slow = request(`${server.url}/v1/events`);
    slow.end();
    const [response] = await once(slow, "response");
    // Not read from: what is sent piles up, first in the sockets and then in the client's queue.
    response.pause();
    const ended = once(response, "close");
    const reason = "x".repeat(500);
    for (let flip = 0; flip < 40_000; flip++) {
      router.status.setOpen("A1", flip % 2 === 1, { reason });
      if (flip % 500 === 0) await new Promise(setImmediate);
    }
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain("ambulance_diversion_event_clients 0");
    response.resume();
    await ended;
  });

  it("end when the server does", async () => {
    const { server } = await served();
    const events = eventsOf(await fetch(`${server.url}/v1/events`));
    await events.next();
    await server.close();
    expect((await events.next()).done).toBe(true);
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  });
});

describe("serve", () => {
  it("listens beyond loopback with a token only", async () => {
    const router = routerOver(hospitalsAt({ A1: 10 }));
    const service = new DiversionService({ router });
    for (const host of ["0.0.0.0", "192.0.2.1", "::"]) {
      const error = await serve({ service, host, port: 0 }).catch((cause) => cause);
      expect(error).toBeInstanceOf(DiversionError);
      expect(error.message).toContain("AMBULANCE_DIVERSION_TOKEN");
    }
    await served({ token: undefined as never });
  });

  it("says so when the port is taken", async () => {
    const { server } = await served();
    const error = await served({ port: server.port }).catch((cause) => cause);
    expect(error.message).toMatch(/in use; choose another/);
  });

  it("answers requests under way before it ends", async () => {
    const { server } = await served();
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const answer = fetch(`${server.url}/v1/recommendations/batch`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: body.readable,
      duplex: "half",
    } as RequestInit);
    const writer = body.writable.getWriter();
    await writer.write(new TextEncoder().encode('{"id":1,"location":[0.18,52]}\n'));
    const response = await answer;
    const closed = server.close();
    await writer.write(new TextEncoder().encode('{"id":2,"location":[0.18,52]}\n'));
    await writer.close();
    expect(
      (await response.text())
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ).toEqual([1, 2]);
    await closed;
  });
});

describe("the serve command", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "serve-"));
    return () => rmSync(folder, { recursive: true });
  });

  const bin = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
  async function started(...args: string[]) {
    const child = spawn(process.execPath, ["--import", "tsx", bin, "serve", "--port", "0", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, AMBULANCE_DIVERSION_TOKEN: TOKEN },
    });
    let log = "";
    child.stderr.on("data", (chunk) => {
      log += chunk;
    });
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      child.stdout.on("data", (chunk) => {
        text += chunk;
        const match = /listens on (\S+)\n/.exec(text);
        if (match !== null) resolve(match[1]!);
      });
      child.once("exit", () => reject(new Error(`The server ended: ${log}`)));
    });
    return { child, url, log: () => log };
  }
  const put = (url: string, open: boolean) =>
    fetch(`${url}/v1/hospitals/RQ8L0/open`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      body: JSON.stringify({ open, reason: "drill" }),
    });

  it("loses no acknowledged change when it is killed under load", async () => {
    const file = join(folder, "status.log");
    const { child, url } = await started("--status", file, "--quiet");
    let acknowledged = 0;
    const flip = async (): Promise<void> => {
      for (let open = false; ; open = !open) {
        const { version } = await (await put(url, open)).json();
        acknowledged = Math.max(acknowledged, version);
        if (acknowledged > 60) child.kill("SIGKILL");
      }
    };
    await Promise.allSettled([flip(), flip(), flip()]);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const { status } = loadStatus(file, essex);
    expect(acknowledged).toBeGreaterThan(60);
    expect(status.version).toBeGreaterThanOrEqual(acknowledged);
    const again = await started("--status", file, "--quiet");
    const { statusVersion } = await (await fetch(`${again.url}/v1/basis`)).json();
    expect(statusVersion).toBe(status.version);
    again.child.kill("SIGTERM");
    expect((await once(again.child, "exit"))[0]).toBe(0);
  });

  it("keeps closures, polls feeds, logs requests, and ends on SIGTERM", async () => {
    const county = countyFiles();
    const feed = county.write(
      "feed.json",
      JSON.stringify({ hospitals: [{ id: "A1", state: "restricted", restrictions: [] }] }),
    );
    const closures = county.path("closures.geojson");
    const { child, url, log } = await started(
      ...county.options,
      ...["--closures", closures, "--feed", `board:json=${feed}`, "--feed-ttl", "10"],
      ...["--log", county.path("decisions.log")],
    );
    await fetch(`${url}/v1/recommendations?location=0.18,52`);
    const entered = await fetch(`${url}/v1/closures`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      body: '{"type":"FeatureCollection","features":[{"type":"Feature","id":"f","geometry":null,"properties":{"road":"A1","reason":"flood"}}]}',
    });
    expect(await entered.json()).toMatchObject({ entered: ["f"] });
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
    const requests = log()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line).route);
    expect(requests).toEqual(["/v1/recommendations", "/v1/closures"]);
    const again = await started(...county.options, "--closures", closures, "--quiet");
    expect(await (await fetch(`${again.url}/v1/basis`)).json()).toMatchObject({ roadsVersion: 1 });
    again.child.kill("SIGTERM");
    await once(again.child, "exit");
    rmSync(county.folder, { recursive: true });
  });
});
