import fc from "fast-check";
import { aStar } from "ngraph.path";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { INFINITE_MS } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { LiveWeights } from "../../src/roads/closures/live-weights";
import { DIRECTIONS } from "../../src/roads/graph/edge-key";
import { indexRoads } from "../../src/roads/index-roads";
import { builtInProfile } from "../../src/roads/profile/profile";
import { RoadEditor } from "../../src/roads/road-editor";
import type { RoadIndex } from "../../src/roads/road-index";
import { plainDijkstra } from "../../src/shortest-path/dijkstra/plain-dijkstra";
import { osmFixture } from "../support/osm-fixture";
import { randomRoads } from "../support/random-roads";
import { restrictedGrid } from "../support/restricted-grid";
import { at, hospitalsAt, routerOver, smallCounty } from "../support/small-county";

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return "nothing thrown";
  } catch (error) {
    if (error instanceof DiversionError) return `${error.code}: ${error.message}`;
    throw error;
  }
};

const edit = (roads: RoadIndex): RoadEditor => new RoadEditor(roads, { reason: "incident room", by: "planner" });

/** The county's node at a kilometre. */
const nodeAt = (roads: RoadIndex, km: number): number => roads.snap(at(km)).node;

const weightsNow = (roads: RoadIndex): Int32Array => {
  const live = new LiveWeights(roads);
  live.moveTo(0);
  return Int32Array.from(live.weights);
};

/** All that can be told of a graph, whatever objects it is made of. */
const contents = ({ graph }: RoadEditor): unknown => {
  const nodes: unknown[] = [];
  const links: string[] = [];
  graph.forEachNode(({ id, data }) => void nodes.push([id, data]));
  graph.forEachLink(({ fromId, toId, data }) => void links.push(JSON.stringify([fromId, toId, data])));
  return { nodes: nodes.sort(), links: links.sort() };
};

describe("a road editor", () => {
  it("closes what is removed, for routers at once, and opens what comes back", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 40 }));
    const { roads } = router;
    const editor = edit(roads);
    const usual = JSON.stringify(router.recommend({ location: at(10) }));
    const [a, b] = [nodeAt(roads, 8), nodeAt(roads, 7)];
    const westward = editor.graph.getLink(a, b)!;
    editor.graph.removeLink(westward);
    const turned = router.recommend({ location: at(10) });
    expect(turned.destination).toMatchObject({ hospital: { id: "B" }, driveSeconds: 1800 });
    expect(turned.closures).toMatchObject([{ id: "closure-1", text: "A1 closed, incident room" }]);
    expect(editor.closures).toMatchObject([{ reason: "incident room", by: "planner", kind: "closure" }]);
    expect(roads.closures).toEqual(editor.closures);
    // The other direction is another link.
    expect(router.recommend({ location: at(6) }).alternatives).toHaveLength(1);
    editor.graph.addLink(a, b, westward.data);
    expect([roads.closures, roads.version, editor.closures]).toEqual([[], 2, []]);
    expect(JSON.stringify(router.recommend({ location: at(10) }))).toBe(usual);
  });

  it("makes one version of a batch, and none of a batch that changes nothing", () => {
    const roads = smallCounty();
    const editor = edit(roads);
    const { graph } = editor;
    const link = (km: number) => graph.getLink(nodeAt(roads, km), nodeAt(roads, km + 1))!;
    graph.beginUpdate();
    graph.removeLink(link(3));
    editor.update(link(4), { kmh: 30 });
    editor.update(link(5), { seconds: 90 });
    editor.update(link(6), { closed: true });
    expect(roads.version).toBe(0);
    graph.endUpdate();
    expect(roads.version).toBe(1);
    expect(roads.closures.map(({ kind, kmh, factor, version }) => [kind, kmh ?? factor, version])).toEqual([
      ["closure", undefined, 1],
      ["slowdown", 30, 1],
      ["slowdown", 2 / 3, 1],
      ["closure", undefined, 1],
    ]);
    expect([link(4).data.milliseconds, link(5).data.milliseconds]).toEqual([120_000, 90_000]);
    expect([link(4).data.kmh, link(5).data.seconds]).toEqual([undefined, undefined]);
    const data = link(20).data;
    graph.beginUpdate();
    graph.removeLink(link(20));
    graph.addLink(nodeAt(roads, 20), nodeAt(roads, 21), data);
    editor.update(link(21), { seconds: 60 });
    graph.endUpdate();
    expect([roads.version, roads.closures.length]).toEqual([1, 4]);
    graph.beginUpdate();
    editor.update(link(4), { seconds: 60 });
    editor.update(link(6), { closed: false });
    graph.addLink(nodeAt(roads, 3), nodeAt(roads, 4));
    graph.endUpdate();
    expect([roads.version, roads.closures.length]).toEqual([2, 1]);
    editor.undo();
    expect([roads.version, roads.closures, link(5).data.milliseconds]).toEqual([3, [], 60_000]);
    expect(contents(editor)).toEqual(contents(edit(smallCounty())));
    editor.undo();
    expect(roads.version).toBe(3);
  });

  it("closes all links of a node that is removed", () => {
    const roads = smallCounty();
    const editor = edit(roads);
    const [a, b, c] = [1, 2, 3].map((km) => nodeAt(roads, km)) as [number, number, number];
    editor.graph.removeNode(b);
    expect([roads.version, roads.closures.length]).toEqual([1, 4]);
    editor.graph.addLink(a, b);
    expect(editor.graph.getNode(b)!.data).toEqual({ lon: at(2)[0], lat: 52 });
    expect(roads.closures.map(({ edges }) => edges.length)).toEqual([1, 1, 1]);
    for (const [from, to] of [
      [b, a],
      [b, c],
      [c, b],
    ] as const)
      editor.graph.addLink(from, to); // prettier-ignore
    expect(roads.closures).toEqual([]);
    expect(contents(editor)).toEqual(contents(edit(smallCounty())));
  });

  it.each<[string, (graph: RoadEditor["graph"], roads: RoadIndex, editor: RoadEditor) => void, RegExp]>([
    ["a new node", (graph) => graph.addNode("bypass", { lon: 0, lat: 52 }), /^invalid-road-edit: Node "bypass" is new/],
    ["a link to a new node", (graph) => graph.addLink(0, 999), /Node 999 is new/],
    [
      "a new link",
      (graph, roads) => graph.addLink(nodeAt(roads, 3), nodeAt(roads, 9), { milliseconds: 1 } as never),
      /→ .* is new, and roads cannot be added/,
    ],
    [
      "a second lane",
      (graph, roads) => graph.addLink(nodeAt(roads, 3), nodeAt(roads, 4)),
      /is new, and roads cannot be added/,
    ],
    [
      "a road that comes back elsewhere",
      (graph, roads) => {
        const link = graph.getLink(nodeAt(roads, 3), nodeAt(roads, 4))!;
        graph.removeLink(link);
        graph.addLink(nodeAt(roads, 3), nodeAt(roads, 5), link.data);
      },
      /is new, and roads cannot be added/,
    ],
    [
      "a node that moves",
      (graph, roads) => graph.addNode(nodeAt(roads, 3), { lon: 1, lat: 1 }),
      /is at .* and cannot be moved/,
    ],
    [
      "a speed beyond reason",
      (graph, roads, editor) => editor.update(graph.getLink(nodeAt(roads, 3), nodeAt(roads, 4))!, { kmh: 900 }),
      /^invalid-closure: .*at most 200/,
    ],
    [
      "a negative time",
      (graph, roads, editor) => editor.update(graph.getLink(nodeAt(roads, 3), nodeAt(roads, 4))!, { seconds: -1 }),
      /seconds -1; give a number above 0/,
    ],
    [
      "a time and a speed",
      (graph, roads, editor) =>
        editor.update(graph.getLink(nodeAt(roads, 3), nodeAt(roads, 4))!, { seconds: 1, kmh: 30 }),
      /both seconds and kmh/,
    ],
    [
      "a half-closed link",
      (graph, roads, editor) =>
        editor.update(graph.getLink(nodeAt(roads, 3), nodeAt(roads, 4))!, { closed: "yes" as never }),
      /closed "yes"; it is true or false/,
    ],
  ])("refuses %s, and takes the whole batch back", (_, change, message) => {
    const roads = smallCounty();
    const editor = edit(roads);
    const { graph } = editor;
    editor.update(graph.getLink(nodeAt(roads, 11), nodeAt(roads, 12))!, { kmh: 30 });
    graph.removeLink(nodeAt(roads, 12), nodeAt(roads, 13));
    graph.removeNode(nodeAt(roads, 60));
    const before = contents(editor);
    const held = roads.closures;
    let heard = 0;
    graph.on("changed", () => heard++);
    const batch = (): void => {
      graph.beginUpdate();
      graph.removeLink(nodeAt(roads, 30), nodeAt(roads, 31));
      graph.addLink(nodeAt(roads, 12), nodeAt(roads, 13));
      graph.removeNode(nodeAt(roads, 40));
      graph.addNode(nodeAt(roads, 60));
      editor.update(graph.getLink(nodeAt(roads, 11), nodeAt(roads, 12))!, { kmh: 40 });
      change(graph, roads, editor);
      graph.endUpdate();
    };
    expect(codeOf(batch)).toMatch(message);
    expect(contents(editor)).toEqual(before);
    expect([roads.closures, roads.version, heard]).toEqual([held, 3, 0]);
    // Nothing of it lingers: the next change is that alone.
    graph.removeLink(nodeAt(roads, 50), nodeAt(roads, 51));
    expect([roads.version, roads.closures.length, heard]).toEqual([4, held.length + 1, 1]);
  });

  it("asks which of several parallel roads comes back", () => {
    const roads = indexRoads(randomRoads(4, 5, 60));
    const editor = edit(roads);
    const { graph } = editor;
    const ends = (link: { fromId: unknown; toId: unknown }): string => `${link.fromId} ${link.toId}`;
    const byEnds = new Map<
      string,
      RoadEditor["graph"] extends { getLinkById(id: string): infer L } ? NonNullable<L>[] : never
    >();
    graph.forEachLink((link) => void byEnds.set(ends(link), [...(byEnds.get(ends(link)) ?? []), link]));
    const [first, second] = [...byEnds.values()].find((links) => links.length > 1)!;
    graph.removeLink(first!);
    graph.removeLink(second!);
    const { fromId, toId } = first!;
    expect(codeOf(() => graph.addLink(fromId, toId))).toMatch(
      /may be any of 2 that were removed; say which by the edge/,
    );
    graph.addLink(fromId, toId, { edge: second!.data.edge } as never);
    expect(roads.closures.map(({ edges }) => [...edges])).toEqual([[first!.data.edge]]);
    graph.addLink(fromId, toId);
    expect(roads.closures).toEqual([]);
    expect(contents(editor)).toEqual(contents(edit(indexRoads(randomRoads(4, 5, 60)))));
  });

  it("brings a link back when someone else reopens it, and leaves others' closures alone", () => {
    const roads = smallCounty();
    const editor = edit(roads);
    const { graph } = editor;
    const [a, b, c] = [1, 2, 3].map((km) => nodeAt(roads, km)) as [number, number, number];
    const heard: string[] = [];
    graph.on("changed", (changes: { changeType: string; link?: object }[]) => {
      heard.push(changes.map(({ changeType, link }) => `${changeType} ${link === undefined ? "node" : "link"}`).join());
    });
    roads.close({ id: "others", edges: [graph.getLink(b, a)!.data.edge], reason: "flood" });
    graph.removeLink(a, b);
    editor.update(graph.getLink(b, c)!, { kmh: 20 });
    const [removed, slowed] = editor.closures;
    expect(editor.closures).toHaveLength(2);
    roads.reopen(removed!.id);
    expect(graph.getLink(a, b)!.data).toMatchObject({ milliseconds: 60_000 });
    roads.reopen(slowed!.id);
    expect(graph.getLink(b, c)!.data.milliseconds).toBe(60_000);
    expect(heard).toEqual(["remove link", "update node", "add link", "update node"]);
    expect([roads.version, roads.closures.map(({ id }) => id)]).toEqual([5, ["others"]]);
    editor.undo();
    expect(roads.closures.map(({ id }) => id)).toEqual(["others"]);
    editor.dispose();
    graph.removeLink(a, b);
    expect(roads.version).toBe(5);
  });

  it("takes edits by a listener that has just reopened what an edit closed", () => {
    const roads = smallCounty();
    const editor = edit(roads);
    const { graph } = editor;
    const [a, b] = [1, 2].map((km) => nodeAt(roads, km)) as [number, number];
    editor.update(graph.getLink(a, b)!, { kmh: 20 });
    const [slowed] = editor.closures;
    roads.onChange(({ closure }) => {
      if (closure?.id !== "others") return;
      roads.reopen(slowed!.id);
      editor.update(graph.getLink(a, b)!, { kmh: 30 });
    });
    roads.close({ id: "others", edges: [graph.getLink(b, a)!.data.edge], reason: "flood" });
    expect(roads.closures.map(({ id, kmh }) => [id, kmh])).toEqual([
      ["others", undefined],
      ["closure-4", 30],
    ]);
    expect(graph.getLink(a, b)!.data.milliseconds).toBe(weightsNow(roads)[graph.getLink(a, b)!.data.edge]);
  });

  it("keeps to its district", () => {
    const roads = smallCounty();
    const editor = new RoadEditor(roads, {
      reason: "x",
      bounds: { west: at(9.5)[0], south: 51, east: at(20.5)[0], north: 53 },
    });
    expect([editor.graph.getNodeCount(), editor.graph.getLinkCount()]).toEqual([11, 20]);
    expect(codeOf(() => editor.graph.addNode(nodeAt(roads, 3)))).toMatch(/is new/);
    editor.graph.clear();
    expect([roads.version, roads.closures.length]).toEqual([1, 20]);
    editor.undo();
    expect([roads.version, roads.closures.length, editor.graph.getLinkCount()]).toEqual([2, 0, 20]);
  });

  it("closes a direction for those who came by any turn", async () => {
    const profile = builtInProfile("blue-light");
    const { roads: built } = await buildRoadGraph(osmFixture(restrictedGrid(4, 5, 20)), { profile });
    const roads = indexRoads(built);
    const { graph } = roads;
    const editor = edit(roads);
    let directions = 0;
    for (let segment = 0; segment < graph.segmentCount; segment++) {
      for (const direction of DIRECTIONS) directions += graph.edgesOfSegment(segment, direction).length > 0 ? 1 : 0;
    }
    expect([editor.graph.getNodeCount(), editor.graph.getLinkCount()]).toEqual([graph.junctionCount, directions]);
    const shared = Array.from({ length: graph.segmentCount }, (_, s) => graph.edgesOfSegment(s, "forward")).filter(
      (edges) => edges.length > 1,
    );
    expect(shared.length).toBeGreaterThan(5);
    for (const edges of shared) {
      const links: { data: { edge: number } }[] = [];
      editor.graph.forEachLink((link) => void links.push(link));
      editor.graph.removeLink(links.find(({ data }) => data.edge === edges[0]) as never);
      expect([...editor.closures.at(-1)!.edges]).toEqual([...edges].sort((a, b) => a - b));
    }
  });
});

describe("answers after edits", () => {
  type Edit = readonly [kind: "remove" | "return" | "close" | "open" | "slow" | "speed", which: number, by: number];
  const anyEdit: fc.Arbitrary<Edit> = fc.tuple(
    fc.constantFrom("remove", "return", "close", "open", "slow", "speed"),
    fc.nat(1000),
    fc.integer({ min: 1, max: 50 }),
  );

  it("are those of Dijkstra and of ngraph.path over the edited graph", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.array(anyEdit, { maxLength: 6 }), { maxLength: 5 }),
        (seed, batches) => {
          const roads = indexRoads(randomRoads(seed, 9, 40));
          const { edgeCount, columns, topology } = roads.graph;
          const editor = edit(roads);
          const { graph } = editor;
          // What each edge should take by now, kept by hand.
          const expected = Int32Array.from(roads.weights);
          const removed = new Map<number, { fromId: number; toId: number }>();
          for (const batch of batches) {
            const before = Int32Array.from(expected);
            const version = roads.version;
            graph.beginUpdate();
            for (const [kind, which, by] of batch) {
              const edge = which % edgeCount;
              const ends = { fromId: roads.graph.edgeTail(edge), toId: columns.edgeHead[edge]! };
              const usual = roads.weights[edge]!;
              const link = [...(graph.getLinks(ends.fromId) ?? [])].find(({ data }) => data?.edge === edge);
              if (kind === "return") {
                if (!removed.delete(edge)) continue;
                graph.addLink(ends.fromId, ends.toId, { edge } as never);
                expected[edge] = usual;
              } else if (link === undefined) continue;
              else if (kind === "remove") {
                graph.removeLink(link);
                removed.set(edge, ends);
                expected[edge] = INFINITE_MS;
              } else if (kind === "close" || kind === "open") {
                editor.update(link, { closed: kind === "close" });
                expected[edge] = kind === "close" ? INFINITE_MS : usual;
                if (kind === "open") editor.update(link, { seconds: usual / 1000 });
              } else {
                const milliseconds =
                  kind === "slow" ? usual * by : Math.max(1, Math.round((usual * 3 * 36) / (2 * by)));
                editor.update(
                  link,
                  kind === "slow" ? { seconds: milliseconds / 1000, closed: false } : { kmh: 2 * by, closed: false },
                );
                expected[edge] = milliseconds;
              }
            }
            graph.endUpdate();
            const changed = before.some((milliseconds, edge) => milliseconds !== expected[edge]);
            expect(roads.version).toBe(version + Number(changed));
            expect([...weightsNow(roads)]).toEqual([...expected]);
            const engine = roads.createEngine(
              "cch",
              [0, 3, 6].map((node) => [{ node, milliseconds: 0 }]),
            );
            const live = new LiveWeights(roads);
            const changes = live.moveTo(0);
            if (changes !== undefined) engine.setWeights(changes.edges, changes.milliseconds);
            const finder = aStar(graph, {
              oriented: true,
              distance: (_from, _to, { data }) => data.milliseconds,
              blocked: (_from, _to, { data }) => data.closed === true,
            });
            for (const from of [1, 4, 8]) {
              const distance = plainDijkstra(topology, expected, [{ node: from, milliseconds: 0 }]);
              const right = [0, 3, 6].map((node) => distance[node]!);
              expect([...engine.oneToMany({ accessPoints: [{ node: from, milliseconds: 0 }] })]).toEqual(right);
              // ngraph.path answers [target] where no road leads, and sums nothing up.
              for (const [i, to] of [0, 3, 6].entries()) {
                const path = finder.find(from, to);
                if (right[i] === INFINITE_MS) expect(path.at(-1)?.id).not.toBe(from);
                else expect(drivenOver(graph, path.map(({ id }) => Number(id)).reverse())).toBe(right[i]);
              }
            }
          }
          editor.undo();
          expect([roads.closures, [...weightsNow(roads)]]).toEqual([[], [...roads.weights]]);
          expect(contents(editor)).toEqual(contents(edit(roads)));
        },
      ),
      { seed: 20_170_512, numRuns: 80 },
    );
  });
});

/** Milliseconds along these nodes, by the fastest open link between each two. */
function drivenOver(graph: RoadEditor["graph"], nodes: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < nodes.length; i++) {
    const open = [...(graph.getLinks(nodes[i - 1]!) ?? [])].filter(
      ({ fromId, toId, data }) => fromId === nodes[i - 1] && toId === nodes[i] && data.closed !== true,
    );
    sum += Math.min(...open.map(({ data }) => data.milliseconds));
  }
  return sum;
}
