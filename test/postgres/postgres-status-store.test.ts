import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStatusLog } from "../../src/hospitals/status/status-log";
import { EMPTY_HEAD, StatusStoreUnavailable } from "../../src/hospitals/status/status-store";
import { openPostgresStatus, PostgresStatusStore } from "../../src/postgres/index";
import { hostsOf, shownUrl } from "../../src/postgres/postgres-url";
import { setupSql } from "../../src/postgres/schema";
import { describeStatusStore } from "../hospitals/status-store-contract";
import { essex } from "../hospitals/support/essex";
import { Cluster, NO_POSTGRES } from "./support/cluster";
import { FaultyLine } from "./support/proxy";

const DIVERT = { kind: "report", hospital: "RQ8L0", effect: "divert", reason: "IT outage" } as const;
const signal = (): AbortSignal => AbortSignal.timeout(10_000);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error) => `${error.code}: ${error.message}`,
  );

describe("URLs", () => {
  it("of several hosts are one for each, as libpq takes them", () => {
    expect(hostsOf("postgres://a:b@db1:5432,db2/status?target_session_attrs=read-write&sslmode=require")).toEqual([
      "postgres://a:b@db1:5432/status?sslmode=require",
      "postgres://a:b@db2/status?sslmode=require",
    ]);
    expect(hostsOf("postgresql:///status?host=/run/postgresql")).toEqual(["postgresql:///status?host=/run/postgresql"]);
  });

  it("are shown without their passwords", () => {
    expect(shownUrl("postgres://dispatch:s3cret@db1,db2/status?password=s3cret&sslmode=require")).toBe(
      "postgres://dispatch@db1,db2/status?password=…&sslmode=require",
    );
  });
});

describe(`PostgreSQL${NO_POSTGRES === undefined ? "" : ` (${NO_POSTGRES})`}`, {
  skip: NO_POSTGRES !== undefined,
}, () => {
  let cluster: Cluster;
  let databases = 0;
  const newUrl = (): Promise<string> => cluster.database(`d${databases++}`);
  const newStore = async (): Promise<PostgresStatusStore> => {
    const store = new PostgresStatusStore(await newUrl());
    await store.setUp(undefined, signal());
    return store;
  };
  const urls = new WeakMap<object, string>();
  beforeAll(async () => {
    cluster = await Cluster.start(["wal_level=replica", "max_wal_senders=4"]);
  });
  afterAll(() => cluster.remove());

  describeStatusStore({
    name: "PostgreSQL",
    create: async () => {
      const url = await newUrl();
      const store = new PostgresStatusStore(url);
      await store.setUp(undefined, signal());
      urls.set(store, url);
      return store;
    },
    another: async (store) => new PostgresStatusStore(urls.get(store)!),
  });

  it("is set up twice as well as once, and its lines are a status log", async () => {
    const url = await newUrl();
    const store = new PostgresStatusStore(url);
    await store.setUp(undefined, signal());
    const desk = await openPostgresStatus(url, essex, { pollMs: 0 });
    await desk.submit(DIVERT);
    await store.setUp(undefined, signal());
    const { rows } = await cluster.sql("SELECT line FROM status_log ORDER BY v", url);
    const text = rows.map(({ line }) => `${line}\n`).join("");
    expect(readStatusLog(text).events).toEqual(desk.status.history());
    expect(store.description).toMatch(/^PostgreSQL \d+.* at postgres:\/\/status@127.*no synchronous standby/);
    await Promise.all([store.close(), desk.close()]);
  });

  it("changes and removes nothing, whoever asks", async () => {
    const url = await newUrl();
    await cluster.sql(setupSql(), url);
    for (const sql of [
      "UPDATE status_log SET origin = 'x'",
      "DELETE FROM status_log",
      "TRUNCATE status_log",
      "INSERT INTO status_log (v, seal, before, line, id, origin) SELECT 1, 'sha256:' || repeat('0', 64), seal, line, 'x', 'x' FROM status_log",
    ]) {
      await expect(cluster.sql(sql, url), sql).rejects.toThrow(/append-only|not that of version/);
    }
    expect((await cluster.sql("SELECT v FROM status_log", url)).rowCount).toBe(1);
  });

  it("lets a role read and add, and no more", async () => {
    const url = await newUrl();
    await cluster.sql("CREATE ROLE desk LOGIN; CREATE ROLE stranger LOGIN");
    const store = new PostgresStatusStore(url);
    await store.setUp("desk", signal());
    await store.close();
    const desk = await openPostgresStatus(url.replace("status@", "desk@"), essex, { pollMs: 0 });
    expect(await desk.submit(DIVERT)).toMatchObject({ version: 1 });
    await desk.close();
    await expect(cluster.sql("DELETE FROM status_log", url.replace("status@", "desk@"))).rejects.toThrow(/permission/);
    expect(await codeOf(openPostgresStatus(url.replace("status@", "stranger@"), essex))).toMatch(
      /^invalid-status-store: .*42501.*permission/,
    );
  });

  it("refuses what is not set up, or not kept, as it must be", async () => {
    const empty = await newUrl();
    expect(await codeOf(openPostgresStatus(empty, essex))).toMatch(/^invalid-status-store: .*status store setup/);
    const bare = await newUrl();
    await cluster.sql(`${setupSql()} DROP TRIGGER status_log_keep_all ON status_log`, bare);
    expect(await codeOf(openPostgresStatus(bare, essex))).toMatch(/^invalid-status-store: .*status_log_keep_all/);
    expect(await codeOf(openPostgresStatus("postgres://status@127.0.0.1:1/x", essex))).toMatch(
      /^status-store-unavailable: .*does not answer/,
    );
  });

  it("refuses a change by a clock that is ahead, naming the difference, and takes it when that is set", async () => {
    let aheadMs = 60_000;
    const store = await newStore();
    await store.close();
    const url = cluster.url(`d${databases - 1}`);
    const desk = await openPostgresStatus(url, essex, {
      pollMs: 0,
      origin: "desk-x",
      clock: () => Date.now() + aheadMs,
    });
    expect(await codeOf(desk.submit(DIVERT))).toMatch(
      /^status-store-unavailable: .*clock of desk-x is (59|60)\.\d s ahead.*can make no change/,
    );
    expect(desk.freshness.clockAheadMs).toBeGreaterThan(55_000);
    aheadMs = 0;
    expect(await desk.submit(DIVERT)).toMatchObject({ outcome: "accepted", version: 1 });
    aheadMs = -3_600_000;
    // A clock that is behind writes on from the last moment of receipt.
    expect(await desk.submit({ ...DIVERT, key: "b" })).toMatchObject({ outcome: "accepted", version: 2 });
    await desk.close();
  });

  it("is filled from a log once, and not over what it holds", async () => {
    const from = await openPostgresStatus(await urlOf(await newStore()), essex, { pollMs: 0 });
    for (let n = 0; n < 5; n++) await from.submit({ ...DIVERT, key: `k${n}` });
    const { changes } = await from.store.read(EMPTY_HEAD, 100, signal());
    const into = await newStore();
    await into.fill(changes, signal());
    expect((await into.read(EMPTY_HEAD, 100, signal())).changes).toEqual(changes);
    expect(await codeOf(into.fill(changes, signal()))).toMatch(/^invalid-status-store: .*holds 5 entries/);
    await Promise.all([into.close(), from.close()]);
  });

  async function urlOf(store: PostgresStatusStore): Promise<string> {
    await store.close();
    return cluster.url(`d${databases - 1}`);
  }

  it("finds the primary among several hosts, though one swallows all that it is sent", async () => {
    const url = await urlOf(await newStore());
    const black = await FaultyLine.to(cluster.port);
    const good = await FaultyLine.to(cluster.port);
    black.isBlack = true;
    const name = new URL(url).pathname;
    const both = `postgres://status@127.0.0.1:${black.port},127.0.0.1:${good.port}${name}`;
    const desk = await openPostgresStatus(both, essex, { pollMs: 0, requestMs: 4000 });
    expect(await desk.submit(DIVERT)).toMatchObject({ version: 1 });
    // The other takes over.
    black.isBlack = false;
    await good.close();
    expect(await desk.submit({ ...DIVERT, key: "b" })).toMatchObject({ outcome: "accepted", version: 2 });
    await desk.close();
    await black.close();
  });

  it("sends nothing for whom nobody waits any more, and keeps its connection", async () => {
    const store = await newStore();
    const { head } = await openPostgresStatus(await urlOf(store), essex, { pollMs: 0 }).then(async (desk) => {
      await desk.submit(DIVERT);
      await desk.close();
      return desk;
    });
    const change = { version: 2, seal: EMPTY_HEAD.seal, line: "{}", id: "x", origin: "x" };
    const error = await store.append(change, head, AbortSignal.abort()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StatusStoreUnavailable);
    expect((error as StatusStoreUnavailable).maybeDone).toBe(false);
    expect(await store.head(signal())).toEqual(head);
    await store.close();
  });

  it("says of a request that cannot have arrived that nothing was made", async () => {
    const store = new PostgresStatusStore("postgres://status@127.0.0.1:1/x");
    const change = { version: 1, seal: EMPTY_HEAD.seal, line: "{}", id: "x", origin: "x" };
    const error = await store.append(change, EMPTY_HEAD, signal()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StatusStoreUnavailable);
    expect((error as StatusStoreUnavailable).maybeDone).toBe(false);
  });
});
