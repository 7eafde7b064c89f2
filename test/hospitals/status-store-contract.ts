import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../../src/core/instant";
import { SharedStatus, type SharedStatusOptions } from "../../src/hospitals/status/shared-status";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusLog, statusLogHeader, statusLogLine } from "../../src/hospitals/status/status-log";
import {
  EMPTY_HEAD,
  type StatusHead,
  type StatusStore,
  type StoredChange,
} from "../../src/hospitals/status/status-store";
import { essex, failure } from "./support/essex";

/** How one kind of store is made for the suite. */
export interface StoreKind {
  readonly name: string;
  /** A store without entries. */
  create(clock?: Clock): Promise<StatusStore>;
  /** Another way into the same store; undefined where one process has it alone. */
  another?(store: StatusStore): Promise<StatusStore>;
}

const DIVERT = {
  kind: "report",
  hospital: "RQ8L0",
  effect: "divert",
  reason: "IT outage",
  authorisedBy: "duty",
} as const;
const signal = (): AbortSignal => AbortSignal.timeout(5000);

const rejection = async (work: Promise<unknown>) => {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure(() => {
    if (outcome !== undefined) throw outcome;
  });
};

/** Entries that follow on one another, as a desk would make them. */
function chain(count: number, from: StatusHead = EMPTY_HEAD, origin = "desk"): StoredChange[] {
  const board = new StatusBoard(essex, { clock: () => 1_500_000_000_000 });
  const changes: StoredChange[] = [];
  let seal = from.seal;
  for (let n = 1; n <= count; n++) {
    const version = from.version + n;
    const { event } = board.propose({ ...DIVERT, reason: `reason ${version} of ${origin}` });
    const id = `${origin}-${version}`;
    const { text, checksum } = statusLogLine({ ...event!, version, id, origin }, seal);
    seal = checksum;
    changes.push({ version, seal, line: text.slice(0, -1), id, origin });
  }
  return changes;
}

/** What every store of the status holds to. */
export function describeStatusStore({ name, create, another }: StoreKind): void {
  const open: { close(): Promise<void> }[] = [];
  const closing = <T extends { close(): Promise<void> }>(one: T): T => {
    open.push(one);
    return one;
  };
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  const fresh = async (clock?: Clock) => closing(await create(clock));
  const shared = async (store: StatusStore, options: SharedStatusOptions = {}) =>
    closing(await SharedStatus.open(store, essex, { pollMs: 0, ...options }));

  describe(`a status store: ${name}`, () => {
    it("is empty at first, and says what it is", async () => {
      const store = await fresh();
      expect(await store.head(signal())).toEqual(EMPTY_HEAD);
      expect((await store.read(EMPTY_HEAD, 10, signal())).changes).toEqual([]);
      expect(store.description).toMatch(/\w/);
    });

    it("gives back what was added, in order, in pages, byte for byte", async () => {
      const store = await fresh();
      const changes = chain(7);
      let head: StatusHead = EMPTY_HEAD;
      for (const change of changes) {
        expect(await store.append(change, head, signal())).toBe("appended");
        head = { version: change.version, seal: change.seal };
      }
      expect(await store.head(signal())).toEqual(head);
      expect((await store.read(EMPTY_HEAD, 100, signal())).changes).toEqual(changes);
      expect((await store.read(EMPTY_HEAD, 3, signal())).changes).toEqual(changes.slice(0, 3));
      expect((await store.read(changes[2]!, 2, signal())).changes).toEqual(changes.slice(3, 5));
      expect((await store.read(head, 5, signal())).changes).toEqual([]);
      const text = statusLogHeader().text + changes.map(({ line }) => `${line}\n`).join("");
      expect(readStatusLog(text).events).toHaveLength(7);
    });

    it("takes one successor of an entry, and one entry of an id", async () => {
      const store = await fresh();
      const [first, second] = chain(2) as [StoredChange, StoredChange];
      const [other] = chain(1, EMPTY_HEAD, "other") as [StoredChange];
      expect(await store.append(first, EMPTY_HEAD, signal())).toBe("appended");
      expect(await store.append(first, EMPTY_HEAD, signal())).toBe("conflict");
      expect(await store.append(other, EMPTY_HEAD, signal())).toBe("conflict");
      expect(await store.append({ ...second, id: first.id }, first, signal())).toBe("conflict");
      expect(await store.append(second, first, signal())).toBe("appended");
      expect(await store.head(signal())).toEqual({ version: 2, seal: second.seal });
    });

    it("takes nothing on a history it does not hold", async () => {
      const store = await fresh();
      const [first] = chain(1) as [StoredChange];
      const [foreign] = chain(1, EMPTY_HEAD, "other") as [StoredChange];
      const [onForeign] = chain(1, foreign, "other") as [StoredChange];
      await store.append(first, EMPTY_HEAD, signal());
      expect(await store.append(onForeign, foreign, signal())).toBe("conflict");
      expect((await store.read(EMPTY_HEAD, 9, signal())).changes).toEqual([first]);
    });

    it("says that histories differ, whether it holds another or less", async () => {
      const store = await fresh();
      const [first, second] = chain(2) as [StoredChange, StoredChange];
      const [foreign] = chain(1, EMPTY_HEAD, "other") as [StoredChange];
      await store.append(first, EMPTY_HEAD, signal());
      for (const held of [foreign, second]) {
        expect((await rejection(store.read(held, 9, signal()))).code).toBe("status-store-forked");
      }
    });

    it("hints at what is new", async () => {
      const store = await fresh();
      const reader = another === undefined ? store : closing(await another(store));
      const hinted = new Promise<void>((resolve) => void reader.watch(resolve));
      // A watch that has to be set up elsewhere may miss what comes meanwhile.
      await reader.head(signal());
      let head: StatusHead = EMPTY_HEAD;
      for (const change of chain(20)) {
        await store.append(change, head, signal());
        head = change;
        const isHinted = await Promise.race([hinted.then(() => true), new Promise((done) => setTimeout(done, 100))]);
        if (isHinted === true) return;
      }
      expect.unreachable("20 changes, and no hint");
    });
  });

  describe(`a shared status over ${name}`, () => {
    it("makes changes, and is what the log replays into", async () => {
      const desk = await shared(await fresh(), { origin: "desk-a" });
      const result = await desk.submit({ ...DIVERT, key: "it" }, { id: "one" });
      expect(result).toMatchObject({ outcome: "accepted", version: 1, held: { reason: "IT outage" } });
      expect((await desk.submit({ kind: "open", hospital: "RAJ01", open: false })).version).toBe(2);
      expect((await desk.submit({ kind: "clear", hospital: "RQ8L0", key: "it", by: "duty" })).version).toBe(3);
      expect((await desk.submit({ kind: "clear", hospital: "RQ8L0", key: "it" })).outcome).toBe("nothing-held");
      expect(desk.status.version).toBe(3);
      expect(desk.status.history()[0]).toMatchObject({ id: "one", origin: "desk-a" });
      const { changes } = await desk.store.read(EMPTY_HEAD, 9, signal());
      const text = statusLogHeader().text + changes.map(({ line }) => `${line}\n`).join("");
      const replayed = new StatusBoard(essex, { history: readStatusLog(text).events });
      expect(replayed.history()).toEqual(desk.status.history());
      expect(replayed.view().all()).toEqual(desk.status.view().all());
    });

    it("makes nothing twice under one id, and says so where the id made something else", async () => {
      const desk = await shared(await fresh());
      const first = await desk.submit(DIVERT, { id: "same" });
      expect(await desk.submit(DIVERT, { id: "same" })).toEqual(first);
      expect(desk.status.version).toBe(1);
      const reused = await rejection(desk.submit({ ...DIVERT, reason: "another" }, { id: "same" }));
      expect(reused.code).toBe("idempotency-key-reused");
      // Also where the same would not be taken any more.
      await desk.submit({ ...DIVERT, effect: "refuse", key: "divert", reason: "fire" });
      expect(await desk.submit(DIVERT, { id: "same" })).toMatchObject({ outcome: "accepted", version: 1 });
    });

    it("holds what is beside the status in the same order", async () => {
      const desk = await shared(await fresh());
      await desk.submit(DIVERT);
      const feature = { type: "Feature" as const, id: "bridge", geometry: null, properties: { road: "A1060" } };
      await desk.enter(() => ({ kind: "closure", features: [feature] }), { id: "closing" });
      expect((await desk.enter(() => ({ kind: "closure", features: [feature] }), { id: "closing" })).version).toBe(2);
      await desk.enter(() => ({ kind: "heard", feed: "north", timeToLiveMs: 1000, hospitals: { RAJ01: {} } }));
      await desk.enter(() => ({ kind: "reopen", closure: "bridge" }));
      expect((await desk.submit({ kind: "open", hospital: "RAJ01", open: false })).version).toBe(5);
      expect(desk.status.entries().map(({ kind }) => kind)).toEqual(["report", "closure", "heard", "reopen", "report"]);
      expect(desk.status.viewAt({ version: 3 }).version).toBe(3);
      expect(desk.status.viewAt({ version: 3 }).all()).toHaveLength(1);
    });

    it("refuses what does not hold, and writes through nothing else", async () => {
      const desk = await shared(await fresh());
      await desk.submit({ ...DIVERT, effect: "refuse", key: "fire" });
      expect((await rejection(desk.submit({ ...DIVERT, key: "fire" }))).code).toBe("weakens-restriction");
      expect((await rejection(desk.submit({ ...DIVERT, hospital: "NOWHERE" }))).code).toBe("unknown-hospital");
      expect(failure(() => desk.status.setOpen("RAJ01", false)).code).toBe("invalid-argument");
      expect(desk.status.version).toBe(1);
      expect(await desk.store.head(signal())).toMatchObject({ version: 1 });
    });

    // What holds one desk alone has no races.
    if (another === undefined) return;

    it("is one for several desks: a race has one winner, the others judge again", async () => {
      const store = await fresh();
      const desks = [await shared(store)];
      for (let n = 1; n < 3; n++) desks.push(await shared(await another(store), { origin: `desk-${n}` }));
      for (let round = 0; round < 10; round++) {
        const before = desks[0]!.status.version;
        for (const desk of desks) await desk.look();
        const tries = await Promise.allSettled(
          desks.map((desk, n) =>
            desk.submit(
              { ...DIVERT, key: "race", reason: `round ${round} of desk ${n}` },
              {
                precondition: () => {
                  if (desk.status.version === before) return undefined;
                  throw failure(() => desk.status.viewAt({ version: -1 }));
                },
              },
            ),
          ),
        );
        expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        for (const desk of desks) await desk.look();
        expect(new Set(desks.map(({ head }) => head.seal)).size).toBe(1);
        expect(desks[0]!.status.version).toBe(before + 1);
      }
      expect(desks[1]!.status.view().all()).toEqual(desks[2]!.status.view().all());
    });

    it("takes what is refused here for refused only by all that the store holds", async () => {
      const store = await fresh();
      const [here, there] = [await shared(store), await shared(await another(store))];
      await here.submit({ ...DIVERT, effect: "refuse", key: "fire" });
      await there.look();
      await here.submit({ kind: "clear", hospital: "RQ8L0", key: "fire" });
      // There the refusal is held still.
      expect(there.status.version).toBe(1);
      expect(await there.submit({ ...DIVERT, key: "fire" })).toMatchObject({ outcome: "accepted", version: 3 });
    });
  });
}
