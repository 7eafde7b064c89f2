import { DijkstraEngine } from "../../src/shortest-path/dijkstra-engine";
import { ReferenceEngine } from "../../src/shortest-path/reference-engine";
import { describeEngineContract } from "./engine-contract";

describeEngineContract("dijkstra", (graph, weights, targets) => new DijkstraEngine(graph, weights, targets));
describeEngineContract("reference", (graph, weights, targets) => new ReferenceEngine(graph, weights, targets));
