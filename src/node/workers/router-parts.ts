import { defined } from "../../core/defined";
import type { EpochMs } from "../../core/instant";
import { DiversionRouter, type DiversionRouterOptions } from "../../diversion/router";
import { type ExpectedArrivals, InboundList } from "../../diversion/rules/inbound";
import type { Policy } from "../../diversion/rules/policy";
import { CapabilityVocabulary } from "../../hospitals/directory/capabilities";
import { HospitalDirectory } from "../../hospitals/directory/directory";
import { FeedHealth } from "../../hospitals/feeds/feed-health";
import { StatusBoard } from "../../hospitals/status/status-board";
import { readStatusLog, writeStatusLog } from "../../hospitals/status/status-log";
import { RoadGraph, type RoadGraphColumns, type RoadNames } from "../../roads/graph/road-graph";
import { RoadIndex, type RoadsDescription } from "../../roads/road-index";
import type { SnapColumns } from "../../roads/snap/snap-columns";
import { adoptHierarchy, type HierarchyArrays } from "../../shortest-path/cch/hierarchy";
import type { Metric } from "../../shortest-path/cch/metric";
import { DIJKSTRA_ENGINE } from "../../shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../shortest-path/dijkstra/reference-engine";
import { type EngineChoice, type EngineName, registerEngine } from "../../shortest-path/engine";
import { allInSharedMemory } from "./shared-memory";

/** What another thread makes the same router of: typed arrays, plain objects and text. */
export interface RouterParts {
  readonly roads: {
    readonly columns: RoadGraphColumns;
    readonly names: readonly RoadNames[];
    readonly snapColumns: SnapColumns;
    readonly hierarchy: HierarchyArrays;
    readonly metric: Metric;
    readonly description: RoadsDescription;
    readonly checksum: string;
    /** Those held, as GeoJSON text. */
    readonly closures: string;
  };
  /** JSON, as files hold it. */
  readonly hospitals: string;
  readonly capabilities: string;
  /** Everything that was accepted so far, as a status log. */
  readonly statusLog: string;
  /** What feeds had said, as JSON; undefined when there are none. */
  readonly feeds: string | undefined;
  /** Ambulances expected at EDs, where the policy counts them. */
  readonly inbound: readonly ExpectedArrivals[];
  readonly policy: Policy;
  readonly engine: EngineName;
  readonly snapLimitMetres: number;
  readonly statusAsOf: "now" | "question";
  /** The moment of questions that name none. */
  readonly nowMs: EpochMs;
}

/** A router taken apart as it is now. Typed arrays are the router's own. */
export function partsOf({
  roads,
  hospitals,
  status,
  policy,
  engineName,
  snapLimitMetres,
  statusAsOf,
  clock,
  feeds,
  inbound,
}: DiversionRouter): RouterParts {
  const { graph, snapColumns, hierarchy, metric, description, checksum } = roads;
  const { firstUp, upHead, firstDown, downTail, parent } = hierarchy;
  return {
    roads: {
      columns: graph.columns,
      names: graph.roads,
      snapColumns,
      hierarchy: { firstUp, upHead, firstDown, downTail, parent },
      metric,
      description,
      checksum,
      closures: JSON.stringify(roads.exportClosures()),
    },
    hospitals: JSON.stringify(hospitals),
    capabilities: JSON.stringify({ capabilities: hospitals.vocabulary.definitions }),
    statusLog: writeStatusLog(status.entries(), status.archivedTo === 0 ? undefined : { version: status.archivedTo }),
    feeds: feeds === undefined ? undefined : JSON.stringify(feeds.health()),
    inbound: policy.inbound === undefined ? [] : (inbound?.expected() ?? []),
    policy,
    engine: engineName,
    snapLimitMetres,
    statusAsOf,
    nowMs: clock(),
  };
}

/** The same parts with every large array where other threads can read it: those that are there already stay, others are copied. */
export function sharedParts(parts: RouterParts): RouterParts {
  const { roads } = parts;
  return {
    ...parts,
    roads: {
      ...roads,
      columns: allInSharedMemory(roads.columns),
      snapColumns: allInSharedMemory(roads.snapColumns),
      hierarchy: allInSharedMemory(roads.hierarchy),
      metric: allInSharedMemory(roads.metric),
    },
  };
}

/** A router that answers as the one the parts were taken from did at that moment. It reads the arrays where they lie. */
export function routerOf(parts: RouterParts): DiversionRouter {
  const { columns, names, snapColumns, hierarchy, metric, description, checksum } = parts.roads;
  const graph = new RoadGraph(columns, names);
  const roads = new RoadIndex({
    graph,
    snapColumns,
    hierarchy: adoptHierarchy(graph.topology, hierarchy),
    metric,
    description,
    checksum,
  });
  roads.importClosures(JSON.parse(parts.roads.closures));
  const vocabulary = CapabilityVocabulary.parse(JSON.parse(parts.capabilities));
  const hospitals = HospitalDirectory.parse(JSON.parse(parts.hospitals), { vocabulary });
  const { policy, engine, snapLimitMetres, statusAsOf, nowMs } = parts;
  const clock = () => nowMs;
  const { events: history, archive } = readStatusLog(parts.statusLog);
  const health = parts.feeds === undefined ? undefined : new FeedHealth(hospitals, JSON.parse(parts.feeds));
  // Every option there is must be here, or threads would answer otherwise than the router: the type sees to it.
  return new DiversionRouter(
    defined({
      roads,
      hospitals,
      policy,
      status: new StatusBoard(hospitals, {
        clock,
        timeZone: policy.timeZone,
        history,
        archivedTo: archive?.version ?? 0,
      }),
      feeds: health === undefined ? undefined : { health: () => health },
      inbound: new InboundList(parts.inbound),
      engine: engineOf(engine),
      clock,
      snapLimitMetres,
      statusAsOf,
      // Whoever made the first router has been told of them.
      hospitalsOffNetwork: "exclude",
    }) satisfies Required<Omit<DiversionRouterOptions, "feeds" | "schedule">>,
  );
}

const ENGINES: Readonly<Record<EngineName, EngineChoice>> = {
  cch: "cch",
  dijkstra: DIJKSTRA_ENGINE,
  reference: REFERENCE_ENGINE,
};

// In Node, whoever makes a router may name them too.
registerEngine(DIJKSTRA_ENGINE);
registerEngine(REFERENCE_ENGINE);

/** The engine of a name. */
export const engineOf = (name: EngineName): EngineChoice => ENGINES[name];
