/** A record whose values are typed arrays: the columns of a graph, the halves of a metric. */
type Columns<Key extends string> = Readonly<Record<Key, Int32Array | Float64Array | Uint8Array>>;

/** Whether other threads can see the array's memory. */
export const isShared = ({ buffer }: ArrayBufferView): boolean => buffer instanceof SharedArrayBuffer;

/** The array itself where other threads can see it, else a copy that they can. */
export function inSharedMemory<Column extends Int32Array | Float64Array | Uint8Array>(column: Column): Column {
  if (isShared(column)) return column;
  const bytes = new Uint8Array(new SharedArrayBuffer(column.byteLength));
  bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  if (column instanceof Int32Array) return new Int32Array(bytes.buffer) as Column;
  if (column instanceof Float64Array) return new Float64Array(bytes.buffer) as Column;
  return bytes as Column;
}

/** Each of the columns by {@link inSharedMemory}. */
export function allInSharedMemory<Record extends Columns<Extract<keyof Record, string>>>(columns: Record): Record {
  const entries = Object.entries<Int32Array | Float64Array | Uint8Array>(columns);
  return Object.fromEntries(entries.map(([name, column]) => [name, inSharedMemory(column)])) as Record;
}
