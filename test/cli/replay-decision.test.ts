import { readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { openRoads } from "../../src/node/files/roads-files";
import { openHospitals } from "../../src/node/files/text-file";
import { openDecisionLog } from "../../src/node/logs/decision-log-file";
import { openStatus } from "../../src/node/logs/status-file";
import { at, NOON } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const clock = (): number => Date.parse(NOON);

/** A status log and a log of three decisions, A1 diverting for the last two. */
async function logs(name: string): Promise<{ status: string; log: string }> {
  const hospitals = await openHospitals(county.hospitals);
  const status = openStatus(county.path(`${name}.status`), hospitals, { clock });
  const router = new DiversionRouter({ roads: await openRoads(county.options[1]!), hospitals, status, clock });
  const path = county.path(`${name}.decisions`);
  const decide = (km: number, durability: "each" | "batch"): void => {
    const log = openDecisionLog(path, router, { durability });
    log.record({ location: at(km) }, router.recommend({ location: at(km) }));
    log.close();
  };
  decide(8, "each");
  status.setOpen("A1", false);
  decide(8, "batch");
  decide(30, "each");
  status.close();
  return { status: county.path(`${name}.status`), log: path };
}

const replay = (log: string, ...args: string[]) => runCommand(["replay-decision", log, ...county.options, ...args]);

describe("replay-decision", () => {
  it("makes every decision again", async () => {
    const { status, log } = await logs("same");
    const ran = await replay(log, "--status", status);
    expect(ran).toEqual({
      status: 0,
      stderr: "",
      stdout: `${log}: 3 decisions made again, each the same byte for byte\n`,
    });
    const json = await replay(log, "--status", status, "--engine", "dijkstra", "--json");
    expect(JSON.parse(json.stdout)).toEqual({ file: log, decisions: 3, reproduced: 3 });
  });

  it("replays what `nearest --log` wrote, one question or a batch, under closures", async () => {
    const log = county.path("nearest.decisions");
    const nearest = (...args: string[]) => runCommand(["nearest", ...county.options, "--log", log, ...args]);
    expect((await nearest("--at", at(8).join(","))).status).toBe(0);
    const closures = county.write(
      "closures.json",
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            geometry: { type: "Point", coordinates: at(9.5) },
            properties: { bufferMetres: 100, reason: "flood" },
          },
        ],
      }),
    );
    const calls = county.write("calls.csv", `id,lon,lat\na,${at(8)}\nb,9,9\nc,${at(30)}\n`);
    const batch = await nearest("--incidents", calls, "--closures", closures, "--threads", "1");
    expect(batch.status).toBe(2);
    expect((await replay(log)).stdout).toBe(`${log}: 3 decisions made again, each the same byte for byte\n`);
    expect(readFileSync(log, "utf8")).not.toContain('"id":"a"');
  });

  it("exits 1 and names the part of the basis that is not at hand", async () => {
    const { log } = await logs("no-status");
    const ran = await replay(log);
    expect(ran.status).toBe(1);
    expect(ran.stdout).toBe(
      [
        `${log}: 2 of 3 decisions did not come out as recorded; the first is`,
        `line 2, of ${NOON}: the status log is not the one it was made from`,
        "  at          answer.basis.statusVersion",
        "  recorded    1",
        "  recomputed  0",
        "",
      ].join("\n"),
    );
    const json = await replay(log, "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ reproduced: 1, difference: { line: 2, part: "status" } });
  });

  it("counts what diverts did", async () => {
    const { log } = await logs("counts");
    const ran = await replay(log, "--counts");
    expect(ran).toEqual({
      status: 0,
      stderr: "",
      stdout: [
        "3 recommendations; diverts sent 1 of them elsewhere, 10.0 extra minutes in all.",
        "0 name a diverting ED because all divert, 0 name none. Days of Europe/London.",
        "",
        "day         ED           unrestricted  turned away  extra min  worst  received",
        "2017-05-15  Ashby (A1)              2            1       10.0   10.0         0",
        "2017-05-15  Burton (B2)             1            0        0.0    0.0         1",
        "",
      ].join("\n"),
    });
    expect(JSON.parse((await replay(log, "--counts", "--json")).stdout)).toMatchObject({ decisions: 3, turnedAway: 1 });
  });

  it("tells of damage, of a torn line, and of what it was not given", async () => {
    const { log } = await logs("damage");
    const bytes = readFileSync(log);
    const torn = county.write("torn.decisions", bytes.subarray(0, bytes.length - 9));
    const ran = await replay(torn, "--counts");
    expect([ran.status, ran.stdout.slice(0, 17)]).toEqual([0, "2 recommendations"]);
    expect(ran.stderr).toMatch(/torn\.decisions: the last line is unfinished/);
    const bad = county.write("bad.decisions", bytes.toString("utf8").replace("Ashby", "Ashbx"));
    const damaged = await replay(bad);
    expect(damaged.status).toBe(2);
    expect(damaged.stderr).toMatch(/bad\.decisions, row 2, byte \d+: Line 2 of the decision log is damaged/);
    expect((await runCommand(["replay-decision"])).status).toBe(2);
    expect((await replay(county.path("none.decisions"))).stderr).toMatch(/cannot be read/);
    expect((await replay(county.hospitals)).stderr).toMatch(/This is not a decision log/);
  });

  it("lets one writer at a time have the log", async () => {
    const { log } = await logs("lock");
    const hospitals = await openHospitals(county.hospitals);
    const router = new DiversionRouter({ roads: await openRoads(county.options[1]!), hospitals, clock });
    const first = openDecisionLog(log, router);
    expect(() => openDecisionLog(log, router)).toThrow(/The decision log is being written by process/);
    first.close();
    openDecisionLog(log, router).close();
  });
});
