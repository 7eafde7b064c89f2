import { MS_PER_MINUTE } from "../core/instant";
import type { HospitalDirectory } from "../hospitals/directory";
import { BulkNearest } from "../roads/bulk-nearest";
import type { RoadIndex } from "../roads/road-index";
import type { CchEngine } from "../shortest-path/cch-engine";
import type { ArcWeights } from "../shortest-path/graph";
import type { Places } from "./places";

export { NO_TARGET, OFF_NETWORK } from "../roads/bulk-nearest";

/** To which ED each place's patients are brought. */
export interface Assignment {
  /** Int32[places]: number of the ED in the directory; NO_TARGET where none can be reached, OFF_NETWORK far from roads. */
  readonly ed: Int32Array;
  /** Int32[places]: milliseconds to care: the drive, and the wait for handover where the ranking counts it. */
  readonly milliseconds: Int32Array;
}

export interface CatchmentGround {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  readonly places: Places;
  /** `total`: drive and handover; `drive`: the drive alone. */
  readonly rankBy: "total" | "drive";
  /** Int32[edges]: travel times. Default: as the roads file has them. */
  readonly weights?: ArcWeights;
}

/**
 * Brings places to EDs: exact, by the nearest table, for any choice of usable EDs. What a change does is told by asking
 * again for the places it can touch.
 */
export class CatchmentMap {
  readonly places: Places;
  readonly hospitals: HospitalDirectory;
  /** Per ED: milliseconds of handover in {@link Assignment.milliseconds}. */
  readonly handoverMs: readonly number[];
  private readonly bulk: BulkNearest;

  /** @throws DiversionError `off-network` for a hospital that no road is near. */
  constructor({ roads, hospitals, places, rankBy, weights = roads.weights }: CatchmentGround) {
    this.places = places;
    this.hospitals = hospitals;
    this.handoverMs = hospitals.hospitals.map(({ handoverMinutes = 0 }) =>
      rankBy === "total" ? Math.round(handoverMinutes * MS_PER_MINUTE) : 0,
    );
    const points = hospitals.hospitals.map(({ location, entrances }) =>
      (entrances.length > 0 ? entrances : [location]).map((entrance) => roads.snap(entrance)),
    );
    const options = { weights, addedMilliseconds: this.handoverMs };
    const engine = roads.createEngine("cch", BulkNearest.targetsAt(roads, points, options)) as CchEngine;
    if (weights !== roads.weights) {
      const changed = Int32Array.from(weights.keys()).filter((edge) => weights[edge] !== roads.weights[edge]);
      engine.setWeights(
        changed,
        changed.map((edge) => weights[edge]!),
      );
    }
    engine.refreshTables();
    this.bulk = new BulkNearest(roads, engine, points, options);
  }

  /** @param usable Uint8[hospitals] */
  assign(usable: Uint8Array): Assignment {
    return this.locate(this.places.locations, usable);
  }

  /** The same for some of the places, in the order given. */
  assignSome(places: ArrayLike<number>, usable: Uint8Array): Assignment {
    const locations = new Float64Array(2 * places.length);
    for (let i = 0; i < places.length; i++) {
      locations[2 * i] = this.places.locations[2 * places[i]!]!;
      locations[2 * i + 1] = this.places.locations[2 * places[i]! + 1]!;
    }
    return this.locate(locations, usable);
  }

  private locate(locations: Float64Array, usable: Uint8Array): Assignment {
    const count = locations.length / 2;
    const assignment = { ed: new Int32Array(count), milliseconds: new Int32Array(count) };
    this.bulk.find(locations, usable, assignment.ed, assignment.milliseconds);
    return assignment;
  }
}

/** The places of each ED, ascending: a list per ED, by its number. */
export function placesByEd({ ed }: Assignment, hospitalCount: number): readonly Int32Array[] {
  const counts = new Int32Array(hospitalCount);
  for (const number of ed) if (number >= 0) counts[number]!++;
  const lists = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  ed.forEach((number, place) => {
    if (number >= 0) lists[number]![counts[number]!++] = place;
  });
  return lists;
}
