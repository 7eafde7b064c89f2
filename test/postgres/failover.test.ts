import { afterEach, describe, expect, it } from "vitest";
import { SharedStatus } from "../../src/hospitals/status/shared-status";
import { MemoryStatusStore } from "../../src/hospitals/status/status-store";
import { PostgresStatusStore } from "../../src/postgres/index";
import { essex } from "../hospitals/support/essex";
import { Cluster, NO_POSTGRES } from "./support/cluster";

const DIVERT = { kind: "report", hospital: "RQ8L0", effect: "divert", reason: "IT outage" } as const;

describe(`fail-over${NO_POSTGRES === undefined ? "" : ` (${NO_POSTGRES})`}`, {
  skip: NO_POSTGRES !== undefined,
}, () => {
  const toEnd: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of toEnd.splice(0).reverse()) await end();
  });

  /** A primary with the table, its standby, and desks that know both. */
  async function pair() {
    const primary = await Cluster.start(["synchronous_standby_names=s2"]);
    toEnd.push(() => primary.remove());
    const set = new PostgresStatusStore(primary.url());
    const standby = await primary.standby("s2");
    toEnd.push(() => standby.remove());
    await set.setUp(undefined, AbortSignal.timeout(20_000));
    await set.close();
    const both = `postgres://status@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`;
    const desk = async (mirror = new MemoryStatusStore()): Promise<SharedStatus> => {
      const options = { mirror, pollMs: 100, patienceMs: 20_000 };
      const opened = await SharedStatus.open(new PostgresStatusStore(both), essex, options);
      toEnd.push(() => opened.close());
      return opened;
    };
    return { primary, standby, desk };
  }

  it("to a synchronous standby loses nothing, and desks go on by themselves", async () => {
    const { primary, standby, desk } = await pair();
    const desks = [await desk(), await desk()];
    expect(desks[0]!.store.description).toMatch(/synchronous standby s2/);
    const acknowledged: string[] = [];
    let isOver = false;
    const writers = desks.map(async (one, number) => {
      for (let n = 0; !isOver; n++) {
        const id = `${number}-${n}`;
        try {
          await one.submit({ ...DIVERT, key: `k${number}`, reason: id }, { id });
          acknowledged.push(id);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^status-(store-unavailable|outcome-unknown)$/);
          await new Promise((done) => setTimeout(done, 50));
        }
      }
    });
    toEnd.push(async () => {
      isOver = true;
    });
    await new Promise((done) => setTimeout(done, 500));
    const before = acknowledged.length;
    expect(before).toBeGreaterThan(0);
    await primary.kill();
    await standby.promote();
    for (let n = 0; acknowledged.length < before + 20 && n < 200; n++)
      await new Promise((done) => setTimeout(done, 100));
    isOver = true;
    await Promise.all(writers);
    expect(acknowledged.length).toBeGreaterThanOrEqual(before + 20);
    const { rows } = await standby.sql("SELECT id FROM status_log WHERE v > 0");
    const held = new Set(rows.map(({ id }) => id));
    expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
    expect(rows.length).toBe(held.size);
    for (const one of desks) {
      await one.look();
      expect(one.freshness.state).toBe("current");
    }
    console.log({ acknowledgedBefore: before, after: acknowledged.length - before, lost: 0 });
  });
});
