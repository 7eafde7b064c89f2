/**
 * The OSM PBF format: limits and field numbers of fileformat.proto and osmformat.proto
 * (https://wiki.openstreetmap.org/wiki/PBF_Format, https://github.com/openstreetmap/OSM-binary).
 */

/** "must be less than 64 KiB": a longer BlobHeader is damage, not data. */
export const MAX_BLOB_HEADER_BYTES = 64 * 1024;
/** "must be less than 32 MiB", compressed or not: also the guard against decompression bombs. */
export const MAX_BLOB_BYTES = 32 * 1024 * 1024;
/**
 * A blob that unpacks to more than so many times its bytes was made to fill memory: of five
 * real extracts none comes to 4. Small blobs are exempt, for a few repeated lines pack as well as anything.
 */
export const MAX_UNPACKING = 32;
export const EXEMPT_FROM_UNPACKING_BYTES = 256 * 1024;
/**
 * Not a limit of the format but of memory: elements of one list (dense nodes, nodes of a way, members). 32 MiB of real
 * dense nodes, at eight bytes and more each, stay below it; 32 MiB of zeros, which compress to 32 KiB, do not.
 */
export const MAX_LIST_LENGTH = 2 ** 22;
/**
 * Likewise within one block, whatever its size: what costs two bytes in it costs tens in memory. Writers put 8,000 elements
 * into a block, in a group or a few; OpenStreetMap takes no element with more than 32,000 members or 2,000 nodes, and a
 * text for each key and value of a block at most.
 */
export const MAX_GROUPS = 2 ** 16;
export const MAX_STRINGS = 2 ** 21;
export const MAX_MEMBERS = 2 ** 18;
export const MAX_TAGS = 2 ** 16;
/** Keys and values of all dense nodes of a block, and the zeros between them. */
export const MAX_DENSE_TAGS = 2 ** 24;
/** Big-endian length of the BlobHeader in front of each one. */
export const LENGTH_PREFIX_BYTES = 4;

export const BlobHeaderField = { type: 1, indexData: 2, dataSize: 3 } as const;

export const BlobField = { raw: 1, rawSize: 2, zlib: 3, lzma: 4, bzip2: 5, lz4: 6, zstd: 7 } as const;

/** Compressions of blobs that writers may choose and this reader lacks, by field number. */
export const UNSUPPORTED_COMPRESSION: ReadonlyMap<number, string> = new Map([
  [BlobField.lzma, "lzma"],
  [BlobField.bzip2, "bzip2"],
  [BlobField.lz4, "lz4"],
  [BlobField.zstd, "zstd"],
]);

export const HeaderBlockField = { requiredFeatures: 4 } as const;

/** A file that requires anything else means something this reader would get wrong (deleted versions, for instance). */
export const SUPPORTED_FEATURES: ReadonlySet<string> = new Set(["OsmSchema-V0.6", "DenseNodes"]);

export const PrimitiveBlockField = { stringTable: 1, group: 2, granularity: 17, latOffset: 19, lonOffset: 20 } as const;

export const StringTableField = { string: 1 } as const;

export const GroupField = { node: 1, dense: 2, way: 3, relation: 4 } as const;

export const NodeField = { id: 1, keys: 2, values: 3, info: 4, lat: 8, lon: 9 } as const;

export const DenseField = { id: 1, info: 5, lat: 8, lon: 9, keysValues: 10 } as const;

/** `lat` and `lon` are there in files with the optional feature LocationsOnWays: the positions of the nodes in `refs`. */
export const WayField = { id: 1, keys: 2, values: 3, info: 4, refs: 8, lat: 9, lon: 10 } as const;

export const InfoField = { version: 1 } as const;

/** One number for each node of the block, not delta-coded. */
export const DenseInfoField = { version: 1 } as const;

export const RelationField = { id: 1, keys: 2, values: 3, info: 4, roles: 8, memberIds: 9, memberTypes: 10 } as const;

/** Nanodegrees per stored coordinate unit when a block does not say. */
export const DEFAULT_GRANULARITY = 100;

/** Values of Relation.MemberType, in order. */
export const MEMBER_TYPES = ["node", "way", "relation"] as const;
