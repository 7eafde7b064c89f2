import { DiversionError } from "../../core/errors";
import { distanceMetres } from "../../core/geometry";
import type { Position } from "../../core/units";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Hospital } from "../../hospitals/directory/hospital";
import { segmentOf } from "../../roads/graph/edge-key";
import type { RoadIndex } from "../../roads/road-index";
import type { DrivenPath } from "../../roads/route/route";
import {
  arrivalSeeds,
  type DirectDrive,
  departureSeeds,
  directDrive,
  drivableEdges,
  type RoadSeed,
} from "../../roads/snap/road-point";
import type { RoadPoint } from "../../roads/snap/snap-index";
import type { Origin, Path, Target } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";

/** A point on the roads where a drive begins or ends. */
export interface DriveEnd extends RoadPoint {
  /** The point that was asked for, where its road is closed and this one, elsewhere, is driven to or from in its place. */
  readonly standsInFor?: RoadPoint;
}

/** A drive that knows whether it begins and ends where it should. */
export interface SiteDrive extends DrivenPath {
  readonly from: DriveEnd;
  readonly to: DriveEnd;
}

/** Where one hospital may be driven into, on the roads. */
interface Site {
  readonly id: string;
  /** Its ambulance entrances, or where it is. */
  readonly locations: readonly Position[];
  /** For each location the nearest point on the roads as the file has them; none when one of them is off the network. */
  readonly homes: readonly RoadPoint[];
  /** Where one may drive to now: the homes, but for those on closed roads the points that stand in for them. */
  readonly entrances: readonly DriveEnd[];
  /** Whether a home is on a closed road. */
  readonly isMoved: boolean;
  readonly seeds: readonly RoadSeed[];
  /** For each seed the entrance it leads to. */
  readonly seedEntrance: readonly number[];
  /** Why there are no homes. */
  readonly offNetwork?: OffNetworkHospital;
}

const NO_SEEDS: readonly RoadSeed[] = [];

/** A hospital that lies too far from these roads to be driven to. */
export interface OffNetworkHospital {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

/** A point journeys start from, ready for any engine. */
export interface Departure extends Origin {
  readonly point: DriveEnd;
  readonly seeds: readonly RoadSeed[];
  readonly directDrives: ReadonlyMap<number, { readonly drive: DirectDrive; readonly entrance: number }>;
  /** Whether the point is on the piece of road that was asked for, not on one that stands in for it. */
  readonly startsAtHome: boolean;
}

/** Half the resolution of positions: what is nearer than this is in the same place. */
const AT_NODE_METRES = 0.005;

/**
 * The hospitals on the roads: each entrance (or the hospital's position where no entrance is known) snapped to the
 * nearest usable road that may be driven. An ambulance arrives at whichever entrance is soonest by road: on a road driven
 * both ways from either side, on a dual carriageway along the carriageway nearest to the entrance, for nobody turns across
 * the middle. A hospital that is entered from both carriageways has an entrance on each.
 *
 * Hospitals stand in **slots**, which are the engine's target numbers. At first slots are the directory's numbers. A
 * hospital that comes later takes a free slot and the others keep theirs, so that an engine need only be told of it;
 * {@link numbers} and {@link slots} translate.
 */
export class HospitalSites {
  private readonly roads: RoadIndex;
  private readonly snapLimitMetres: number;
  private weights: ArcWeights;
  /** By slot; undefined where it is free. */
  private readonly sites: (Site | undefined)[] = [];
  private readonly sitesOnSegment = new Map<number, { readonly slot: number; readonly entrance: number }[]>();
  private slotOfNumber: readonly number[] = [];
  private numberOfSlot: readonly number[] = [];

  /** @param weights travel time of every edge. Default: as the roads file has them. */
  constructor(
    roads: RoadIndex,
    hospitals: HospitalDirectory,
    snapLimitMetres: number,
    weights: ArcWeights = roads.weights,
  ) {
    this.roads = roads;
    this.snapLimitMetres = snapLimitMetres;
    this.weights = weights;
    this.setHospitals(hospitals);
  }

  get offNetwork(): readonly OffNetworkHospital[] {
    return this.slots.flatMap((slot) => this.sites[slot]!.offNetwork ?? []);
  }

  /** One target per slot; hospitals off the network, and free slots, have an empty one. */
  get targets(): readonly Target[] {
    return this.sites.map((site) => site?.seeds ?? []);
  }

  /** Where the hospital in a slot may be driven into; the same list until that changes. */
  target(slot: number): readonly RoadSeed[] {
    return this.sites[slot]?.seeds ?? NO_SEEDS;
  }

  /** The points on the roads where the hospital in a slot may be driven into now; none when it is off the network. */
  entrances(slot: number): readonly DriveEnd[] {
    return this.sites[slot]?.entrances ?? [];
  }

  /** The slot of each hospital, by its number in the directory. */
  get slots(): readonly number[] {
    return this.slotOfNumber;
  }

  /** The directory's number of the hospital in each slot, -1 where it is free. */
  get numbers(): readonly number[] {
    return this.numberOfSlot;
  }

  /**
   * Takes over another list of hospitals. Those at the same place as before stay as they are.
   *
   * @returns slots whose target is another one now, ascending; new slots follow the last one without a gap.
   */
  setHospitals(hospitals: HospitalDirectory): number[] {
    const changed: number[] = [];
    const slotOfId = new Map<string, number>();
    for (const [slot, site] of this.sites.entries()) {
      if (site === undefined) continue;
      if (hospitals.indexOf(site.id) >= 0) slotOfId.set(site.id, slot);
      else {
        this.replace(slot, undefined);
        changed.push(slot);
      }
    }
    let free = 0;
    for (const hospital of hospitals.hospitals) {
      while (free < this.sites.length && this.sites[free] !== undefined) free++;
      const slot = slotOfId.get(hospital.id) ?? free;
      slotOfId.set(hospital.id, slot);
      const locations = hospital.entrances.length > 0 ? hospital.entrances : [hospital.location];
      if (String(this.sites[slot]?.locations) === String(locations)) continue;
      this.replace(slot, this.locate(hospital, locations));
      changed.push(slot);
    }
    this.slotOfNumber = hospitals.hospitals.map(({ id }) => slotOfId.get(id)!);
    const numbers = this.sites.map(() => -1);
    for (const [number, slot] of this.slotOfNumber.entries()) numbers[slot] = number;
    this.numberOfSlot = numbers;
    return [...new Set(changed)].sort((a, b) => a - b);
  }

  /**
   * Travel times of these edges changed. Entrances on them are looked at again, and so are those that a closure has moved
   * off the road they belong to: only for these can another road be nearest now.
   *
   * @param weights travel time of every edge, with the change.
   * @returns slots whose target may be another one now, ascending.
   */
  weightsChanged(edges: ArrayLike<number>, weights: ArcWeights): number[] {
    this.weights = weights;
    const { keyOfEdge } = this.roads.graph.columns;
    const touched = new Set<number>();
    for (const [slot, site] of this.sites.entries()) {
      if (site?.isMoved === true) touched.add(slot);
    }
    for (let i = 0; i < edges.length; i++) {
      for (const { slot } of this.sitesOnSegment.get(segmentOf(keyOfEdge[edges[i]!]!)) ?? []) touched.add(slot);
    }
    for (const slot of touched) {
      const { id, locations, homes } = this.sites[slot]!;
      this.replace(slot, this.siteAt(id, locations, homes));
    }
    return [...touched].sort((a, b) => a - b);
  }

  /**
   * Where a journey from a point on the roads may begin, best first: there. When the road is closed, or closed in the
   * direction in which it should be left, the points that stand in for it, and last itself, from where there may be no way.
   *
   * @param location that was snapped to the point.
   */
  departuresFrom(location: Position, home: RoadPoint): readonly Departure[] {
    const isOpen = drivableEdges(this.roads.graph, this.weights, home).length > 0;
    const points = isOpen ? [home] : [...this.detourPoints(location, home), home];
    return points.map((point) => this.departureAt(point, home));
  }

  /** What a path to the hospital in a slot drives along, ready to be measured and drawn. */
  drivenPath(departure: Departure, slot: number, path: Path): SiteDrive {
    const site = this.sites[slot]!;
    const direct = departure.directDrives.get(slot);
    const entrance = path.targetSeed === undefined ? (direct?.entrance ?? 0) : site.seedEntrance[path.targetSeed]!;
    return {
      path,
      from: departure.point,
      to: site.entrances[entrance]!,
      departures: departure.seeds,
      arrivals: site.seeds,
      direct: direct?.drive,
    };
  }

  private departureAt(point: DriveEnd, home: RoadPoint): Departure {
    const { roads, weights } = this;
    const directDrives = new Map<number, { drive: DirectDrive; entrance: number }>();
    for (const { slot, entrance } of this.sitesOnSegment.get(point.segment) ?? []) {
      const drive = directDrive(roads.graph, weights, point, this.sites[slot]!.entrances[entrance]!);
      const known = directDrives.get(slot);
      if (drive !== undefined && (known === undefined || drive.milliseconds < known.drive.milliseconds)) {
        directDrives.set(slot, { drive, entrance });
      }
    }
    return {
      point,
      seeds: departureSeeds(roads.graph, weights, point),
      direct: [...directDrives].map(([target, { drive }]) => ({ target, milliseconds: drive.milliseconds })),
      directDrives,
      startsAtHome: point.segment === home.segment,
    };
  }

  private locate({ id, name }: Hospital, locations: readonly Position[]): Site {
    const homes: RoadPoint[] = [];
    for (const location of locations) {
      try {
        homes.push(this.roads.snap(location, this.snapLimitMetres));
      } catch (error) {
        if (!(error instanceof DiversionError)) throw error;
        const offNetwork = { id, name, reason: error.message };
        return { id, locations, homes: [], entrances: [], isMoved: false, seeds: [], seedEntrance: [], offNetwork };
      }
    }
    return this.siteAt(id, locations, homes);
  }

  private siteAt(id: string, locations: readonly Position[], homes: readonly RoadPoint[]): Site {
    const isMoved = homes.some(({ segment }) => !this.isOpen(segment));
    const entrances: readonly DriveEnd[] = isMoved
      ? homes.flatMap((home, i) => (this.isOpen(home.segment) ? [home] : this.detourPoints(locations[i]!, home)))
      : homes;
    const seeds: RoadSeed[] = [];
    const seedEntrance: number[] = [];
    for (const [entrance, point] of entrances.entries()) {
      for (const seed of arrivalSeeds(this.roads.graph, this.weights, point)) {
        seeds.push(seed);
        seedEntrance.push(entrance);
      }
    }
    return { id, locations, homes, entrances, isMoved, seeds, seedEntrance };
  }

  /** Puts a site into a slot, or empties it, and keeps {@link sitesOnSegment} in step. */
  private replace(slot: number, site: Site | undefined): void {
    for (const point of this.sites[slot]?.entrances ?? []) {
      const others = this.sitesOnSegment.get(point.segment)?.filter((on) => on.slot !== slot) ?? [];
      if (others.length > 0) this.sitesOnSegment.set(point.segment, others);
      else this.sitesOnSegment.delete(point.segment);
    }
    this.sites[slot] = site;
    for (const [entrance, point] of (site?.entrances ?? []).entries()) {
      const others = this.sitesOnSegment.get(point.segment) ?? [];
      this.sitesOnSegment.set(point.segment, [...others, { slot, entrance }]);
    }
  }

  /**
   * What stands in for a point on a closed piece of road: the nearest point on an open road, and those ends of the piece
   * where an open road begins. The nearest open road alone may be a stub that the closure has cut off from everything.
   */
  private detourPoints(location: Position, home: RoadPoint): DriveEnd[] {
    const { segment } = home;
    const { roads, snapLimitMetres } = this;
    const { segmentTail, segmentHead } = roads.graph.columns;
    const isOpen = (candidate: number): boolean => this.isOpen(candidate);
    const nearest = roads.trySnap(location, snapLimitMetres, isOpen);
    const points = nearest === undefined ? [] : [nearest];
    for (const node of [segmentTail[segment]!, segmentHead[segment]!]) {
      const end = roads.trySnap(roads.graph.nodePosition(node), AT_NODE_METRES, isOpen);
      if (end === undefined || end.node < 0) continue;
      const metres = distanceMetres(location, end.position);
      if (metres <= snapLimitMetres) points.push({ ...end, distanceMetres: metres });
    }
    return points.map((point) =>
      distanceMetres(home.position, point.position) > AT_NODE_METRES ? { ...point, standsInFor: home } : point,
    );
  }

  /** Whether a segment may be driven in one direction at least. */
  private isOpen(segment: number): boolean {
    return drivableEdges(this.roads.graph, this.weights, { segment }).length > 0;
  }
}
