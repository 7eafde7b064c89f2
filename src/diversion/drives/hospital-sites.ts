import type { Position } from "../../core/units";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Hospital } from "../../hospitals/directory/hospital";
import { segmentOf } from "../../roads/graph/edge-key";
import type { RoadIndex } from "../../roads/road-index";
import type { DrivenPath } from "../../roads/route/route";
import { type ClosedEdges, NONE_CLOSED } from "../../roads/snap/closed-edges";
import { DriveEnds } from "../../roads/snap/on-foot";
import type { PlaceFinder } from "../../roads/snap/place-finder";
import {
  arrivalAccessPoints,
  type DirectDrive,
  departureAccessPoints,
  directDrive,
  type RoadAccessPoint,
} from "../../roads/snap/road-point";
import type { RoadPoint } from "../../roads/snap/snap-index";
import type { Origin, Path, Target } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";
import { roadText } from "./drive-texts";
import { HomeFinder, type SiteHome } from "./site-homes";

/** A drive that knows where it begins and ends, and what of it is on foot. */
export interface SiteDrive extends DrivenPath {
  readonly from: RoadPoint;
  readonly to: RoadPoint;
}

/** Where one hospital may be driven into, on the roads. */
interface Site {
  readonly id: string;
  /** Its ambulance entrances, or where it is. */
  readonly locations: readonly Position[];
  /** For each location one place on the roads as the file has them, or two; none when a location is off the network. */
  readonly homes: readonly SiteHome[];
  /** Where one may drive to now: the homes, but for those that no vehicle gets to the points from where one walks. */
  readonly entrances: readonly RoadPoint[];
  /** For each entrance the number of its home. */
  readonly entranceHome: readonly number[];
  /** The homes that no vehicle gets to. */
  readonly walked: readonly RoadPoint[];
  readonly accessPoints: readonly RoadAccessPoint[];
  /** For each access point the entrance it leads to. */
  readonly accessPointEntrance: readonly number[];
  /** Why there are no homes. */
  readonly offNetwork?: OffNetworkHospital;
}

/** A hospital far from the road where drives to it end. */
export interface FarEntrance {
  readonly id: string;
  readonly name: string;
  /** Number or name. */
  readonly road: string;
  readonly distanceMetres: number;
}

const NO_ACCESS_POINTS: readonly RoadAccessPoint[] = [];

/** A hospital that lies too far from these roads to be driven to. */
export interface OffNetworkHospital {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

/** A point journeys start from, ready for any engine. */
export interface Departure extends Origin {
  /** The place that was asked for. */
  readonly point: RoadPoint;
  readonly accessPoints: readonly RoadAccessPoint[];
  /** For each access point where the drive begins: at the place, or where the way on foot from it ends. */
  readonly accessPointStart: readonly RoadPoint[];
  /** By slot, drives that pass no node. */
  readonly directDrives: ReadonlyMap<number, DirectSiteDrive>;
  /** Whether a vehicle can drive away from the place. */
  readonly isDriven: boolean;
}

interface DirectSiteDrive {
  readonly drive: DirectDrive;
  readonly from: RoadPoint;
  readonly to: RoadPoint;
}

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
  readonly #roads: RoadIndex;
  readonly #snapLimitMetres: number;
  #weights: ArcWeights;
  #closed: ClosedEdges;
  #ends: DriveEnds;
  /** By slot; undefined where it is free. */
  readonly #sites: (Site | undefined)[] = [];
  readonly #sitesOnSegment = new Map<number, { readonly slot: number; readonly entrance: number }[]>();
  #slotOfNumber: readonly number[] = [];
  #numberOfSlot: readonly number[] = [];
  readonly #homeFinder: HomeFinder;
  #foundStarts: PlaceFinder | undefined;

  /**
   * @param weights travel time of every edge. Default: as the roads file has them.
   * @param closed what is closed of edges that may not be driven now.
   */
  constructor(
    roads: RoadIndex,
    hospitals: HospitalDirectory,
    snapLimitMetres: number,
    weights: ArcWeights = roads.weights,
    closed: ClosedEdges = NONE_CLOSED,
  ) {
    this.#roads = roads;
    this.#snapLimitMetres = snapLimitMetres;
    this.#weights = weights;
    this.#closed = closed;
    this.#ends = this.#driveEnds();
    this.#homeFinder = new HomeFinder(roads, snapLimitMetres);
    this.setHospitals(hospitals);
  }

  /** Finds where journeys to these hospitals begin. */
  get starts(): PlaceFinder {
    this.#foundStarts ??= this.#homeFinder.startsTo(
      this.#sites.flatMap((site) => site?.homes ?? []).map(({ point }) => point),
    );
    return this.#foundStarts;
  }

  get offNetwork(): readonly OffNetworkHospital[] {
    return this.slots.flatMap((slot) => this.#sites[slot]!.offNetwork ?? []);
  }

  /** One target per slot; hospitals off the network, and free slots, have an empty one. */
  get targets(): readonly Target[] {
    return this.#sites.map((site) => site?.accessPoints ?? []);
  }

  /** Where the hospital in a slot may be driven into; the same list until that changes. */
  target(slot: number): readonly RoadAccessPoint[] {
    return this.#sites[slot]?.accessPoints ?? NO_ACCESS_POINTS;
  }

  /** The points on the roads where the hospital in a slot may be driven into now; none when it is off the network. */
  entrances(slot: number): readonly RoadPoint[] {
    return this.#sites[slot]?.entrances ?? [];
  }

  /** Where the hospital in a slot stands on the roads while nothing is closed; nowhere when it is off the network. */
  homes(slot: number): readonly SiteHome[] {
    return this.#sites[slot]?.homes ?? [];
  }

  /** Hospitals of the list that are farther than this from a road where drives to them end, in its order. */
  farEntrances(hospitals: HospitalDirectory, metres: number): FarEntrance[] {
    const { roads, columns } = this.#roads.graph;
    return hospitals.hospitals.flatMap(({ id, name }, number) => {
      const homes = this.homes(this.slots[number]!).map(({ point }) => point);
      const [farthest] = homes.sort((a, b) => b.distanceMetres - a.distanceMetres);
      if (farthest === undefined || farthest.distanceMetres <= metres) return [];
      const road = roads[columns.segmentRoad[farthest.segment]!]!;
      return [{ id, name, road: roadText(road), distanceMetres: Math.round(farthest.distanceMetres) }];
    });
  }

  /** That of them where a drive ends. */
  homeOf(slot: number, entrance: RoadPoint): SiteHome | undefined {
    const site = this.#sites[slot];
    if (site === undefined) return undefined;
    const at = site.entrances.indexOf(entrance);
    return at >= 0 ? site.homes[site.entranceHome[at]!] : site.homes.find(({ point }) => point === entrance);
  }

  /** The slot of each hospital, by its number in the directory. */
  get slots(): readonly number[] {
    return this.#slotOfNumber;
  }

  /** The directory's number of the hospital in each slot, -1 where it is free. */
  get numbers(): readonly number[] {
    return this.#numberOfSlot;
  }

  /**
   * Takes over another list of hospitals. Those at the same place as before stay as they are.
   *
   * @returns slots whose target is another one now, ascending; new slots follow the last one without a gap.
   */
  setHospitals(hospitals: HospitalDirectory): number[] {
    const changed: number[] = [];
    const slotOfId = new Map<string, number>();
    for (const [slot, site] of this.#sites.entries()) {
      if (site === undefined) continue;
      if (hospitals.indexOf(site.id) >= 0) slotOfId.set(site.id, slot);
      else {
        this.#replace(slot, undefined);
        changed.push(slot);
      }
    }
    let free = 0;
    for (const hospital of hospitals.hospitals) {
      while (free < this.#sites.length && this.#sites[free] !== undefined) free++;
      const slot = slotOfId.get(hospital.id) ?? free;
      slotOfId.set(hospital.id, slot);
      const locations = hospital.entrances.length > 0 ? hospital.entrances : [hospital.location];
      if (String(this.#sites[slot]?.locations) === String(locations)) continue;
      this.#replace(slot, this.#locate(hospital, locations));
      changed.push(slot);
    }
    this.#slotOfNumber = hospitals.hospitals.map(({ id }) => slotOfId.get(id)!);
    const numbers = this.#sites.map(() => -1);
    for (const [number, slot] of this.#slotOfNumber.entries()) numbers[slot] = number;
    this.#numberOfSlot = numbers;
    if (changed.length > 0) this.#foundStarts = undefined;
    return [...new Set(changed)].sort((a, b) => a - b);
  }

  /**
   * Travel times of these edges changed, or what of them is closed. Entrances on them are looked at again, and those at
   * junctions, where any road there counts, and those that are walked to, for which another way can be best now.
   *
   * @param weights travel time of every edge, with the change.
   * @returns slots whose target is another one now, ascending.
   */
  weightsChanged(edges: ArrayLike<number>, weights: ArcWeights, closed: ClosedEdges): number[] {
    this.#weights = weights;
    this.#closed = closed;
    this.#ends = this.#driveEnds();
    const { keyOfEdge } = this.#roads.graph.columns;
    const touched = new Set<number>();
    for (const [slot, site] of this.#sites.entries()) {
      if (site !== undefined && (site.walked.length > 0 || site.homes.some(({ point }) => point.node >= 0)))
        touched.add(slot);
    }
    for (let i = 0; i < edges.length; i++) {
      for (const { slot } of this.#sitesOnSegment.get(segmentOf(keyOfEdge[edges[i]!]!)) ?? []) touched.add(slot);
    }
    const changed: number[] = [];
    for (const slot of touched) {
      const before = this.#sites[slot]!;
      const after = this.#siteAt(before);
      // The same list as before, where nothing of it changed: who keeps it need not look at it again.
      const isSame = sameAccessPoints(before.accessPoints, after.accessPoints);
      this.#replace(slot, isSame ? { ...after, accessPoints: before.accessPoints } : after);
      if (!isSame) changed.push(slot);
    }
    return changed.sort((a, b) => a - b);
  }

  /** Where a journey from a place on the roads begins: there, or, where no vehicle gets away, where a walk from it ends. */
  departureFrom(home: RoadPoint): Departure {
    const [weights, closed] = [this.#weights, this.#closed];
    const { graph } = this.#roads;
    const starts = this.#ends.departures(home);
    const isDriven = starts[0] === home;
    const accessPoints: RoadAccessPoint[] = [];
    const accessPointStart: RoadPoint[] = [];
    const directDrives = new Map<number, DirectSiteDrive>();
    const offer = (slot: number, one: DirectSiteDrive): void => {
      const known = directDrives.get(slot);
      if (known === undefined || one.drive.milliseconds < known.drive.milliseconds) directDrives.set(slot, one);
    };
    for (const from of starts) {
      for (const accessPoint of departureAccessPoints(graph, weights, from, closed)) {
        accessPoints.push(accessPoint);
        accessPointStart.push(from);
      }
    }
    // Where no vehicle gets away from the piece of road, one may still drive along it.
    for (const from of isDriven ? starts : [home, ...starts]) {
      for (const { slot, entrance } of this.#sitesOnSegment.get(from.segment) ?? []) {
        const to = pointsOf(this.#sites[slot])[entrance]!;
        const drive = directDrive(graph, weights, from, to, closed);
        if (drive !== undefined) offer(slot, { drive, from, to });
      }
    }
    for (const { slot } of this.#sitesOnSegment.get(home.segment) ?? []) {
      const { homes, walked } = this.#sites[slot]!;
      for (const to of isDriven ? walked : homes.map(({ point }) => point)) {
        const start = this.#ends.walkBetween(home, to);
        if (start === undefined) continue;
        offer(slot, { drive: { milliseconds: start.onFoot!.milliseconds, edge: -1 }, from: start, to });
      }
    }
    return {
      point: home,
      accessPoints: accessPoints,
      accessPointStart,
      direct: [...directDrives].map(([target, { drive }]) => ({ target, milliseconds: drive.milliseconds })),
      directDrives,
      isDriven,
    };
  }

  /** What a path to the hospital in a slot drives along, ready to be measured and drawn. */
  drivenPath(departure: Departure, slot: number, path: Path): SiteDrive {
    const site = this.#sites[slot]!;
    const direct = departure.directDrives.get(slot);
    const [start, end] =
      path.originAccessPoint === undefined || path.targetAccessPoint === undefined
        ? [direct?.from ?? departure.point, direct?.to ?? site.entrances[0]!]
        : [
            departure.accessPointStart[path.originAccessPoint]!,
            site.entrances[site.accessPointEntrance[path.targetAccessPoint]!]!,
          ];
    return {
      path,
      from: start,
      to: end,
      departures: departure.accessPoints,
      arrivals: site.accessPoints,
      direct: direct?.drive,
    };
  }

  #locate({ id, name }: Hospital, locations: readonly Position[]): Site {
    const homes: SiteHome[] = [];
    for (const location of locations) {
      const found = this.#homeFinder.homesOf(location);
      if (found.length === 0) {
        const reason = this.#roads.offNetwork(location, this.#snapLimitMetres).message;
        return { ...this.#siteAt({ id, locations, homes: [] }), offNetwork: { id, name, reason } };
      }
      homes.push(...found);
    }
    return this.#siteAt({ id, locations, homes });
  }

  #siteAt({ id, locations, homes }: Pick<Site, "id" | "locations" | "homes">): Site {
    const entrances: RoadPoint[] = [];
    const entranceHome: number[] = [];
    const walked: RoadPoint[] = [];
    for (const [number, { point: home }] of homes.entries()) {
      const ends = this.#ends.arrivals(home);
      entrances.push(...ends);
      entranceHome.push(...ends.map(() => number));
      if (ends[0] !== home) walked.push(home);
    }
    const accessPoints: RoadAccessPoint[] = [];
    const accessPointEntrance: number[] = [];
    for (const [entrance, point] of entrances.entries()) {
      for (const accessPoint of arrivalAccessPoints(this.#roads.graph, this.#weights, point, this.#closed)) {
        accessPoints.push(accessPoint);
        accessPointEntrance.push(entrance);
      }
    }
    return { id, locations, homes, entrances, entranceHome, walked, accessPoints, accessPointEntrance };
  }

  /** Puts a site into a slot, or empties it, and keeps {@link sitesOnSegment} in step. */
  #replace(slot: number, site: Site | undefined): void {
    for (const point of pointsOf(this.#sites[slot])) {
      const others = this.#sitesOnSegment.get(point.segment)?.filter((on) => on.slot !== slot) ?? [];
      if (others.length > 0) this.#sitesOnSegment.set(point.segment, others);
      else this.#sitesOnSegment.delete(point.segment);
    }
    this.#sites[slot] = site;
    for (const [entrance, point] of pointsOf(site).entries()) {
      const others = this.#sitesOnSegment.get(point.segment) ?? [];
      this.#sitesOnSegment.set(point.segment, [...others, { slot, entrance }]);
    }
  }

  #driveEnds(): DriveEnds {
    const roads = this.#roads;
    return new DriveEnds(roads.graph, this.#weights, this.#closed, { kmh: roads.onFootKmh });
  }
}

/** Entrances first, in their order; then homes that no vehicle gets to. */
const pointsOf = (site: Site | undefined): readonly RoadPoint[] =>
  site === undefined ? [] : [...site.entrances, ...site.walked];

const sameAccessPoints = (a: readonly RoadAccessPoint[], b: readonly RoadAccessPoint[]): boolean =>
  a.length === b.length &&
  a.every((accessPoint, i) => {
    const other = b[i]!;
    return (
      accessPoint.node === other.node &&
      accessPoint.milliseconds === other.milliseconds &&
      accessPoint.edge === other.edge
    );
  });
