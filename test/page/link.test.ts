import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WireEvent } from "../../src/page/compute/protocol";
import type { RecommendationWorker } from "../../src/page/compute/recommendation-worker";
import { Store } from "../../src/page/page-state";
import type { Remote } from "../../src/page/remote-call";
import type { Told } from "../../src/page/sync/event-stream";
import type { EventSubscription } from "../../src/page/sync/event-subscription";
import { Link } from "../../src/page/sync/link";
import type { ServerApi } from "../../src/page/sync/server-api";
import type { Kept, Storage } from "../../src/page/sync/storage";

beforeEach(() => {
  vi.stubGlobal("addEventListener", () => undefined);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const event = (version: number, reason = "full"): WireEvent => ({ version, kind: "report", restriction: { reason } });

/** A page that holds what another server told, at one that has its own. */
async function pageAt(server: { events: WireEvent[]; store?: object }, held: readonly WireEvent[]) {
  const store = new Store();
  const basis = () => ({
    roads: "r",
    hospitals: "h",
    policy: "p",
    statusVersion: server.events.length,
    roadsVersion: 0,
    ...(server.store === undefined ? {} : { store: server.store }),
  });
  const calls: string[] = [];
  const worker = {
    openRoads: async () => undefined,
    open: async () => ({}),
    setEntries: async () => undefined,
    setClockOffset: async () => undefined,
    setClosures: async () => void calls.push("closures"),
    extendHistory: async (events: readonly WireEvent[]) =>
      void calls.push(`extend ${events.map(({ version }) => version)}`),
    replaceHistory: async ({ events }: { events: readonly WireEvent[] }) => void calls.push(`replace ${events.length}`),
    eventsSince: async () => [],
  } as unknown as Remote<RecommendationWorker>;
  const api = {
    clockOffsetMs: 0,
    basis: async () => basis(),
    closures: async () => ({}),
    history: async (since: number) => ({
      version: server.events.length,
      archivedTo: 0,
      events: server.events.filter(({ version }) => version > since),
    }),
  } as unknown as ServerApi;
  const kept = {
    basis: basis(),
    setup: {},
    closures: {},
    history: { version: held.length, archivedTo: 0, events: held },
  };
  const storage = {
    kept: async () => kept as unknown as Kept,
    roads: async () => new ArrayBuffer(0),
    entries: async () => [],
    heardMs: async () => 0,
    noteHeard: async () => undefined,
    keep: async () => undefined,
  } as unknown as Storage;
  const told: Told[] = [];
  let wake: () => void = () => undefined;
  const tell = (one: Told): void => {
    told.push(one);
    wake();
  };
  let follows = 0;
  const events = {
    follow: () => {
      if (follows++ > 0) tell({ kind: "open" });
    },
    leave: () => undefined,
    async next() {
      while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return told.shift()!;
    },
  } as unknown as EventSubscription;
  const link = new Link(api, events, storage, worker, store, async () => undefined);
  void link.run();
  await settled();
  tell({ kind: "open" });
  for (let n = 0; n < 5; n++) await settled();
  return { store, calls, tell };
}

it("keeps what it holds at a server that is behind, says so, and goes on when that has caught up", async () => {
  const server = { events: [event(1), event(2)], store: { state: "current" } };
  const { store, calls } = await pageAt(server, [event(1), event(2), event(3)]);
  expect(store.state.serverBehind).toBe(1);
  expect(store.state.away).toBeUndefined();
  expect(calls).toEqual([]);
  server.events.push(event(3), event(4));
  await vi.advanceTimersByTimeAsync(2000);
  for (let n = 0; n < 5; n++) await settled();
  expect(store.state.serverBehind).toBeUndefined();
  expect(calls).toEqual(["extend 4", "closures"]);
});

it.each([
  ["a server of several that has another log", [event(1, "fire")], { state: "current" }],
  ["the only server, which has less than it had", [event(1)], undefined],
])("takes over the log of %s", async (_, events, store) => {
  const server = store === undefined ? { events } : { events, store };
  const { calls } = await pageAt(server, [event(1), event(2)]);
  expect(calls[0]).toBe("replace 1");
});

it("knows a change by what it says, in whatever order its fields are written", async () => {
  const read: WireEvent = { restriction: { reason: "full" }, kind: "report", version: 1 } as WireEvent;
  const { calls } = await pageAt({ events: [read] }, [event(1)]);
  expect(calls).toEqual(["closures"]);
});

it("tells of a store that the server has lost, and of its return", async () => {
  const server = { events: [event(1)], store: { state: "forked" } };
  const { store, tell } = await pageAt(server, [event(1)]);
  expect(store.state.standing).toEqual({ state: "forked" });
  tell({ kind: "event", event: "store", data: { state: "current" } });
  for (let n = 0; n < 5; n++) await settled();
  expect(store.state.standing).toBeUndefined();
});
