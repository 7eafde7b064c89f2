import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Contradiction, requireThat } from "../core/columns";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { decodeSections, encodeSectionsSteps, type Section, type SectionFormat } from "../core/sections";
import { runSteps, type Steps } from "../core/steps";
import { adoptHierarchy, checkHierarchy, type HierarchyArrays } from "../shortest-path/cch/hierarchy";
import { checkMetric, type Metric } from "../shortest-path/cch/metric";
import { checkRoadGraph } from "./graph/check-road-graph";
import { type ProfileColumns, RoadGraph, type RoadGraphColumns } from "./graph/road-graph";
import { SEGMENT_COLUMNS, type SegmentAttributes } from "./graph/segment-table";
import { RoadIndex } from "./road-index";
import { decodeDescription, decodeRoadTable, encodeDescription, encodeRoadTable, encodeText } from "./roads-file-texts";
import { checkSnapColumns } from "./snap/check-snap-columns";
import type { SnapColumns } from "./snap/snap-columns";

/**
 * The `.roads` file.
 *
 * Version history (raise it whenever an older release would misread the file, or this one an older file):
 * - 1: road graph, road table, snapping grid, description.
 * - 2: nodes numbered by rank; hierarchy and metric added, so that opening a file computes nothing.
 * - 3: nodes may be copies of others, made for turn restrictions; the forbidden turns added.
 * - 4: the road table tells roundabouts, signed destinations, exit numbers and layers;
 *   roads may serve several vehicle profiles, each with columns of its own.
 * - 5: the road table holds what drivers are told of a road: private roads, fords, gates, when ferries sail.
 * - 6: the snapping grid holds every road that is driven, those that lead nowhere too, and no ferries.
 */
export const ROADS_FORMAT: SectionFormat = {
  name: "roads file",
  magic: "ROADS\r\n\x1a",
  version: 6,
  damaged: "invalid-roads-file",
  unsupported: "unsupported-roads-version",
};

const SEGMENT_SECTIONS = Object.fromEntries(
  Object.entries(SEGMENT_COLUMNS).map(([name, { section }]) => [name, section]),
) as Record<keyof SegmentAttributes, string>;
const { segmentCentimetres, ...segmentSectionsAfterEdges } = SEGMENT_SECTIONS;

const GRAPH_SECTIONS = {
  nodeLon: "node-lon",
  nodeLat: "node-lat",
  nodeComponent: "node-component",
  firstEdge: "first-edge",
  edgeHead: "edge-head",
  edgeMilliseconds: "edge-ms",
  keyOfEdge: "edge-segment",
  segmentTail: "segment-tail",
  segmentHead: "segment-head",
  segmentCentimetres,
  segmentForwardEdge: "segment-forward",
  segmentBackwardEdge: "segment-backward",
  ...segmentSectionsAfterEdges,
  splitNode: "copy-node",
  splitJunction: "copy-base",
  turnFirst: "turn-first",
  turnSequence: "turn-run",
} as const satisfies Record<keyof RoadGraphColumns, string>;

/** Columns of the profiles after the first, whose columns are the graph's: `profile1-ms` and so on. */
const PROFILE_SECTIONS = {
  nodeComponent: "part",
  edgeMilliseconds: "ms",
  turnFirst: "turn",
  turnSequence: "run",
} as const satisfies Record<keyof ProfileColumns, string>;

const profileSection = (number: number, column: keyof ProfileColumns): string =>
  `profile${number}-${PROFILE_SECTIONS[column]}`;

const SNAP_SECTIONS = {
  grid: "snap-grid",
  segmentFirstPoint: "snap-segment",
  points: "snap-points",
  cellFirstPiece: "snap-cell",
  cellPiece: "snap-piece",
} as const satisfies Record<keyof SnapColumns, string>;

const HIERARCHY_SECTIONS = {
  firstUp: "hierarchy-up",
  upHead: "hierarchy-head",
  firstDown: "hierarchy-down",
  downTail: "hierarchy-tail",
  parent: "hierarchy-tree",
} as const satisfies Record<keyof HierarchyArrays, string>;

const METRIC_SECTIONS = {
  forward: "metric-forward",
  backward: "metric-backward",
} as const satisfies Record<keyof Metric, string>;

function graphSections(graph: RoadGraph): Map<string, Section> {
  const sections = new Map<string, Section>();
  for (const [column, name] of Object.entries(GRAPH_SECTIONS)) {
    sections.set(name, graph.columns[column as keyof RoadGraphColumns]);
  }
  sections.set("road-table", encodeRoadTable(graph.roads));
  return sections;
}

/** `sha256:` over the names and contents of the graph's sections, lengths included. */
export function roadGraphChecksum(graph: RoadGraph): string {
  const hash = sha256.create();
  for (const [name, section] of graphSections(graph)) {
    hash.update(encodeText(`${name} ${section.byteLength}\n`));
    hash.update(new Uint8Array(section.buffer, section.byteOffset, section.byteLength));
  }
  return `sha256:${bytesToHex(hash.digest())}`;
}

/** The bytes of a `.roads` file, in chunks to be written one after another. Same roads, same bytes, under whichever of
 * their profiles they are given. */
export const encodeRoads = (given: RoadIndex): Uint8Array[] => runSteps(encodeRoadsSteps(given));

/** {@link encodeRoads}, in steps. */
export function* encodeRoadsSteps(given: RoadIndex): Steps<Uint8Array[]> {
  const roads = given.withProfile(given.profiles[0]!);
  const sections = new Map<string, Section>();
  const { checksum, description, servedProfiles } = roads;
  const several = servedProfiles.length === 1 ? {} : { servedProfiles };
  sections.set("description", encodeDescription({ checksum, ...description, ...several }));
  for (const [name, section] of graphSections(roads.graph)) sections.set(name, section);
  for (const [number, columns] of roads.graph.profiles.entries()) {
    if (number === 0) continue;
    for (const column of Object.keys(PROFILE_SECTIONS) as (keyof ProfileColumns)[]) {
      sections.set(profileSection(number, column), columns[column]);
    }
  }
  for (const [column, name] of Object.entries(SNAP_SECTIONS)) {
    sections.set(name, roads.snapColumns[column as keyof SnapColumns]);
  }
  for (const [column, name] of Object.entries(HIERARCHY_SECTIONS)) {
    sections.set(name, roads.hierarchy[column as keyof HierarchyArrays]);
  }
  for (const [column, name] of Object.entries(METRIC_SECTIONS))
    sections.set(name, roads.metric[column as keyof Metric]);
  return yield* encodeSectionsSteps(ROADS_FORMAT, sections);
}

export interface ReadRoadsOptions {
  /**
   * Believes what the file says of its own structure, and saves the pass over it, about a seventh of the time that opening
   * takes: for files that this process or one it trusts has just written. A file that lies may then hang or crash whoever
   * asks about its roads. Their description says so, as does the basis of every answer. Default: false.
   */
  readonly trusted?: boolean;
}

/**
 * Opens the bytes of a `.roads` file by laying views over them; they must not be changed afterwards.
 *
 * Right checksums say that a file is as it was written, not that whoever wrote it meant well. So the structure of every
 * section is held against the others: what refers to something refers to something there is, and every loop over it ends.
 * What this cannot tell is a value that could be true and is not, such as a travel time; `verify` computes anew what
 * follows from other sections.
 *
 * @throws DiversionError `invalid-roads-file` when the bytes are foreign, cut off or altered, or contradict themselves;
 * `unsupported-roads-version` when another release wrote them.
 */
export function readRoads(bytes: Uint8Array, { trusted = false }: ReadRoadsOptions = {}): RoadIndex {
  const sections = decodeSections(ROADS_FORMAT, bytes);
  try {
    return roadsOf(sections, trusted);
  } catch (cause) {
    if (!(cause instanceof Contradiction)) throw cause;
    const message = `The roads file contradicts itself: ${cause.message}. Whoever wrote it wrote it wrongly; build it again.`;
    throw new DiversionError("invalid-roads-file", message, {}, { cause });
  }
}

type Kind = "int32" | "float64" | "bytes";

const kindOf = (section: Section): Kind =>
  section instanceof Int32Array ? "int32" : section instanceof Float64Array ? "float64" : "bytes";

function roadsOf(sections: ReadonlyMap<string, Section>, trusted: boolean): RoadIndex {
  const column = (name: string, kind: Kind): Section => {
    const section = sections.get(name);
    if (section === undefined) {
      throw new DiversionError("invalid-roads-file", `This roads file has no section "${name}"; build it again.`);
    }
    requireThat(kindOf(section) === kind, () => `section "${name}" holds ${kindOf(section)} where ${kind} belongs`);
    return section;
  };
  const columnsOf = <T>(names: Record<keyof T, string>): T =>
    Object.fromEntries(
      Object.entries(names).map(([key, name]) => [key, column(name as string, key === "wayId" ? "float64" : "int32")]),
    ) as T;

  const { checksum, servedProfiles, ...description } = decodeDescription(column("description", "bytes") as Uint8Array);
  const columns = columnsOf<RoadGraphColumns>(GRAPH_SECTIONS);
  const profiles: ProfileColumns[] = [columns];
  for (let number = 1; number < (servedProfiles?.length ?? 1); number++) {
    const names = Object.keys(PROFILE_SECTIONS).map((name) => {
      return [name, profileSection(number, name as keyof ProfileColumns)];
    });
    profiles.push(columnsOf<ProfileColumns>(Object.fromEntries(names)));
  }
  const graph = new RoadGraph(columns, decodeRoadTable(column("road-table", "bytes") as Uint8Array), profiles);
  const snapColumns = columnsOf<SnapColumns>(SNAP_SECTIONS);
  const metric = columnsOf<Metric>(METRIC_SECTIONS);
  const hierarchyArrays = columnsOf<HierarchyArrays>(HIERARCHY_SECTIONS);
  if (!trusted) {
    checkRoadGraph(graph);
    checkSnapColumns(graph, snapColumns);
    const { topology, nodeCount } = graph;
    const hierarchy = { graph: topology, nodeCount, arcCount: hierarchyArrays.upHead.length, ...hierarchyArrays };
    checkHierarchy(hierarchy);
    checkMetric(metric, hierarchy);
  }
  return new RoadIndex(
    defined({
      graph,
      snapColumns,
      hierarchy: adoptHierarchy(graph.topology, hierarchyArrays),
      metric,
      description: trusted ? { ...description, trusted } : description,
      checksum,
      servedProfiles,
    }),
  );
}
