import { type BoundingBox, boundsOf } from "../core/bounding-box";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import type { EpochMs } from "../core/instant";
import { runSteps, type Steps } from "../core/steps";
import type { Position } from "../core/units";
import type { Hierarchy } from "../shortest-path/cch/hierarchy";
import { customize, type Metric } from "../shortest-path/cch/metric";
import { CchEngine, type CchEngineOptions } from "../shortest-path/cch-engine";
import { type EngineChoice, engineFactory, type ShortestPathEngine, type Target } from "../shortest-path/engine";
import type { ArcWeights } from "../shortest-path/graph";
import type { CloseRequest, RoadClosure, SilentFeed, SpeedRequest } from "./closures/closure";
import { type ClosureCollection, closureFeatures, readClosures } from "./closures/closure-geojson";
import type { RoadState } from "./closures/closure-state";
import {
  type ClosureEntry,
  type ClosureRevision,
  type EntryWithoutRoads,
  type PreparedEntry,
  type RoadChangeListener,
  RoadClosures,
  type WithoutRoads,
} from "./closures/closures";
import type { RoadGraph } from "./graph/road-graph";
import { offNetwork } from "./snap/off-network";
import { DEFAULT_ON_FOOT_KMH } from "./snap/on-foot";
import { PlaceFinder, type PlaceFinderOptions } from "./snap/place-finder";
import { RoadConnections } from "./snap/road-connections";
import { type SnapCandidate, type SnapCandidatesOptions, snapCandidates } from "./snap/snap-candidates";
import { buildSnapColumns, type SnapColumns } from "./snap/snap-columns";
import { type RoadPoint, SnapIndex } from "./snap/snap-index";

/** Where the roads came from and how they were read; part of the roads file, shown by `info`. */
export interface RoadsDescription {
  /** Name of the source, usually its file name. */
  readonly source: string;
  /** Attribution or licence notice that must travel with the data; empty when there is none. */
  readonly notice: string;
  /** Id of the vehicle profile that gave the travel times; empty when the source came with times. */
  readonly profile: string;
  /** Farther than this from a usable road, a location is refused rather than guessed. */
  readonly snapLimitMetres: number;
  /** Walking pace where no vehicle gets through; absent when the profile keeps to {@link DEFAULT_ON_FOOT_KMH}. */
  readonly onFootKmh?: number;
  /** What the build counted; plain JSON, for people. */
  readonly report: Readonly<Record<string, unknown>>;
  /** The roads file was opened without checking its structure; absent where it was checked, or there was no file. */
  readonly trusted?: boolean;
}

/** Locations farther than this from any usable road are refused unless the roads file or the caller says otherwise. */
export const DEFAULT_SNAP_LIMIT_METRES = 1000;

/** One of the vehicle profiles that roads serve. */
export interface RoadProfile {
  readonly name: string;
  /** As in {@link RoadIndexParts}, under this profile. */
  readonly checksum: string;
  /** What the build counted for this profile. */
  readonly report: RoadsDescription["report"];
}

/** What a road index is made of: built once per road graph, kept in the roads file. */
interface RoadIndexParts {
  /** Its nodes are numbered by rank in the hierarchy; its columns are those of the description's profile. */
  readonly graph: RoadGraph;
  /** Of the segments this profile may snap to. Default: laid when first needed. */
  readonly snapColumns?: SnapColumns;
  readonly hierarchy: Hierarchy;
  /** The hierarchy customized with the graph's travel times. Default: customized when first needed. */
  readonly metric?: Metric;
  readonly description: RoadsDescription;
  /** Names the graph in every answer: `sha256:` of its topology, geometry, travel times and names. */
  readonly checksum: string;
  /** In the order of the graph's profiles. Default: there is one, the description's. */
  readonly servedProfiles?: readonly RoadProfile[];
}

/** What all profiles of the same roads have in common. */
interface RoadsInCommon {
  readonly closures: RoadClosures;
  readonly drawn: Pick<SnapColumns, "segmentFirstPoint" | "points">;
  /** By name of the profile, as far as they were asked for. */
  readonly indexes: Map<string, RoadIndex>;
}

/** What became of a collection of closures. */
export interface ImportedClosures {
  readonly entered: readonly RoadClosure[];
  /** Those about no road of these: nothing is closed or slowed by them. */
  readonly withoutRoads: readonly EntryWithoutRoads[];
}

/** A collection of closures that has been read, with the roads found that each is about. */
export interface PreparedClosures {
  readonly entries: readonly PreparedEntry[];
  /** At which the collection was written. */
  readonly version: number;
  readonly silentFeeds: readonly SilentFeed[];
}

/**
 * A road graph that can be asked: where is this location on the roads, and how do I drive from here.
 *
 * Graph and travel times never change. What holds on the roads for a while, closures and slowdowns, is kept beside them
 * and shared by every router over this index: each takes its engine to the state at the moment it is asked about.
 *
 * Roads built for several vehicle profiles have an index for each, see {@link withProfile}. All of them share one
 * hierarchy, one geometry and one list of closures: what is closed or slowed through one of them holds under all, a
 * slowdown by `factor` relative to each profile's own times. Travel times, the roads that may be snapped to, forbidden
 * turns, metric, description and checksum are each profile's own.
 */
export class RoadIndex implements RoadIndexParts {
  readonly graph: RoadGraph;
  readonly hierarchy: Hierarchy;
  readonly description: RoadsDescription;
  readonly checksum: string;
  readonly servedProfiles: readonly RoadProfile[];
  readonly #inCommon: RoadsInCommon;
  #laidSnapColumns: SnapColumns | undefined;
  #laidSnapIndex: SnapIndex | undefined;
  #ownConnections: RoadConnections | undefined;
  #ownMetric: Metric | undefined;

  /** @param inCommon what the index shares with those of other profiles; only {@link withProfile} passes it. */
  constructor(parts: RoadIndexParts, inCommon?: RoadsInCommon) {
    const { graph, hierarchy, description, checksum } = parts;
    this.graph = graph;
    this.hierarchy = hierarchy;
    this.description = description;
    this.checksum = checksum;
    this.servedProfiles = parts.servedProfiles ?? [{ name: description.profile, checksum, report: description.report }];
    this.#laidSnapColumns = parts.snapColumns;
    this.#ownMetric = parts.metric;
    this.#inCommon = inCommon ?? this.#startAlone();
  }

  #startAlone(): RoadsInCommon {
    this.#laidSnapColumns ??= buildSnapColumns(this.graph);
    const drawn = this.#laidSnapColumns;
    const closures = new RoadClosures(this.graph, drawn, this.weights);
    return { closures, drawn, indexes: new Map([[this.description.profile, this]]) };
  }

  /** Names of the profiles these roads serve, the default one first. */
  get profiles(): readonly string[] {
    return this.servedProfiles.map(({ name }) => name);
  }

  /**
   * The same roads under another of their profiles: the same object each time. What it does not share it makes when
   * first needed: the metric, which for a city takes some tens of milliseconds, and the grid for snapping.
   *
   * @throws DiversionError `unknown-profile` naming those there are.
   */
  withProfile(name: string): RoadIndex {
    const { indexes } = this.#inCommon;
    const known = indexes.get(name);
    if (known !== undefined) return known;
    const { servedProfiles, hierarchy, description } = this;
    const number = servedProfiles.findIndex((profile) => profile.name === name);
    if (number < 0) {
      throw new DiversionError(
        "unknown-profile",
        `These roads serve no profile "${name}"; they serve ${this.profiles.map((own) => `"${own}"`).join(", ")}. ` +
          "Choose one of these, or build the roads with it.",
        { field: "profile" },
      );
    }
    const { checksum, report } = servedProfiles[number]!;
    const graph = this.graph.underProfile(number);
    const index = new RoadIndex(
      { graph, hierarchy, description: { ...description, profile: name, report }, checksum, servedProfiles },
      this.#inCommon,
    );
    indexes.set(name, index);
    return index;
  }

  /** The grid over the roads this profile may snap to. */
  get snapColumns(): SnapColumns {
    this.#laidSnapColumns ??= buildSnapColumns(this.graph, this.#inCommon.drawn);
    return this.#laidSnapColumns;
  }

  /** The hierarchy customized with this profile's travel times. */
  get metric(): Metric {
    this.#ownMetric ??= customize(this.hierarchy, this.weights);
    return this.#ownMetric;
  }

  get #snapIndex(): SnapIndex {
    this.#laidSnapIndex ??= new SnapIndex(this.graph, this.snapColumns, this.connections);
    return this.#laidSnapIndex;
  }

  /** Which roads lead where under this profile. */
  get connections(): RoadConnections {
    this.#ownConnections ??= new RoadConnections(this.graph);
    return this.#ownConnections;
  }

  /** Finds where drives begin, or end. */
  placeFinder(options: Omit<PlaceFinderOptions, "kmh">): PlaceFinder {
    return new PlaceFinder(this.graph, this.#snapIndex, { ...options, kmh: this.onFootKmh });
  }

  /** Whether a road is a network's, or leads into one: what {@link snap} takes. */
  isUsable(segment: number): boolean {
    return this.#snapIndex.isUsable(segment);
  }

  get #closures(): RoadClosures {
    return this.#inCommon.closures;
  }

  /**
   * Closes roads, from now on in every answer about a moment at which the closure holds.
   *
   * @throws DiversionError `invalid-closure`; `unknown-road` when no road of these is meant.
   */
  close(request: CloseRequest): RoadClosure {
    return this.#closures.enter({ kind: "closure", request });
  }

  /**
   * Sets how fast roads are driven for a while. Of several speeds on one road the slowest holds; a closure outweighs all.
   *
   * @throws DiversionError `invalid-closure`; `unknown-road` when no road of these is meant.
   */
  setSpeed(request: SpeedRequest): RoadClosure {
    return this.#closures.enter({ kind: "slowdown", request });
  }

  /** Undoes a closure or slowdown: answers are then as if it had never been. @throws DiversionError `unknown-closure`. */
  reopen(id: string): RoadClosure {
    return this.#closures.reopen(id);
  }

  /** @throws DiversionError `unknown-closure` for an id under which nothing is held. */
  requireClosure(id: string): RoadClosure {
    return this.#closures.require(id);
  }

  /**
   * Undoes and enters several closures and slowdowns as one change, which makes one version; or does nothing.
   *
   * @returns those entered.
   * @throws DiversionError `unknown-closure`, `invalid-closure`, `unknown-road`.
   */
  reviseClosures(revision: ClosureRevision): RoadClosure[] {
    return this.#closures.revise(revision);
  }

  /** Closures and slowdowns held, in the order in which they were entered; also those that have expired or are to come. */
  get closures(): readonly RoadClosure[] {
    return this.#closures.held;
  }

  /** Grows by one with each change of closures and slowdowns; 0 at first. */
  get version(): number {
    return this.#closures.version;
  }

  /** Calls the listener after every change of closures. Returns the way to stop it. */
  onChange(listener: RoadChangeListener): () => void {
    return this.#closures.onChange(listener);
  }

  /** What holds on the roads at a moment. */
  stateAt(epochMs: EpochMs): RoadState {
    return this.#closures.stateAt(epochMs, this.weights);
  }

  /**
   * Enters the closures of a GeoJSON FeatureCollection, all or, when one is not of the documented form, none; see
   * {@link readClosures}. Those about no road of these are given back, and held, so that every answer can tell that they do not
   * count; or left out, where somebody is told at once. The version becomes at least that at which the collection was
   * written: roads that take over all that others held say the same of themselves as those.
   *
   * @param asVersion the one version that all of it makes: that of the log it is an entry of.
   * @throws DiversionError `invalid-closure`, naming the feature (from 1) and the field.
   */
  importClosures(geojson: unknown, without: WithoutRoads = "hold", asVersion?: number): ImportedClosures {
    return this.enterClosures(runSteps(this.prepareClosures(geojson)), without, asVersion);
  }

  /** The first half of {@link importClosures}, in steps: reads the collection and finds the roads, and enters nothing. */
  *prepareClosures(geojson: unknown): Steps<PreparedClosures> {
    const { entries, version, silentFeeds } = readClosures(
      geojson,
      this.servedProfiles.map(({ checksum }) => checksum),
    );
    yield;
    return { entries: yield* this.#closures.prepare(entries), version, silentFeeds };
  }

  /** The second half of {@link importClosures}, in no time. */
  enterClosures(prepared: PreparedClosures, without: WithoutRoads, asVersion?: number): ImportedClosures {
    const { entries, version, silentFeeds } = prepared;
    const imported = this.#closures.enterAll(entries, { atLeastVersion: version, asVersion, without });
    // Only of a collection that tells of some: one that people write knows nothing of feeds.
    if (silentFeeds.length > 0) this.#closures.takeSilentFeeds(silentFeeds);
    return imported;
  }

  /** The closures held as GeoJSON, to be drawn, or read again by {@link importClosures}. */
  exportClosures(): ClosureCollection {
    return closureFeatures(this.graph, this.closures, this.checksum, this.version, this.silentFeeds);
  }

  /** Closure feeds that are silent. */
  get silentFeeds(): readonly SilentFeed[] {
    return this.#closures.silentFeeds;
  }

  /** Says which closure feeds are silent: every answer tells. */
  setSilentFeeds(silentFeeds: readonly SilentFeed[]): void {
    this.#closures.setSilentFeeds(silentFeeds);
  }

  /** Whether nothing is held that answers could depend on. */
  get isUndisturbed(): boolean {
    return this.closures.length === 0 && this.silentFeeds.length === 0;
  }

  /** How many edges a closure or slowdown would be about. @throws DiversionError `invalid-closure`. */
  countEdges(entry: ClosureEntry): number {
    return this.#closures.countEdges(entry);
  }

  /** Walking pace where no vehicle gets through. */
  get onFootKmh(): number {
    return this.description.onFootKmh ?? DEFAULT_ON_FOOT_KMH;
  }

  /** Travel time of every edge in milliseconds, as the profile gives it: with no closure in force. */
  get weights(): ArcWeights {
    return this.graph.columns.edgeMilliseconds;
  }

  /** The box of all usable roads, in degrees. */
  get bounds(): BoundingBox {
    return boundsOf(this.#inCommon.drawn.points);
  }

  /**
   * The nearest point on a usable road within the limit, undefined when there is none. Usable is what belongs to a
   * network of some size, or leads into one.
   *
   * @param accepts takes other segments. Default: the usable ones.
   */
  trySnap(
    location: Position,
    limitMetres = this.description.snapLimitMetres,
    accepts?: (segment: number) => boolean,
  ): RoadPoint | undefined {
    return this.#snapIndex.snap(location, limitMetres, accepts);
  }

  /**
   * The nearest point on a usable road.
   *
   * @throws DiversionError `off-network` when every road is farther than the limit; the message says so when the
   * location would lie on the roads with longitude and latitude swapped.
   */
  snap(location: Position, limitMetres = this.description.snapLimitMetres): RoadPoint {
    const point = this.#snapIndex.snap(location, limitMetres);
    if (point !== undefined) return point;
    throw this.offNetwork(location, limitMetres);
  }

  /** The error for a location that no road is near; see {@link snap}. */
  offNetwork(location: Position, limitMetres: number): DiversionError {
    return offNetwork(location, limitMetres, this.bounds, (other) => this.trySnap(other, limitMetres) !== undefined);
  }

  /**
   * The roads a location may be on, one candidate per carriageway, in order of distance: the first, unless a bearing, a
   * level or a name says otherwise, is that of {@link trySnap}. Empty when there is none; see {@link snapCandidates}.
   *
   * @throws DiversionError `invalid-argument` for options that are not of the documented form.
   */
  snapCandidates(location: Position, options: SnapCandidatesOptions = {}): SnapCandidate[] {
    const { limitMetres = this.description.snapLimitMetres } = options;
    return snapCandidates(this.graph, this.#snapIndex, location, { ...options, limitMetres });
  }

  /**
   * An engine over these roads with its targets. Default: `cch`, the fast one; the others are for a second opinion.
   *
   * @param choice which; others are handed in: `DIJKSTRA_ENGINE` of `ambulance-diversion/roads`, `REFERENCE_ENGINE` of
   * `ambulance-diversion/ngraph`.
   * @param schedule how `cch` gets its tables refreshed in the background; see {@link CchEngineOptions}.
   */
  createEngine(
    choice: EngineChoice = "cch",
    targets: readonly Target[] = [],
    schedule?: CchEngineOptions["schedule"],
  ): ShortestPathEngine {
    if (choice === "cch") {
      return new CchEngine(this.hierarchy, this.weights, targets, {
        // Several engines read one metric, in one thread or in many: each copies it when the roads first change for it.
        metric: this.metric,
        copyOnWrite: true,
        ...defined({ schedule }),
      });
    }
    const { topology } = this.graph;
    const factory = engineFactory(choice);
    if (factory === undefined) {
      const message = `No engine is called ${JSON.stringify(choice)} here; import ambulance-diversion/node, or hand one in.`;
      throw new DiversionError("invalid-argument", message, { field: "engine" });
    }
    const engine = factory.create(topology, this.weights);
    engine.setTargets(targets);
    return engine;
  }
}
