/**
 * An outsider who trusts nothing: builds roads with the command, takes them out again as csv, and answers a thousand
 * questions with a Dijkstra of their own over those files, forbidden turns included. The command must give the same drive times.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { needsSharedData, sharedData } from "../support/shared-data";
import { runCommand } from "../support/terminal";

interface CsvGraph {
  readonly position: [number, number][];
  readonly out: [to: number, milliseconds: number][][];
  /** Runs of nodes that may not be driven one right after the other. */
  readonly forbidden: readonly (readonly number[])[];
}

const rowsOf = (file: string): number[][] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));

function readCsv(folder: string): CsvGraph {
  const position = rowsOf(join(folder, "nodes.csv")).map(([, lon, lat]): [number, number] => [lon!, lat!]);
  const out: [number, number][][] = position.map(() => []);
  for (const [from, to, milliseconds] of rowsOf(join(folder, "edges.csv"))) out[from!]!.push([to!, milliseconds!]);
  return { position, out, forbidden: rowsOf(join(folder, "turns.csv")) };
}

/**
 * The graph with forbidden runs told apart: a state is a node together with the beginnings of forbidden runs that the
 * journey is in the middle of. States 0 .. nodes - 1 are the nodes without any, where journeys begin.
 */
function statesOf({ out, forbidden }: CsvGraph): { node: number[]; out: [to: number, milliseconds: number][][] } {
  const beginnings = new Map<string, boolean>();
  for (const run of forbidden) {
    for (let length = 2; length <= run.length; length++) {
      const key = run.slice(0, length).join(",");
      beginnings.set(key, (beginnings.get(key) ?? false) || length === run.length);
    }
  }
  const node = out.map((_, v) => v);
  const runs: string[][] = out.map(() => []);
  const numberOf = new Map<string, number>();
  const states: [number, number][][] = [];
  for (let state = 0; state < node.length; state++) {
    const edges: [number, number][] = [];
    for (const [to, milliseconds] of out[node[state]!]!) {
      const longer = [...runs[state]!, String(node[state])]
        .map((run) => `${run},${to}`)
        .filter((run) => beginnings.has(run));
      if (longer.some((run) => beginnings.get(run))) continue;
      edges.push([longer.length === 0 ? to : stateFor(to, longer), milliseconds]);
    }
    states.push(edges);
  }
  return { node, out: states };

  function stateFor(v: number, active: string[]): number {
    const key = `${v}|${active.sort().join("|")}`;
    let state = numberOf.get(key);
    if (state === undefined) {
      state = node.push(v) - 1;
      runs.push(active);
      numberOf.set(key, state);
    }
    return state;
  }
}

/** Travel times from any of some states; on reversed edges, to any of them. */
function dijkstra(out: readonly (readonly (readonly [number, number])[])[], sources: readonly number[]): Float64Array {
  const time = new Float64Array(out.length).fill(Number.POSITIVE_INFINITY);
  // Times are whole milliseconds: buckets of one second, each scanned until nothing in it improves, need no heap.
  const buckets: number[][] = [[...sources]];
  for (const source of sources) time[source] = 0;
  for (let b = 0; b < buckets.length; b++) {
    const bucket = buckets[b];
    if (bucket === undefined) continue;
    for (let i = 0; i < bucket.length; i++) {
      const state = bucket[i]!;
      if (Math.floor(time[state]! / 1000) !== b) continue;
      for (const [to, milliseconds] of out[state]!) {
        const reached = time[state]! + milliseconds;
        if (reached < time[to]!) {
          time[to] = reached;
          (buckets[Math.floor(reached / 1000)] ??= []).push(to);
        }
      }
    }
  }
  return time;
}

const reversed = (out: CsvGraph["out"]): CsvGraph["out"] => {
  const back: CsvGraph["out"] = out.map(() => []);
  out.forEach((edges, from) => {
    for (const [to, milliseconds] of edges) back[to]!.push([from, milliseconds]);
  });
  return back;
};

const networks = [
  ["rutland-2022", "osm/rutland-2022.osm.pbf"],
  ["porto", "osm/porto.osm.pbf"],
  ["portland", "osm/portland.osm.pbf"],
  ["liechtenstein", "osm/liechtenstein.osm.pbf"],
  ["monaco", "osm/monaco.osm.pbf"],
  ["new-york", "dimacs/USA-road-t.NY.gr.gz"],
] as const;

const HOSPITALS = 20;
const INCIDENTS = 1000;
const SEED = 12052017;

describe.skipIf(sharedData("osm") === undefined)(
  `an outsider's Dijkstra over the exported csv ${needsSharedData}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "outsider-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const at = (name: string): string => join(folder, name);

    it.each(networks)("agrees on every one of 1,000 incidents in %s", async (name, path) => {
      const source = sharedData(path)!;
      const coordinates = name === "new-york" ? ["--coordinates", sharedData("dimacs/USA-road-d.NY.co.gz")!] : [];
      const roads = at(`${name}.roads`);
      expect((await runCommand(["build", source, "-o", roads, ...coordinates])).stderr).toBe("");
      expect((await runCommand(["export", roads, "--format", "csv", "-o", at(name)])).status).toBe(0);
      const graph = readCsv(at(name));
      const states = statesOf(graph);
      const backwards = reversed(states.out);
      const statesAt = (place: number): number[] =>
        [...states.node.keys()].filter((state) => states.node[state] === place);

      const random = new SeededRandom(SEED);
      const node = (): number => random.integer(graph.position.length);
      // The largest part in which one can drive there and back, found from a node that most others lead to.
      let inside: number[] = [];
      for (let i = 0; i < 5; i++) {
        const centre = node();
        const [to, from] = [dijkstra(backwards, statesAt(centre)), dijkstra(states.out, [centre])];
        const part = [...graph.position.keys()].filter(
          (v) => to[v]! < Number.POSITIVE_INFINITY && from[v]! < Number.POSITIVE_INFINITY,
        );
        if (part.length > inside.length) inside = part;
      }
      const hospitals = Array.from({ length: HOSPITALS }, (_, i) => ({
        id: `H${String(i).padStart(2, "0")}`,
        node: random.pick(inside),
        open: random.next() < 0.5,
      }));
      const incidents = Array.from({ length: INCIDENTS }, (_, i) => ({ id: `i${i}`, node: random.pick(inside) }));

      const list = hospitals.map(({ id, node: place }) => ({ id, name: id, location: graph.position[place] }));
      writeFileSync(at("hospitals.json"), JSON.stringify(list));
      writeFileSync(
        at("incidents.ndjson"),
        incidents.map(({ id, node: place }) => `${JSON.stringify({ id, location: graph.position[place] })}\n`).join(""),
      );
      const status = at(`${name}.status`);
      const shared = ["--hospitals", at("hospitals.json"), "--status", status];
      for (const { id, open } of hospitals) await runCommand(["status", "set-open", id, String(open), ...shared]);
      const answer = await runCommand(["nearest", "--roads", roads, ...shared, "--incidents", at("incidents.ndjson")]);
      expect([answer.status, answer.stderr]).toEqual([0, ""]);
      const answers = answer.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(answers.length).toBe(INCIDENTS);

      // One search backwards from each hospital gives the times of all incidents at once.
      const toHospital = hospitals.map(({ node: place }) => dijkstra(backwards, statesAt(place)));
      const differences: string[] = [];
      incidents.forEach(({ id, node: place }, i) => {
        const { destination, outcome, incident } = answers[i];
        const times = hospitals.map(({ open }, h) => (open ? toHospital[h]![place]! : Number.POSITIVE_INFINITY));
        const best = Math.min(...times);
        const named = hospitals.findIndex((hospital) => hospital.id === destination?.hospital.id);
        const agrees =
          answers[i].id === id &&
          outcome === "destination" &&
          incident.snapped.distanceMetres === 0 &&
          Math.round(destination.driveSeconds * 1000) === best &&
          times[named] === best;
        if (!agrees) differences.push(`${id} at node ${place}: ${best} ms, answered ${JSON.stringify(answers[i])}`);
      });
      expect(differences.slice(0, 3), `seed ${SEED}`).toEqual([]);
    });
  },
);
