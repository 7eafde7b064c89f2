import { DiversionError } from "../core/errors";
import type { ProgressListener } from "../core/progress";
import { assembleRoadGraph } from "./assemble-road-graph";
import { AttributeRows, RoadTable } from "./attribute-rows";
import { Barriers } from "./barrier-cuts";
import { type BuildReport, summarizeRoadGraph } from "./build-report";
import { fixedDistanceMetres } from "./fixed-distance";
import { foldChains, MISSING, type Points, type WayTable } from "./fold-chains";
import { GrowableFloat64, GrowableInt32 } from "./growable";
import { IdIndex } from "./id-index";
import type { OsmSource, Tags } from "./osm-source";
import { defaultProfile, type VehicleProfile } from "./profile";
import type { RoadGraph } from "./road-graph";
import { Turns } from "./turn-build";
import { type NotDrivenReason, WayEvaluator, type WayUse } from "./way-evaluator";

export interface BuildOptions {
  /** Default: the built-in `blue-light` profile. */
  readonly profile?: VehicleProfile;
  readonly onProgress?: ProgressListener;
}

export interface BuiltRoads {
  readonly roads: RoadGraph;
  readonly report: BuildReport;
}

/** Elements between two calls of the progress listener. */
const PROGRESS_STEP = 1 << 16;

/**
 * Builds the road graph of anything that speaks OpenStreetMap: one pass over the ways keeps those the profile drives,
 * one pass over the nodes collects their positions, then chains are folded into segments. The source is read twice; ids
 * live in sorted typed arrays, so memory is some 50 bytes per point of a drivable way whatever the size of the source.
 *
 * @throws DiversionError `empty-road-graph` when the profile drives nothing in the source.
 */
export async function buildRoadGraph(source: OsmSource, options: BuildOptions = {}): Promise<BuiltRoads> {
  const { profile = defaultProfile(), onProgress } = options;
  const evaluator = new WayEvaluator(profile);
  const collector = new WayCollector(onProgress);
  const turns = new Turns(profile);
  await source.read({
    way: (id, nodes, tags) => collector.add(id, nodes, evaluator.evaluate(tags)),
    relation: (_, members, tags) => turns.add(members, tags),
  });

  const drawn = collector.finish();
  const barriers = new Barriers();
  const located = await readPoints(
    source,
    drawn.ids,
    (point, tags) => barriers.add(point, evaluator.barriers.evaluate(tags)),
    onProgress,
  );
  const cut = countCuts(drawn.ways, located);
  for (const override of collector.overrides) applyOverride(override, drawn.ways, located, collector.rows);
  const { ways, points, counts } = barriers.cut(drawn.ways, located, collector.rows);

  onProgress?.({ stage: "folding roads", done: 0, total: 0, unit: "segments" });
  const segments = foldChains(ways, points, collector.rows, turns.join(ways, drawn.ids));
  if (segments.segmentTail.length === 0) {
    throw new DiversionError(
      "empty-road-graph",
      `Profile "${profile.name}" may drive none of the ${collector.waysRead} ways in ${source.name}. Check that the file holds roads with highway tags, or choose another profile.`,
      { file: source.name },
    );
  }
  const split = turns.split(segments);
  const roads = assembleRoadGraph(split.segments, collector.roadTable.rows, split.edges);
  onProgress?.({ stage: "folding roads", done: roads.segmentCount, total: roads.segmentCount, unit: "segments" });
  return {
    roads,
    report: {
      source: source.name,
      profile: profile.name,
      ...summarizeRoadGraph(roads),
      waysRead: collector.waysRead,
      waysUsed: drawn.ways.wayId.length,
      waysNotDriven: collector.notDriven,
      missingNodes: cut.missingNodes,
      waysCut: cut.waysCut,
      turnRestrictions: turns.counts,
      barriers: counts,
      ignoredTags: evaluator.ignored.list(),
    },
  };
}

/** A way whose tagged length or duration replaces what its drawn line would say. */
interface Override {
  readonly way: number;
  readonly lengthMetres: number | undefined;
  readonly durationSeconds: number | undefined;
  /** Added to the time from end to end. */
  readonly waitSeconds: number;
}

/** First pass: keeps the ways the profile drives, in source order. */
class WayCollector {
  readonly rows = new AttributeRows();
  readonly roadTable = new RoadTable();
  readonly overrides: Override[] = [];
  readonly notDriven: Record<NotDrivenReason | "too-short", number> = {
    class: 0,
    area: 0,
    access: 0,
    reversible: 0,
    closed: 0,
    size: 0,
    "too-short": 0,
  };
  waysRead = 0;

  private readonly wayId = new GrowableFloat64();
  private readonly firstRef = new GrowableInt32();
  private readonly row = new GrowableInt32();
  private readonly refs = new GrowableFloat64();

  constructor(private readonly onProgress: ProgressListener | undefined) {}

  add(id: number, nodes: ArrayLike<number>, use: WayUse | NotDrivenReason | undefined): void {
    if (++this.waysRead % PROGRESS_STEP === 0) {
      this.onProgress?.({ stage: "reading ways", done: this.waysRead, total: 0, unit: "ways" });
    }
    if (use === undefined) return;
    if (typeof use === "string") {
      this.notDriven[use]++;
      return;
    }
    let distinct = nodes.length === 0 ? 0 : 1;
    for (let i = 1; i < nodes.length; i++) if (nodes[i] !== nodes[i - 1]) distinct++;
    if (distinct < 2) {
      this.notDriven["too-short"]++;
      return;
    }
    this.firstRef.push(this.refs.length);
    for (let i = 0; i < nodes.length; i++) if (i === 0 || nodes[i] !== nodes[i - 1]) this.refs.push(nodes[i]!);
    this.row.push(this.attributeRow(use));
    this.wayId.push(id);
  }

  private attributeRow(use: WayUse): number {
    const { forwardKmh, backwardKmh, lengthMetres, durationSeconds, waitSeconds } = use;
    const road = this.roadTable.intern(use);
    if (lengthMetres === undefined && durationSeconds === undefined && waitSeconds === 0) {
      return this.rows.intern(forwardKmh, backwardKmh, road);
    }
    this.overrides.push({ way: this.wayId.length, lengthMetres, durationSeconds, waitSeconds });
    return this.rows.own(forwardKmh, backwardKmh, road);
  }

  /** The ways, and the source ids of their points: `wayPoint` holds places in `ids`. */
  finish(): { ways: WayTable; ids: IdIndex } {
    this.firstRef.push(this.refs.length);
    const refs = this.refs.toArray();
    const ids = new IdIndex(refs);
    const wayPoint = new Int32Array(refs.length);
    for (let i = 0; i < refs.length; i++) wayPoint[i] = ids.indexOf(refs[i]!);
    const ways = {
      wayId: this.wayId.toArray(),
      firstPoint: this.firstRef.toArray(),
      wayPoint,
      row: this.row.toArray(),
    };
    return { ways, ids };
  }
}

/** Second pass: positions of the points that drivable ways use, and the tags some of them carry. */
async function readPoints(
  source: OsmSource,
  ids: IdIndex,
  onTagged: (point: number, tags: Tags) => void,
  onProgress: ProgressListener | undefined,
): Promise<Points> {
  const lon = new Int32Array(ids.size);
  const lat = new Int32Array(ids.size).fill(MISSING);
  let nodesRead = 0;
  await source.read({
    node(id, nodeLon, nodeLat, tags) {
      if (++nodesRead % PROGRESS_STEP === 0) {
        onProgress?.({ stage: "reading nodes", done: nodesRead, total: 0, unit: "nodes" });
      }
      const point = ids.indexOf(id);
      if (point < 0) return;
      lon[point] = nodeLon;
      lat[point] = nodeLat;
      if (tags !== undefined) onTagged(point, tags);
    },
  });
  return { lon, lat };
}

function countCuts({ firstPoint, wayPoint }: WayTable, { lat }: Points): { missingNodes: number; waysCut: number } {
  let missingNodes = 0;
  for (const value of lat) if (value === MISSING) missingNodes++;
  let waysCut = 0;
  for (let w = 0; missingNodes > 0 && w + 1 < firstPoint.length; w++) {
    if (wayPoint.subarray(firstPoint[w], firstPoint[w + 1]).some((point) => lat[point] === MISSING)) waysCut++;
  }
  return { missingNodes, waysCut };
}

/**
 * Spreads a tagged length or duration over the way in proportion to its drawn line. A way that is not wholly in the
 * source keeps its drawn length and the speed of its class: the tag speaks of the whole.
 */
function applyOverride(
  { way, lengthMetres, durationSeconds, waitSeconds }: Override,
  { firstPoint, wayPoint, row }: WayTable,
  { lon, lat }: Points,
  rows: AttributeRows,
): void {
  const own = wayPoint.subarray(firstPoint[way], firstPoint[way + 1]);
  if (own.some((point) => lat[point] === MISSING)) return;
  let drawnMetres = 0;
  for (let i = 1; i < own.length; i++) {
    const a = own[i - 1]!;
    const b = own[i]!;
    drawnMetres += fixedDistanceMetres(lon[a]!, lat[a]!, lon[b]!, lat[b]!);
  }
  if (drawnMetres === 0) return;
  const metres = lengthMetres ?? drawnMetres;
  const seconds =
    durationSeconds ?? (metres * 3.6) / Math.max(rows.forwardKmh[row[way]!]!, rows.backwardKmh[row[way]!]!);
  const isTimed = durationSeconds !== undefined || waitSeconds > 0;
  const kmh = isTimed ? (metres * 3.6) / (seconds + waitSeconds) : undefined;
  rows.rescale(row[way]!, metres / drawnMetres, kmh);
}
