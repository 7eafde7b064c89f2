/**
 * `npx tsx bench/livez.ts [--roads FILE] [--eds N] [--changes N] [--longest-ms N]`: how long `/livez` takes while a server
 * works on the largest requests there are. Exit status 1 when it is longer than it should be.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SeededRandom } from "../src/core/random";
import { StatusBoard } from "../src/hospitals/status/status-board";
import { writeStatusLog } from "../src/hospitals/status/status-log";
import type { RoadIndex } from "../src/roads/road-index";
import { type County, makeCounty, placeOnRoads } from "./load/county";
import { startServer, TOKEN } from "./load/server-process";
import { DEFAULT_SIZE } from "./suite/arguments";

const { values } = parseArgs({
  options: {
    roads: { type: "string" },
    size: { type: "string", default: String(DEFAULT_SIZE) },
    eds: { type: "string", default: "200" },
    changes: { type: "string", default: "100000" },
    "longest-ms": { type: "string", default: "200" },
  },
});

interface LargeRequest {
  readonly name: string;
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
}

const BETWEEN_PROBES_MS = 20;

/** Asks again and again how long `/livez` takes; the longest so far. */
class Probe {
  longestMs = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #isOver = false;

  constructor(url: string) {
    void this.#run(`${url}/livez`);
  }

  /** The longest since the last call, an answer still awaited included. */
  async taken(): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 4 * BETWEEN_PROBES_MS));
    const { longestMs } = this;
    this.longestMs = 0;
    return longestMs;
  }

  end(): void {
    this.#isOver = true;
    this.#agent.destroy();
  }

  async #run(url: string): Promise<void> {
    while (!this.#isOver) {
      const began = performance.now();
      await new Promise<void>((resolve) => {
        get(url, { agent: this.#agent }, (response) => response.resume().once("end", () => resolve())).once(
          "error",
          () => resolve(),
        );
      });
      this.longestMs = Math.max(this.longestMs, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_PROBES_MS));
    }
  }
}

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function largestRequests(county: County, roads: RoadIndex): LargeRequest[] {
  const random = new SeededRandom(1);
  const place = () => placeOnRoads(roads, random);
  const { west, south, east, north } = roads.bounds;
  const feature = (properties: object, geometry: object | null = null) => ({
    type: "Feature",
    geometry,
    properties: { reason: "flood", ...properties },
  });
  const closing = (name: string, features: readonly object[]): LargeRequest => ({
    name,
    method: "POST",
    path: "/v1/closures",
    body: JSON.stringify({ type: "FeatureCollection", features }),
  });
  const ring = many(20_000, (i) => {
    const angle = (2 * Math.PI * i) / 20_000;
    const radius = 0.3 + 0.1 * Math.sin(100 * angle);
    const across = (low: number, high: number, at: number) => Number(((low + high) / 2 + (high - low) * at).toFixed(6));
    return [across(west, east, radius * Math.cos(angle)), across(south, north, radius * Math.sin(angle))];
  });
  const capacity = Object.fromEntries(
    county.hospitals.hospitals.map(({ id }) => [id, { P1: 60, P2: 80, P3: 100, total: 300 }]),
  );
  const incidents = many(500, (i) => ({
    location: place(),
    casualties: [{ priority: ["P1", "P2", "P3"][i % 3], count: 200, needs: ["trauma"] }],
  }));
  const distributions = (["weighted", "priority", "latest"] as const).map(
    (objective): LargeRequest => ({
      name: `500 rows of casualties, ${objective}`,
      method: "POST",
      path: "/v1/distributions",
      body: JSON.stringify({ incidents, capacity, objective }),
    }),
  );
  const question = () => ({ location: place(), needs: ["trauma"], alternatives: 50 });
  return [
    { name: "a recommendation", method: "POST", path: "/v1/recommendations", body: JSON.stringify(question()) },
    {
      name: "a batch of 2,000",
      method: "POST",
      path: "/v1/recommendations/batch",
      type: "application/x-ndjson",
      body: many(2000, () => JSON.stringify(question())).join("\n"),
    },
    ...distributions,
    { name: "a page of the history", path: "/v1/status/history?since=0" },
    { name: "ten years of statistics", path: "/v1/statistics?from=2016-01-01T00:00:00Z&until=2025-12-31T00:00:00Z" },
    { name: "all hospitals", path: "/v1/hospitals" },
    { name: "the roads", path: "/v1/roads" },
    {
      name: "a megabyte of EDXL-HAVE",
      method: "POST",
      path: "/v1/feeds/edxl-have",
      type: "application/xml",
      body: `<HospitalStatus xmlns="urn:oasis:names:tc:emergency:EDXL:HAVE:1.0">${"<Hospital><Organization/></Hospital>".repeat(28_000)}</HospitalStatus>`,
    },
    closing(
      "1000 closures by name",
      many(1000, (i) => feature({ road: `Road ${i}` })),
    ),
    closing(
      "1000 closures by place",
      many(1000, () => feature({ bufferMetres: 100 }, { type: "Point", coordinates: place() })),
    ),
    closing("a closure along 20,000 points", [
      feature({ bufferMetres: 30, along: "both-ways" }, { type: "LineString", coordinates: ring }),
    ]),
    closing("a slowdown in 20,000 corners", [
      feature({ factor: 0.5 }, { type: "Polygon", coordinates: [[...ring, ring[0]]] }),
    ]),
    { name: "the question after them", method: "POST", path: "/v1/recommendations", body: JSON.stringify(question()) },
    { name: "all closures", path: "/v1/closures" },
    { name: "the compaction of the log", method: "POST", path: "/v1/status/compaction" },
  ];
}

async function ask(
  url: string,
  { method = "GET", path, type = "application/json", body }: LargeRequest,
): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": type },
    ...(body === undefined ? {} : { body }),
  });
  await response.arrayBuffer();
  return String(response.status);
}

/** Forty clients that have seen nothing yet, or all but the last thousand changes. */
async function streams(url: string, after: number): Promise<string> {
  const opened = await Promise.all(
    many(40, () => fetch(`${url}/v1/events`, { headers: { "Last-Event-ID": String(after) } })),
  );
  for (const { body } of opened) {
    const reader = body!.getReader();
    await reader.read();
    await reader.cancel();
  }
  return String(opened[0]!.status);
}

function writeLongLog(county: County, changes: number): void {
  let nowMs = Date.parse("2016-01-01T00:00:00Z");
  const status = new StatusBoard(county.hospitals, { clock: () => nowMs });
  const ids = county.hospitals.hospitals.map(({ id }) => id);
  for (let change = 0; change < changes; change++) {
    nowMs += 3_000_000;
    status.setOpen(ids[change % ids.length]!, change % (2 * ids.length) >= ids.length, { reason: "IT outage" });
  }
  writeFileSync(county.statusFile, writeStatusLog(status.entries()));
}

const folder = mkdtempSync(join(tmpdir(), "livez-"));
try {
  const options = { roads: values.roads, coordinates: undefined, size: Number(values.size), name: undefined };
  const county = await makeCounty({ ...options, eds: Number(values.eds), seed: 1 }, folder);
  const changes = Number(values.changes);
  writeLongLog(county, changes);
  const server = await startServer(county, [], ["--feed", "have", "--feed-ttl", "10"]);
  const probe = new Probe(server.url);
  const work: [string, () => Promise<string>][] = [
    ["nothing", async () => "-"],
    ["40 event streams from version 0", () => streams(server.url, 0)],
    ["40 event streams 1000 changes behind", () => streams(server.url, changes - 1000)],
    ...largestRequests(county, await county.openRoads()).map((request): [string, () => Promise<string>] => [
      request.name,
      () => ask(server.url, request),
    ]),
  ];
  let longestMs = 0;
  process.stdout.write(`| while | status | s | longest /livez, ms |\n|---|---:|---:|---:|\n`);
  for (const [name, run] of work) {
    await probe.taken();
    const began = performance.now();
    const status = await run();
    const seconds = (performance.now() - began) / 1000;
    const ms = await probe.taken();
    longestMs = Math.max(longestMs, ms);
    process.stdout.write(`| ${name} | ${status} | ${seconds.toFixed(1)} | ${ms.toFixed(0)} |\n`);
  }
  probe.end();
  await server.stop();
  process.exitCode = longestMs > Number(values["longest-ms"]) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
