import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { longitudeScale } from "../core/geometry";
import type { ProgressListener } from "../core/progress";
import { fromFixedDegrees } from "../core/units";
import { buildHierarchy } from "../shortest-path/cch/hierarchy";
import { customize } from "../shortest-path/cch/metric";
import { computeOrder } from "../shortest-path/order/compute-order";
import type { NodeCoordinates } from "../shortest-path/order/coordinates";
import { renumberRoadGraph } from "./graph/renumber-road-graph";
import type { RoadGraph } from "./graph/road-graph";
import { DEFAULT_SNAP_LIMIT_METRES, RoadIndex, type RoadProfile, type RoadsDescription } from "./road-index";
import { roadGraphChecksum } from "./roads-file";
import { buildSnapColumns } from "./snap/snap-columns";

const UNDESCRIBED: RoadsDescription = {
  source: "",
  notice: "",
  profile: "",
  snapLimitMetres: DEFAULT_SNAP_LIMIT_METRES,
  report: {},
};

/** What is said of roads when they are indexed. */
export interface IndexDescription extends Partial<RoadsDescription> {
  /** For a graph of several profiles, their names and reports in its order; `profile` and `report` are then the first's. */
  readonly profiles?: readonly Pick<RoadProfile, "name" | "report">[];
}

/**
 * Makes a road graph ready to be asked: orders its nodes, numbers them by rank, builds the hierarchy over them,
 * customizes it with the graph's travel times, and lays the grid for snapping. On one thread; `buildRoads` of
 * `ambulance-diversion/node` uses all cores and gives the same bytes.
 */
export function indexRoads(
  graph: RoadGraph,
  description: IndexDescription = {},
  onProgress?: ProgressListener,
): RoadIndex {
  const order = computeOrder(graph.topology, coordinatesOf(graph), onProgress === undefined ? {} : { onProgress });
  return indexOrderedRoads(graph, order, description, onProgress);
}

/** {@link indexRoads} with the order computed elsewhere: `order[rank]` is a node of `graph`. */
export function indexOrderedRoads(
  graph: RoadGraph,
  order: Int32Array,
  { profiles, ...description }: IndexDescription = {},
  onProgress?: ProgressListener,
): RoadIndex {
  if ((profiles?.length ?? 1) !== graph.profiles.length) {
    throw new DiversionError(
      "invalid-argument",
      `The road graph serves ${graph.profiles.length} profiles and ${profiles?.length ?? 1} are described; describe each.`,
      { field: "profiles" },
    );
  }
  const stage = (name: string): void => onProgress?.({ stage: name, done: 0, total: 0, unit: "nodes" });
  stage("numbering nodes by rank");
  const ranked = renumberRoadGraph(graph, order);
  stage("building the hierarchy");
  const hierarchy = buildHierarchy(ranked.topology);
  stage("customizing");
  const metric = customize(hierarchy, ranked.columns.edgeMilliseconds);
  stage("laying the snapping grid");
  const [first] = profiles ?? [];
  return new RoadIndex(
    defined({
      graph: ranked,
      snapColumns: buildSnapColumns(ranked),
      hierarchy,
      metric,
      description: {
        ...UNDESCRIBED,
        ...defined({ profile: first?.name, report: first?.report }),
        ...description,
      },
      checksum: roadGraphChecksum(ranked),
      servedProfiles: profiles?.map(({ name, report }, number) => {
        return { name, report, checksum: roadGraphChecksum(ranked.underProfile(number)) };
      }),
    }),
  );
}

/** What the order is computed from. */
export function coordinatesOf(graph: RoadGraph): NodeCoordinates {
  const { nodeLon, nodeLat } = graph.columns;
  let sum = 0;
  for (const lat of nodeLat) sum += lat;
  const middle = graph.nodeCount === 0 ? 0 : fromFixedDegrees(sum / graph.nodeCount);
  return { x: nodeLon, y: nodeLat, xScale: Math.max(1e-6, longitudeScale(middle)) };
}
