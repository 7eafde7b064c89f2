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
  /** `nodes` is borrowed: copy what you keep. */
  way?(id: number, nodes: ArrayLike<number>, tags: Tags): void;
  relation?(id: number, members: readonly OsmMember[], tags: Tags): void;
}

/** OpenStreetMap data that can be read more than once, from the start each time. Ids are exact up to 2^53. */
export interface OsmSource {
  /** Names the data in messages and in the roads file: usually the file's name. */
  readonly name: string;
  read(handler: OsmHandler): Promise<void>;
}

/** Random access to the bytes of a file, wherever it lives. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  /** Exactly `length` bytes from `offset`; rejects when the file is shorter. The result may be reused by the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
}
