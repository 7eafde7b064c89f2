import { NAMELESS_ROAD } from "./assemble-road-graph";
import type { RoadNames } from "./road-graph";

/**
 * The attributes road pieces may share: speed in both directions and the road they belong to. Pieces fold into one
 * segment only when their rows are equal, so a segment has one speed and one name along its whole length.
 *
 * Each row has a mirror: the same attributes seen from the other end. Two pieces drawn towards each other match when the
 * row of one equals the mirror of the other.
 */
export class AttributeRows {
  readonly forwardKmh: number[] = [];
  readonly backwardKmh: number[] = [];
  /** Row of the road table. */
  readonly road: number[] = [];
  readonly mirror: number[] = [];
  /** Metres of road per metre of drawn line. */
  readonly lengthScale: number[] = [];

  readonly #rowOf = new Map<string, number>();

  /** The row with these attributes, the same one every time. */
  intern(forwardKmh: number, backwardKmh: number, road: number): number {
    const known = this.#rowOf.get(rowKey(forwardKmh, backwardKmh, road));
    if (known !== undefined) return known;
    const row = this.own(forwardKmh, backwardKmh, road);
    this.#rowOf.set(rowKey(forwardKmh, backwardKmh, road), row);
    this.#rowOf.set(rowKey(backwardKmh, forwardKmh, road), this.mirror[row]!);
    return row;
  }

  /** A row no other way shares, for a way whose length or duration is tagged: it never folds with its neighbours. */
  own(forwardKmh: number, backwardKmh: number, road: number): number {
    const row = this.#push(forwardKmh, backwardKmh, road);
    if (forwardKmh === backwardKmh) {
      this.mirror[row] = row;
    } else {
      const mirror = this.#push(backwardKmh, forwardKmh, road);
      this.mirror[row] = mirror;
      this.mirror[mirror] = row;
    }
    return row;
  }

  /** Sets what is known only once the drawn length is: how much longer the road is, and the speed where a time is given. */
  rescale(row: number, lengthScale: number, kmh: number | undefined): void {
    for (const r of new Set([row, this.mirror[row]!])) {
      this.lengthScale[r] = lengthScale;
      if (kmh === undefined) continue;
      if (this.forwardKmh[r]! > 0) this.forwardKmh[r] = kmh;
      if (this.backwardKmh[r]! > 0) this.backwardKmh[r] = kmh;
    }
  }

  #push(forwardKmh: number, backwardKmh: number, road: number): number {
    this.forwardKmh.push(forwardKmh);
    this.backwardKmh.push(backwardKmh);
    this.road.push(road);
    this.lengthScale.push(1);
    return this.mirror.push(-1) - 1;
  }
}

const rowKey = (forwardKmh: number, backwardKmh: number, road: number): string =>
  `${forwardKmh} ${backwardKmh} ${road}`;

/** The road table under construction. Row 0 is the nameless road. */
export class RoadTable {
  readonly rows: RoadNames[] = [NAMELESS_ROAD];
  readonly #rowOf = new Map<string, number>([[roadKey(NAMELESS_ROAD), 0]]);

  intern({ name, ref, highway, junction, destination, exit, layer, cautions }: RoadNames): number {
    const names = { name, ref, highway, junction, destination, exit, layer };
    const road = cautions === undefined ? names : { ...names, cautions };
    const key = roadKey(road);
    let row = this.#rowOf.get(key);
    if (row === undefined) {
      row = this.rows.push(road) - 1;
      this.#rowOf.set(key, row);
    }
    return row;
  }
}

// A line feed cannot be part of a name people read, but nothing forbids it in the data: quoting keeps keys distinct.
const roadKey = ({ name, ref, highway, junction, destination, exit, layer, cautions }: RoadNames): string =>
  JSON.stringify([name, ref, highway, junction, destination, exit, layer, cautions]);
