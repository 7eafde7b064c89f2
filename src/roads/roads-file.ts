import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { parseJson } from "../core/parse-json";
import { decodeSections, encodeSectionsSteps, type Section, type SectionFormat } from "../core/sections";
import { runSteps, type Steps } from "../core/steps";
import { adoptHierarchy, type HierarchyArrays } from "../shortest-path/cch/hierarchy";
import type { Metric } from "../shortest-path/cch/metric";
import {
  type ProfileColumns,
  type RoadCautions,
  RoadGraph,
  type RoadGraphColumns,
  type RoadNames,
} from "./graph/road-graph";
import { SEGMENT_COLUMNS, type SegmentAttributes } from "./graph/segment-table";
import { RoadIndex, type RoadProfile, type RoadsDescription } from "./road-index";
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

// Control characters that no road sign carries; the builder's names are cleaned of them on the way in.
const FIELD_SEPARATOR = "\u001f";
const ROW_SEPARATOR = "\u001e";

const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);
const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.slice());

const cautionsText = (cautions: RoadCautions | undefined): string =>
  cautions === undefined ? "" : JSON.stringify(cautions);

function encodeRoadTable(roads: readonly RoadNames[]): Uint8Array {
  const clean = (text: string): string => text.replaceAll(FIELD_SEPARATOR, " ").replaceAll(ROW_SEPARATOR, " ");
  return encodeText(
    roads
      .map(({ name, ref, highway, junction, destination, exit, layer, cautions }) =>
        [name, ref, highway, junction, destination, exit, String(layer), cautionsText(cautions)]
          .map(clean)
          .join(FIELD_SEPARATOR),
      )
      .join(ROW_SEPARATOR),
  );
}

function decodeRoadTable(bytes: Uint8Array): RoadNames[] {
  return decodeText(bytes)
    .split(ROW_SEPARATOR)
    .map((row) => {
      const [name = "", ref = "", highway = "", junction = "", destination = "", exit = "", layer, cautions = ""] =
        row.split(FIELD_SEPARATOR);
      return defined({
        name,
        ref,
        highway,
        junction: junction as RoadNames["junction"],
        destination,
        exit,
        layer: Number(layer),
        cautions: cautions === "" ? undefined : (parseJson(cautions) as RoadCautions),
      });
    });
}

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

/** What the description section holds. */
interface DescriptionSection extends RoadsDescription {
  readonly checksum: string;
  /** Absent where there is one profile. */
  readonly servedProfiles?: readonly RoadProfile[];
}

/** The bytes of a `.roads` file, in chunks to be written one after another. Same roads, same bytes, under whichever of
 * their profiles they are given. */
export const encodeRoads = (given: RoadIndex): Uint8Array[] => runSteps(encodeRoadsSteps(given));

/** {@link encodeRoads}, in steps. */
export function* encodeRoadsSteps(given: RoadIndex): Steps<Uint8Array[]> {
  const roads = given.withProfile(given.profiles[0]!);
  const sections = new Map<string, Section>();
  const description: DescriptionSection = {
    checksum: roads.checksum,
    ...roads.description,
    ...defined({ servedProfiles: roads.servedProfiles.length === 1 ? undefined : roads.servedProfiles }),
  };
  sections.set("description", encodeText(JSON.stringify(description)));
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

/**
 * Opens the bytes of a `.roads` file by laying views over them; they must not be changed afterwards.
 *
 * @throws DiversionError `invalid-roads-file` when the bytes are foreign, cut off or altered,
 * `unsupported-roads-version` when another release wrote them.
 */
export function readRoads(bytes: Uint8Array): RoadIndex {
  const sections = decodeSections(ROADS_FORMAT, bytes);
  try {
    return roadsOf(sections);
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause;
    // The checksums are right, so that nobody damaged it: whoever wrote it wrote what does not fit together.
    const message = `The roads file contradicts itself (${(cause as Error).message}); build it again.`;
    throw new DiversionError("invalid-roads-file", message, {}, { cause });
  }
}

function roadsOf(sections: ReadonlyMap<string, Section>): RoadIndex {
  const column = (name: string): Section => {
    const section = sections.get(name);
    if (section !== undefined) return section;
    throw new DiversionError("invalid-roads-file", `This roads file has no section "${name}"; build it again.`);
  };
  const columnsOf = <T>(names: Record<keyof T, string>): T =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, column(name as string)])) as T;

  const { checksum, servedProfiles, ...description } = parseJson(
    decodeText(column("description") as Uint8Array),
  ) as DescriptionSection;
  const columns = columnsOf<RoadGraphColumns>(GRAPH_SECTIONS);
  const profiles: ProfileColumns[] = [columns];
  for (let number = 1; number < (servedProfiles?.length ?? 1); number++) {
    profiles.push({
      nodeComponent: column(profileSection(number, "nodeComponent")) as Int32Array,
      edgeMilliseconds: column(profileSection(number, "edgeMilliseconds")) as Int32Array,
      turnFirst: column(profileSection(number, "turnFirst")) as Int32Array,
      turnSequence: column(profileSection(number, "turnSequence")) as Int32Array,
    });
  }
  const graph = new RoadGraph(columns, decodeRoadTable(column("road-table") as Uint8Array), profiles);
  return new RoadIndex(
    defined({
      graph,
      snapColumns: columnsOf<SnapColumns>(SNAP_SECTIONS),
      hierarchy: adoptHierarchy(graph.topology, columnsOf<HierarchyArrays>(HIERARCHY_SECTIONS)),
      metric: columnsOf<Metric>(METRIC_SECTIONS),
      description,
      checksum,
      servedProfiles,
    }),
  );
}
