/**
 * `npx tsx bench/what-if.ts [--roads FILE [--coordinates FILE]] [--hospitals N]`: what planning costs on the streets of
 * Montevideo, or on the roads of a file, with hospitals drawn from a seed (default 200): bringing every junction to its ED,
 * one closure, every closure, the ranking of single and double closures, a moved ED, a closed road, catchments and
 * drive-time bands.
 */
import { parseArgs } from "node:util";
import { SeededRandom } from "../src/core/random";
import {
  buildRoadGraph,
  catchments,
  DiversionRouter,
  HospitalDirectory,
  indexRoads,
  isochrones,
  PlanningSituation,
  type RoadGraph,
  rankClosures,
  whatIf,
} from "../src/index";
import { montevideo } from "./networks";
import { fileNetwork } from "./suite/networks";

const { values } = parseArgs({
  options: {
    roads: { type: "string" },
    coordinates: { type: "string" },
    hospitals: { type: "string", default: "200" },
  },
});
const SEED = 2017;
const REPEATS = 5;

const graph = await loadGraph();
const roads = indexRoads(graph);
const random = new SeededRandom(SEED);
const hospitals = HospitalDirectory.parse(
  Array.from({ length: Number(values.hospitals) }, (_, i) => {
    const [lon, lat] = graph.nodePosition(random.integer(graph.nodeCount));
    return { id: `H${String(i).padStart(4, "0")}`, name: `Hospital ${i}`, location: [lon, lat] };
  }),
);
const router = new DiversionRouter({ roads, hospitals, clock: () => 0 });
const ids = hospitals.hospitals.map(({ id }) => id);
const planning = new PlanningSituation(router);
const { total, before } = whatIf(planning, { close: [ids[0]!] });

console.log(
  `${graph.nodeCount.toLocaleString("en-GB")} nodes, ${ids.length} EDs, seed ${SEED}, Node ${process.version}`,
);
console.log(`${total.people.toLocaleString("en-GB")} junctions, ${before.stranded.people} stranded\n`);
let next = 0;
report("every junction to its ED", () => new PlanningSituation(router));
report("one closure", () => whatIf(planning, { close: [ids[next++ % ids.length]!] }), 50);
report("every closure, one by one", () => {
  for (const id of ids) whatIf(planning, { close: [id] });
});
report("ranking of single closures", () => rankClosures(planning));
report("ranking of double closures", () => rankClosures(planning, { together: 2 }));
report("one ED moved", () => whatIf(planning, { move: [{ id: ids[1]!, location: graph.nodePosition(0) }] }));
report("one road closed", () => whatIf(planning, { closeRoads: [{ segments: [0], reason: "works" }] }));
report("catchments", () => catchments(planning));
report("bands of one ED", () => isochrones(planning, { minutes: [10, 20, 30], hospitals: [ids[0]!] }));

async function loadGraph(): Promise<RoadGraph> {
  if (values.roads === undefined) return (await buildRoadGraph((await montevideo()).roads)).roads;
  return fileNetwork(values.roads, values.coordinates, SEED).load();
}

/** The median of some runs after one that warms up. */
function report(what: string, work: () => unknown, repeats = REPEATS): void {
  work();
  const milliseconds = Array.from({ length: repeats }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const [median, worst] = [milliseconds[repeats >> 1]!, milliseconds.at(-1)!];
  console.log(`${what.padEnd(28)} ${median.toFixed(1).padStart(9)} ms, at worst ${worst.toFixed(1)} ms`);
}
