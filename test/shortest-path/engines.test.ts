import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { ReferenceEngine } from "../../src/shortest-path/dijkstra/reference-engine";
import type { ShortestPathEngine } from "../../src/shortest-path/engine";
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
