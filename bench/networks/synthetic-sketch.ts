/** Numbers, not names: one lies on every link. */
export const RoadClass = { local: 0, arterial: 1, motorway: 2 } as const;
export type RoadClass = (typeof RoadClass)[keyof typeof RoadClass];

export interface Link {
  readonly from: number;
  readonly to: number;
  roadClass: RoadClass;
}

export interface Town {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly nodes: number;
}

/** A river, given by where it runs: a line across the country with two bends of different length in it. */
export interface River {
  /** Metres between one bridge and the next. */
  readonly bridgeSpacing: number;
  /** Signed distance of a point from the river, in metres, and how far along the river it is. */
  place(x: number, y: number): { side: number; along: number };
}

/** A network in the making, on a plane, in metres. */
export interface Sketch {
  /** Side of the square the network fills. */
  readonly side: number;
  /** In descending order of size. */
  readonly towns: readonly Town[];
  readonly rivers: readonly River[];
  readonly x: number[];
  readonly y: number[];
  readonly inTown: boolean[];
  readonly links: Link[];
}
