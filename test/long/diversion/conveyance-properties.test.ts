import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConveyanceAdvice, TrackRequest } from "../../../src/diversion/conveyances/conveyance";
import { DiversionRouter } from "../../../src/diversion/router";
import { ENGLAND_DEFAULT } from "../../../src/diversion/rules/policy";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import { FeedMonitor } from "../../../src/hospitals/feeds/feed-monitor";
import { readJsonFeed } from "../../../src/hospitals/feeds/simple-feed";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import type { RoadGraph } from "../../../src/roads/graph/road-graph";
import { indexRoads } from "../../../src/roads/index-roads";
import { RoadIndex } from "../../../src/roads/road-index";
import { DIJKSTRA_ENGINE } from "../../../src/shortest-path/dijkstra/dijkstra-engine";
import { randomRoads } from "../../support/random-roads";
import { hospitalsAt, NOON, smallCounty } from "../../support/small-county";

/** What happens, in order. Places are shares, so that they fit any roads. */
type Step =
  | { readonly do: "flip"; readonly ed: number; readonly how: "open" | "divert" | "refuse" }
  | { readonly do: "scoped"; readonly ed: number; readonly need: "trauma" | "stroke"; readonly to: number | undefined }
  | { readonly do: "clear"; readonly ed: number; readonly need: "trauma" | "stroke" }
  | { readonly do: "close"; readonly edge: number; readonly after: number; readonly minutes: number | undefined }
  | { readonly do: "slow"; readonly edge: number }
  | { readonly do: "reopen" }
  | { readonly do: "move"; readonly conveyance: number; readonly node: number }
  | { readonly do: "redirect"; readonly conveyance: number; readonly ed: number }
  | { readonly do: "hear"; readonly ed: number; readonly open: true | null; readonly handoverMinutes: number }
  | { readonly do: "wait"; readonly minutes: number };

const EDS = 8;
const CONVEYANCES = 12;
const ed = fc.nat(EDS - 1);
const share = fc.nat(9999);
const need = fc.constantFrom("trauma" as const, "stroke" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("flip" as const),
      ed,
      how: fc.constantFrom("open" as const, "divert" as const, "refuse" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("scoped" as const), ed, need, to: fc.option(ed, { nil: undefined }) }),
  },
  fc.record({ do: fc.constant("clear" as const), ed, need }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("close" as const),
      edge: share,
      after: fc.nat(2),
      minutes: fc.constantFrom(undefined, 3),
    }),
  },
  fc.record({ do: fc.constant("slow" as const), edge: share }),
  fc.record({ do: fc.constant("reopen" as const) }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("move" as const), conveyance: fc.nat(CONVEYANCES - 1), node: share }),
  },
  fc.record({ do: fc.constant("redirect" as const), conveyance: fc.nat(CONVEYANCES - 1), ed }),
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      ed,
      open: fc.constantFrom(true as const, true as const, null),
      handoverMinutes: fc.constantFrom(0, 15, 60),
    }),
  },
  fc.record({ do: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 4 }) }),
);

interface World {
  readonly hospitals: HospitalDirectory;
  readonly base: RoadIndex;
}

/** The county with EDs along it, two of them at one place so that there are ties. */
const county: World = {
  base: smallCounty(),
  hospitals: hospitalsAt(
    Object.fromEntries(
      [3, 11, 11, 20, 28, 37, 45, 56].map((km, i) => [
        `H${i}`,
        { km, capabilities: i % 2 === 0 ? ["trauma"] : ["stroke", "trauma"], handoverMinutes: (i % 3) * 4 },
      ]),
    ),
  ),
};

/** A random graph with one-ways, stubs and parallel roads, its times stretched to minutes. */
function randomWorld(seed: number): World {
  const graph = randomRoads(seed, 80, 200);
  const { edgeMilliseconds } = graph.columns;
  for (let edge = 0; edge < edgeMilliseconds.length; edge++) edgeMilliseconds[edge]! *= 400;
  // The roads lie tens of kilometres apart: at a walking pace nobody would go on from one that leads nowhere.
  const base = indexRoads(graph, { snapLimitMetres: 200_000, onFootKmh: 1000 });
  const hospitals = HospitalDirectory.parse(
    Array.from({ length: EDS }, (_, i) => ({
      id: `H${i}`,
      name: `H${i} Hospital`,
      location: middleOf(base.graph, (i * 23) % base.graph.segmentCount),
      capabilities: i % 2 === 0 ? ["trauma"] : ["stroke"],
    })),
  );
  return { base, hospitals };
}

/** A place along a segment, not at its ends: that is where closures move entrances and departures. */
function middleOf(graph: RoadGraph, segment: number): [number, number] {
  const [a, b] = graph.segmentPositions(segment);
  return [(a![0] + b![0]) / 2, (a![1] + b![1]) / 2];
}

interface Watcher {
  /** What is advised, from the first conveyance on. */
  readonly hear: (advice: ConveyanceAdvice, router: DiversionRouter) => void;
  /** Called when all are tracked, and after each step. */
  readonly after: (router: DiversionRouter) => void;
}

interface Circumstances {
  /** Whether there is a feed, and a policy by which its silence counts. Default: there is none, and "hear" does nothing. */
  readonly hasFeed?: boolean;
  /** Most ambulances that EDs take in an hour. Default: as many as come. */
  readonly capPerHour?: number | undefined;
  /** When the clock is looked at while time goes by. Default: at the end of a wait. */
  readonly looks?: "each second" | "when something changes";
}

/** Silent two minutes after it was heard, to the second. */
const FEED = { id: "f", timeToLiveMs: 2 * 60_000 - 1 };

/** Tracks conveyances through the steps. */
function live(
  { base, hospitals }: World,
  script: readonly Step[],
  { hear, after }: Watcher,
  { hasFeed = false, capPerHour, looks }: Circumstances = {},
): void {
  let nowMs = Date.parse(NOON);
  const clock = (): number => nowMs;
  const roads = new RoadIndex(base);
  const { graph } = roads;
  const status = new StatusBoard(hospitals, { clock });
  const feeds = new FeedMonitor(status, [FEED], { clock });
  const router = new DiversionRouter({
    roads,
    hospitals,
    status,
    clock,
    engine: DIJKSTRA_ENGINE,
    hospitalsOffNetwork: "exclude",
    ...(hasFeed ? { feeds } : {}),
    policy: {
      ...ENGLAND_DEFAULT,
      ...(hasFeed ? { unknown: "refuse" } : {}),
      ...(capPerHour === undefined ? {} : { inbound: { capPerHour, effect: "divert" } }),
    },
  });
  const { conveyances: tracker } = router;
  const wait = (untilMs: number): void => {
    while (looks !== undefined && nowMs < untilMs) {
      const nextMs = looks === "each second" ? nowMs + 1000 : tracker.nextChangeAt();
      if (nextMs === undefined || nextMs > untilMs) break;
      nowMs = nextMs;
      tracker.refresh();
    }
    nowMs = untilMs;
    tracker.refresh();
  };
  router.conveyances.onAdvice((advice) => hear(advice, router));
  const place = (part: number): [number, number] => middleOf(graph, Math.floor((part * graph.segmentCount) / 10_000));
  const conveyances = Array.from({ length: CONVEYANCES }, (_, i) => {
    const request: TrackRequest = {
      id: `c${i}`,
      location: place((i * 7919) % 10_000),
      ...(i % 3 === 1 ? { needs: ["trauma"] } : i % 3 === 2 ? { needs: ["stroke"] } : {}),
      ...(i % 4 === 3 ? { acuity: "extremis" as const } : {}),
      ...(i % 5 === 4 ? { destination: "H2" } : {}),
    };
    return router.track(request);
  });
  after(router);
  for (const one of script) {
    const id = "ed" in one ? `H${one.ed}` : "";
    const edge = "edge" in one ? Math.floor((one.edge * graph.edgeCount) / 10_000) : 0;
    if (one.do === "flip") {
      // A request in place of a refusal must be said to be one.
      status.setOpen(id, one.how === "open", one.how === "open" ? {} : { effect: one.how, weakens: true });
    } else if (one.do === "scoped") {
      const divertTo = one.to === undefined || one.to === one.ed ? {} : { divertTo: `H${one.to}` };
      status.report({
        hospital: id,
        key: one.need,
        effect: "divert",
        scope: { needs: [one.need] },
        reason: "full",
        ...divertTo,
      });
    } else if (one.do === "clear") status.clear(id, one.need);
    else if (one.do === "close") {
      const after = (minutes: number): string => new Date(nowMs + minutes * 60_000).toISOString();
      const from = one.after === 0 ? {} : { from: after(one.after) };
      const until = one.minutes === undefined ? {} : { until: after(one.minutes) };
      roads.close({ edges: [edge], reason: "flood", ...from, ...until });
    } else if (one.do === "slow") roads.setSpeed({ edges: [edge], factor: 0.25, reason: "ice" });
    else if (one.do === "reopen") {
      if (roads.closures.length > 0) roads.reopen(roads.closures[0]!.id);
    } else if (one.do === "move") conveyances[one.conveyance]!.update(place(one.node));
    else if (one.do === "redirect") conveyances[one.conveyance]!.redirect(id);
    else if (one.do === "hear") {
      const { open, handoverMinutes } = one;
      const text = JSON.stringify({ hospitals: [{ hospital: id, open, handoverMinutes }] });
      feeds.apply(FEED.id, readJsonFeed(text, { directory: hospitals }));
    } else wait(nowMs + one.minutes * 60_000);
    after(router);
  }
}

const parameters = { seed: 16, numRuns: 100 };
const cap = fc.constantFrom(undefined, 1, 3);
const script = fc.array(step, { minLength: 1, maxLength: 25 });

describe.each([
  ["the small county", () => county],
  ["random roads", (seed: number) => randomWorld(seed)],
])("conveyances on %s, whatever happens", (_, worldOf) => {
  it("are advised as if all were judged after every change", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), script, fc.boolean(), cap, (seed, steps, hasFeed, capPerHour) => {
        const world = worldOf(seed);
        const record = (judgesAll: boolean): string[] => {
          const heard: string[] = [];
          const watcher: Watcher = {
            hear: (advice) => void heard.push(JSON.stringify(advice)),
            after(router) {
              const before = heard.length;
              if (judgesAll) router.conveyances.judgeAll();
              // A change has settled: judging again by the same state changes nothing.
              expect(heard.slice(before)).toEqual([]);
            },
          };
          live(world, steps, watcher, { hasFeed, capPerHour });
          return heard;
        };
        expect(record(true)).toEqual(record(false));
      }),
      parameters,
    );
  });

  it("are advised the same whether the clock is looked at each second or only when something changes by it", () => {
    let advised = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), script, cap, (seed, steps, capPerHour) => {
        const world = worldOf(seed);
        const record = (looks: Circumstances["looks"]): string[] => {
          const heard: string[] = [];
          const hear = (advice: ConveyanceAdvice) => void heard.push(JSON.stringify(advice));
          live(world, steps, { hear, after: () => undefined }, { hasFeed: true, capPerHour, looks });
          return heard;
        };
        const atChanges = record("when something changes");
        expect(atChanges).toEqual(record("each second"));
        advised += atChanges.length;
      }),
      parameters,
    );
    expect(advised).toBeGreaterThan(200);
  });

  /**
   * Back to an ED that was left for what it asked, and asks no more, is no bounce if it saves the policy's minutes: the one
   * that is left for it is left for good.
   */
  it("are never bound for an ED that refuses them, nor sent back to one they left while another would do", () => {
    let returned = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), script, (seed, steps) => {
        const world = worldOf(seed);
        const left = new Map<string, Map<string, "for a cause" | "for good">>();
        // Collected, because what a listener throws ends up elsewhere.
        const bounced: string[] = [];
        const refuses = (router: DiversionRouter, hospital: string): boolean =>
          router.status
            .view()
            .restrictionsOf(hospital)
            .some(({ effect }) => effect === "refuse");
        live(world, steps, {
          hear({ conveyance, from, to, because }, router) {
            const gone = left.get(conveyance) ?? new Map<string, "for a cause" | "for good">();
            left.set(conveyance, gone);
            const codes = because.map(({ code }) => code);
            if (to !== undefined && gone.has(to.id) && !codes.includes("crew")) {
              const { destination, alternatives } = router.recommend({
                ...questionOf(router, conveyance),
                alternatives: EDS,
              });
              const usable = [...(destination === undefined ? [] : [destination]), ...alternatives];
              const secondsOf = (id: string | undefined): number | undefined =>
                usable.find(({ hospital }) => hospital.id === id)?.totalSeconds;
              if (codes.includes("returned")) {
                const [there, here] = [secondsOf(to.id), secondsOf(from?.id)];
                const isWorthIt = there !== undefined && (here === undefined || here - there >= 5 * 60);
                if (gone.get(to.id) !== "for a cause") bounced.push(`${conveyance} back to ${to.id}, left for good`);
                if (!isWorthIt) bounced.push(`${conveyance} back to ${to.id}, ${there} s, from ${here} s`);
                returned++;
              } else {
                const others = usable
                  .map(({ hospital }) => hospital.id)
                  .filter((id) => !gone.has(id) && id !== from?.id);
                if (others.length > 0) bounced.push(`${conveyance} back to ${to.id} instead of ${others}`);
              }
            }
            const isCause = !codes.some((code) =>
              ["sooner", "returned", "crew", "unreachable", "removed"].includes(code),
            );
            if (from !== undefined) gone.set(from.id, isCause ? "for a cause" : "for good");
            if (to !== undefined) gone.delete(to.id);
          },
          after(router) {
            for (let i = 0; i < CONVEYANCES; i++) {
              const { destination } = router.conveyances.stateOf(`c${i}`)!;
              if (destination !== undefined) expect(refuses(router, destination.id)).toBe(false);
            }
          },
        });
        expect(bounced).toEqual([]);
      }),
      parameters,
    );
    expect(returned).toBeGreaterThan(0);
  });
});

/** The question a conveyance stands for. */
function questionOf(router: DiversionRouter, id: string) {
  const i = Number(id.slice(1));
  const { location, at } = router.conveyances.stateOf(id)!;
  return {
    location: [...location] as [number, number],
    at,
    needs: i % 3 === 1 ? ["trauma"] : i % 3 === 2 ? ["stroke"] : [],
    ...(i % 4 === 3 ? { acuity: "extremis" as const } : {}),
  };
}
