import { describe, expect, it } from "vitest";
import { DiversionError } from "../../../src/core/errors";
import { SeededRandom } from "../../../src/core/random";
import { Recommendation } from "../../../src/diversion/answer/recommendation";
import type { RecommendationRequest } from "../../../src/diversion/incidents/request";
import { DiversionRouter } from "../../../src/diversion/router";
import { FeedHealth } from "../../../src/hospitals/feeds/feed-health";
import { BatchPool } from "../../../src/node/workers/batch-pool";
import { recommendMany } from "../../../src/node/workers/recommend-many";
import { partsOf, routerOf, sharedParts } from "../../../src/node/workers/router-parts";
import { isShared } from "../../../src/node/workers/shared-memory";
import { at, hospitalsAt, smallCounty } from "../../support/small-county";

const SEED = 5;
/** More than are answered before threads are started, so that threads answer the rest. */
const COUNT = 2300;
const NOW = Date.parse("2017-05-15T16:00:00Z");

function county(): DiversionRouter {
  const hospitals = hospitalsAt({
    A1: { km: 10, name: "Ashby", capabilities: ["trauma"] },
    B2: { km: 20, name: "Burton", capabilities: ["trauma", "stroke"] },
    C3: { km: 40, name: "Cowley", handoverMinutes: 12 },
  });
  // A feed that falls silent half an hour from now, after which one ED is unknown.
  const heard = { heardMs: NOW, says: "known", handoverMinutes: 9 } as const;
  const health = new FeedHealth(hospitals, [
    { feed: "county", timeToLiveMs: 30 * 60_000, hospitals: { A1: heard, B2: heard } },
    { feed: "north", timeToLiveMs: 90 * 60_000, hospitals: { B2: heard, C3: heard } },
  ]);
  const feeds = { health: () => health };
  const router = new DiversionRouter({
    roads: smallCounty(),
    hospitals,
    feeds,
    clock: () => NOW,
    snapLimitMetres: 800,
  });
  router.status.report({
    hospital: "A1",
    effect: "divert",
    scope: { needs: ["trauma"] },
    divertTo: "B2",
    reason: "IT outage",
    until: "2017-05-15T17:30:00+01:00",
  });
  router.status.setOpen("C3", false);
  // From the second on, so that versions and numbers of closures differ.
  router.roads.reopen(router.roads.close({ road: "A1", reason: "a mistake" }).id);
  const until = new Date(NOW + 1000 * 1000).toISOString();
  router.roads.close({ edges: [40, 41], until, reason: "flooded" });
  router.roads.setSpeed({
    edges: [80, 81],
    factor: 0.2,
    from: new Date(NOW + 500 * 1000).toISOString(),
    reason: "fog",
  });
  return router;
}

/** Good ones, and all kinds of bad ones. */
function requests(count: number): RecommendationRequest[] {
  const random = new SeededRandom(SEED);
  return Array.from({ length: count }, (_, i) => {
    const request: Record<string, unknown> = { location: at(random.next() * 60) };
    if (i % 3 === 0) request.needs = ["trauma"];
    if (i % 5 === 0) request.at = new Date(NOW + i * 1000);
    if (i % 7 === 0) request.acuity = "extremis";
    if (i % 11 === 0) request.location = at(3, 5);
    if (i % 13 === 0) request.needs = ["wings"];
    if (i % 900 === 899) request.location = () => at(3);
    return request as unknown as RecommendationRequest;
  });
}

function answerOf(router: DiversionRouter, request: RecommendationRequest): string {
  try {
    return JSON.stringify(router.recommend(request));
  } catch (error) {
    if (error instanceof DiversionError) return error.describe();
    throw error;
  }
}

describe("recommendMany", () => {
  it.each([1, 3])("says what the router says, request by request, on %i threads", async (threads) => {
    const router = county();
    const asked = requests(COUNT);
    const wanted = asked.map((request) => answerOf(router, request));
    let place = 0;
    for await (const { request, advice, error } of recommendMany(router, asked, { threads })) {
      expect(request).toBe(asked[place]);
      expect(advice === undefined ? error?.describe() : JSON.stringify(advice), `request ${place}, seed ${SEED}`).toBe(
        wanted[place],
      );
      if (advice !== undefined) expect(advice).toBeInstanceOf(Recommendation);
      place++;
      // The batch is about the status as it was, whatever is asked and changed meanwhile.
      if (place % 400 === 0) {
        router.status.setOpen("B2", place % 800 === 0);
        router.nearestOpen(at(30));
      }
    }
    expect(place).toBe(COUNT);
  });

  it("refuses a request with a field too many as the router does, and answers nothing for nothing", async () => {
    const router = county();
    async function* calls() {
      yield { location: at(12), name: "Jo" };
      yield { location: at(19) };
    }
    const answers: unknown[] = [];
    for await (const { request, advice, error } of recommendMany(router, calls())) {
      answers.push([request.location, error?.code ?? advice?.destination?.hospital.id]);
    }
    expect(answers).toEqual([
      [at(12), "invalid-incident"],
      [at(19), "B2"],
    ]);
    for await (const _ of recommendMany(router, [])) throw new Error("an answer to no request");
  });

  it("closes its input and ends its threads when the caller stops early", async () => {
    let isClosed = false;
    function* endless(): Generator<RecommendationRequest> {
      try {
        for (;;) yield { location: at(12) };
      } finally {
        isClosed = true;
      }
    }
    let count = 0;
    for await (const { advice } of recommendMany(county(), endless(), { threads: 2 })) {
      expect(advice?.destination?.hospital.id).toBe("A1");
      if (++count === COUNT) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(true);
  });

  it("refuses numbers of threads that are none", async () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 1e9]) {
      await expect(recommendMany(county(), [], { threads }).next()).rejects.toMatchObject({ code: "invalid-argument" });
    }
  });
});

describe("a router's parts", () => {
  it("make a router that answers the same, also after they were moved to shared memory", () => {
    const router = county();
    const parts = partsOf(router);
    const shared = sharedParts(parts);
    for (const columns of [
      shared.roads.columns,
      shared.roads.snapColumns,
      shared.roads.hierarchy,
      shared.roads.metric,
    ]) {
      for (const column of Object.values(columns) as Int32Array[]) expect(isShared(column)).toBe(true);
    }
    // What is shared already is not copied again.
    expect(sharedParts(shared).roads.columns.edgeHead).toBe(shared.roads.columns.edgeHead);
    const copies = [routerOf(parts), routerOf(structuredClone(shared))];
    for (const request of requests(60)) {
      for (const copy of copies) expect(answerOf(copy, request)).toBe(answerOf(router, request));
    }
  });
});

describe("a pool of threads", () => {
  it("rejects what is asked and what will be when a thread dies, and says why", async () => {
    const parts = sharedParts(partsOf(county()));
    const pool = new BatchPool({ parts: { ...parts, statusLog: "no status log\n" }, table: undefined }, 2);
    const asked = [pool.answer([{ location: at(1) }]), pool.answer([{ location: at(2) }])];
    for (const answer of asked) {
      await expect(answer).rejects.toMatchObject({
        code: "worker-failed",
        message: expect.stringMatching(/^A worker thread ended while it was answering \(This is not a status log/),
      });
    }
    await expect(pool.answer([{ location: at(3) }])).rejects.toMatchObject({ code: "worker-failed" });
    await pool.close();
  });
});
