import { DiversionError } from "../core/errors";
import type { EpochMs } from "../core/instant";
import type { ArcWeights } from "../shortest-path/graph";
import {
  type CheckedRequest,
  invalidClosure,
  type RoadClosure,
  type RoadSelection,
  readCloseRequest,
  readSpeedRequest,
} from "./closure";
import { selectedEdges } from "./closure-selection";
import { isStateAt, type RoadState, roadStateAt, UNDISTURBED } from "./closure-state";
import type { RoadGraph } from "./road-graph";
import type { SnapColumns } from "./snap-columns";

/** A change of what is held, which made this version. */
export interface RoadChange {
  readonly version: number;
  readonly kind: "entered" | "reopened";
  readonly closure: RoadClosure;
}

export type RoadChangeListener = (change: RoadChange) => void;

/** A request, and whether it closes or slows down. */
export interface ClosureEntry {
  readonly kind: RoadClosure["kind"];
  /** Not checked yet. */
  readonly request: unknown;
}

/**
 * The closures and slowdowns held for one road graph. Every change raises the version by one; the state at a moment
 * follows from what is held, whatever happened before.
 */
export class RoadClosures {
  readonly #graph: RoadGraph;
  readonly #snapColumns: SnapColumns;
  readonly #base: ArcWeights;
  readonly #listeners = new Set<RoadChangeListener>();
  #held: readonly RoadClosure[] = [];
  #version = 0;
  /** The answer to the last question, by travel times: most questions are about the present. */
  readonly #states = new WeakMap<ArcWeights, RoadState>();

  /** @param base travel time of every edge with no closure in force. */
  constructor(graph: RoadGraph, snapColumns: SnapColumns, base: ArcWeights) {
    this.#graph = graph;
    this.#snapColumns = snapColumns;
    this.#base = base;
  }

  get version(): number {
    return this.#version;
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
    const state = roadStateAt(this.#graph, base, this.#held, this.#version, epochMs);
    this.#states.set(base, state);
    return state;
  }

  /** @throws DiversionError `invalid-closure`, `unknown-road`. */
  enter(entry: ClosureEntry): RoadClosure {
    const { entered } = this.enterAll([entry]);
    const [closure] = entered;
    if (closure !== undefined) return closure;
    throw new DiversionError(
      "unknown-road",
      "No road of these fits all that the closure says; check names, ids, direction and area, and that longitude comes first.",
    );
  }

  /**
   * Enters all, or none when one is not of the documented form. Those that fit no road of these are left out and given
   * back by their place.
   *
   * @param atLeastVersion the version afterwards is no lower.
   * @throws DiversionError `invalid-closure`.
   */
  enterAll(entries: readonly ClosureEntry[], atLeastVersion = 0): { entered: RoadClosure[]; withoutRoads: number[] } {
    const taken = new Set(this.#held.map(({ id }) => id));
    const withoutRoads: number[] = [];
    const entered: RoadClosure[] = [];
    for (const [place, { kind, request }] of entries.entries()) {
      const checked = kind === "closure" ? readCloseRequest(request) : readSpeedRequest(request);
      if (checked.id !== undefined && taken.has(checked.id)) {
        throw invalidClosure(
          `A closure with the id ${JSON.stringify(checked.id)} is held already; reopen it first.`,
          "id",
        );
      }
      const edges = selectedEdges(this.#graph, this.#snapColumns, checked);
      if (edges.length === 0) {
        withoutRoads.push(place);
        continue;
      }
      const version = this.#version + entered.length + 1;
      const id = checked.id ?? unusedId(taken, version);
      taken.add(id);
      entered.push(closureOf(kind, id, version, checked, edges));
    }
    for (const closure of entered) {
      this.#change({ version: closure.version, kind: "entered", closure }, [...this.#held, closure]);
    }
    this.#version = Math.max(this.#version, atLeastVersion);
    return { entered, withoutRoads };
  }

  /** @throws DiversionError `unknown-closure`. */
  reopen(id: string): RoadClosure {
    const closure = this.#held.find((held) => held.id === id);
    if (closure === undefined) {
      const known = this.#held.map((held) => held.id).join(", ") || "none";
      throw new DiversionError(
        "unknown-closure",
        `No closure or slowdown has the id ${JSON.stringify(id)}; held are: ${known}.`,
        { field: "id" },
      );
    }
    this.#change(
      { version: this.#version + 1, kind: "reopened", closure },
      this.#held.filter((held) => held !== closure),
    );
    return closure;
  }

  /** Calls the listener after every change. Returns the way to stop it. */
  onChange(listener: RoadChangeListener): () => void {
    // A wrapper of its own: the same function registered twice is called twice, and each registration ends by itself.
    const registered: RoadChangeListener = (change) => listener(change);
    this.#listeners.add(registered);
    return () => void this.#listeners.delete(registered);
  }

  #change(change: RoadChange, held: readonly RoadClosure[]): void {
    this.#held = held;
    this.#version = change.version;
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        // The change stands and the other listeners must hear of it, so the error goes where the platform reports
        // uncaught ones, as for listeners of an EventTarget.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
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
): RoadClosure {
  const { id: _, from, until, reason, by, kmh, factor, ...selection } = checked;
  return {
    id,
    kind,
    selection: selection satisfies RoadSelection,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    reason,
    ...(by === undefined ? {} : { by }),
    ...(kmh === undefined ? {} : { kmh }),
    ...(factor === undefined ? {} : { factor }),
    version,
    edges,
  };
}
