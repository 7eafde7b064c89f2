import { DiversionError } from "../../core/errors";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { type RoadState, UNDISTURBED } from "../../roads/closures/closure-state";
import type { RoadIndex } from "../../roads/road-index";
import { Drives, type DrivesOptions } from "./drives";
import { HospitalSites, type OffNetworkHospital } from "./hospital-sites";

/**
 * Drives on one road index for whatever state of the roads and list of hospitals is asked for. Engines are dear and their
 * weights mutable, so there are few and they move: one follows the roads as they are, a second stays on the roads as the
 * file has them, because a question under closures is put to both.
 */
export class DrivePool {
  readonly #options: Omit<DrivesOptions, "hospitals">;
  #hospitals: HospitalDirectory;
  #live: Drives | undefined;
  #undisturbed: Drives | undefined;
  /** Of lists that were never, or are no longer, the pool's own. */
  readonly #others = new WeakMap<HospitalDirectory, Drives>();

  constructor({ hospitals, schedule = soon, ...options }: DrivesOptions) {
    this.#options = { ...options, schedule };
    this.#hospitals = hospitals;
  }

  get roads(): RoadIndex {
    return this.#options.roads;
  }

  get snapLimitMetres(): number {
    return this.#options.snapLimitMetres;
  }

  /** To the pool's own hospitals, on the roads as they were when they were last moved. */
  get live(): Drives {
    this.#live ??= new Drives({ ...this.#options, hospitals: this.#hospitals });
    return this.#live;
  }

  /** Moved to a state of the roads; they stay there until somebody asks for others. */
  at(state: RoadState, hospitals: HospitalDirectory): Drives {
    const drives = this.#drivesFor(state, hospitals);
    drives.moveTo(state);
    return drives;
  }

  /** Takes over another list: only those that came, moved or went are told to the engines. */
  setHospitals(hospitals: HospitalDirectory): void {
    this.#hospitals = hospitals;
    this.#live?.setHospitals(hospitals);
    this.#undisturbed?.setHospitals(hospitals);
  }

  /** @throws DiversionError `hospital-off-network` when a hospital of the list is too far from any usable road. */
  requireOnNetwork(hospitals: HospitalDirectory): void {
    const { roads, snapLimitMetres } = this.#options;
    const isOwn = hospitals === this.#hospitals;
    const { offNetwork } = isOwn ? this.live.sites : new HospitalSites(roads, hospitals, snapLimitMetres);
    requireNone(offNetwork, hospitals.size);
  }

  #drivesFor(state: RoadState, hospitals: HospitalDirectory): Drives {
    if (hospitals !== this.#hospitals) {
      let other = this.#others.get(hospitals);
      if (other === undefined) {
        other = new Drives({ ...this.#options, hospitals });
        this.#others.set(hospitals, other);
      }
      return other;
    }
    if (state !== UNDISTURBED || this.live.state === UNDISTURBED) return this.live;
    this.#undisturbed ??= new Drives({ ...this.#options, hospitals });
    return this.#undisturbed;
  }
}

/** A timer that in Node does not keep a process alive which has nothing else to do. */
function soon(work: () => void): void {
  const timer: unknown = setTimeout(work, 0);
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function") {
    timer.unref();
  }
}

function requireNone(offNetwork: readonly OffNetworkHospital[], total: number): void {
  const [first] = offNetwork;
  if (first === undefined) return;
  const rest = offNetwork.length > 1 ? ` (and ${offNetwork.length - 1} more of ${total})` : "";
  throw new DiversionError(
    "hospital-off-network",
    `${first.name}${rest} is off these roads: ${first.reason} Or leave such hospitals out on purpose with ` +
      'hospitalsOffNetwork: "exclude" (--exclude-off-network).',
    { field: first.id },
  );
}
