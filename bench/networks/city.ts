import type { Position } from "../../src/core/units";
import type { OsmSource } from "../../src/roads/sources/osm-source";

/** A hospital as OpenStreetMap tags it (`amenity=hospital`). */
export interface CityHospital {
  /** `node/123` or `way/123`. */
  readonly id: string;
  /** The tagged name, or one made of the id where there is none. */
  readonly name: string;
  /** Of an area, the middle of its bounding box. */
  readonly location: Position;
  /** Tagged `emergency=yes`: it says of itself that it has an emergency department. */
  readonly emergency: boolean;
}

/** A real city whose streets arrive with `npm ci`. Data © OpenStreetMap contributors, ODbL 1.0. */
export interface City {
  readonly name: string;
  readonly roads: OsmSource;
  /** In order of id; empty where the data has none. */
  readonly hospitals: readonly CityHospital[];
}
