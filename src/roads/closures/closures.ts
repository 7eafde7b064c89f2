import { assert } from "../../core/assert";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { EpochMs } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { runSteps, type Steps } from "../../core/steps";
import type { ArcWeights } from "../../shortest-path/graph";
import { type Direction, directionOf, segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import { type ClosedParts, isWhole, unionOfParts } from "../snap/closed-edges";
import type { SnapColumns } from "../snap/snap-columns";
import { partsInArea } from "./closed-parts";
import {
  type CheckedRequest,
  invalidClosure,
  type RoadClosure,
  type RoadSelection,
  readCloseRequest,
  readSpeedRequest,
  type SilentFeed,
} from "./closure";
import { explainNoRoads } from "./closure-hint";
import { areaOf, followedLineOf, selectedEdges, selectedEdgesSteps } from "./closure-selection";
import { isStateAt, type RoadState, roadStateAt, UNDISTURBED } from "./closure-state";
import { facing } from "./facing";

/**
 * A change of what is held, which made this version. Changes made as one are told one by one when all are made: each of a
 * revision with its one version, each of an import with its own.
 */
type RoadChange = { readonly version: number } & (
  | { readonly kind: "entered" | "reopened"; readonly closure: RoadClosure }
  /** Which closure feeds are silent. */
  | { readonly kind: "feeds"; readonly closure?: undefined }
);

export type RoadChangeListener = (change: RoadChange) => void;

/** A request, and whether it closes or slows down. */
export interface ClosureEntry {
  readonly kind: RoadClosure["kind"];
  /** Not checked yet. */
  readonly request: unknown;
}

/** An entry with the roads it is about found, which never changes: ready to be held at once. */
export interface PreparedEntry extends ClosureEntry {
  readonly checked: CheckedRequest;
  readonly edges: Int32Array;
  readonly parts: RoadClosure["parts"];
}

/** What becomes of entries that are about no road of these: left out, or held without closing anything. */
export type WithoutRoads = "leave-out" | "hold";

interface EnterAllOptions {
  readonly atLeastVersion?: number;
  readonly asVersion?: number | undefined;
  readonly without: WithoutRoads;
}

/** An entry that is about no road of these. */
export interface EntryWithoutRoads {
  /** Its place in the list, from 0. */
  readonly place: number;
  /** Under which id it is held; absent when it was left out. */
  readonly id?: string;
  /** Why, in sentences: what is not known here, and what may have been meant. Found out when asked. */
  explain(): string;
}

/** Closures and slowdowns that come and go together. */
export interface ClosureRevision {
  /** Ids of those to undo. */
  readonly reopen?: readonly string[];
  readonly enter?: readonly ClosureEntry[];
  /** What becomes of those to enter that are about no road of these. Default: the whole is refused. */
  readonly withoutRoads?: "refuse" | "leave-out";
  /** The version this makes, beyond the present one: that of the log it is an entry of. Default: the next. */
  readonly asVersion?: number;
}

/**
 * The closures and slowdowns held for one road graph. Every change raises the version by one; the state at a moment
 * follows from what is held, whatever happened before.
 */
export class RoadClosures {
  readonly #graph: RoadGraph;
  readonly #snapColumns: SnapColumns;
  readonly #base: ArcWeights;
  readonly #listeners = new Listeners<RoadChange>();
  #held: readonly RoadClosure[] = [];
  #silentFeeds: readonly SilentFeed[] = [];
  #version = 0;
  /** The answer to the last question, by travel times: most questions are about the present. */
  #states = new WeakMap<ArcWeights, RoadState>();

  /** @param base travel time of every edge with no closure in force. */
  constructor(graph: RoadGraph, snapColumns: SnapColumns, base: ArcWeights) {
    this.#graph = graph;
    this.#snapColumns = snapColumns;
    this.#base = base;
  }

  get version(): number {
    return this.#version;
  }

  /** Closure feeds that are silent, in the order they were told. */
  get silentFeeds(): readonly SilentFeed[] {
    return this.#silentFeeds;
  }

  /** Says which closure feeds are silent, so that every answer can tell; makes a version when others are than before. */
  setSilentFeeds(silentFeeds: readonly SilentFeed[]): void {
    if (JSON.stringify(silentFeeds) === JSON.stringify(this.#silentFeeds)) return;
    this.#silentFeeds = silentFeeds;
    const version = this.#version + 1;
    this.#change(this.#held, [{ version, kind: "feeds" }], version);
  }

  /** Takes over which feeds others held for silent, at the version their collection was written at. */
  takeSilentFeeds(silentFeeds: readonly SilentFeed[]): void {
    this.#silentFeeds = silentFeeds;
    this.#states = new WeakMap();
    this.#change(this.#held, [{ version: this.#version, kind: "feeds" }], this.#version);
  }

  /** Finds out which roads entries are about, in steps; holds none of them yet. @throws DiversionError `invalid-closure`. */
  *prepare(entries: readonly ClosureEntry[]): Steps<PreparedEntry[]> {
    const prepared: PreparedEntry[] = [];
    for (const entry of entries) {
      yield;
      prepared.push(yield* this.#prepared(entry));
    }
    return prepared;
  }

  *#prepared({ kind, request }: ClosureEntry): Steps<PreparedEntry> {
    const checked = kind === "closure" ? readCloseRequest(request) : readSpeedRequest(request);
    const edges = yield* selectedEdgesSteps(this.#graph, this.#snapColumns, checked);
    return { kind, request, checked, edges, parts: yield* this.#partsOf(kind, checked, edges) };
  }

  /** How many edges an entry would be about. @throws DiversionError `invalid-closure`. */
  countEdges({ kind, request }: ClosureEntry): number {
    const checked = kind === "closure" ? readCloseRequest(request) : readSpeedRequest(request);
    return selectedEdges(this.#graph, this.#snapColumns, checked).length;
  }

  /** All that are held, in force or not, in the order in which they were entered. */
  get held(): readonly RoadClosure[] {
    return this.#held;
  }

  /**
   * In constant time unless the last question was about another stretch of time or version.
   *
   * @param base travel time of every edge with no closure in force. Default: that of the roads' own profile.
   */
  stateAt(epochMs: EpochMs, base = this.#base): RoadState {
    const known = this.#states.get(base) ?? UNDISTURBED;
    if (known.version === this.#version && isStateAt(known, epochMs)) return known;
    const held = roadStateAt(this.#graph, base, this.#held, this.#version, epochMs);
    const state = this.#silentFeeds.length === 0 ? held : { ...held, silentFeeds: this.#silentFeeds };
    this.#states.set(base, state);
    return state;
  }

  /** @throws DiversionError `invalid-closure`, `unknown-road`. */
  enter(entry: ClosureEntry): RoadClosure {
    return this.revise({ enter: [entry] })[0]!;
  }

  /**
   * Enters all, or none when one is not of the documented form. Those that fit no road of these are given back; where they
   * are held all the same, answers can tell that they do not count.
   *
   * @param atLeastVersion the version afterwards is no lower.
   * @param asVersion all of it makes this one version, beyond the present one: that of the log it is an entry of.
   * @throws DiversionError `invalid-closure`.
   */
  enterAll(
    entries: readonly (ClosureEntry | PreparedEntry)[],
    { atLeastVersion = 0, asVersion, without }: EnterAllOptions,
  ): { entered: RoadClosure[]; withoutRoads: EntryWithoutRoads[] } {
    this.#requireLater(asVersion);
    const read = this.#read(entries, this.#held, (before) => asVersion ?? this.#version + before + 1, without);
    const { entered, withoutRoads } = read;
    // All are held, and the version stands, before anybody hears of one: a listener may close and reopen roads, and those
    // changes come after these.
    this.#change(
      [...this.#held, ...entered],
      entered.map((closure) => ({ version: closure.version, kind: "entered", closure })),
      asVersion ?? Math.max(this.#version + entered.length, atLeastVersion),
    );
    return { entered: entered.filter(({ edges }) => edges.length > 0), withoutRoads };
  }

  /** @throws DiversionError `unknown-closure`. */
  reopen(id: string): RoadClosure {
    const closure = this.require(id);
    this.revise({ reopen: [id] });
    return closure;
  }

  /**
   * Undoes and enters as one change that makes one version; or, when anything is wrong with it, does nothing. Changing
   * nothing makes no version.
   *
   * @returns those entered.
   * @throws DiversionError `unknown-closure`, `invalid-closure`, `unknown-road`.
   */
  revise({ reopen = [], enter = [], withoutRoads: without = "refuse", asVersion }: ClosureRevision): RoadClosure[] {
    this.#requireLater(asVersion);
    const gone = new Set(reopen.map((id) => this.require(id)));
    const kept = this.#held.filter((closure) => !gone.has(closure));
    const version = asVersion ?? this.#version + 1;
    const { entered, withoutRoads } = this.#read(enter, kept, () => version, "leave-out");
    const [unmatched] = withoutRoads;
    if (unmatched !== undefined && without === "refuse") throw new DiversionError("unknown-road", unmatched.explain());
    if (gone.size + entered.length === 0) return entered;
    this.#change(
      [...kept, ...entered],
      [
        ...[...gone].map((closure) => ({ version, kind: "reopened" as const, closure })),
        ...entered.map((closure) => ({ version, kind: "entered" as const, closure })),
      ],
      version,
    );
    return entered;
  }

  #requireLater(asVersion: number | undefined): void {
    const { version } = this;
    assert(
      asVersion === undefined || asVersion > version,
      () => `version ${asVersion} of the roads comes after ${version}`,
    );
  }

  /** @throws DiversionError `unknown-closure` for an id under which nothing is held. */
  require(id: string): RoadClosure {
    const closure = this.#held.find((held) => held.id === id);
    if (closure !== undefined) return closure;
    const known = this.#held.map((held) => held.id).join(", ") || "none";
    throw new DiversionError(
      "unknown-closure",
      `No closure or slowdown has the id ${JSON.stringify(id)}; held are: ${known}.`,
      { field: "id" },
    );
  }

  /** @param versionAfter the version an entry makes that is entered after so many. */
  #read(
    entries: readonly (ClosureEntry | PreparedEntry)[],
    beside: readonly RoadClosure[],
    versionAfter: (before: number) => number,
    without: WithoutRoads,
  ): { entered: RoadClosure[]; withoutRoads: EntryWithoutRoads[] } {
    const taken = new Set(beside.map(({ id }) => id));
    const withoutRoads: EntryWithoutRoads[] = [];
    const entered: RoadClosure[] = [];
    for (const [place, entry] of entries.entries()) {
      const { kind, checked, edges, parts } = "checked" in entry ? entry : runSteps(this.#prepared(entry));
      if (checked.id !== undefined && taken.has(checked.id)) {
        throw invalidClosure(
          `A closure with the id ${JSON.stringify(checked.id)} is held already; reopen it first.`,
          "id",
        );
      }
      const isLeftOut = edges.length === 0 && without === "leave-out";
      const version = versionAfter(entered.length);
      const id = checked.id ?? unusedId(taken, version);
      if (edges.length === 0) {
        const explain = () => explainNoRoads(this.#graph, this.#snapColumns, checked);
        withoutRoads.push(isLeftOut ? { place, explain } : { place, id, explain });
      }
      if (isLeftOut) continue;
      taken.add(id);
      entered.push(closureOf(kind, id, version, checked, edges, parts));
    }
    return { entered, withoutRoads };
  }

  *#partsOf(kind: RoadClosure["kind"], checked: CheckedRequest, edges: Int32Array): Steps<RoadClosure["parts"]> {
    const parts = new Map<number, ClosedParts>();
    const { request, drawn } = facing(checked, this.#snapColumns);
    const area = kind === "closure" ? areaOf(request) : undefined;
    if (area === undefined) return parts;
    const followed = followedLineOf(request);
    const { keyOfEdge } = this.#graph.columns;
    const directions = new Map<number, Set<Direction>>();
    for (const edge of edges) {
      const key = keyOfEdge[edge]!;
      const known = directions.get(segmentOf(key)) ?? new Set();
      directions.set(segmentOf(key), known.add(directionOf(key)));
    }
    for (const [segment, driven] of directions) {
      yield;
      const inArea =
        followed === undefined
          ? partsInArea(area, drawn, segment)
          : unionOfParts([...driven].map((one) => followed.parts(drawn, segment, one)));
      // Where rounding leaves nothing of a segment that the area reaches, all of it is closed.
      if (inArea.length > 0 && !isWhole(inArea)) parts.set(segment, inArea);
    }
    return parts;
  }

  /**
   * Calls the listener after every change, in the order in which changes were made: also of what listeners change
   * themselves. Returns the way to stop it.
   */
  onChange(listener: RoadChangeListener): () => void {
    return this.#listeners.add(listener);
  }

  #change(held: readonly RoadClosure[], changes: readonly RoadChange[], version: number): void {
    this.#held = held;
    this.#version = version;
    this.#listeners.emitAll(changes);
  }
}

function unusedId(taken: ReadonlySet<string>, version: number): string {
  let id = `closure-${version}`;
  for (let i = 2; taken.has(id); i++) id = `closure-${version}-${i}`;
  return id;
}

function closureOf(
  kind: RoadClosure["kind"],
  id: string,
  version: number,
  checked: CheckedRequest,
  edges: Int32Array,
  parts: RoadClosure["parts"],
): RoadClosure {
  const { id: _, from, until, reason, by, feed, kmh, maximumKmh, factor, ...selection } = checked;
  return defined({
    id,
    kind,
    selection: selection satisfies RoadSelection,
    from,
    until,
    reason,
    by,
    kmh,
    maximumKmh,
    factor,
    feed,
    version,
    edges,
    parts,
  });
}
