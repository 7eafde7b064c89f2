import { describe, expect, it } from "vitest";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { ReferenceEngine } from "../../src/shortest-path/dijkstra/reference-engine";
import { readOnly, type ShortestPathEngine } from "../../src/shortest-path/engine";
import { gridGraph } from "../support/graphs";
import { describeEngineContract } from "./engine-contract";

describeEngineContract("dijkstra", (graph, weights, targets) => new DijkstraEngine(graph, weights, targets));
describeEngineContract("reference", (graph, weights, targets) => new ReferenceEngine(graph, weights, targets));

/** Small graphs would otherwise always be customized in full. */
const inPart = { partialLimit: Number.POSITIVE_INFINITY };

// Any numbering is an elimination order, if not a good one; the contract's small graphs are taken as they come.
describeEngineContract("cch, buckets only", (graph, weights, targets) => {
  return new CchEngine(buildHierarchy(graph), weights, targets, inPart);
});
describeEngineContract("cch, tables fresh before every call", (graph, weights, targets) => {
  return refreshing(new CchEngine(buildHierarchy(graph), weights, targets, inPart));
});
describeEngineContract("cch, every change of weights in full", (graph, weights, targets) => {
  return new CchEngine(buildHierarchy(graph), weights, targets, { partialLimit: 0 });
});

/** Brings the tables up to date after each change, so that queries are answered from them. */
function refreshing(engine: CchEngine): ShortestPathEngine {
  engine.refreshTable();
  for (const change of ["setTargets", "setTarget", "setWeights"] as const) {
    const original: (...parameters: never[]) => void = engine[change].bind(engine);
    engine[change] = (...parameters: unknown[]) => {
      original(...(parameters as never[]));
      engine.refreshTable();
    };
  }
  return engine;
}

describe("a read-only view of an engine", () => {
  const { graph, weights } = gridGraph(5, 5, 3, { closedShare: 0, oneWayShare: 0 });
  const origin = { accessPoints: [{ node: 0, milliseconds: 3 }] };
  const targets = [[{ node: 24, milliseconds: 0 }], [{ node: 12, milliseconds: 1 }]];

  it("has the questions and nothing else, whatever is tried at run time", () => {
    const engine = new CchEngine(buildHierarchy(graph), weights, targets);
    const view = readOnly(engine);
    expect(Object.keys(view).sort()).toEqual([
      "manyToMany",
      "metricVersion",
      "millisecondsBetween",
      "name",
      "nearest",
      "oneToMany",
      "open",
      "path",
      "pathBetween",
      "targetCount",
    ]);
    for (const setter of ["setTargets", "setTarget", "setWeights"]) expect(setter in view, setter).toBe(false);
    expect(Object.getPrototypeOf(view)).toBe(Object.prototype);
    expect(Object.values(view)).not.toContain(engine);
    expect(Object.isFrozen(view)).toBe(true);
  });

  it("answers as the engine does, also after the engine's owner changed it", () => {
    const engine = new CchEngine(buildHierarchy(graph), weights, targets);
    const view = readOnly(engine);
    const answers = (asked: typeof view) => ({
      name: asked.name,
      metricVersion: asked.metricVersion,
      targetCount: asked.targetCount,
      nearest: asked.nearest(origin, { k: 2, accepts: (target) => target !== 1 }),
      first: asked.open(origin).next(),
      times: [...asked.oneToMany(origin), ...asked.manyToMany([origin, origin])],
      path: asked.path(origin, 0),
      between: [asked.pathBetween(origin, targets[1]!), asked.millisecondsBetween(origin, targets[1]!)],
    });
    const before = answers(view);
    expect(before).toEqual(answers(engine));
    engine.setWeights([0, 1], [90_000, 90_000]);
    engine.setTarget(2, [{ node: 1, milliseconds: 0 }]);
    expect(answers(view)).toEqual(answers(engine));
    expect(answers(view)).not.toEqual(before);
    const out = new Int32Array(3);
    expect(view.oneToMany(origin, out)).toBe(out);
  });
});
