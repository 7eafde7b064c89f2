import { IdSet } from "./id-set";
import type { OsmHandler, OsmMember, RepeatedCounts } from "./osm-source";

type Kind = OsmMember["type"];
const KINDS: readonly Kind[] = ["node", "way", "relation"];

/** Where the nodes of a way lie, in whole units of 1e-7 degree; NaN where that is not stated. */
export interface WayPositions {
  readonly lon: ArrayLike<number>;
  readonly lat: ArrayLike<number>;
}

/** What a reader of one file is given: handlers, and more than those of other sources know. */
export interface FileHandler extends Omit<OsmHandler, "way"> {
  way?(
    id: number,
    nodes: ArrayLike<number>,
    tags: ReadonlyMap<string, string>,
    version: number,
    positions?: WayPositions,
  ): void;
  /**
   * Called for every element, before the callback of its kind if there is one. Asked for alone, elements are read no
   * further than this takes. 0 is a version that is not stated.
   */
  element?(kind: Kind, id: number, version: number, hasPositions: boolean): void;
}

type ReadFile = (handler: FileHandler) => Promise<void>;

/** The statement of an element that is taken, where the file has several. */
interface Choice {
  version: number;
  /** How many statements of the element come before it. */
  place: number;
}

interface Contents {
  /** By kind: elements stated more than once. */
  readonly choices: Readonly<Record<Kind, ReadonlyMap<number, Choice>>>;
  readonly repeated: RepeatedCounts | undefined;
  /** Nodes that are in the file; undefined where ways state no positions. */
  readonly nodes: IdSet | undefined;
}

/**
 * The elements of one file, each once.
 *
 * - **Versions**: files put together without sorting, or of extracts of different days, state elements more than once.
 *   The highest version is taken, of equal ones the first.
 * - **Positions on ways** (the feature LocationsOnWays of PBF files, `<nd ref lat lon>` in XML): the nodes that the file
 *   does not hold by themselves are handed on before the first way through them.
 *
 * What there is is found by a pass over the ids of the file, before its first reading; one that is sorted by id within
 * its nodes, ways and relations, as nearly all are, can hold nothing twice and costs no more.
 */
export class FileElements {
  readonly #readFile: ReadFile;
  #contents: Contents | undefined;

  constructor(readFile: ReadFile) {
    this.#readFile = readFile;
  }

  /** Known once the elements have been read. */
  get repeated(): RepeatedCounts | undefined {
    return this.#contents?.repeated;
  }

  async read(handler: OsmHandler): Promise<void> {
    let earlierBytes = 0;
    if (this.#contents === undefined) {
      this.#contents = await findContents(this.#readFile, async (doneBytes, totalBytes) => {
        earlierBytes = totalBytes;
        // The pass that follows reads as much again, at most.
        await handler.piece?.(doneBytes, totalBytes * 2);
      });
    }
    const { choices, nodes } = this.#contents;
    const located = nodes === undefined ? handler : withNodesOfWays(handler, nodes);
    const { piece } = handler;
    await this.#readFile({
      ...chosenAlone(located, choices),
      ...(piece && {
        piece: (doneBytes: number, totalBytes: number) => piece(earlierBytes + doneBytes, earlierBytes + totalBytes),
      }),
    });
  }
}

async function findContents(readFile: ReadFile, piece: NonNullable<OsmHandler["piece"]>): Promise<Contents> {
  const last = { node: Number.NEGATIVE_INFINITY, way: Number.NEGATIVE_INFINITY, relation: Number.NEGATIVE_INFINITY };
  let isSorted = true;
  let hasPositions = false;
  await readFile({
    element(kind, id, _, isLocated) {
      if (id <= last[kind]) isSorted = false;
      last[kind] = id;
      hasPositions ||= isLocated;
    },
    piece,
  });
  const choices = {
    node: new Map<number, Choice>(),
    way: new Map<number, Choice>(),
    relation: new Map<number, Choice>(),
  };
  if (isSorted && !hasPositions) return { choices, repeated: undefined, nodes: undefined };

  const met = { node: new IdSet(), way: new IdSet(), relation: new IdSet() };
  await readFile({
    element(kind, id) {
      if (met[kind].has(id)) choices[kind].set(id, { version: Number.NEGATIVE_INFINITY, place: -1 });
      else met[kind].add(id);
    },
  });
  const repeated = KINDS.some((kind) => choices[kind].size > 0) ? await choose(readFile, choices) : undefined;
  return { choices, repeated, nodes: hasPositions ? met.node : undefined };
}

async function choose(readFile: ReadFile, choices: Record<Kind, Map<number, Choice>>): Promise<RepeatedCounts> {
  const places = placeCounter();
  const versions: [choice: Choice, version: number][] = [];
  await readFile({
    element(kind, id, version) {
      const choice = choices[kind].get(id);
      if (choice === undefined) return;
      const place = places(kind, id);
      versions.push([choice, version]);
      if (version <= choice.version) return;
      choice.version = version;
      choice.place = place;
    },
  });
  const older = versions.filter(([choice, version]) => version < choice.version).length;
  const taken = KINDS.reduce((sum, kind) => sum + choices[kind].size, 0);
  return { older, again: versions.length - older - taken };
}

/** Counts the statements of each element, from 0. */
function placeCounter(): (kind: Kind, id: number) => number {
  const counts = {
    node: new Map<number, number>(),
    way: new Map<number, number>(),
    relation: new Map<number, number>(),
  };
  return (kind, id) => {
    const place = counts[kind].get(id) ?? 0;
    counts[kind].set(id, place + 1);
    return place;
  };
}

/** The handler for the statement that is taken of each element. */
function chosenAlone(handler: FileHandler, choices: Contents["choices"]): FileHandler {
  if (KINDS.every((kind) => choices[kind].size === 0)) return handler;
  const places = placeCounter();
  const isTaken = (kind: Kind, id: number): boolean => {
    const choice = choices[kind].get(id);
    return choice === undefined || places(kind, id) === choice.place;
  };
  const { node, way, relation } = handler;
  return {
    ...(node && {
      node: (id, ...rest) => {
        if (isTaken("node", id)) node(id, ...rest);
      },
    }),
    ...(way && {
      way: (id, ...rest) => {
        if (isTaken("way", id)) way(id, ...rest);
      },
    }),
    ...(relation && {
      relation: (id, ...rest) => {
        if (isTaken("relation", id)) relation(id, ...rest);
      },
    }),
  };
}

/** @param own nodes that the file holds by themselves. */
function withNodesOfWays(handler: OsmHandler, own: IdSet): FileHandler {
  const { node, way, relation } = handler;
  if (node === undefined) return handler;
  const handedOn = new IdSet();
  return {
    node: (...stated) => node(...stated),
    way(id, refs, tags, version, positions) {
      for (let i = 0; positions !== undefined && i < refs.length; i++) {
        const [ref, lon, lat] = [refs[i]!, positions.lon[i]!, positions.lat[i]!];
        if (Number.isNaN(lon) || Number.isNaN(lat) || own.has(ref) || handedOn.has(ref)) continue;
        handedOn.add(ref);
        node(ref, lon, lat, undefined);
      }
      way?.(id, refs, tags, version);
    },
    ...(relation && { relation }),
  };
}
