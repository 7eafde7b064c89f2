/**
 * `npm run bench:rules -- FILE.osm.pbf ...`: what turn restrictions and closures cost the core. Each extract is measured
 * without its turn restrictions, with them, and with one street in a hundred closed besides, several times in turn;
 * hospitals and places come from one seed, and answers are compared with Dijkstra before they are timed.
 */
import { basename } from "node:path";
import { SeededRandom } from "../src/core/random";
import { INFINITE_MS } from "../src/core/units";
import { openOsmSource } from "../src/node/files/open-osm-source";
import { buildRoadGraph } from "../src/roads/build/build-road-graph";
import { RoadGraph } from "../src/roads/graph/road-graph";
import type { OsmSource } from "../src/roads/sources/osm-source";
import type { CaseName } from "./suite/case-names";
import { thisMachine } from "./suite/row";
import { runNetwork } from "./suite/run-network";

const CASES: readonly CaseName[] = [
  "table-nearest",
  "bucket-nearest",
  "one-to-many",
  "point-to-point",
  "path",
  "recommend",
  "recommend-route",
  "customize",
  "table-build",
];
const OPTIONS = { seed: 1, targets: 50, open: 40 };
/** Of each, the median counts: neighbours on a machine come and go. */
const ROUNDS = 3;
const CLOSED_PERCENT = 1;

type Variant = "without turns" | "with turns" | "with closures";

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write("Name one or more extracts: npm run bench:rules -- FILE.osm.pbf ...\n");
  process.exitCode = 2;
}
process.stdout.write(`Node ${process.version} on ${thisMachine()}\n`);
for (const file of files) await measure(file);

async function measure(file: string): Promise<void> {
  const source = await openOsmSource(file);
  const withTurns = (await buildRoadGraph(source)).roads;
  const graphs: Record<Variant, RoadGraph> = {
    "without turns": (await buildRoadGraph(withoutRelations(source))).roads,
    "with turns": withTurns,
    "with closures": withClosures(withTurns),
  };
  const medians = new Map<CaseName, Record<Variant, number[]>>();
  let unit = new Map<CaseName, string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [variant, graph] of Object.entries(graphs) as [Variant, RoadGraph][]) {
      const network = { name: variant, load: async () => graph };
      const { rows } = await runNetwork(network, CASES, OPTIONS, () => undefined);
      unit = new Map(rows.map((row) => [row.case as CaseName, row.unit]));
      for (const { case: name, median } of rows) {
        const known = medians.get(name as CaseName) ?? { "without turns": [], "with turns": [], "with closures": [] };
        known[variant].push(median);
        medians.set(name as CaseName, known);
      }
    }
  }
  const nodes = Object.values(graphs).map(({ nodeCount }) => nodeCount.toLocaleString("en-GB"));
  process.stdout.write(`\n${basename(file)}: ${nodes.join(", ")} nodes\n`);
  process.stdout.write(`  ${"case".padEnd(16)}  without turns    with turns  ratio   with closures  ratio\n`);
  for (const [name, found] of medians) {
    const [base, turns, closures] = [found["without turns"], found["with turns"], found["with closures"]].map(middle);
    const cell = (value: number): string => `${value.toPrecision(3)} ${unit.get(name)}`.padStart(13);
    const ratio = (value: number): string => (value / base!).toFixed(2).padStart(5);
    process.stdout.write(
      `  ${name.padEnd(16)} ${cell(base!)} ${cell(turns!)}  ${ratio(turns!)}   ${cell(closures!)}  ${ratio(closures!)}\n`,
    );
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function withoutRelations(source: OsmSource): OsmSource {
  return {
    ...source,
    name: source.name,
    read: ({ relation: _, ...handler }) => source.read(handler),
  };
}

/** Both directions of one segment in a hundred closed, drawn from the seed. */
function withClosures(graph: RoadGraph): RoadGraph {
  const random = new SeededRandom(OPTIONS.seed);
  const isClosed = Uint8Array.from({ length: graph.segmentCount }, () =>
    random.integer(100) < CLOSED_PERCENT ? 1 : 0,
  );
  const edgeMilliseconds = graph.columns.edgeMilliseconds.map((milliseconds, edge) =>
    isClosed[graph.columns.keyOfEdge[edge]! >> 1] === 1 ? INFINITE_MS : milliseconds,
  );
  return new RoadGraph({ ...graph.columns, edgeMilliseconds }, graph.roads);
}
