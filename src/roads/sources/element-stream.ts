import { DiversionError } from "../../core/errors";
import type { OsmHandler, OsmMember, OsmSource, Tags } from "./osm-source";

export interface OsmNode {
  readonly kind: "node";
  readonly id: number;
  readonly lon: number;
  readonly lat: number;
  readonly tags: Tags | undefined;
}

export interface OsmWay {
  readonly kind: "way";
  readonly id: number;
  readonly nodes: ArrayLike<number>;
  readonly tags: Tags;
  readonly version: number;
}

export interface OsmRelation {
  readonly kind: "relation";
  readonly id: number;
  readonly members: readonly OsmMember[];
  readonly tags: Tags;
  readonly version: number;
}

export type OsmElement = OsmNode | OsmWay | OsmRelation;

/** What a reader that is no longer wanted ends with; never seen outside. */
const CANCELLED = Symbol("cancelled");

/** Kinds in the order of the files. */
const RANK = { node: 0, way: 1, relation: 2 } as const;

/** Whether `a` comes before `b` in a sorted extract. */
export const precedes = (a: OsmElement, b: OsmElement): boolean =>
  a.kind === b.kind ? a.id < b.id : RANK[a.kind] < RANK[b.kind];

/**
 * A source that is asked for its elements, in place of one that hands them on: the reader rests after each piece of its
 * file until the elements of that piece have been taken. For sources sorted by kind and id.
 */
export class ElementStream {
  readonly #onBytes: (doneBytes: number, totalBytes: number) => void;
  readonly #source: OsmSource;
  #queue: OsmElement[] = [];
  #next = 0;
  #last: OsmElement | undefined;
  #hasEnded = false;
  #isCancelled = false;
  /** Settles when the reader rests or has ended. */
  #atRest: Promise<void>;
  #rest!: () => void;
  #goOn: (() => void) | undefined;
  #giveUp: ((reason: unknown) => void) | undefined;
  readonly #reading: Promise<void>;

  /**
   * @param wanted its callbacks say which kinds of elements are wanted; none is called.
   * @param onBytes as {@link OsmHandler.piece}.
   */
  constructor(source: OsmSource, wanted: OsmHandler, onBytes: (doneBytes: number, totalBytes: number) => void) {
    this.#onBytes = onBytes;
    this.#source = source;
    this.#atRest = this.#untilRest();
    this.#reading = source.read(this.#handlerFor(wanted)).finally(() => {
      this.#hasEnded = true;
      this.#rest();
    });
    // The failure is told by fill(); this keeps it from counting as unhandled before anybody asks.
    this.#reading.catch(() => undefined);
  }

  /** The first element not yet taken; undefined when there is none at hand. */
  get head(): OsmElement | undefined {
    return this.#queue[this.#next];
  }

  advance(): void {
    this.#next++;
  }

  /** Reads on until there is a {@link head} or the source has ended; rejects when the source does. */
  async fill(): Promise<void> {
    while (this.head === undefined) {
      await this.#atRest;
      if (this.head !== undefined) return;
      if (this.#hasEnded) return this.#reading;
      this.#queue = [];
      this.#next = 0;
      this.#atRest = this.#untilRest();
      this.#goOn?.();
    }
  }

  /** Ends a reader that has not come to its end, and waits until it has. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    this.#giveUp?.(CANCELLED);
    await this.#reading.catch(() => undefined);
  }

  #untilRest(): Promise<void> {
    return new Promise((resolve) => {
      this.#rest = resolve;
    });
  }

  #handlerFor({ node, way, relation }: OsmHandler): OsmHandler {
    return {
      ...(node && { node: (id, lon, lat, tags) => this.#push({ kind: "node", id, lon, lat, tags }) }),
      ...(way && {
        way: (id, nodes, tags, version = 0) =>
          this.#push({ kind: "way", id, nodes: Float64Array.from(nodes), tags, version }),
      }),
      ...(relation && {
        relation: (id, members, tags, version = 0) => this.#push({ kind: "relation", id, members, tags, version }),
      }),
      piece: (doneBytes, totalBytes) => {
        this.#onBytes(doneBytes, totalBytes);
        if (this.#isCancelled) throw CANCELLED;
        if (this.head === undefined) return;
        return new Promise<void>((resolve, reject) => {
          this.#goOn = resolve;
          this.#giveUp = reject;
          this.#rest();
        });
      },
    };
  }

  #push(element: OsmElement): void {
    const last = this.#last;
    if (last !== undefined && !precedes(last, element)) {
      throw new DiversionError(
        "invalid-osm",
        `The extract is not sorted: ${element.kind} ${element.id} comes after ${last.kind} ${last.id}. Merging takes ` +
          `extracts sorted by kind and id, for instance by "osmium sort IN -o OUT".`,
        { file: this.#source.name },
      );
    }
    this.#last = element;
    this.#queue.push(element);
  }
}
