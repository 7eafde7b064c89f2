import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import type { SharedStatus } from "../../src/hospitals/status/shared-status";
import { openPostgresStatus, PostgresStatusStore } from "../../src/postgres/index";
import { essex } from "../hospitals/support/essex";
import { Cluster, NO_POSTGRES } from "./support/cluster";
import { FaultyLine, LINE_FAULTS } from "./support/proxy";

const DIVERT = { kind: "report", hospital: "RQ8L0", effect: "divert", reason: "IT outage" } as const;
const SEED = Number(process.env.SEED ?? 15);
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a writer was told of each of its changes. */
interface Told {
  readonly acknowledged: string[];
  readonly unknown: string[];
  readonly notMade: string[];
}

/** Writes one change after the other until it is told to stop; what is not known stays so. */
async function write(desk: SharedStatus, name: string, isOver: () => boolean): Promise<Told> {
  const told: Told = { acknowledged: [], unknown: [], notMade: [] };
  for (let n = 0; !isOver(); n++) {
    const id = `${name}-${n}`;
    try {
      await desk.submit({ ...DIVERT, key: name, reason: id }, { id });
      told.acknowledged.push(id);
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      if (error.code === "status-outcome-unknown") told.unknown.push(id);
      else if (error.code === "status-store-unavailable") told.notMade.push(id);
      else throw error;
      await pause(20);
    }
  }
  return told;
}

/** Nothing acknowledged is lost, nothing is doubled, what is said to be not made is not, and what was unknown is found out. */
async function settle(desks: readonly SharedStatus[], told: readonly Told[]): Promise<Record<string, number>> {
  let made = 0;
  for (const [number, { unknown }] of told.entries()) {
    for (const id of unknown) {
      const before = desks[number]!.status.version;
      await desks[number]!.look();
      if (desks[number]!.status.madeBy(id) !== undefined) made++;
      const result = await desks[number]!.submit({ ...DIVERT, key: id.split("-")[0]!, reason: id }, { id });
      expect(result.outcome).toBe("accepted");
      expect(result.version).toBeGreaterThan(0);
      expect(desks[number]!.status.version).toBeGreaterThanOrEqual(before);
    }
  }
  for (const desk of desks) expect(await desk.look()).toBe(true);
  const ids = desks[0]!.status.entries().map(({ id }) => id);
  const held = new Set(ids);
  expect(held.size).toBe(ids.length);
  const acknowledged = told.flatMap((one) => one.acknowledged);
  expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
  expect(told.flatMap(({ notMade }) => notMade).filter((id) => held.has(id))).toEqual([]);
  const unknown = told.flatMap((one) => one.unknown);
  expect(unknown.filter((id) => !held.has(id))).toEqual([]);
  expect(ids.length).toBe(acknowledged.length + unknown.length);
  expect(new Set(desks.map(({ head }) => head.seal)).size).toBe(1);
  return { acknowledged: acknowledged.length, unknown: unknown.length, ofThemMade: made };
}

describe(`faults${NO_POSTGRES === undefined ? "" : ` (${NO_POSTGRES})`}`, { skip: NO_POSTGRES !== undefined }, () => {
  let cluster: Cluster;
  let databases = 0;
  const toClose: { close(): Promise<void> }[] = [];
  const newDatabase = async (): Promise<string> => {
    const url = await cluster.database(`f${databases++}`);
    const store = new PostgresStatusStore(url);
    await store.setUp(undefined, AbortSignal.timeout(10_000));
    await store.close();
    return url;
  };
  const open = async (url: string, options: Parameters<typeof openPostgresStatus>[2] = {}): Promise<SharedStatus> => {
    const desk = await openPostgresStatus(url, essex, { requestMs: 1000, patienceMs: 1500, retryMs: 50, ...options });
    toClose.push(desk);
    return desk;
  };
  beforeAll(async () => {
    console.log(`seed ${SEED}`);
    cluster = await Cluster.start();
  });
  afterAll(async () => {
    await Promise.all(toClose.splice(0).map((one) => one.close()));
    await cluster.remove();
  });

  it("of the engine, killed 50 times under three writers, lose, double and forget nothing", async () => {
    const random = new SeededRandom(SEED);
    const url = await newDatabase();
    const desks = [await open(url), await open(url), await open(url)];
    let isOver = false;
    const writers = desks.map((desk, n) => write(desk, `w${n}`, () => isOver));
    for (let round = 0; round < 50; round++) {
      await pause(random.next() * 200);
      await cluster.kill();
      await cluster.begin();
    }
    await pause(300);
    isOver = true;
    console.log(await settle(desks, await Promise.all(writers)));
  });

  it("of the line, 40 times of four kinds, lose, double and forget nothing", async () => {
    const random = new SeededRandom(SEED);
    const url = await newDatabase();
    const lines = await Promise.all([0, 1, 2].map(() => FaultyLine.to(cluster.port)));
    const name = new URL(url).pathname.slice(1);
    const desks = await Promise.all(
      lines.map(({ port }) => open(cluster.url(name, port), { requestMs: 300, patienceMs: 700 })),
    );
    let isOver = false;
    const writers = desks.map((desk, n) => write(desk, `w${n}`, () => isOver));
    for (let round = 0; round < 40; round++) {
      await pause(random.next() * 200);
      const line = lines[Math.floor(random.next() * 3)]!;
      line.fault = LINE_FAULTS[round % LINE_FAULTS.length];
      await pause(random.next() * 600);
      line.fault = undefined;
    }
    await pause(300);
    isOver = true;
    console.log(await settle(desks, await Promise.all(writers)));
    for (const desk of desks.splice(0)) await desk.close();
    for (const line of lines) await line.close();
  });

  it("that swallow 20 answers are found out by the same request", async () => {
    const url = await newDatabase();
    const line = await FaultyLine.to(cluster.port);
    const desk = await open(cluster.url(new URL(url).pathname.slice(1), line.port), {
      requestMs: 200,
      patienceMs: 3000,
      pollMs: 0,
    });
    for (let n = 0; n < 20; n++) {
      line.fault = "deafen";
      setTimeout(() => {
        line.fault = undefined;
      }, 100);
      expect(await desk.submit({ ...DIVERT, key: `k${n}` }, { id: `one-${n}` })).toMatchObject({ version: n + 1 });
    }
    await desk.close();
    await line.close();
  });

  it("that freeze the engine leave answers with their age, and never call a change that was sent not made", async () => {
    const url = await newDatabase();
    const desk = await open(url, { requestMs: 300, patienceMs: 600, pollMs: 100 });
    await desk.submit(DIVERT, { id: "before" });
    cluster.freeze();
    try {
      const code = await desk.submit({ ...DIVERT, key: "b" }, { id: "frozen" }).catch((error) => error.code);
      expect(code).toBe("status-outcome-unknown");
      await pause(500);
      expect(desk.freshness.state).toBe("cut-off");
      expect(Date.now() - desk.freshness.confirmedAt!).toBeGreaterThan(500);
      expect(desk.status.view().all()).toHaveLength(1);
    } finally {
      cluster.thaw();
    }
    expect(await desk.submit({ ...DIVERT, key: "b" }, { id: "frozen" })).toMatchObject({
      outcome: "accepted",
      version: 2,
    });
    for (let n = 0; desk.freshness.state !== "current" && n < 50; n++) await pause(100);
    expect(desk.freshness.state).toBe("current");
  });

  it("of a desk black-holed among others leave it behind, and it catches up", async () => {
    const url = await newDatabase();
    const line = await FaultyLine.to(cluster.port);
    const far = await open(cluster.url(new URL(url).pathname.slice(1), line.port), { requestMs: 300, pollMs: 100 });
    const near = await open(url, { pollMs: 100 });
    line.isBlack = true;
    for (let n = 0; n < 5; n++) await near.submit({ ...DIVERT, key: `k${n}` });
    await pause(800);
    expect([far.freshness.state, far.status.version]).toEqual(["cut-off", 0]);
    line.isBlack = false;
    for (let n = 0; far.status.version < 5 && n < 100; n++) await pause(100);
    expect(far.head).toEqual(near.head);
    await far.close();
    await line.close();
  });

  it("do not come of a race: of three that knew the same version one wins, 200 times", async () => {
    const url = await newDatabase();
    const desks = [await open(url), await open(url), await open(url)];
    let known = 0;
    for (let round = 0; round < 200; round++) {
      await Promise.all(desks.map((desk) => desk.look()));
      const tries = await Promise.allSettled(
        desks.map((desk, n) =>
          desk.submit(
            { ...DIVERT, key: "race", reason: `round ${round} desk ${n}` },
            {
              precondition: () => {
                if (desk.status.version === known) return undefined;
                throw new DiversionError("precondition-failed", `it is at ${desk.status.version}`);
              },
            },
          ),
        ),
      );
      const lost = tries.flatMap((one) =>
        one.status === "rejected" ? [`${one.reason.code} ${one.reason.message}`] : [],
      );
      known++;
      expect(lost).toEqual([`precondition-failed it is at ${known}`, `precondition-failed it is at ${known}`]);
    }
  });
});
