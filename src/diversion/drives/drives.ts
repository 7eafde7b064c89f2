import type { EpochMs } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadState } from "../../roads/closures/closure-state";
import { LiveWeights } from "../../roads/closures/live-weights";
import type { RoadIndex } from "../../roads/road-index";
import { driveCentimetres } from "../../roads/route/route";
import type { RoadPoint } from "../../roads/snap/snap-index";
import type { CchEngineOptions } from "../../shortest-path/cch-engine";
import type { EngineChoice, NearestCursor, ShortestPathEngine } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";
import type { Whereabouts } from "../incidents/request";
import { type Departure, HospitalSites, type SiteDrive } from "./hospital-sites";
import { type IncidentPlace, placeIncident } from "./incident-place";

export interface DrivesOptions {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  readonly snapLimitMetres: number;
  readonly engine?: EngineChoice | undefined;
  readonly schedule?: CchEngineOptions["schedule"];
}

/**
 * Drives to the hospitals on the roads: an engine, its targets and its weights, kept at one moment together. All numbers
 * are the directory's; that the engine counts slots stays inside.
 *
 * Until {@link moveTo} is called, the roads are as the file has them.
 */
export class Drives {
  readonly engine: ShortestPathEngine;
  readonly sites: HospitalSites;
  readonly #roads: RoadIndex;
  readonly #snapLimitMetres: number;
  readonly #live: LiveWeights;
  #held: HospitalDirectory;
  #callCount = 0;
  /** Whether slots and numbers are the same, so that nothing need be translated. */
  #isPlain = true;

  constructor({ roads, hospitals, snapLimitMetres, engine, schedule }: DrivesOptions) {
    this.#roads = roads;
    this.#snapLimitMetres = snapLimitMetres;
    this.#held = hospitals;
    this.#live = new LiveWeights(roads);
    this.sites = new HospitalSites(roads, hospitals, snapLimitMetres);
    this.engine = roads.createEngine(engine, this.sites.targets, schedule);
  }

  /** What holds on the roads at the moment these drives are for. */
  get state(): RoadState {
    return this.#live.state;
  }

  get weights(): ArcWeights {
    return this.#live.weights;
  }

  /** How often the engine has been asked or changed: a search that was open before the last time is at its end. */
  get calls(): number {
    return this.#callCount;
  }

  /**
   * Takes roads, entrances and engine to a moment, or to a state of the roads; in constant time as long as nothing on the
   * roads changes.
   */
  moveTo(moment: EpochMs | RoadState): void {
    const changes = this.#live.moveTo(moment);
    if (changes === undefined) return;
    this.#callCount++;
    this.engine.setWeights(changes.edges, changes.milliseconds);
    this.#retarget(this.sites.weightsChanged(changes.edges, this.#live.weights, this.#live.state.closed));
  }

  /** Takes over another list of hospitals: only those that came, moved or went cost anything. */
  setHospitals(hospitals: HospitalDirectory): void {
    if (hospitals === this.#held) return;
    this.#held = hospitals;
    this.#callCount++;
    this.#retarget(this.sites.setHospitals(hospitals));
    this.#isPlain = this.sites.slots.every((slot, number) => slot === number);
  }

  /** The road an incident is on, and those it may be on as well. @throws DiversionError `off-network`. */
  placeOf(whereabouts: Whereabouts): IncidentPlace {
    return placeIncident(this.#roads, this.sites.starts, whereabouts, this.#snapLimitMetres);
  }

  /**
   * Where the drive from an incident begins: on the road it is on, the nearest unless bearing or name say otherwise.
   *
   * @throws DiversionError `off-network`.
   */
  departureFrom(whereabouts: Whereabouts): Departure {
    const { location, bearing, roadName } = whereabouts;
    const isPlain = bearing === undefined && roadName === undefined;
    const home = isPlain ? this.sites.starts.find(location, this.#snapLimitMetres) : undefined;
    return this.departureAt(home ?? this.placeOf(whereabouts).chosen.point);
  }

  /** Where the drive from a point on the roads begins: there, or where a way on foot ends when no vehicle gets away. */
  departureAt(home: RoadPoint): Departure {
    return this.sites.departureFrom(home);
  }

  /** Hospitals in order of drive time, equal times by number. */
  open(departure: Departure): NearestCursor {
    this.#callCount++;
    const cursor = this.engine.open(departure);
    return this.#isPlain ? cursor : new NumberedCursor(cursor, this.sites.numbers);
  }

  /** The fastest drive to a hospital; undefined when there is none. */
  drive(departure: Departure, number: number): SiteDrive | undefined {
    const slot = this.sites.slots[number]!;
    this.#callCount++;
    const path = this.engine.path(departure, slot);
    return path === undefined ? undefined : this.sites.drivenPath(departure, slot, path);
  }

  /** The length of a drive. */
  centimetres(drive: SiteDrive): number {
    return driveCentimetres(this.#roads.graph, drive);
  }

  #retarget(slots: readonly number[]): void {
    for (const slot of slots) this.engine.setTarget(slot, this.sites.target(slot));
  }
}

/** A cursor over slots as one over numbers: among equal times, slots need not come in the order of their numbers. */
class NumberedCursor implements NearestCursor {
  readonly #slots: NearestCursor;
  readonly #numbers: readonly number[];
  /** Numbers at one drive time, the next to hand out last. */
  #ties: number[] = [];
  #tiesMs = 0;
  /** What was read beyond the ties; undefined when nothing was, or at the end. */
  #ahead: { readonly number: number; readonly milliseconds: number } | undefined;
  #hasBegun = false;
  target = -1;
  milliseconds = 0;

  constructor(slots: NearestCursor, numbers: readonly number[]) {
    this.#slots = slots;
    this.#numbers = numbers;
  }

  next(): boolean {
    if (this.#ties.length === 0) this.#readTies();
    const number = this.#ties.pop();
    if (number === undefined) return false;
    this.target = number;
    this.milliseconds = this.#tiesMs;
    return true;
  }

  #readTies(): void {
    if (!this.#hasBegun) this.#readAhead();
    this.#hasBegun = true;
    if (this.#ahead === undefined) return;
    this.#tiesMs = this.#ahead.milliseconds;
    while (this.#ahead?.milliseconds === this.#tiesMs) {
      this.#ties.push(this.#ahead.number);
      this.#readAhead();
    }
    this.#ties.sort((a, b) => b - a);
  }

  #readAhead(): void {
    this.#ahead = this.#slots.next()
      ? { number: this.#numbers[this.#slots.target]!, milliseconds: this.#slots.milliseconds }
      : undefined;
  }
}
