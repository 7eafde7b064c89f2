import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConveyanceAdvice, TrackRequest } from "../../src/diversion/conveyance";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory";
import { StatusBoard } from "../../src/hospitals/status-board";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadGraph } from "../../src/roads/road-graph";
import { RoadIndex } from "../../src/roads/road-index";
import { randomRoads } from "../support/random-roads";
import { hospitalsAt, NOON, smallCounty } from "../support/small-county";

/** What happens, in order. Places are shares, so that they fit any roads. */
type Step =
  | { readonly do: "flip"; readonly ed: number; readonly how: "open" | "divert" | "refuse" }
  | { readonly do: "scoped"; readonly ed: number; readonly need: "trauma" | "stroke"; readonly to: number | undefined }
  | { readonly do: "clear"; readonly ed: number; readonly need: "trauma" | "stroke" }
  | { readonly do: "close"; readonly edge: number; readonly minutes: number | undefined }
  | { readonly do: "slow"; readonly edge: number }
  | { readonly do: "reopen" }
  | { readonly do: "move"; readonly conveyance: number; readonly node: number }
  | { readonly do: "redirect"; readonly conveyance: number; readonly ed: number }
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
  fc.record({ do: fc.constant("close" as const), edge: share, minutes: fc.constantFrom(undefined, 3) }),
  fc.record({ do: fc.constant("slow" as const), edge: share }),
  fc.record({ do: fc.constant("reopen" as const) }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("move" as const), conveyance: fc.nat(CONVEYANCES - 1), node: share }),
  },
  fc.record({ do: fc.constant("redirect" as const), conveyance: fc.nat(CONVEYANCES - 1), ed }),
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
  const base = indexRoads(graph, { snapLimitMetres: 200_000 });
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

/** Tracks conveyances through the steps. */
function live({ base, hospitals }: World, script: readonly Step[], { hear, after }: Watcher): void {
  let nowMs = Date.parse(NOON);
  const clock = (): number => nowMs;
  const roads = new RoadIndex(base);
  const { graph } = roads;
  const status = new StatusBoard(hospitals, { clock });
  const router = new DiversionRouter({
    roads,
    hospitals,
    status,
    clock,
    engine: "dijkstra",
    hospitalsOffNetwork: "exclude",
  });
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
    if (one.do === "flip") status.setOpen(id, one.how === "open", one.how === "open" ? {} : { effect: one.how });
    else if (one.do === "scoped") {
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
      const until = one.minutes === undefined ? {} : { until: new Date(nowMs + one.minutes * 60_000).toISOString() };
      roads.close({ edges: [edge], reason: "flood", ...until });
    } else if (one.do === "slow") roads.setSpeed({ edges: [edge], factor: 0.25, reason: "ice" });
    else if (one.do === "reopen") {
      if (roads.closures.length > 0) roads.reopen(roads.closures[0]!.id);
    } else if (one.do === "move") conveyances[one.conveyance]!.update(place(one.node));
    else if (one.do === "redirect") conveyances[one.conveyance]!.redirect(id);
    else {
      nowMs += one.minutes * 60_000;
      router.conveyances.refresh();
    }
    after(router);
  }
}

const parameters = { seed: 13, numRuns: 250 };
const script = fc.array(step, { minLength: 1, maxLength: 25 });

describe.each([
  ["the small county", () => county],
  ["random roads", (seed: number) => randomWorld(seed)],
])("conveyances on %s, whatever happens", (_, worldOf) => {
  it("are advised as if all were judged after every change", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), script, (seed, steps) => {
        const world = worldOf(seed);
        const record = (judgesAll: boolean): string[] => {
          const heard: string[] = [];
          live(world, steps, {
            hear: (advice) => void heard.push(JSON.stringify(advice)),
            after(router) {
              const before = heard.length;
              if (judgesAll) router.conveyances.judgeAll();
              // A change has settled: judging again by the same state changes nothing.
              expect(heard.slice(before)).toEqual([]);
            },
          });
          return heard;
        };
        expect(record(true)).toEqual(record(false));
      }),
      parameters,
    );
  });

  it("are never bound for an ED that refuses them, nor sent back to one they left while another would do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), script, (seed, steps) => {
        const world = worldOf(seed);
        const left = new Map<string, Set<string>>();
        // Collected, because what a listener throws ends up elsewhere.
        const bounced: string[] = [];
        const refuses = (router: DiversionRouter, hospital: string): boolean =>
          router.status
            .view()
            .restrictionsOf(hospital)
            .some(({ effect }) => effect === "refuse");
        live(world, steps, {
          hear({ conveyance, from, to, because }, router) {
            const gone = left.get(conveyance) ?? new Set();
            left.set(conveyance, gone);
            if (to !== undefined && gone.has(to.id) && !because.some(({ code }) => code === "crew")) {
              const { destination, alternatives } = router.recommend({
                ...questionOf(router, conveyance),
                alternatives: EDS,
              });
              const usable = [...(destination === undefined ? [] : [destination]), ...alternatives];
              const others = usable.map(({ hospital }) => hospital.id).filter((id) => !gone.has(id) && id !== from?.id);
              if (others.length > 0) bounced.push(`${conveyance} back to ${to.id} instead of ${others}`);
            }
            if (from !== undefined) gone.add(from.id);
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
