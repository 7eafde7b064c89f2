import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SharedStatus, type SharedStatusOptions } from "../../src/hospitals/status/shared-status";
import { EMPTY_HEAD, MemoryStatusStore } from "../../src/hospitals/status/status-store";
import { essex } from "./support/essex";
import { FaultyStore, type StoreFault } from "./support/faulty-store";

const DIVERT = { kind: "report", hospital: "RQ8L0", effect: "divert", reason: "IT outage" } as const;

const open = (store: FaultyStore | MemoryStatusStore, options: SharedStatusOptions = {}) =>
  SharedStatus.open(store, essex, { pollMs: 0, retryMs: 0, ...options });

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error) => (error instanceof DiversionError ? error.code : Promise.reject(error)),
  );

const versions = async (store: MemoryStatusStore) =>
  (await store.read(EMPTY_HEAD, 1000)).changes.map(({ version, id }) => [version, id]);

describe("a change whose answer is lost", () => {
  it.each<[StoreFault]>([["answer-lost"], ["request-lost"], ["late"]])("is made once: %s", async (fault) => {
    const store = new MemoryStatusStore();
    const way = new FaultyStore(store);
    const desk = await open(way);
    way.faults.push(fault);
    expect(await desk.submit(DIVERT, { id: "one" })).toMatchObject({ outcome: "accepted", version: 1 });
    expect(await desk.submit({ ...DIVERT, key: "b" }, { id: "two" })).toMatchObject({ version: 2 });
    expect(await versions(store)).toEqual([
      [1, "one"],
      [2, "two"],
    ]);
  });

  it("is not made when another took its place, and is then made after that", async () => {
    const store = new MemoryStatusStore();
    const [way, other] = [new FaultyStore(store), await open(store)];
    const desk = await open(way);
    await other.submit({ ...DIVERT, hospital: "RAJ01" }, { id: "theirs" });
    way.faults.push("late");
    expect(await desk.submit(DIVERT, { id: "ours" })).toMatchObject({ outcome: "accepted", version: 2 });
    expect(await versions(store)).toEqual([
      [1, "theirs"],
      [2, "ours"],
    ]);
  });

  it("is said to be perhaps made when the store stays away, and the same request finds out", async () => {
    const store = new MemoryStatusStore();
    const way = new FaultyStore(store);
    const desk = await open(way, { patienceMs: 25, retryMs: 5 });
    way.faults.push("answer-lost", ...Array.from({ length: 50 }, () => "refused" as const));
    expect(await codeOf(desk.submit(DIVERT, { id: "one" }))).toBe("status-outcome-unknown");
    way.faults.length = 0;
    expect(desk.freshness.state).toBe("cut-off");
    // At another desk too.
    const elsewhere = await open(store);
    expect(await elsewhere.submit(DIVERT, { id: "one" })).toMatchObject({ outcome: "accepted", version: 1 });
    expect(await desk.submit(DIVERT, { id: "one" })).toMatchObject({ outcome: "accepted", version: 1 });
    expect(await versions(store)).toEqual([[1, "one"]]);
  });

  it("is said to be not made when those before it took all the time", async () => {
    const store = new MemoryStatusStore();
    const way = new FaultyStore(store);
    const desk = await open(way, { patienceMs: 50, retryMs: 10 });
    way.isGone = true;
    const changes = ["one", "two", "three"].map((id) => codeOf(desk.submit({ ...DIVERT, key: id }, { id })));
    const [first, ...rest] = await Promise.all(changes);
    expect([first, ...rest]).toEqual([
      "status-outcome-unknown",
      "status-store-unavailable",
      "status-store-unavailable",
    ]);
  });

  it("is said to be not made when it never left", async () => {
    const store = new MemoryStatusStore();
    const way = new FaultyStore(store);
    const desk = await open(way);
    way.faults.push("refused");
    expect(await codeOf(desk.submit(DIVERT))).toBe("status-store-unavailable");
    expect(await versions(store)).toEqual([]);
    expect(await desk.submit(DIVERT)).toMatchObject({ version: 1 });
  });

  it("is made once and in one order by three desks, whatever gets lost (seed printed on failure)", async () => {
    const fault = fc.option(fc.constantFrom<StoreFault>("refused", "request-lost", "answer-lost", "late"), { freq: 2 });
    const step = fc.record({ desk: fc.nat(2), faults: fc.array(fault, { maxLength: 3 }), hospital: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = new MemoryStatusStore();
        const ways = [0, 1, 2].map(() => new FaultyStore(store));
        const desks = await Promise.all(ways.map((way) => open(way)));
        const acknowledged: string[] = [];
        await Promise.all(
          desks.map(async (desk, number) => {
            for (const [at, { hospital, faults }] of steps.filter((one) => one.desk === number).entries()) {
              ways[number]!.faults.push(...faults.map((one) => one ?? undefined));
              const id = `${number}-${at}`;
              const change = { ...DIVERT, hospital: essex.hospitals[hospital]!.id, key: `k${at}`, reason: id };
              const code = await codeOf(desk.submit(change, { id }).then(() => void acknowledged.push(id)));
              expect(["done", "status-store-unavailable"]).toContain(code);
              ways[number]!.faults.length = 0;
            }
          }),
        );
        for (const desk of desks) expect(await desk.look()).toBe(true);
        const ids = (await versions(store)).map(([, id]) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect([...acknowledged].sort()).toEqual([...ids].sort());
        expect(new Set(desks.map(({ head }) => head.seal)).size).toBe(1);
        expect(desks[1]!.status.history()).toEqual(desks[0]!.status.history());
      }),
      { numRuns: 40 },
    );
  });
});

describe("a store that is away", () => {
  it("leaves what is held to be read, with the moment up to which it is all", async () => {
    let nowMs = 1_500_000_000_000;
    const store = new MemoryStatusStore(() => nowMs - 3000);
    const way = new FaultyStore(store);
    const desk = await open(way, { clock: () => nowMs });
    const heard: string[] = [];
    desk.onFreshness(({ state }) => heard.push(state));
    await desk.submit(DIVERT);
    expect(await desk.look()).toBe(true);
    expect(desk.freshness).toEqual({ state: "current", confirmedAt: nowMs, clockAheadMs: 3000 });
    way.isGone = true;
    nowMs += 20_000;
    expect(await desk.look()).toBe(false);
    expect(desk.freshness).toMatchObject({ state: "cut-off", confirmedAt: nowMs - 20_000 });
    expect(desk.status.view().all()).toHaveLength(1);
    expect(await codeOf(desk.submit({ kind: "clear", hospital: "RAJ01", key: "x" }))).toBe("status-store-unavailable");
    way.isGone = false;
    expect(await desk.look()).toBe(true);
    expect(heard).toEqual(["cut-off", "current"]);
  });

  it("keeps a start from happening without a mirror, and not with one", async () => {
    const store = new MemoryStatusStore();
    const mirror = new MemoryStatusStore();
    const first = await open(store, { mirror });
    await first.submit(DIVERT, { id: "one" });
    await (await open(store)).submit({ ...DIVERT, hospital: "RAJ01" }, { id: "two" });
    await first.look();
    expect(await versions(mirror)).toEqual(await versions(store));
    const way = new FaultyStore(store);
    way.isGone = true;
    expect(await codeOf(open(way))).toBe("status-store-unavailable");
    const second = await open(way, { mirror });
    expect(second.status.version).toBe(2);
    expect(second.freshness).toMatchObject({ state: "cut-off", confirmedAt: undefined });
  });

  it("is taken over by a mirror that was away itself", async () => {
    const store = new MemoryStatusStore();
    const mirrored = new MemoryStatusStore();
    const mirror = new FaultyStore(mirrored);
    const desk = await open(store, { mirror });
    mirror.isGone = true;
    await desk.submit(DIVERT);
    expect(desk.mirrorTrouble).toMatch(/mirror of the status/);
    mirror.isGone = false;
    await desk.submit({ ...DIVERT, key: "b" });
    expect(desk.mirrorTrouble).toBeUndefined();
    expect(await versions(mirrored)).toEqual(await versions(store));
  });
});

describe("a store that holds another history", () => {
  it.each([
    ["less", 0],
    ["as much", 1],
    ["more", 2],
  ])("is noticed, read no more and written no more: %s", async (_, count) => {
    const [before, after] = [new MemoryStatusStore(), new MemoryStatusStore()];
    const mirror = new MemoryStatusStore();
    const desk = await open(before, { mirror });
    await desk.submit(DIVERT);
    const other = await open(after);
    for (let n = 0; n < count; n++) await other.submit({ ...DIVERT, hospital: "RAJ01", key: `k${n}` });
    const moved = await open(after, { mirror });
    expect(moved.freshness.state).toBe("forked");
    expect(moved.status.view().restrictionsOf("RQ8L0")).toHaveLength(1);
    expect(await codeOf(moved.submit({ ...DIVERT, key: "b" }))).toBe("status-store-forked");
    expect((await after.head()).version).toBe(count);
  });
});
