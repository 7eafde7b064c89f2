/** Every case the benchmarks know, in the order in which they run and are printed. Other people's scripts rely on them. */
export const CASE_NAMES = [
  "table-nearest",
  "bucket-nearest",
  "one-to-many",
  "point-to-point",
  "path",
  "snap",
  "recommend",
  "recommend-route",
  "recommend-restricted",
  "recommend-restricted-route",
  "bulk-nearest",
  "dijkstra-nearest",
  "ngraph-path-nearest",
  "geojson-path-finder-nearest",
  "order",
  "hierarchy",
  "customize",
  "customize-partial-1",
  "customize-partial-100",
  "buckets",
  "table-build",
  "open-file",
  "memory-bytes-per-node",
] as const;

export type CaseName = (typeof CASE_NAMES)[number];

export type Unit = "ns" | "us" | "ms" | "bytes";

/** What one sample of a case is counted in. */
export const UNITS: Readonly<Record<CaseName, Unit>> = {
  "table-nearest": "ns",
  "bucket-nearest": "us",
  "one-to-many": "us",
  "point-to-point": "us",
  path: "us",
  snap: "ns",
  recommend: "us",
  "recommend-route": "us",
  "recommend-restricted": "us",
  "recommend-restricted-route": "us",
  "bulk-nearest": "ns",
  "dijkstra-nearest": "us",
  "ngraph-path-nearest": "ms",
  "geojson-path-finder-nearest": "ms",
  order: "ms",
  hierarchy: "ms",
  customize: "ms",
  "customize-partial-1": "ms",
  "customize-partial-100": "ms",
  buckets: "ms",
  "table-build": "ms",
  "open-file": "ms",
  "memory-bytes-per-node": "bytes",
};

export const isCaseName = (text: string): text is CaseName => (CASE_NAMES as readonly string[]).includes(text);
