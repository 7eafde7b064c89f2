import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepShort } from "../../src/cli/serve-compaction";
import { DiversionService } from "../../src/http/service";
import { openStatus, type StatusFile } from "../../src/node/logs/status-file";
import { countyApp, TOKEN } from "./support/county-server";

let folder: string;
let status: StatusFile;
const { router, clock } = countyApp();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compaction-"));
  status = openStatus(join(folder, "status.log"), router.hospitals, { clock });
});
afterEach(() => {
  status.close();
  rmSync(folder, { recursive: true });
});

function flip(times: number): void {
  for (let change = 0; change < times; change++) status.setOpen("A1", change % 2 === 1);
}

const serviceOver = () => new DiversionService({ router, compact: () => status.compactSteps() });

describe("POST /v1/status/compaction", () => {
  it("makes the log short for who has the token, and says what became of it", async () => {
    flip(4);
    const { app } = countyApp({}, { compact: () => status.compactSteps() });
    const ask = (headers: Record<string, string>) => app.request("/v1/status/compaction", { method: "POST", headers });
    expect((await ask({})).status).toBe(401);
    const done = await ask({ Authorization: `Bearer ${TOKEN}` });
    expect([done.status, await done.json()]).toEqual([
      200,
      { version: 4, changesBefore: 4, changesAfter: 1, archive: "status.log.to-4" },
    ]);
    expect(readdirSync(folder).sort()).toEqual(["status.log", "status.log.lock", "status.log.to-4"]);
  });

  it("is the caller's mistake where there is no log", async () => {
    const refused = await countyApp().change("POST", "/v1/status/compaction");
    expect([refused.status, (await refused.json()).detail]).toEqual([400, expect.stringContaining("--status FILE")]);
  });
});

describe("--compact-above", () => {
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  it("compacts at the start and whenever the log has grown, and says so", async () => {
    flip(6);
    const told: string[] = [];
    keepShort(status, serviceOver(), 5, (text) => void told.push(text));
    await settled();
    expect(status.changesInLog).toBe(1);
    flip(4);
    await settled();
    expect([status.changesInLog, told.length]).toEqual([5, 1]);
    flip(1);
    await settled();
    expect(status.changesInLog).toBe(1);
    expect(told).toEqual([
      expect.stringMatching(/^status log compacted, 6 changes to 1: .*status\.log\.to-6$/),
      expect.stringMatching(/^status log compacted, 6 changes to 1: .*status\.log\.to-11$/),
    ]);
  });

  it("tries again only once the log has grown to twice its length, where it could not be done", async () => {
    flip(6);
    let tries = 0;
    const service = {
      compact: async () => {
        tries++;
        throw new Error("the disk is full");
      },
    };
    const told: string[] = [];
    keepShort(status, service, 5, (text) => void told.push(text));
    for (const more of [5, 3]) {
      await settled();
      expect(tries).toBe(1);
      flip(more);
    }
    await settled();
    expect([tries, told]).toEqual([2, Array(2).fill("status log not compacted: the disk is full")]);
  });
});
