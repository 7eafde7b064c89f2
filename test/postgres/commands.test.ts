import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStatusLog } from "../../src/hospitals/status/status-log";
import { countyFiles } from "../cli/county-files";
import { type CommandRun, runCommand } from "../support/terminal";
import { Cluster, NO_POSTGRES } from "./support/cluster";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TOKEN = "a-token-of-the-tests";

describe(`commands${NO_POSTGRES === undefined ? "" : ` (${NO_POSTGRES})`}`, { skip: NO_POSTGRES !== undefined }, () => {
  const county = countyFiles();
  const servers: ChildProcess[] = [];
  let cluster: Cluster;
  let databases = 0;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(async () => {
    for (const server of servers) server.kill("SIGKILL");
    await cluster.remove();
    rmSync(county.folder, { recursive: true });
  });

  const run = async (...args: string[]): Promise<CommandRun> => {
    const ran = await runCommand(args, { now: new Date().toISOString() });
    expect(ran.status, ran.stderr).toBe(0);
    return ran;
  };
  const status = (url: string, ...args: string[]) =>
    run("status", ...args, "--status", url, "--hospitals", county.hospitals);
  const newStore = async (): Promise<string> => {
    const url = await cluster.database(`c${databases++}`);
    expect((await status(url, "store", "setup")).stdout).toMatch(/^PostgreSQL .*: set up, at version 0\n$/);
    return url;
  };
  const divert = (id: string, reason: string): string[] => [
    ...["report", id, "--effect", "divert", "--by", "duty", "--reason", reason, "--key", reason],
  ];

  /** A server in a process of its own; resolves to its URL once it listens. */
  async function serve(...args: string[]): Promise<string> {
    const command = [
      "--import",
      "tsx",
      "src/cli/bin.ts",
      "serve",
      ...county.options,
      "--port",
      "0",
      "--quiet",
      ...args,
    ];
    const server = spawn(process.execPath, command, {
      cwd: ROOT,
      env: { ...process.env, AMBULANCE_DIVERSION_TOKEN: TOKEN },
    });
    servers.push(server);
    let said = "";
    return new Promise((resolve, reject) => {
      server.stderr!.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      server.stdout!.setEncoding("utf8").on("data", (text: string) => {
        const url = /listens on (\S+)/.exec(text)?.[1];
        if (url !== undefined) resolve(url);
      });
      server.once("exit", (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
    });
  }

  const change = (server: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server}${path}`, {
      method: "PUT",
      body: JSON.stringify(body),
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
    });

  it("keep, show, export and import a status in a database", async () => {
    const url = await newStore();
    const made = await status(url, ...divert("A1", "it-outage"));
    expect(made.stdout).toMatch(/^version 1: A1 it-outage held/);
    await status(url, "set-open", "B2", "false");
    await status(url, "clear", "B2", "--by", "duty");
    expect((await status(url, "list")).stdout).toMatch(/it-outage/);
    const answer = await run("nearest", ...county.options, "--at", "0.18,52", "--status", url, "--json");
    expect(JSON.parse(answer.stdout).basis.statusVersion).toBe(3);
    const log = county.path("exported.log");
    expect((await status(url, "export", "-o", log)).stdout).toBe(`${log}: 3 entries up to version 3\n`);
    expect(readStatusLog(readFileSync(log)).events).toHaveLength(3);
    const into = await newStore();
    await status(into, "import", log);
    const again = county.path("exported-again.log");
    await status(into, "export", "-o", again);
    expect(readFileSync(again)).toEqual(readFileSync(log));
    // The file is a log as any.
    await run("status", "verify", "--status", log);
    const history = (named: string) => status(named, "history", "--json").then(({ stdout }) => stdout);
    expect(await history(url)).toBe(await history(log));
  });

  it("put back what a fail-over lost, under what came since", async () => {
    const url = await newStore();
    await status(url, ...divert("A1", "before"));
    // A standby that is behind: what comes now does not reach it.
    const name = new URL(url).pathname.slice(1);
    await cluster.sql(`CREATE DATABASE ${name}_standby TEMPLATE ${name}`);
    const standby = cluster.url(`${name}_standby`);
    await status(url, ...divert("B2", "lost"));
    await status(url, "clear", "A1", "--key", "before", "--by", "duty");
    const mirror = county.path("mirror.log");
    const server = await serve("--status", url, "--mirror", mirror, "--desk", "desk-a");
    expect(await (await fetch(`${server}/readyz`)).text()).toBe("ok\n");
    servers.pop()!.kill("SIGTERM");
    for (let n = 0; existsSync(`${mirror}.lock`) && n < 100; n++) await new Promise((done) => setTimeout(done, 50));
    expect(readStatusLog(readFileSync(mirror)).events).toHaveLength(3);

    // The server notices, answers by what it holds, and takes nothing.
    const forked = await serve("--status", standby, "--mirror", mirror, "--desk", "desk-a");
    const ready = await fetch(`${forked}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/No change is taken.*version 3/i)]);
    expect((await (await fetch(`${forked}/v1/basis`)).json()).store.state).toBe("forked");
    const refused = await change(forked, "/v1/hospitals/C3/open", { open: false });
    expect([refused.status, (await refused.json()).code]).toEqual([503, "status-store-forked"]);
    expect((await (await fetch(`${forked}/v1/hospitals`)).json()).statusVersion).toBe(3);
    servers.pop()!.kill("SIGTERM");
    for (let n = 0; existsSync(`${mirror}.lock`) && n < 100; n++) await new Promise((done) => setTimeout(done, 50));

    await status(standby, ...divert("C3", "since"));
    const put = await status(standby, "put-back", mirror, "--json");
    expect(JSON.parse(put.stdout)).toEqual({ made: 2, known: 0, left: 0, keptAs: `${mirror}.put-back` });
    const held = JSON.parse((await status(standby, "list", "--json")).stdout).restrictions;
    expect(held.map(({ hospital, key }: { hospital: string; key: string }) => `${hospital} ${key}`)).toEqual([
      "B2 lost",
      "C3 since",
    ]);
    expect(existsSync(mirror)).toBe(false);
    const back = await serve("--status", standby, "--mirror", mirror, "--desk", "desk-a");
    expect((await fetch(`${back}/readyz`)).status).toBe(200);
    servers.pop()!.kill("SIGTERM");
  });

  it("hear a feed for each other: one polls, all answer by what it heard", async () => {
    const url = await newStore();
    const feed = county.write(
      "feed.json",
      JSON.stringify([
        { hospital: "A1", open: false, reason: "full" },
        { hospital: "B2", open: true },
        { hospital: "C3", open: null },
      ]),
    );
    const ttl = ["--feed-ttl", "10"];
    const a = await serve(
      "--status",
      url,
      "--desk",
      "desk-a",
      "--feed",
      `north:json=${feed}`,
      "--feed-interval",
      "1",
      ...ttl,
    );
    const b = await serve("--status", url, "--desk", "desk-b", "--feed", "north", ...ttl);
    const path = `/v1/recommendations?location=0.18,52&at=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`;
    let answers: string[] = [];
    for (let n = 0; n < 50; n++) {
      answers = await Promise.all([a, b].map(async (desk) => (await fetch(`${desk}${path}`)).text()));
      if (answers[0] === answers[1] && !answers[0]!.includes('"statusVersion":0')) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    expect(answers[1]).toBe(answers[0]);
    expect(JSON.parse(answers[1]!).basis.feeds).toMatch(/^sha256:/);
    const { hospitals } = await (await fetch(`${b}/v1/hospitals`)).json();
    expect(hospitals.map(({ condition }: { condition: string }) => condition)).toEqual(["divert", "open", "unknown"]);
    const { version } = await (await fetch(`${b}/v1/status/history`)).json();
    await new Promise((done) => setTimeout(done, 3000));
    expect((await (await fetch(`${b}/v1/status/history`)).json()).version).toBe(version);
    for (const server of servers.splice(0)) server.kill("SIGTERM");
  });

  it("serve one status three times over: same bytes, events resumed elsewhere, a start without the database", async () => {
    const url = await newStore();
    const mirror = county.path("third.log");
    const decisions = ["a", "b", "c"].map((name) => county.path(`${name}.decisions`));
    const desks = [
      await serve("--status", url, "--desk", "desk-a", "--log", decisions[0]!),
      await serve("--status", url, "--desk", "desk-b", "--log", decisions[1]!),
      await serve("--status", url, "--desk", "desk-c", "--log", decisions[2]!, "--mirror", mirror),
    ] as [string, string, string];
    const [a, b, c] = desks;
    expect((await change(a, "/v1/hospitals/A1/open", { open: false }, { "If-Match": '"0"' })).status).toBe(200);
    expect((await change(b, "/v1/hospitals/A1/open", { open: true }, { "If-Match": '"0"' })).status).toBe(412);
    const closure = {
      type: "FeatureCollection",
      features: [{ type: "Feature", geometry: null, properties: { segments: [15], reason: "flood" } }],
    };
    const closed = await fetch(`${b}/v1/closures`, {
      method: "POST",
      body: JSON.stringify(closure),
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    });
    expect(await closed.json()).toEqual({ roadsVersion: 2, entered: ["closure-2"], withoutRoads: [] });
    expect((await change(c, "/v1/hospitals/B2/open", { open: false })).status).toBe(200);
    const at = encodeURIComponent(new Date(Date.now() + 1000).toISOString());
    const paths = [`/v1/recommendations?location=0.18,52&at=${at}`, "/v1/closures", "/v1/status/history"];
    for (const path of paths) {
      let answers: string[] = [];
      for (let n = 0; n < 50; n++) {
        answers = await Promise.all(desks.map(async (desk) => (await fetch(`${desk}${path}`)).text()));
        if (new Set(answers).size === 1) break;
        await new Promise((done) => setTimeout(done, 100));
      }
      expect(new Set(answers).size, path).toBe(1);
    }
    const events = await fetch(`${a}/v1/events`, { headers: { "Last-Event-ID": "1" } });
    const reader = events.body!.getReader();
    let told = "";
    while (!told.includes("id: 3")) told += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect([...told.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(["2", "3"]);
    expect(await (await fetch(`${c}/metrics`)).text()).toMatch(/^ambulance_diversion_status_age_seconds \d/m);
    expect((await fetch(`${c}/v1/hospitals`)).headers.get("Status-Age")).toMatch(/^\d$/);

    for (const server of servers.splice(0)) {
      const gone = new Promise((done) => server.once("exit", done));
      server.kill("SIGTERM");
      await gone;
    }
    const log = county.path("three.log");
    await status(url, "export", "-o", log);
    for (const file of decisions) {
      const replayed = await run("replay-decision", file, ...county.options, "--status", log, "--json");
      const { decisions: made, reproduced } = JSON.parse(replayed.stdout);
      expect(made).toBeGreaterThan(0);
      expect(reproduced).toBe(made);
    }

    await cluster.kill();
    const alone = await serve("--status", url, "--mirror", mirror, "--desk", "desk-c");
    expect((await (await fetch(`${alone}/v1/basis`)).json()).statusVersion).toBe(3);
    expect((await (await fetch(`${alone}/v1/closures`)).json()).features).toHaveLength(1);
    expect((await fetch(`${alone}/readyz`)).status).toBe(503);
    await cluster.begin();
    for (let n = 0; n < 100 && (await fetch(`${alone}/readyz`)).status !== 200; n++) {
      await new Promise((done) => setTimeout(done, 100));
    }
    expect((await change(alone, "/v1/hospitals/C3/open", { open: false })).status).toBe(200);
  });
});
