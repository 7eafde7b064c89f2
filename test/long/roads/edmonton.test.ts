import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import { fromFixedDegrees, type Position, toFixedDegrees } from "../../../src/core/units";
import { DiversionRouter } from "../../../src/diversion/router";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import { type CsvFile, readCsvRoads } from "../../../src/roads/tables/roads-from-csv";
import { addStep, type PlainNetwork, plainDijkstra } from "../../support/plain-dijkstra";
import { indexOf } from "../../support/profile-parity";
import { needsSharedData, sharedData } from "../../support/shared-data";

/** The simulator writes times as shares of a day, lengths in kilometres. */
const MS_PER_DAY = 86_400_000;
const MODES = ["lights-and-sirens", "normal"] as const;
const SEED = 780;
const ORIGINS = 4;

interface Edmonton {
  /** By number, from 1. */
  readonly nodes: ReadonlyMap<number, Position>;
  readonly arcs: readonly { from: number; to: number; km: number; milliseconds: readonly number[] }[];
  readonly hospitals: readonly { id: string; name: string; location: Position }[];
}

/** Rows of numbers after the line that begins with these words. */
function rowsAfter(text: string, header: string): number[][] {
  const lines = text.slice(text.indexOf(header)).split("\n").slice(1);
  return lines.filter((line) => /^\d/.test(line)).map((line) => line.split(",").map(Number));
}

function readEdmonton(folder: string): Edmonton {
  const unpacked = (name: string): string => gunzipSync(readFileSync(`${folder}/${name}`)).toString();
  const places = readFileSync(`${folder}/hospitals.csv`, "utf8");
  return {
    nodes: new Map(rowsAfter(unpacked("nodes.csv.gz"), "index,x,y").map(([node, x, y]) => [node!, [x!, y!] as const])),
    arcs: rowsAfter(unpacked("arcs.csv.gz"), "index,fromNode").map(([, from, to, km, ...days]) => ({
      from: from!,
      to: to!,
      km: km!,
      milliseconds: days.slice(0, 2).map((share) => Math.max(1, Math.round(share * MS_PER_DAY))),
    })),
    hospitals: [...places.matchAll(/^(\d+),([-\d.]+),([-\d.]+),,([^,]+),/gm)].map(([, id, x, y, name]) => ({
      id: id!,
      name: name!,
      location: [Number(x), Number(y)],
    })),
  };
}

const table = (name: string, header: string, rows: readonly (readonly (string | number)[])[]): CsvFile => ({
  name,
  async *bytes() {
    yield new TextEncoder().encode(`${header}\n${rows.map((row) => row.join()).join("\n")}\n`);
  },
});

const roadsOf = ({ nodes, arcs }: Edmonton) =>
  readCsvRoads({
    source: "Edmonton",
    nodes: table(
      "nodes.csv",
      "node,lon,lat",
      [...nodes].map(([node, position]) => [node, ...position]),
    ),
    edges: table(
      "edges.csv",
      `from,to,${MODES.map((mode) => `milliseconds:${mode}`).join()},metres`,
      arcs.map(({ from, to, km, milliseconds }) => [from, to, ...milliseconds, (km * 1000).toFixed(2)]),
    ),
  });

const path = sharedData("jemss-edmonton/arcs.csv.gz")?.replace("/arcs.csv.gz", "");

describe.skipIf(path === undefined)(`Edmonton, a network without tags ${needsSharedData}`, () => {
  it("answers as plain Dijkstra does over its own table, in both of its modes", async () => {
    const edmonton = readEdmonton(path!);
    expect(edmonton.hospitals.length).toBeGreaterThan(4);
    const built = await roadsOf(edmonton);
    expect(built.roads.edgeCount).toBe(edmonton.arcs.length);
    const roads = indexOf(built);
    expect(roads.profiles).toEqual(MODES);
    // At nodes, so that the table alone tells the times. Several nodes in one place are told apart by a centimetre.
    const nodeAt = new Map<string, number>();
    for (const [node, [lon, lat]] of edmonton.nodes) {
      const key = [lon, lat].map((degrees) => fromFixedDegrees(toFixedDegrees(degrees))).join();
      nodeAt.set(key, nodeAt.has(key) ? -1 : node);
    }
    const hospitals = HospitalDirectory.parse(
      edmonton.hospitals.map(({ id, name, location }) => ({ id, name, location: nearestNode(edmonton, location) })),
    );
    const random = new SeededRandom(SEED);
    const origins = Array.from({ length: ORIGINS }, () => random.pick([...edmonton.nodes.values()]));
    let compared = 0;
    for (const [mode, name] of MODES.entries()) {
      const router = new DiversionRouter({ roads: roads.withProfile(name), hospitals });
      const backwards: PlainNetwork = new Map();
      for (const { from, to, milliseconds } of edmonton.arcs) {
        addStep(backwards, String(to), String(from), milliseconds[mode]!);
      }
      const times = hospitals.hospitals.map(({ location }) =>
        plainDijkstra(backwards, String(nodeOf(nodeAt, location))),
      );
      for (const origin of origins) {
        const node = String(nodeOf(nodeAt, origin));
        const expected = times
          .map((reached, number) => ({ id: hospitals.hospitals[number]!.id, reached: reached.get(node)?.milliseconds }))
          .filter(({ reached }) => reached !== undefined)
          .sort((a, b) => a.reached! - b.reached!);
        const advice = router.recommend({ location: origin, alternatives: 20 });
        const found = [advice.destination, ...advice.alternatives].filter((ed) => ed !== undefined);
        expect(
          found.map(({ hospital, driveSeconds }) => [hospital.id, Math.round(driveSeconds * 1000)]),
          `seed ${SEED}, ${name}, from node ${node}`,
        ).toEqual(expected.map(({ id, reached }) => [id, reached]));
        compared += found.length;
      }
    }
    expect(compared).toBeGreaterThan(MODES.length * ORIGINS * 4);
  });
});

const nodeOf = (nodeAt: ReadonlyMap<string, number>, [lon, lat]: readonly [number, number]): number => {
  const node = nodeAt.get([lon, lat].map((degrees) => fromFixedDegrees(toFixedDegrees(degrees))).join());
  if (node === undefined || node < 0) throw new Error(`No node by itself at ${lon}, ${lat}.`);
  return node;
};

/** Where the node nearest to a hospital's door is. */
function nearestNode({ nodes }: Edmonton, [lon, lat]: Position): Position {
  const squared = ([x, y]: Position): number => ((x - lon) * 0.6) ** 2 + (y - lat) ** 2;
  return [...nodes.values()].reduce((best, position) => (squared(position) < squared(best) ? position : best));
}
