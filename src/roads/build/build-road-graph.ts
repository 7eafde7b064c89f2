import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { fixedDistanceMetres } from "../../core/geometry";
import { GrowableFloat64, GrowableInt32 } from "../../core/growable";
import type { ProgressListener } from "../../core/progress";
import { assembleRoadGraph } from "../graph/assemble-road-graph";
import { AttributeRows, RoadTable } from "../graph/attribute-rows";
import { foldChains, MISSING, type Points, type WayTable } from "../graph/fold-chains";
import { IdIndex } from "../graph/id-index";
import type { RoadGraph } from "../graph/road-graph";
import { MAXIMUM_PROFILES } from "../graph/segment-table";
import { defaultProfile, type VehicleProfile } from "../profile/profile";
import { type NotDrivenReason, WayEvaluator, type WayUse } from "../profile/way-evaluator";
import type { OsmMember, OsmSource, Tags } from "../sources/osm-source";
import { mergeProfiles, type ProfileSegments } from "../turns/merge-profiles";
import { Turns } from "../turns/turn-build";
import { splitNodes } from "../turns/turn-split";
import { type BarrierCounts, Barriers } from "./barrier-cuts";
import { type BuildReport, summarizeRoadGraph } from "./build-report";
import { findLooseEnds, type LooseEnds, NO_LOOSE_ENDS } from "./loose-ends";

export interface BuildOptions {
  /** Default: the built-in `blue-light` profile. */
  readonly profile?: VehicleProfile;
  /** Several profiles to serve with one road graph, the default one first; in place of `profile`. */
  readonly profiles?: readonly VehicleProfile[];
  readonly onProgress?: ProgressListener;
}

export interface BuiltRoads {
  readonly roads: RoadGraph;
  /** About the default profile. */
  readonly report: BuildReport;
  /** About each profile, the default one first. Default: there is one at most. */
  readonly profileReports?: readonly BuildReport[];
}

/**
 * Builds the road graph of anything that speaks OpenStreetMap: one pass over the ways keeps those a profile drives,
 * one pass over the nodes collects their positions, then chains are folded into segments. The source is read twice; ids
 * live in sorted typed arrays, so memory is some 50 bytes per point of a drivable way and profile, whatever the size of
 * the source.
 *
 * @throws DiversionError `empty-road-graph` when a profile drives nothing in the source; `invalid-argument` for profiles
 * that are none, too many, or of the same name.
 */
export async function buildRoadGraph(source: OsmSource, options: BuildOptions = {}): Promise<BuiltRoads> {
  const { profile = defaultProfile(), onProgress } = options;
  const roadTable = new RoadTable();
  const profiles = checkedProfiles(options.profiles ?? [profile]).map((own) => new ProfileRoads(own, roadTable));
  let waysRead = 0;
  await source.read({
    way(id, nodes, tags) {
      waysRead++;
      for (const roads of profiles) roads.addWay(id, nodes, tags);
    },
    relation(_, members, tags) {
      for (const roads of profiles) roads.addRelation(members, tags);
    },
    piece: (done, total) => onProgress?.({ stage: "reading ways", done, total, unit: "bytes" }),
  });

  const drawn = profiles.map((roads) => roads.endWays());
  await source.read({
    node(id, lon, lat, tags) {
      for (const ways of drawn) ways.addNode(id, lon, lat, tags);
    },
    piece: (done, total) => onProgress?.({ stage: "reading nodes", done, total, unit: "bytes" }),
  });

  onProgress?.({ stage: "folding roads", done: 0, total: 0, unit: "segments" });
  const { segments, sequences } = mergeProfiles(drawn.map((ways) => ways.fold(source, waysRead)));
  const split = sequences.length === 0 ? { segments, edges: undefined } : splitNodes(segments, sequences);
  const roads = assembleRoadGraph(split.segments, roadTable.rows, split.edges);
  onProgress?.({ stage: "folding roads", done: roads.segmentCount, total: roads.segmentCount, unit: "segments" });
  const profileReports = drawn.map((ways, number) => ways.report(source, waysRead, roads.underProfile(number)));
  return defined({
    roads,
    report: profileReports[0]!,
    profileReports: profileReports.length === 1 ? undefined : profileReports,
  });
}

function checkedProfiles(profiles: readonly VehicleProfile[]): readonly VehicleProfile[] {
  const names = profiles.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new DiversionError(
      "invalid-argument",
      `Two of the profiles are named "${twice}"; they are told apart by their names, so give each its own.`,
      { field: "--profile" },
    );
  }
  if (profiles.length >= 1 && profiles.length <= MAXIMUM_PROFILES) return profiles;
  throw new DiversionError(
    "invalid-argument",
    `Roads serve 1 to ${MAXIMUM_PROFILES} profiles, not ${profiles.length}; build several files.`,
    { field: "--profile" },
  );
}

/** What one profile makes of the source, up to the end of its ways. */
class ProfileRoads {
  readonly #profile: VehicleProfile;
  readonly #evaluator: WayEvaluator;
  readonly #collector: WayCollector;
  readonly #turns: Turns;

  constructor(profile: VehicleProfile, roadTable: RoadTable) {
    this.#profile = profile;
    this.#evaluator = new WayEvaluator(profile);
    this.#collector = new WayCollector(roadTable);
    this.#turns = new Turns(profile);
  }

  addWay(id: number, nodes: ArrayLike<number>, tags: Tags): void {
    this.#collector.add(id, nodes, this.#evaluator.evaluate(tags));
  }

  addRelation(members: readonly OsmMember[], tags: Tags): void {
    this.#turns.add(members, tags);
  }

  endWays(): DrawnRoads {
    return new DrawnRoads(this.#profile, this.#evaluator, this.#collector, this.#turns);
  }
}

/** The ways that one profile drives, from where the positions of their points are read. */
class DrawnRoads {
  readonly #profile: VehicleProfile;
  readonly #evaluator: WayEvaluator;
  readonly #collector: WayCollector;
  readonly #turns: Turns;
  readonly #ways: WayTable;
  readonly #ids: IdIndex;
  readonly #points: Points;
  readonly #barriers = new Barriers();
  #cut = { missingNodes: 0, waysCut: 0 };
  #looseEnds: LooseEnds = NO_LOOSE_ENDS;
  #barrierCounts: BarrierCounts = { shut: 0, delayed: 0, atJunctions: 0 };

  constructor(profile: VehicleProfile, evaluator: WayEvaluator, collector: WayCollector, turns: Turns) {
    this.#profile = profile;
    this.#evaluator = evaluator;
    this.#collector = collector;
    this.#turns = turns;
    const { ways, ids } = collector.finish();
    this.#ways = ways;
    this.#ids = ids;
    this.#points = { lon: new Int32Array(ids.size), lat: new Int32Array(ids.size).fill(MISSING) };
  }

  addNode(id: number, lon: number, lat: number, tags: Tags | undefined): void {
    const point = this.#ids.indexOf(id);
    if (point < 0) return;
    this.#points.lon[point] = lon;
    this.#points.lat[point] = lat;
    if (tags !== undefined) this.#barriers.add(point, this.#evaluator.barriers.evaluate(tags));
  }

  /** @throws DiversionError `empty-road-graph` when nothing is left to drive. */
  fold(source: OsmSource, waysRead: number): ProfileSegments {
    const { rows, overrides, roadTable } = this.#collector;
    this.#cut = countCuts(this.#ways, this.#points);
    this.#looseEnds = findLooseEnds(this.#ways, this.#points, rows, roadTable.rows);
    const quays = quayShares(overrides, this.#ways);
    for (const [at, override] of overrides.entries()) {
      applyOverride(override, quays[at]!, this.#ways, this.#points, rows);
    }
    const { ways, points, counts } = this.#barriers.cut(this.#ways, this.#points, rows, roadTable);
    this.#barrierCounts = counts;
    const folded = foldChains(ways, points, rows, this.#turns.join(ways, this.#ids));
    if (folded.segmentTail.length > 0) return this.#turns.forbid(folded);
    throw new DiversionError(
      "empty-road-graph",
      `Profile "${this.#profile.name}" may drive none of the ${waysRead} ways in ${source.name}. Check that the file holds roads with highway tags, or choose another profile.`,
      { file: source.name },
    );
  }

  /** @param roads under this profile. */
  report(source: OsmSource, waysRead: number, roads: RoadGraph): BuildReport {
    return {
      source: source.name,
      ...source.statistics?.(),
      profile: this.#profile.name,
      ...summarizeRoadGraph(roads),
      waysRead,
      waysUsed: this.#ways.wayId.length,
      waysNotDriven: this.#collector.notDriven,
      missingNodes: this.#cut.missingNodes,
      waysCut: this.#cut.waysCut,
      turnRestrictions: this.#turns.counts,
      barriers: this.#barrierCounts,
      looseEnds: this.#looseEnds,
      ignoredTags: this.#evaluator.ignored.list(),
    };
  }
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
  readonly roadTable: RoadTable;
  readonly rows = new AttributeRows();
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

  readonly #wayId = new GrowableFloat64();
  readonly #firstRef = new GrowableInt32();
  readonly #row = new GrowableInt32();
  readonly #refs = new GrowableFloat64();

  constructor(roadTable: RoadTable) {
    this.roadTable = roadTable;
  }

  add(id: number, nodes: ArrayLike<number>, use: WayUse | NotDrivenReason | undefined): void {
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
    this.#firstRef.push(this.#refs.length);
    for (let i = 0; i < nodes.length; i++) if (i === 0 || nodes[i] !== nodes[i - 1]) this.#refs.push(nodes[i]!);
    this.#row.push(this.#attributeRow(use));
    this.#wayId.push(id);
  }

  #attributeRow(use: WayUse): number {
    const { forwardKmh, backwardKmh, lengthMetres, durationSeconds, waitSeconds } = use;
    const road = this.roadTable.intern(use);
    if (lengthMetres === undefined && durationSeconds === undefined && waitSeconds === 0) {
      return this.rows.intern(forwardKmh, backwardKmh, road);
    }
    this.overrides.push({ way: this.#wayId.length, lengthMetres, durationSeconds, waitSeconds });
    return this.rows.own(forwardKmh, backwardKmh, road);
  }

  /** The ways, and the source ids of their points: `wayPoint` holds places in `ids`. */
  finish(): { ways: WayTable; ids: IdIndex } {
    this.#firstRef.push(this.#refs.length);
    const refs = this.#refs.toArray();
    const ids = new IdIndex(refs);
    const wayPoint = new Int32Array(refs.length);
    for (let i = 0; i < refs.length; i++) wayPoint[i] = ids.indexOf(refs[i]!);
    const ways = {
      wayId: this.#wayId.toArray(),
      firstPoint: this.#firstRef.toArray(),
      wayPoint,
      row: this.#row.toArray(),
    };
    return { ways, ids };
  }
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
 * For each override, the part of its wait that is waited: a half at either end. A ferry that goes on as another way at sea,
 * as where routes from two islands join, is boarded once: an end that only ferries come to is no quay.
 */
function quayShares(overrides: readonly Override[], { firstPoint, wayPoint }: WayTable): number[] {
  const ferries = new Set(overrides.filter(({ waitSeconds }) => waitSeconds > 0).map(({ way }) => way));
  if (ferries.size === 0) return overrides.map(() => 1);
  const ferriesAt = new Map<number, number>();
  for (const way of ferries) {
    for (const point of new Set(wayPoint.subarray(firstPoint[way], firstPoint[way + 1]))) {
      ferriesAt.set(point, (ferriesAt.get(point) ?? 0) + 1);
    }
  }
  const ashore = new Set<number>();
  for (let way = 0; way + 1 < firstPoint.length; way++) {
    if (ferries.has(way)) continue;
    for (let p = firstPoint[way]!; p < firstPoint[way + 1]!; p++) {
      if (ferriesAt.has(wayPoint[p]!)) ashore.add(wayPoint[p]!);
    }
  }
  const isQuay = (point: number): boolean => ashore.has(point) || ferriesAt.get(point) === 1;
  return overrides.map(({ way }) => {
    const ends = [wayPoint[firstPoint[way]!]!, wayPoint[firstPoint[way + 1]! - 1]!];
    return ferries.has(way) ? ends.filter(isQuay).length / 2 : 1;
  });
}

/**
 * Spreads a tagged length or duration over the way in proportion to its drawn line. A way that is not wholly in the
 * source keeps its drawn length and the speed of its class: the tag speaks of the whole.
 */
function applyOverride(
  { way, lengthMetres, durationSeconds, waitSeconds: wholeWait }: Override,
  quayShare: number,
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
  const waitSeconds = wholeWait * quayShare;
  const metres = lengthMetres ?? drawnMetres;
  const seconds =
    durationSeconds ?? (metres * 3.6) / Math.max(rows.forwardKmh[row[way]!]!, rows.backwardKmh[row[way]!]!);
  const isTimed = durationSeconds !== undefined || waitSeconds > 0;
  const kmh = isTimed ? (metres * 3.6) / (seconds + waitSeconds) : undefined;
  rows.rescale(row[way]!, metres / drawnMetres, kmh);
}
