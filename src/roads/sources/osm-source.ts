/** The shape in which every reader of OpenStreetMap-like data hands elements on, one at a time, in file order. */

export type Tags = ReadonlyMap<string, string>;

export interface OsmMember {
  readonly type: "node" | "way" | "relation";
  readonly ref: number;
  readonly role: string;
}

/** Called once per element; a missing callback means elements of that kind are skipped as cheaply as the format allows. */
export interface OsmHandler {
  /** `lon` and `lat` are whole units of 1e-7 degree. Tags are undefined on the many nodes without any. */
  node?(id: number, lon: number, lat: number, tags: Tags | undefined): void;
  /** `nodes` is borrowed: copy what you keep. `version` counts the edits of the way from 1; 0 or left out when it is not stated. */
  way?(id: number, nodes: ArrayLike<number>, tags: Tags, version?: number): void;
  relation?(id: number, members: readonly OsmMember[], tags: Tags, version?: number): void;
  /**
   * Called between pieces of the file (some thousand elements each): of the bytes this pass has to read, so many are
   * done. Bytes are those on the disk, compressed; `totalBytes` is 0 for sources that do not know. Reading goes on when
   * a promise that is returned has resolved, and ends when it rejects.
   */
  piece?(doneBytes: number, totalBytes: number): void | Promise<void>;
}

/** OpenStreetMap data that can be read more than once, from the start each time. Ids are exact up to 2^53. */
export interface OsmSource {
  /** Names the data in messages and in the roads file: usually the file's name. */
  readonly name: string;
  read(handler: OsmHandler): Promise<void>;
  /** What a source that is made of others took and left out, complete once it has been read. */
  statistics?(): SourceStatistics;
}

/** Part of the report of a build. */
export interface SourceStatistics {
  /** Absent where no file states an element twice. */
  readonly repeated?: RepeatedCounts;
  /** Different texts of a file that were in Latin-1 in place of UTF-8, and read as such; absent where there are none. */
  readonly latinTexts?: { readonly count: number; readonly examples: readonly string[] };
  readonly merge?: MergeCounts;
  readonly cut?: CutCounts;
}

/** How several extracts became one. */
export interface MergeCounts {
  /** Names of the extracts, in the order given. */
  readonly sources: readonly string[];
  /** Elements found in two or more of them, and taken once. */
  readonly shared: ElementCounts;
  /** Shared ways and relations of which one extract has a later version: that one was taken. */
  readonly newer: number;
  /** Shared ways of which extracts hold different stretches: put together again. */
  readonly joined: number;
  /** Shared elements that differ in other ways: that of the extract named first was taken. */
  readonly differing: ElementCounts;
}

/** What a file states more than once: the highest version is taken, of equal ones the first. */
export interface RepeatedCounts {
  /** Left out because the file has a later version of the same element. */
  readonly older: number;
  /** Left out because the file states the same version of the same element before. */
  readonly again: number;
}

export interface ElementCounts {
  readonly nodes: number;
  readonly ways: number;
  readonly relations: number;
}

/** What cutting out an area left. */
interface CutCounts {
  /** The area in words: its file, or the corners of the box. */
  readonly area: string;
  readonly nodesInside: number;
  /** Ways with a node inside, roads or not: all are kept whole. */
  readonly waysKept: number;
  readonly waysLeftOut: number;
}

/** Random access to the bytes of a file, wherever it lives. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`; rejects when the file is shorter. The result may be reused by the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
}
