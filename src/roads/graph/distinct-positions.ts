import { CoordinateIds } from "./coordinate-ids";

export interface NodePositions {
  /** Int32[nodes], 1e-7 degree. */
  readonly lon: Int32Array;
  readonly lat: Int32Array;
}

/**
 * No two nodes in one place: of nodes mapped to the same position (levels of a bridge, both sides of a shut barrier) the
 * first stays and each further one moves north by as many units of 1e-7 degree, about a centimetre each, as it takes.
 * A node's position given back as a location then names that node and no other.
 *
 * @param splitNode nodes that stand for another under different turns: they keep to the place of their junction.
 */
export function distinctPositions(
  { lon, lat }: NodePositions,
  splitNode: Int32Array,
  splitJunction: Int32Array,
): NodePositions {
  const isSplit = new Uint8Array(lon.length);
  for (const node of splitNode) isSplit[node] = 1;
  const taken = new CoordinateIds();
  let moved: Int32Array | undefined;
  for (let node = 0; node < lon.length; node++) {
    if (isSplit[node] === 1) continue;
    let at = lat[node]!;
    for (let count = taken.size; ; at++) {
      taken.idOf(lon[node]!, at);
      if (taken.size > count) break;
    }
    if (at === lat[node]) continue;
    moved ??= lat.slice();
    moved[node] = at;
  }
  if (moved === undefined) return { lon, lat };
  for (let i = 0; i < splitNode.length; i++) moved[splitNode[i]!] = moved[splitJunction[i]!]!;
  return { lon, lat: moved };
}
