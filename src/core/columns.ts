/**
 * What columns of numbers promise, held in one pass each. These loops run over all of a file whenever it is opened: they
 * compare and build no text before something is wrong.
 */

/** Data that cannot be what it claims to be. Whoever reads a file says of it, by a code, what to do. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}

/** @throws Contradiction when it does not hold. */
export function requireThat(holds: boolean, message: string | (() => string)): void {
  if (!holds) throw new Contradiction(typeof message === "string" ? message : message());
}

/** @throws Contradiction unless the column has as many values as there are of what it tells about. */
export function requireLength(name: string, column: ArrayLike<number>, length: number): void {
  requireThat(column.length === length, () => `${name} has ${column.length} values where ${length} belong`);
}

/** @throws Contradiction unless every value lies between two integers, both included. */
export function requireWithin(name: string, column: Int32Array, lowest: number, highest: number): void {
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value < lowest || value > highest) {
      throw new Contradiction(`${name} is ${value} at ${i}, where values are ${lowest} to ${highest}`);
    }
  }
}

/** @throws Contradiction unless the column says where each of `count` lists begins, in a column of `end` values. */
export function requireOffsets(name: string, first: Int32Array, count: number, end: number): void {
  requireLength(name, first, count + 1);
  let last = 0;
  for (let i = 0; i <= count; i++) {
    const next = first[i]!;
    if (next < last || (i === 0 && next !== 0)) {
      throw new Contradiction(`${name} is ${next} at ${i}, where lists begin at 0 and none ends before it begins`);
    }
    last = next;
  }
  requireThat(last === end, () => `the lists of ${name} end at ${last}, and there are ${end} values`);
}
