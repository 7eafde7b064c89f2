import type { Steps } from "../../core/steps";

/**
 * Puts units of demand into places at least cost, exactly: a minimum-cost flow by successive shortest paths with potentials
 * (Ahuja, Magnanti and Orlin, "Network Flows", 1993, section 9.7). Costs are vectors, compared entry by entry from the
 * first, so that what comes first is never given up for any amount of what comes later; all entries are whole numbers.
 *
 * Demands are not nodes of the network. Between two places leads an arc for the demand that moves most cheaply from one to
 * the other, so that a search is as large as the number of places, however many demands there are.
 */

/** Units that are alike. */
export interface Demand {
  readonly count: number;
  /** Which of the kinds its units are: each place may limit units of a kind, and all of them together. */
  readonly kind: number;
  /** Float64[places * entries]: the cost of one unit in each place; Infinity first where it cannot be put. */
  readonly costs: Float64Array;
  /** Float64[entries]: the cost of a unit that is put nowhere. */
  readonly unplaced: Float64Array;
}

export interface Limits {
  /** Float64[kinds * places]: by kind, then place; Infinity where there is none. */
  readonly ofKind: Float64Array;
  /** Float64[places]: of all kinds together; Infinity where there is none. */
  readonly inAll: Float64Array;
}

/** Settled between two pauses: with hundreds of EDs each costs some microseconds, and now and then a millisecond. */
const NODES_PER_STEP = 16;

export class Allocation {
  readonly #demands: readonly Demand[];
  readonly #limits: Limits;
  readonly #kinds: number;
  readonly #entries: number;
  readonly #places: number;
  /** Places and, last, the one of those who are put nowhere. */
  readonly #width: number;
  readonly #sink: number;
  /** By demand, Int32[width]: units in each place. */
  readonly #units: readonly Int32Array[];
  /** Units of a kind in a place. */
  readonly #ofKind: Float64Array;
  /** Units in a place. */
  readonly #inAll: Float64Array;
  /** By node of a kind in a place, the demands that have units there. */
  readonly #present: Set<number>[];
  /** By node of a kind in a place and place, the demand that moves there most cheaply; -1: none. */
  readonly #cheapest: Int32Array;
  readonly #isStale: Uint8Array;
  readonly #potential: Float64Array;
  readonly #distance: Float64Array;
  readonly #reached: Uint8Array;
  readonly #settled: Uint8Array;
  readonly #from: Int32Array;
  readonly #by: Int32Array;

  /** @param kinds how many there are. @param entries of each cost. */
  constructor(demands: readonly Demand[], limits: Limits, kinds: number, entries: number) {
    this.#demands = demands;
    this.#limits = limits;
    this.#kinds = kinds;
    this.#entries = entries;
    this.#places = limits.inAll.length;
    this.#width = this.#places + 1;
    const kindNodes = kinds * this.#width;
    this.#sink = kindNodes + this.#places;
    const nodes = this.#sink + 1;
    this.#units = demands.map(() => new Int32Array(this.#width));
    this.#ofKind = new Float64Array(kindNodes);
    this.#inAll = new Float64Array(this.#places);
    this.#present = Array.from({ length: kindNodes }, () => new Set<number>());
    this.#cheapest = new Int32Array(kindNodes * this.#width);
    this.#isStale = new Uint8Array(kindNodes).fill(1);
    this.#potential = new Float64Array(nodes * entries);
    this.#distance = new Float64Array(nodes * entries);
    this.#reached = new Uint8Array(nodes);
    this.#settled = new Uint8Array(nodes);
    this.#from = new Int32Array(nodes);
    this.#by = new Int32Array(nodes);
  }

  /** Puts all units into places, at least cost; to be taken to its end before anything else is asked. */
  *place(): Steps<this> {
    for (let demand = 0; demand < this.#demands.length; demand++) yield* this.#place(demand);
    return this;
  }

  /** Int32[places + 1]: units of a demand in each place, and last those that are put nowhere. */
  unitsOf(demand: number): Int32Array {
    return this.#units[demand]!;
  }

  /** Units of a kind in a place. */
  used(kind: number, place: number): number {
    return this.#ofKind[kind * this.#width + place]!;
  }

  /** Units in a place. */
  usedInAll(place: number): number {
    return this.#inAll[place]!;
  }

  /** Float64[entries]: the cost of all units. */
  cost(): Float64Array {
    const cost = new Float64Array(this.#entries);
    for (const [demand, units] of this.#units.entries()) {
      for (let place = 0; place < this.#width; place++) {
        if (units[place] === 0) continue;
        for (let entry = 0; entry < this.#entries; entry++) {
          cost[entry]! += units[place]! * this.#costOf(demand, place, entry);
        }
      }
    }
    return cost;
  }

  /**
   * Float64[entries]: how much less all units would cost if a place took one unit more of a kind, or of all kinds together;
   * zeros when nothing would be saved.
   */
  *savedByOneMore(place: number, kind?: number): Steps<Float64Array> {
    const all = this.#kinds * this.#width + place;
    const [start, end] = kind === undefined ? [this.#sink, all] : [all, kind * this.#width + place];
    this.#clear();
    this.#reached[start] = 1;
    this.#distance.fill(0, start * this.#entries, (start + 1) * this.#entries);
    const saved = new Float64Array(this.#entries);
    if (!(yield* this.#search(end))) return saved;
    // The way back from where one more is let in closes a cycle; a cycle of negative cost is what is saved.
    for (let entry = 0; entry < this.#entries; entry++) {
      const [from, to] = [start * this.#entries + entry, end * this.#entries + entry];
      saved[entry] = -(this.#distance[to]! + this.#potential[to]! - this.#potential[from]!) || 0;
    }
    return saved.find((value) => value !== 0)! > 0 ? saved : new Float64Array(this.#entries);
  }

  #costOf(demand: number, place: number, entry: number): number {
    const { costs, unplaced } = this.#demands[demand]!;
    return place === this.#places ? unplaced[entry]! : costs[place * this.#entries + entry]!;
  }

  *#place(demand: number): Steps<void> {
    const { count, kind } = this.#demands[demand]!;
    const entries = this.#entries;
    for (let left = count; left > 0; ) {
      this.#clear();
      for (let place = 0; place < this.#width; place++) {
        if (this.#costOf(demand, place, 0) === Number.POSITIVE_INFINITY) continue;
        const node = kind * this.#width + place;
        for (let entry = 0; entry < entries; entry++) {
          const at = node * entries + entry;
          this.#distance[at] = this.#costOf(demand, place, entry) - this.#potential[at]!;
        }
        this.#reached[node] = 1;
        this.#from[node] = -1;
        this.#by[node] = demand;
      }
      // Nobody is kept from being put nowhere, so that the sink is always reached.
      if (!(yield* this.#search(this.#sink))) throw new Error("A unit can neither be put anywhere nor nowhere.");
      this.#raisePotentials();
      left -= this.#send(demand, left);
    }
  }

  #clear(): void {
    this.#reached.fill(0);
    this.#settled.fill(0);
  }

  /** Settles nodes from those that are reached until the end is; false when it cannot be. */
  *#search(end: number): Steps<boolean> {
    for (let settled = 0; ; settled++) {
      if (settled % NODES_PER_STEP === 0) yield;
      let node = -1;
      for (let other = 0; other <= this.#sink; other++) {
        if (this.#reached[other] === 0 || this.#settled[other] === 1) continue;
        if (node < 0 || this.#isNearer(other, node)) node = other;
      }
      if (node < 0) return false;
      this.#settled[node] = 1;
      if (node === end) return true;
      this.#relaxFrom(node);
    }
  }

  #isNearer(a: number, b: number): boolean {
    for (let entry = 0; entry < this.#entries; entry++) {
      const apart = this.#distance[a * this.#entries + entry]! - this.#distance[b * this.#entries + entry]!;
      if (apart !== 0) return apart < 0;
    }
    return false;
  }

  #relaxFrom(node: number): void {
    const width = this.#width;
    const kindNodes = this.#kinds * width;
    if (node === this.#sink) {
      for (let place = 0; place < this.#places; place++)
        if (this.#inAll[place]! > 0) this.#relax(node, kindNodes + place, -1);
      for (let kind = 0; kind < this.#kinds; kind++) {
        const nowhere = kind * width + this.#places;
        if (this.#ofKind[nowhere]! > 0) this.#relax(node, nowhere, -1);
      }
      return;
    }
    if (node >= kindNodes) {
      const place = node - kindNodes;
      if (this.#inAll[place]! < this.#limits.inAll[place]!) this.#relax(node, this.#sink, -1);
      for (let kind = 0; kind < this.#kinds; kind++) {
        if (this.#ofKind[kind * width + place]! > 0) this.#relax(node, kind * width + place, -1);
      }
      return;
    }
    const kind = Math.floor(node / width);
    const place = node - kind * width;
    if (place === this.#places) this.#relax(node, this.#sink, -1);
    else if (this.#ofKind[node]! < this.#limits.ofKind[kind * this.#places + place]!) {
      this.#relax(node, kindNodes + place, -1);
    }
    if (this.#isStale[node] === 1) this.#findCheapest(node, place);
    for (let to = 0; to < width; to++) {
      const demand = this.#cheapest[node * width + to]!;
      if (demand >= 0) this.#relax(node, kind * width + to, demand);
    }
  }

  /** An arc that costs nothing, or what it costs to move a unit of a demand. */
  #relax(from: number, to: number, demand: number): void {
    if (this.#settled[to] === 1) return;
    const [entries, width] = [this.#entries, this.#width];
    let isNews = this.#reached[to] === 0;
    let isEqualSoFar = !isNews;
    for (let entry = 0; entry < entries; entry++) {
      const [there, here] = [to * entries + entry, from * entries + entry];
      const moved =
        demand < 0 ? 0 : this.#costOf(demand, to % width, entry) - this.#costOf(demand, from % width, entry);
      const distance = this.#distance[here]! + moved + this.#potential[here]! - this.#potential[there]!;
      if (isEqualSoFar) {
        const known = this.#distance[there]!;
        if (distance > known) return;
        if (distance === known) continue;
        isEqualSoFar = false;
        isNews = true;
      }
      this.#distance[there] = distance;
    }
    if (!isNews) return;
    this.#reached[to] = 1;
    this.#from[to] = from;
    this.#by[to] = demand;
  }

  #findCheapest(node: number, place: number): void {
    const width = this.#width;
    this.#isStale[node] = 0;
    for (let to = 0; to < width; to++) {
      let best = -1;
      if (to !== place) {
        for (const demand of this.#present[node]!) {
          if (this.#costOf(demand, to, 0) === Number.POSITIVE_INFINITY) continue;
          if (best < 0 || this.#movesCheaper(demand, best, place, to)) best = demand;
        }
      }
      this.#cheapest[node * width + to] = best;
    }
  }

  #movesCheaper(a: number, b: number, from: number, to: number): boolean {
    for (let entry = 0; entry < this.#entries; entry++) {
      const apart =
        this.#costOf(a, to, entry) -
        this.#costOf(a, from, entry) -
        (this.#costOf(b, to, entry) - this.#costOf(b, from, entry));
      if (apart !== 0) return apart < 0;
    }
    return a < b;
  }

  /** Keeps every arc from costing less than nothing: what is nearer than the sink is as far as it is, all else as far as that. */
  #raisePotentials(): void {
    const entries = this.#entries;
    for (let node = 0; node <= this.#sink; node++) {
      const by = this.#settled[node] === 1 ? node : this.#sink;
      for (let entry = 0; entry < entries; entry++) {
        this.#potential[node * entries + entry]! += this.#distance[by * entries + entry]!;
      }
    }
  }

  /** Sends as many units as there is room for along the way that was found. */
  #send(demand: number, left: number): number {
    let room = left;
    for (let node = this.#sink; this.#from[node]! >= 0; node = this.#from[node]!) {
      room = Math.min(room, this.#roomOn(this.#from[node]!, node));
    }
    let node = this.#sink;
    for (; this.#from[node]! >= 0; node = this.#from[node]!) this.#moveAlong(this.#from[node]!, node, room);
    this.#put(demand, node, room);
    return room;
  }

  #roomOn(from: number, to: number): number {
    const [width, kindNodes] = [this.#width, this.#kinds * this.#width];
    if (this.#by[to]! >= 0) return this.#units[this.#by[to]!]![from % width]!;
    if (to === this.#sink) {
      return from < kindNodes
        ? Number.POSITIVE_INFINITY
        : this.#limits.inAll[from - kindNodes]! - this.#inAll[from - kindNodes]!;
    }
    if (from >= kindNodes) return this.#ofKind[to]!;
    const kind = Math.floor(from / width);
    return this.#limits.ofKind[kind * this.#places + (from - kind * width)]! - this.#ofKind[from]!;
  }

  #moveAlong(from: number, to: number, units: number): void {
    const kindNodes = this.#kinds * this.#width;
    const demand = this.#by[to]!;
    if (demand >= 0) {
      this.#put(demand, from, -units);
      this.#put(demand, to, units);
    } else if (to === this.#sink) {
      if (from < kindNodes) this.#ofKind[from]! += units;
      else this.#inAll[from - kindNodes]! += units;
    } else if (from >= kindNodes) this.#ofKind[to]! -= units;
    else this.#ofKind[from]! += units;
  }

  #put(demand: number, node: number, units: number): void {
    const held = this.#units[demand]!;
    const place = node % this.#width;
    const before = held[place]!;
    held[place] = before + units;
    if ((before === 0) === (held[place] === 0)) return;
    if (before === 0) this.#present[node]!.add(demand);
    else this.#present[node]!.delete(demand);
    this.#isStale[node] = 1;
  }
}
