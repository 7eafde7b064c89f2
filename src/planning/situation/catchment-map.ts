import { HospitalSites, type OffNetworkHospital } from "../../diversion/drives/hospital-sites";
import { handoverOf } from "../../diversion/rules/judged-eds";
import type { Policy } from "../../diversion/rules/policy";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { BulkNearest, NO_TARGET } from "../../roads/bulk-nearest";
import { type RoadState, UNDISTURBED } from "../../roads/closures/closure-state";
import { LiveWeights } from "../../roads/closures/live-weights";
import type { RoadIndex } from "../../roads/road-index";
import type { ClosedEdges } from "../../roads/snap/closed-edges";
import type { PlaceFinder } from "../../roads/snap/place-finder";
import type { RoadPoint } from "../../roads/snap/snap-index";
import type { CchEngine } from "../../shortest-path/cch-engine";
import type { Target } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";
import type { DemandPoints } from "./demand-points";
import type { EdsByVerdict } from "./patient-group";

export { NO_TARGET, OFF_NETWORK } from "../../roads/bulk-nearest";

/** To which ED the patients of each demand point are brought. */
export interface Assignment {
  /**
   * Int32[demand points]: number of the ED in the directory; NO_TARGET where none can be reached, OFF_NETWORK far from
   * roads.
   */
  readonly ed: Int32Array;
  /**
   * Int32[demand points]: milliseconds to care: the drive, and the wait for handover where the ranking counts it.
   * INFINITE_MS where there is no ED.
   */
  readonly milliseconds: Int32Array;
}

interface CatchmentMapOptions {
  /** What holds on the roads. Default: they are as the roads file has them. */
  readonly roadState?: RoadState;
  /** By ED: milliseconds of handover that count beside the drive. Default: none. */
  readonly handoverMs?: readonly number[];
  /** Default: what the roads say. */
  readonly snapLimitMetres?: number;
}

/** By ED: the wait for handover that the ranking counts where no feed knows better, in milliseconds. */
export const listedHandoverMs = ({ hospitals }: HospitalDirectory, policy: Policy): readonly number[] =>
  hospitals.map((hospital) => (policy.rankBy === "total" ? handoverOf(policy, hospital).handoverMs : 0));

/**
 * Brings demand points to EDs: exact, by the nearest table, for any choice of usable EDs. What a change does is told by
 * asking again for the demand points it can touch. Equal times go to the ED with the lower number.
 *
 * From a demand point that closed roads let no vehicle away from one walks, as recommendations do.
 */
export class CatchmentMap {
  readonly roads: RoadIndex;
  readonly demandPoints: DemandPoints;
  readonly hospitals: HospitalDirectory;
  readonly weights: ArcWeights;
  readonly closed: ClosedEdges;
  readonly handoverMs: readonly number[];
  readonly snapLimitMetres: number;
  readonly #sites: HospitalSites;
  readonly #engine: CchEngine;
  readonly #bulk: BulkNearest;

  constructor(
    roads: RoadIndex,
    hospitals: HospitalDirectory,
    demandPoints: DemandPoints,
    { roadState = UNDISTURBED, handoverMs, snapLimitMetres }: CatchmentMapOptions = {},
  ) {
    const live = new LiveWeights(roads);
    live.moveTo(roadState);
    const { weights } = live;
    this.roads = roads;
    this.demandPoints = demandPoints;
    this.hospitals = hospitals;
    this.weights = weights;
    this.closed = live.state.closed;
    this.handoverMs = handoverMs ?? hospitals.hospitals.map(() => 0);
    this.snapLimitMetres = snapLimitMetres ?? roads.description.snapLimitMetres;
    this.#sites = new HospitalSites(roads, hospitals, this.snapLimitMetres, weights, this.closed);
    const points = hospitals.hospitals.map((_, number) => this.#sites.entrances(number));
    const options = { weights, closed: this.closed, addedMilliseconds: this.handoverMs };
    this.#engine = roads.createEngine("cch", BulkNearest.targetsAt(roads, points, options)) as CchEngine;
    if (weights !== roads.weights) {
      const changed = Int32Array.from(weights.keys()).filter((edge) => weights[edge] !== roads.weights[edge]);
      this.#engine.setWeights(
        changed,
        changed.map((edge) => weights[edge]!),
      );
    }
    this.#engine.refreshTable();
    this.#bulk = new BulkNearest(roads, this.#engine, points, { ...options, starts: this.starts });
  }

  /** EDs that no road is near: nobody is brought there. */
  get offNetwork(): readonly OffNetworkHospital[] {
    return this.#sites.offNetwork;
  }

  /** Finds where journeys begin, as for a recommendation. */
  get starts(): PlaceFinder {
    return this.#sites.starts;
  }

  /** Where an ED may be driven into now, by its number. */
  entrancesOf(number: number): readonly RoadPoint[] {
    return this.#sites.entrances(number);
  }

  /** Where journeys to an ED leave the graph, by its number; without the wait for handover. */
  seedsOf(number: number): Target {
    return this.#sites.target(number);
  }

  /** @param usable Uint8[hospitals], or several such in the order in which they are tried. */
  assign(usable: Uint8Array | EdsByVerdict): Assignment {
    const edsByVerdict = usable instanceof Uint8Array ? [usable] : usable;
    return this.assignSome(
      Int32Array.from({ length: this.demandPoints.weights.length }, (_, demandPoint) => demandPoint),
      edsByVerdict,
    );
  }

  /** The same for some of the demand points, in the order given. */
  assignSome(demandPoints: Int32Array, edsByVerdict: EdsByVerdict): Assignment {
    const { locations } = this.demandPoints;
    const some = new Float64Array(2 * demandPoints.length);
    for (let i = 0; i < demandPoints.length; i++) {
      some[2 * i] = locations[2 * demandPoints[i]!]!;
      some[2 * i + 1] = locations[2 * demandPoints[i]! + 1]!;
    }
    return this.nearestUsable(some, edsByVerdict);
  }

  /**
   * The nearest usable ED of locations that need be no demand points.
   *
   * @param locations Float64[2 * n]: longitude and latitude in degrees, alternating.
   * @param limitMetres farther than this from a road is off the network. Default: the map's snapping limit.
   */
  nearestUsable(locations: Float64Array, edsByVerdict: EdsByVerdict, limitMetres = this.snapLimitMetres): Assignment {
    const count = locations.length / 2;
    const found = { ed: new Int32Array(count), milliseconds: new Int32Array(count) };
    this.#bulk.find(locations, edsByVerdict[0]!, found.ed, found.milliseconds, limitMetres);
    for (const usable of edsByVerdict.slice(1)) {
      if (!usable.includes(1)) continue;
      const left = indexesWhere(found.ed, NO_TARGET);
      const next = { ed: new Int32Array(left.length), milliseconds: new Int32Array(left.length) };
      const some = Float64Array.from({ length: 2 * left.length }, (_, i) => locations[2 * left[i >> 1]! + (i & 1)]!);
      this.#bulk.find(some, usable, next.ed, next.milliseconds, limitMetres);
      for (let i = 0; i < left.length; i++) {
        found.ed[left[i]!] = next.ed[i]!;
        found.milliseconds[left[i]!] = next.milliseconds[i]!;
      }
    }
    return found;
  }
}

/** The demand points of each ED, ascending: a list per ED, by its number. */
export function demandPointsByEd({ ed }: Pick<Assignment, "ed">, hospitalCount: number): readonly Int32Array[] {
  const counts = new Int32Array(hospitalCount);
  for (const number of ed) if (number >= 0) counts[number]!++;
  const lists = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  ed.forEach((number, demandPoint) => {
    if (number >= 0) lists[number]![counts[number]!++] = demandPoint;
  });
  return lists;
}

function indexesWhere(values: Int32Array, wanted: number): Int32Array {
  const indexes: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) indexes.push(i);
  return Int32Array.from(indexes);
}
