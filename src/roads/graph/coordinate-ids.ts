import { lengthened } from "../../core/growable";

/** Most slots that may be taken before the table doubles, as a share. */
const MAX_LOAD = 0.6;

/**
 * Numbers positions in order of first appearance, from 1: equal positions (to 1e-7 degree) get equal numbers. An open
 * hash table in typed arrays, 20 to 33 bytes a position. (Two 32-bit coordinates do not fit the 53 bits of an exact
 * id, and a Map ends at 16.7 million entries.)
 */
export class CoordinateIds {
  #lons = new Int32Array(1024);
  #lats = new Int32Array(1024);
  /** Slots of the table: the id, 0 when empty. */
  #slots = new Int32Array(2048);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** The number of a position; {@link size} has grown when it is a new one. */
  idOf(lon: number, lat: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(lon, lat) & mask;
    for (let id = this.#slots[slot]!; id !== 0; id = this.#slots[slot]!) {
      if (this.#lons[id] === lon && this.#lats[id] === lat) return id;
      slot = (slot + 1) & mask;
    }
    const id = ++this.#count;
    if (id >= this.#lons.length) {
      this.#lons = lengthened(this.#lons, 2 * id);
      this.#lats = lengthened(this.#lats, 2 * id);
    }
    this.#lons[id] = lon;
    this.#lats[id] = lat;
    this.#slots[slot] = id;
    if (this.#count > this.#slots.length * MAX_LOAD) this.#grow();
    return id;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id <= this.#count; id++) {
      let slot = hash(this.#lons[id]!, this.#lats[id]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

/** Multiplicative mixing with the finalizer of MurmurHash3, whose low bits depend on every bit of both coordinates. */
function hash(lon: number, lat: number): number {
  let h = Math.imul(lon, 0x9e3779b1) ^ Math.imul(lat, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
