import { DiversionError } from "../../core/errors";
import {
  ElementStream,
  type OsmElement,
  type OsmNode,
  type OsmRelation,
  type OsmWay,
  precedes,
} from "./element-stream";
import type {
  ElementCounts,
  MergeCounts,
  OsmHandler,
  OsmMember,
  OsmSource,
  RepeatedCounts,
  SourceStatistics,
  Tags,
} from "./osm-source";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const noElements = (): Mutable<ElementCounts> => ({ nodes: 0, ways: 0, relations: 0 });

/**
 * Several extracts of OpenStreetMap as one. Neighbouring extracts overlap along their border: what occurs in several is
 * handed on once, and a road that runs from one into the other is one road again. Elements come in the order of an
 * extract of the whole, so what is built from them is what the whole would have given.
 *
 * Where extracts disagree on an element of the same id:
 * 1. of ways and relations, the highest version is taken, with its nodes, members and tags;
 * 2. ways of one version (or of none stated) that hold different stretches of the way, as clipping leaves them, are put
 *    together when the nodes they share leave only one way to do it; tags are of the extract named first;
 * 3. otherwise, and for all nodes, the extract named first is taken.
 * How often each was needed is in {@link statistics}.
 *
 * All sources are read at once, in step; memory is bounded by one piece of each (a blob or a chunk), whatever their size.
 * That takes sources sorted by kind and id, as extracts are: one that is not rejects with `invalid-osm`. Their ids must
 * come from one data base.
 */
export class MergedSource implements OsmSource {
  readonly name: string;
  readonly #sources: readonly OsmSource[];
  #shared = noElements();
  #differing = noElements();
  #newer = 0;
  #joined = 0;

  /** @throws DiversionError `invalid-argument` when there are no sources. */
  constructor(sources: readonly OsmSource[]) {
    if (sources.length === 0)
      throw new DiversionError("invalid-argument", "Nothing to merge: give one source or more.");
    this.#sources = sources;
    this.name = sources.map(({ name }) => name).join(" + ");
  }

  async read(handler: OsmHandler): Promise<void> {
    this.#forget(handler);
    const progress = this.#sources.map(() => [0, 0] as [doneBytes: number, totalBytes: number]);
    const streams = this.#sources.map(
      (source, place) => new ElementStream(source, handler, (...bytes) => (progress[place] = bytes)),
    );
    try {
      for (;;) {
        await Promise.all(streams.map((stream) => stream.fill()));
        const live = streams.filter((stream) => stream.head !== undefined);
        if (live.length === 0) break;
        this.#mergeUntilOneIsEmpty(live, handler);
        const done = progress.reduce((sum, [doneBytes]) => sum + doneBytes, 0);
        // A total is known when every part of it is.
        const total = progress.some(([, bytes]) => bytes === 0)
          ? 0
          : progress.reduce((sum, [, bytes]) => sum + bytes, 0);
        await handler.piece?.(done, total);
      }
    } finally {
      // Readers that wait for their turn hold files open: they are told to end, whatever went wrong.
      await Promise.all(streams.map((stream) => stream.cancel()));
    }
  }

  statistics(): SourceStatistics {
    const merge: MergeCounts = {
      sources: this.#sources.map(({ name }) => name),
      shared: { ...this.#shared },
      newer: this.#newer,
      joined: this.#joined,
      differing: { ...this.#differing },
    };
    const repeated = this.#sources.map((source) => source.statistics?.().repeated).filter((one) => one !== undefined);
    if (repeated.length === 0) return { merge };
    const total = (count: (one: RepeatedCounts) => number): number =>
      repeated.reduce((sum, one) => sum + count(one), 0);
    return { merge, repeated: { older: total(({ older }) => older), again: total(({ again }) => again) } };
  }

  /** A pass counts its kinds anew. */
  #forget({ node, way, relation }: OsmHandler): void {
    if (node) this.#shared.nodes = this.#differing.nodes = 0;
    if (way) this.#shared.ways = this.#differing.ways = this.#joined = 0;
    if (relation) this.#shared.relations = this.#differing.relations = 0;
    if (way || relation) this.#newer = 0;
  }

  #mergeUntilOneIsEmpty(streams: readonly ElementStream[], handler: OsmHandler): void {
    const same: OsmElement[] = [];
    while (streams.every((stream) => stream.head !== undefined)) {
      let least = streams[0]!.head!;
      for (const { head } of streams) if (precedes(head!, least)) least = head!;
      same.length = 0;
      for (const stream of streams) {
        const head = stream.head!;
        if (head.id === least.id && head.kind === least.kind) {
          same.push(head);
          stream.advance();
        }
      }
      this.#handOn(same, handler);
    }
  }

  /** One element, as the sources that have it state it, in the order in which they were named. */
  #handOn(same: readonly OsmElement[], handler: OsmHandler): void {
    const first = same[0]!;
    if (first.kind === "node") {
      if (same.length > 1) this.#countNodes(same as readonly OsmNode[]);
      handler.node!(first.id, first.lon, first.lat, first.tags);
    } else if (first.kind === "way") {
      const way = same.length > 1 ? this.#mergeWays(same as readonly OsmWay[]) : first;
      handler.way!(way.id, way.nodes, way.tags, way.version);
    } else {
      const relation = same.length > 1 ? this.#mergeRelations(same as readonly OsmRelation[]) : first;
      handler.relation!(relation.id, relation.members, relation.tags, relation.version);
    }
  }

  #countNodes([first, ...others]: readonly OsmNode[]): void {
    this.#shared.nodes++;
    const isSame = ({ lon, lat, tags }: OsmNode): boolean =>
      lon === first!.lon && lat === first!.lat && sameTags(tags ?? NO_TAGS, first!.tags ?? NO_TAGS);
    if (!others.every(isSame)) this.#differing.nodes++;
  }

  #mergeWays(stated: readonly OsmWay[]): OsmWay {
    this.#shared.ways++;
    const [first, ...others] = this.#latest(stated);
    let nodes: ArrayLike<number> = first!.nodes;
    let hasJoined = false;
    let differs = false;
    for (const other of others) {
      if (!sameTags(first!.tags, other.tags)) differs = true;
      if (sameNumbers(nodes, other.nodes)) continue;
      const joined = joinNodeLists(nodes, other.nodes);
      if (joined === undefined) differs = true;
      else {
        nodes = joined;
        hasJoined = true;
      }
    }
    if (hasJoined) this.#joined++;
    if (differs) this.#differing.ways++;
    return { ...first!, nodes };
  }

  #mergeRelations(stated: readonly OsmRelation[]): OsmRelation {
    this.#shared.relations++;
    const [first, ...others] = this.#latest(stated);
    const isSame = ({ members, tags }: OsmRelation): boolean =>
      sameTags(tags, first!.tags) && sameMembers(members, first!.members);
    if (!others.every(isSame)) this.#differing.relations++;
    return first!;
  }

  /** Those of the highest version. */
  #latest<T extends { readonly version: number }>(stated: readonly T[]): readonly T[] {
    const highest = Math.max(...stated.map(({ version }) => version));
    const latest = stated.filter(({ version }) => version === highest);
    if (latest.length < stated.length) this.#newer++;
    return latest;
  }
}

const NO_TAGS: Tags = new Map();

function sameTags(a: Tags, b: Tags): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const sameMembers = (a: readonly OsmMember[], b: readonly OsmMember[]): boolean =>
  a.length === b.length &&
  a.every(({ type, ref, role }, i) => type === b[i]!.type && ref === b[i]!.ref && role === b[i]!.role);

/**
 * Puts a way together from two stretches of it, each of which lacks nodes of the other at an end or in between. The
 * nodes both have must come in the same order, and between two of them (and at either end) only one list may have
 * further nodes: then there is just one way to lay them side by side.
 *
 * @returns undefined when there is none or more than one, or when a list meets a node twice.
 */
export function joinNodeLists(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array | undefined {
  const placeInA = placesOf(a);
  const placeInB = placesOf(b);
  if (placeInA === undefined || placeInB === undefined) return undefined;
  const joined: number[] = [];
  let nextInB = 0;
  let ownOfA: number[] = [];
  let shared = 0;
  for (let i = 0; i < a.length; i++) {
    const node = a[i]!;
    const place = placeInB.get(node);
    if (place === undefined) {
      ownOfA.push(node);
      continue;
    }
    if (place < nextInB || (place > nextInB && ownOfA.length > 0)) return undefined;
    for (; nextInB < place; nextInB++) joined.push(b[nextInB]!);
    joined.push(...ownOfA, node);
    nextInB = place + 1;
    ownOfA = [];
    shared++;
  }
  if (shared === 0 || (nextInB < b.length && ownOfA.length > 0)) return undefined;
  joined.push(...ownOfA);
  for (; nextInB < b.length; nextInB++) joined.push(b[nextInB]!);
  return Float64Array.from(joined);
}

function placesOf(nodes: ArrayLike<number>): Map<number, number> | undefined {
  const places = new Map<number, number>();
  for (let i = 0; i < nodes.length; i++) places.set(nodes[i]!, i);
  return places.size === nodes.length ? places : undefined;
}
