import { DiversionError } from "../core/errors";
import type { HospitalDirectory } from "../hospitals/directory";
import type { RoadIndex } from "../roads/road-index";
import { arrivalSeeds, type DirectDrive, departureSeeds, directDrive, type RoadSeed } from "../roads/road-point";
import type { DrivenPath } from "../roads/route";
import type { RoadPoint } from "../roads/snap-index";
import type { Origin, Path, Target } from "../shortest-path/engine";

/** Where one hospital may be driven into, on the roads. */
interface Site {
  readonly entrances: readonly RoadPoint[];
  readonly seeds: readonly RoadSeed[];
  /** For each seed the entrance it leads to. */
  readonly seedEntrance: readonly number[];
}

/** A hospital that lies too far from these roads to be driven to. */
export interface OffNetworkHospital {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

/** A point journeys start from, ready for any engine. */
export interface Departure extends Origin {
  readonly point: RoadPoint;
  readonly seeds: readonly RoadSeed[];
  readonly directDrives: ReadonlyMap<number, { readonly drive: DirectDrive; readonly entrance: number }>;
}

/**
 * The hospitals on the roads: each entrance (or the hospital's position where no entrance is known) snapped to the
 * nearest usable road. Numbers are those of the directory.
 */
export class HospitalSites {
  readonly offNetwork: readonly OffNetworkHospital[];
  private readonly roads: RoadIndex;
  private readonly sites: readonly (Site | undefined)[];
  private readonly sitesOnSegment = new Map<number, { target: number; entrance: number }[]>();

  constructor(roads: RoadIndex, hospitals: HospitalDirectory, snapLimitMetres: number) {
    this.roads = roads;
    const offNetwork: OffNetworkHospital[] = [];
    this.sites = hospitals.hospitals.map((hospital, target) => {
      const locations = hospital.entrances.length > 0 ? hospital.entrances : [hospital.location];
      const entrances: RoadPoint[] = [];
      for (const location of locations) {
        try {
          entrances.push(roads.snap(location, snapLimitMetres));
        } catch (error) {
          if (!(error instanceof DiversionError)) throw error;
          offNetwork.push({ id: hospital.id, name: hospital.name, reason: error.message });
          return undefined;
        }
      }
      return this.siteOf(target, entrances);
    });
    this.offNetwork = offNetwork;
  }

  private siteOf(target: number, entrances: readonly RoadPoint[]): Site {
    const seeds: RoadSeed[] = [];
    const seedEntrance: number[] = [];
    entrances.forEach((point, entrance) => {
      for (const seed of arrivalSeeds(this.roads.graph, this.roads.weights, point)) {
        seeds.push(seed);
        seedEntrance.push(entrance);
      }
      const onSegment = this.sitesOnSegment.get(point.segment) ?? [];
      onSegment.push({ target, entrance });
      this.sitesOnSegment.set(point.segment, onSegment);
    });
    return { entrances, seeds, seedEntrance };
  }

  /** One target per hospital; hospitals off the network have an empty slot. */
  get targets(): readonly Target[] {
    return this.sites.map((site) => site?.seeds ?? []);
  }

  departureFrom(point: RoadPoint): Departure {
    const { graph, weights } = this.roads;
    const directDrives = new Map<number, { drive: DirectDrive; entrance: number }>();
    for (const { target, entrance } of this.sitesOnSegment.get(point.segment) ?? []) {
      const drive = directDrive(graph, weights, point, this.sites[target]!.entrances[entrance]!);
      const known = directDrives.get(target);
      if (drive !== undefined && (known === undefined || drive.milliseconds < known.drive.milliseconds)) {
        directDrives.set(target, { drive, entrance });
      }
    }
    return {
      point,
      seeds: departureSeeds(graph, weights, point),
      direct: [...directDrives].map(([target, { drive }]) => ({ target, milliseconds: drive.milliseconds })),
      directDrives,
    };
  }

  /** What a path to a hospital drives along, ready to be measured and drawn. */
  drivenPath(departure: Departure, target: number, path: Path): DrivenPath {
    const site = this.sites[target]!;
    const direct = departure.directDrives.get(target);
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
}
