import { deflateSync } from "node:zlib";

/** A tiny encoder of OSM PBF files, on BigInt throughout, so that it shares no arithmetic with the reader it tests. */

type Bytes = number[];

const mask64 = (1n << 64n) - 1n;

function varint(value: number | bigint): Bytes {
  let rest = BigInt(value) & mask64;
  const bytes: Bytes = [];
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return bytes;
}

const zigzag = (value: number | bigint): Bytes => {
  const v = BigInt(value);
  return varint(v >= 0n ? v * 2n : -v * 2n - 1n);
};

export const integerField = (field: number, value: number | bigint): Bytes => [...varint(field * 8), ...varint(value)];
export const zigzagField = (field: number, value: number | bigint): Bytes => [...varint(field * 8), ...zigzag(value)];
export const bytesField = (field: number, bytes: ArrayLike<number>): Bytes => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...Array.from(bytes),
];
const textField = (field: number, text: string): Bytes => bytesField(field, new TextEncoder().encode(text));
const packed = (field: number, values: readonly (number | bigint)[]): Bytes =>
  values.length === 0 ? [] : bytesField(field, values.flatMap(varint));
const packedDeltas = (field: number, values: readonly (number | bigint)[]): Bytes => {
  let before = 0n;
  return bytesField(
    field,
    values.flatMap((value) => {
      const delta = BigInt(value) - before;
      before = BigInt(value);
      return zigzag(delta);
    }),
  );
};

export type TagList = Readonly<Record<string, string>>;

export interface SampleNode {
  readonly id: number;
  /** In stored units: granularity nanodegrees each, from the offset. */
  readonly lon: number;
  readonly lat: number;
  readonly tags?: TagList;
  readonly version?: number;
}
export interface SampleWay {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly version?: number;
  /** Of each node, in stored units, as files with LocationsOnWays have them. */
  readonly positions?: readonly (readonly [lon: number, lat: number])[];
  readonly tags?: TagList;
}
export interface SampleRelation {
  readonly id: number;
  readonly version?: number;
  readonly members: readonly {
    readonly type: "node" | "way" | "relation";
    readonly ref: number;
    readonly role: string;
  }[];
  readonly tags?: TagList;
}

export interface SampleBlock {
  readonly nodes?: readonly SampleNode[];
  readonly ways?: readonly SampleWay[];
  readonly relations?: readonly SampleRelation[];
  /** Default true. */
  readonly dense?: boolean;
  readonly granularity?: number;
  readonly latOffset?: number;
  readonly lonOffset?: number;
}

/** A primitive block, unpacked. */
export function primitiveBlock(block: SampleBlock): Bytes {
  const strings = [""];
  const index = (text: string): number => {
    const found = strings.indexOf(text, 1);
    return found > 0 ? found : strings.push(text) - 1;
  };
  const keysAndValues = (tags: TagList | undefined): Bytes => [
    ...packed(2, Object.keys(tags ?? {}).map(index)),
    ...packed(3, Object.values(tags ?? {}).map(index)),
  ];
  const infoOf = ({ version }: { readonly version?: number }): Bytes =>
    version === undefined ? [] : bytesField(4, integerField(1, version));
  const groups: Bytes[] = [];
  const { nodes = [], ways = [], relations = [], dense = true } = block;
  if (nodes.length > 0 && dense) {
    const anyTags = nodes.some((node) => node.tags !== undefined);
    const tags = nodes.flatMap((node) => [
      ...Object.entries(node.tags ?? {}).flatMap(([key, value]) => [index(key), index(value)]),
      0,
    ]);
    groups.push(
      bytesField(2, [
        ...packedDeltas(
          1,
          nodes.map((node) => node.id),
        ),
        ...packedDeltas(
          8,
          nodes.map((node) => node.lat),
        ),
        ...packedDeltas(
          9,
          nodes.map((node) => node.lon),
        ),
        ...(nodes.some(({ version }) => version !== undefined)
          ? bytesField(
              5,
              packed(
                1,
                nodes.map(({ version = 0 }) => version),
              ),
            )
          : []),
        ...(anyTags ? packed(10, tags) : []),
      ]),
    );
  } else if (nodes.length > 0) {
    groups.push(
      nodes.flatMap((node) =>
        bytesField(1, [
          ...zigzagField(1, node.id),
          ...keysAndValues(node.tags),
          ...infoOf(node),
          ...zigzagField(8, node.lat),
          ...zigzagField(9, node.lon),
        ]),
      ),
    );
  }
  if (ways.length > 0) {
    groups.push(
      ways.flatMap((way) =>
        bytesField(3, [
          ...integerField(1, way.id),
          ...keysAndValues(way.tags),
          ...infoOf(way),
          ...packedDeltas(8, way.nodes),
          ...(way.positions === undefined
            ? []
            : [
                ...packedDeltas(
                  9,
                  way.positions.map(([, lat]) => lat),
                ),
                ...packedDeltas(
                  10,
                  way.positions.map(([lon]) => lon),
                ),
              ]),
        ]),
      ),
    );
  }
  if (relations.length > 0) {
    groups.push(
      relations.flatMap((relation) =>
        bytesField(4, [
          ...integerField(1, relation.id),
          ...keysAndValues(relation.tags),
          ...infoOf(relation),
          ...packed(
            8,
            relation.members.map((member) => index(member.role)),
          ),
          ...packedDeltas(
            9,
            relation.members.map((member) => member.ref),
          ),
          ...packed(
            10,
            relation.members.map((member) => ["node", "way", "relation"].indexOf(member.type)),
          ),
        ]),
      ),
    );
  }
  return [
    ...bytesField(
      1,
      strings.flatMap((text) => textField(1, text)),
    ),
    ...groups.flatMap((group) => bytesField(2, group)),
    ...(block.granularity === undefined ? [] : integerField(17, block.granularity)),
    ...(block.latOffset === undefined ? [] : integerField(19, block.latOffset)),
    ...(block.lonOffset === undefined ? [] : integerField(20, block.lonOffset)),
  ];
}

export type Compression = "raw" | "zlib";

/** A blob's message around its unpacked content. */
export function blob(content: ArrayLike<number>, compression: Compression, statedLength = content.length): Bytes {
  return compression === "raw"
    ? bytesField(1, content)
    : [...integerField(2, statedLength), ...bytesField(3, deflateSync(Uint8Array.from(content)))];
}

/** A blob with its length prefix and header. */
export function framed(type: string, blobBytes: ArrayLike<number>, statedLength = blobBytes.length): Bytes {
  const header = [...textField(1, type), ...integerField(3, statedLength)];
  return [0, 0, header.length >> 8, header.length & 255, ...header, ...Array.from(blobBytes)];
}

export const headerBlob = (features: readonly string[] = ["OsmSchema-V0.6", "DenseNodes"]): Bytes =>
  framed(
    "OSMHeader",
    blob(
      features.flatMap((feature) => textField(4, feature)),
      "raw",
    ),
  );

/** A whole file. */
export function pbfFile(blocks: readonly SampleBlock[], compression: Compression = "zlib"): Uint8Array {
  return Uint8Array.from([
    ...headerBlob(),
    ...blocks.flatMap((block) => framed("OSMData", blob(primitiveBlock(block), compression))),
  ]);
}
