/**
 * `npx tsx bench/en-route.ts [--conveyances N] [--roads FILE [--coordinates FILE] [--hospitals N]]`: ambulances tracked on
 * the streets of Montevideo, or on the roads of a file with hospitals drawn from a seed (default 200), and what a change
 * costs: one ED's flag, a divert for some patients only, a closed street, a feed falling silent, and, to compare, judging
 * all of them.
 */
import { parseArgs } from "node:util";
import { SeededRandom } from "../src/core/random";
import { FeedMonitor, readFeed } from "../src/feeds";
import {
  buildRoadGraph,
  type Conveyance,
  DiversionRouter,
  HospitalDirectory,
  indexRoads,
  type RoadGraph,
  StatusBoard,
} from "../src/index";
import { montevideo } from "./networks";
import { fileNetwork } from "./suite/networks";

const { values } = parseArgs({
  options: {
    conveyances: { type: "string", default: "10000" },
    roads: { type: "string" },
    coordinates: { type: "string" },
    hospitals: { type: "string", default: "200" },
  },
});
const count = Number(values.conveyances);
const REPEATS = 9;
const TIME_TO_LIVE_MS = 600_000;

interface Place {
  readonly name: string;
  readonly graph: RoadGraph;
  readonly sites: readonly { readonly id: string; readonly name: string; readonly location: [number, number] }[];
}

const { name, graph, sites } = await (values.roads === undefined
  ? cityPlace()
  : filePlace(values.roads, values.coordinates, Number(values.hospitals)));
const roads = indexRoads(graph);
const hospitals = HospitalDirectory.parse(
  sites.map((site, i) => ({ ...site, capabilities: i % 2 === 0 ? ["trauma"] : [] })),
);
const startMs = Date.parse("2017-05-15T12:00:00Z");
const clock = (): number => startMs;
const status = new StatusBoard(hospitals, { clock });
const feeds = new FeedMonitor(status, [{ id: "feed", timeToLiveMs: TIME_TO_LIVE_MS }], { clock });
const hear = (ids: readonly string[], open: boolean | null): void => {
  const message = JSON.stringify({ hospitals: ids.map((hospital) => ({ hospital, open })) });
  feeds.apply("feed", readFeed("json", message, { directory: hospitals }));
};
hear(
  hospitals.hospitals.map(({ id }) => id),
  true,
);
const router = new DiversionRouter({ roads, hospitals, status, feeds, clock });
let conveyances: Conveyance[] = [];

/** The same ambulances as ever, none of them turned yet. */
function trackAll(): void {
  for (const conveyance of conveyances) conveyance.end();
  const random = new SeededRandom(2017);
  conveyances = Array.from({ length: count }, (_, i) => {
    const location = graph.nodePosition(random.integer(graph.nodeCount));
    return router.track({ id: `c${i}`, location: [...location], ...(i % 5 === 0 ? { needs: ["trauma"] } : {}) });
  });
}

trackAll();
const trackingMs = measure(trackAll);

interface Measured {
  readonly what: string;
  readonly milliseconds: number;
  readonly judged: number;
  readonly turned: number;
}

/** One change several times over, each time to the same ambulances. */
function change(what: string, make: () => unknown, undo: () => unknown): Measured {
  const times: number[] = [];
  let first: Measured | undefined;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    trackAll();
    const before = router.conveyances.counts;
    times.push(measure(make));
    const after = router.conveyances.counts;
    first ??= { what, milliseconds: 0, judged: after.judged - before.judged, turned: after.turned - before.turned };
    undo();
  }
  return { ...first!, milliseconds: median(times) };
}

const street = new SeededRandom(7).integer(graph.edgeCount);
const [ed] = hospitals.hospitals;
const id = ed!.id;
const far = hospitals.hospitals.at(-1)!.id;
const results = [
  change(
    "scoped divert of one ED",
    () => router.status.report({ hospital: far, effect: "divert", scope: { needs: ["trauma"] }, reason: "full" }),
    () => router.status.clear(far, "divert:trauma"),
  ),
  change(
    "street closed",
    () => roads.close({ id: "street", edges: [street], reason: "works" }),
    () => roads.reopen("street"),
  ),
  change(
    "flag of one ED",
    () => router.status.setOpen(id, false),
    () => router.status.setOpen(id, true),
  ),
  change(
    "feed no longer knows one ED",
    () => hear([id], null),
    () => hear([id], true),
  ),
  change(
    "all judged anew",
    () => router.conveyances.judgeAll(),
    () => undefined,
  ),
];
console.log(
  `${count} conveyances on ${name} (${graph.nodeCount} nodes, ${hospitals.size} EDs), tracked in ${trackingMs.toFixed(0)} ms`,
);
console.log("change                         judged  turned  median ms");
for (const { what, judged, turned, milliseconds } of results) {
  console.log(
    `${what.padEnd(28)} ${String(judged).padStart(8)} ${String(turned).padStart(7)} ${milliseconds.toFixed(1).padStart(10)}`,
  );
}

function measure(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}

async function cityPlace(): Promise<Place> {
  const city = await montevideo();
  const built = await buildRoadGraph(city.roads);
  const emergency = city.hospitals.filter((site) => site.emergency);
  return {
    name: city.name,
    graph: built.roads,
    sites: emergency.map(({ id, name, location: [lon, lat] }) => ({
      id: id.replace("/", "-"),
      name,
      location: [lon, lat],
    })),
  };
}

async function filePlace(file: string, coordinates: string | undefined, hospitals: number): Promise<Place> {
  const network = fileNetwork(file, coordinates, 1);
  const graph = await network.load();
  const random = new SeededRandom(1);
  const sites = Array.from({ length: hospitals }, (_, i) => {
    const [lon, lat] = graph.nodePosition(random.integer(graph.nodeCount));
    return { id: `H${i}`, name: `Hospital ${i}`, location: [lon, lat] as [number, number] };
  });
  return { name: network.name, graph, sites };
}
