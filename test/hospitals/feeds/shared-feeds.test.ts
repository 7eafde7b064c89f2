import { beforeEach, describe, expect, it } from "vitest";
import type { HospitalReading } from "../../../src/hospitals/feeds/feed-reading";
import { SharedFeeds } from "../../../src/hospitals/feeds/shared-feeds";
import { SharedStatus } from "../../../src/hospitals/status/shared-status";
import { MemoryStatusStore } from "../../../src/hospitals/status/status-store";
import { essex, stoppedClock } from "../support/essex";
import { FaultyStore } from "../support/faulty-store";

const TTL_MS = 600_000;
const clock = stoppedClock("2017-05-15T12:00:00Z");

/** One server, its way to the store, and its feeds. */
async function server(store: MemoryStatusStore) {
  const way = new FaultyStore(store);
  const shared = await SharedStatus.open(way, essex, { clock, pollMs: 0, retryMs: 5, patienceMs: 25 });
  const feeds = new SharedFeeds(shared, [{ id: "north", timeToLiveMs: TTL_MS }], { clock });
  const hear = (hospitals: readonly HospitalReading[]) => {
    feeds.monitor.apply("north", { hospitals, unmatched: [], notes: [] });
    return feeds.share("north");
  };
  const kinds = () => shared.status.entries().map(({ kind }) => kind);
  return { way, shared, feeds, hear, kinds };
}
type Server = Awaited<ReturnType<typeof server>>;

const open = (hospital: string): HospitalReading => ({ hospital, state: "accepting", restrictions: [] });
const full = (hospital: string): HospitalReading => ({
  hospital,
  state: "restricted",
  restrictions: [{ effect: "divert", reason: "full" }],
});
const DIVERTS = [full("RQ8L0"), open("RAJ01")];
const OPEN = [open("RQ8L0"), open("RAJ01")];

let store: MemoryStatusStore;
let a: Server;
let b: Server;
beforeEach(async () => {
  clock.setTo("2017-05-15T12:00:00Z");
  store = new MemoryStatusStore(clock);
  a = await server(store);
  b = await server(store);
});
const stateOf = ({ feeds }: Server, id: string) => feeds.health().stateOf(essex.requireIndex(id), clock());

describe("feeds of a status that several keep", () => {
  it("are known to all by what one hears", async () => {
    expect(stateOf(b, "RQ8L0")).toMatchObject({ unknown: true, why: "never-heard" });
    await a.hear(DIVERTS);
    // What one has heard counts for it, too, only as the log has it.
    expect(b.feeds.health().checksum).not.toBe(a.feeds.health().checksum);
    await b.shared.look();
    expect(b.feeds.health().checksum).toBe(a.feeds.health().checksum);
    expect(stateOf(b, "RQ8L0")).toMatchObject({ unknown: false, feed: "north" });
    expect(b.shared.status.view().restrictionsOf("RQ8L0")).toMatchObject([{ key: "feed:north", effect: "divert" }]);
    expect(b.feeds.monitor.summaries()).toMatchObject([{ id: "north", silent: false }]);
    clock.advance(1000);
    await a.hear(OPEN);
    await b.shared.look();
    expect(b.shared.status.view().all()).toEqual([]);
    const late = await server(store);
    expect(late.feeds.health().checksum).toBe(a.feeds.health().checksum);
  });

  it("fill the log no more often than a quarter of their time-to-live when nothing changes", async () => {
    await a.hear(DIVERTS);
    const first = a.kinds().length;
    for (let n = 0; n < 14; n++) {
      clock.advance(10_000);
      await a.hear(DIVERTS);
    }
    expect(a.kinds()).toHaveLength(first);
    clock.advance(10_000);
    await a.hear(DIVERTS);
    expect(a.kinds().slice(first)).toEqual(["heard"]);
    clock.advance(1000);
    await a.hear([full("RQ8L0"), { hospital: "RAJ01", state: "unknown", restrictions: [] }]);
    expect(a.kinds().slice(first)).toContain("heard");
    expect(stateOf(a, "RAJ01")).toMatchObject({ unknown: true, why: "says-unknown" });
  });

  it("fall silent everywhere at once", async () => {
    await a.hear(OPEN);
    await b.shared.look();
    clock.advance(TTL_MS + 1);
    expect([stateOf(a, "RAJ01").why, stateOf(b, "RAJ01").why]).toEqual(["silent", "silent"]);
  });

  it("say again what could not be brought into the log", async () => {
    a.way.isGone = true;
    await expect(a.hear(DIVERTS)).rejects.toThrow(/may have been made|does not answer/);
    expect(stateOf(a, "RQ8L0")).toMatchObject({ unknown: true });
    a.way.isGone = false;
    clock.advance(10_000);
    await a.hear(DIVERTS);
    await b.shared.look();
    expect(stateOf(b, "RQ8L0")).toMatchObject({ unknown: false });
    expect(b.shared.status.view().restrictionsOf("RQ8L0")).toMatchObject([{ effect: "divert" }]);
  });

  it("may be polled by two, which hold the same in the end", async () => {
    await a.hear(DIVERTS);
    await b.hear(DIVERTS);
    clock.advance(1000);
    await b.hear(OPEN);
    await a.hear(OPEN);
    await Promise.all([a.shared.look(), b.shared.look()]);
    expect(a.feeds.health().checksum).toBe(b.feeds.health().checksum);
    expect(a.shared.status.view().all()).toEqual(b.shared.status.view().all());
    expect(a.shared.status.view().all()).toEqual([]);
  });
});
