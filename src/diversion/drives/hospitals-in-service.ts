import { DiversionError } from "../../core/errors";
import { type Clock, systemClock } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Status } from "../../hospitals/status/status";
import { StatusBoard } from "../../hospitals/status/status-board";
import type { DiversionRouterOptions } from "../router-options";
import { ENGLAND_DEFAULT } from "../rules/policy";
import { Drives, type DrivesOptions } from "./drives";
import { HospitalSites, type OffNetworkHospital } from "./hospital-sites";

/** A list of hospitals, the status of just those, and the drives to them: replaced together or not at all. */
export class HospitalsInService {
  /** On the roads as they are at the moment they were last moved to. */
  readonly drives: Drives;
  private readonly options: Omit<DrivesOptions, "hospitals">;
  private readonly clock: Clock;
  private readonly ownsStatus: boolean;
  private readonly excludesOffNetwork: boolean;
  private list: HospitalDirectory;
  private board: Status;

  /** @throws DiversionError `hospital-off-network` when a hospital is too far from any usable road. */
  constructor(options: DiversionRouterOptions) {
    const { roads, hospitals, policy = ENGLAND_DEFAULT, clock = systemClock, engine, schedule = soon } = options;
    const { snapLimitMetres = roads.description.snapLimitMetres } = options;
    this.clock = clock;
    this.list = hospitals;
    this.ownsStatus = options.status === undefined;
    this.board = options.status ?? new StatusBoard(hospitals, { clock, timeZone: policy.timeZone });
    requireSameHospitals(this.board, hospitals);
    this.options = { roads, engine, snapLimitMetres, schedule };
    this.excludesOffNetwork = options.hospitalsOffNetwork === "exclude";
    this.drives = new Drives({ ...this.options, hospitals });
    if (!this.excludesOffNetwork) requireAllOnNetwork(this.offNetwork, hospitals.size);
  }

  get hospitals(): HospitalDirectory {
    return this.list;
  }

  get status(): Status {
    return this.board;
  }

  /** Hospitals to which no usable road is near. */
  get offNetwork(): readonly OffNetworkHospital[] {
    return this.drives.sites.offNetwork;
  }

  /**
   * Takes over another list. Only those that came, moved or went are told to the engine.
   *
   * @param timeZone of a new board, where the status is not given.
   * @throws DiversionError `hospital-off-network`, or `invalid-argument` for a status of another list; nothing has
   * changed then.
   */
  replace(hospitals: HospitalDirectory, status: Status | undefined, timeZone: string): void {
    if (status === undefined && !this.ownsStatus) {
      throw new DiversionError(
        "invalid-argument",
        "This router was given its status; give the status of the new hospital list beside the list.",
        { field: "status" },
      );
    }
    const { clock } = this;
    const next = status ?? new StatusBoard(hospitals, { clock, timeZone, history: this.board.history() });
    requireSameHospitals(next, hospitals);
    const { roads, snapLimitMetres } = this.options;
    if (!this.excludesOffNetwork) {
      requireAllOnNetwork(new HospitalSites(roads, hospitals, snapLimitMetres).offNetwork, hospitals.size);
    }
    this.drives.setHospitals(hospitals);
    this.list = hospitals;
    this.board = next;
  }

  /** Drives to the same hospitals on the same roads as the file has them, whatever is closed. */
  undisturbedDrives(): Drives {
    return new Drives({ ...this.options, hospitals: this.list });
  }
}

/** A timer that in Node does not keep a process alive which has nothing else to do. */
function soon(work: () => void): void {
  const timer: unknown = setTimeout(work, 0);
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function") {
    timer.unref();
  }
}

function requireSameHospitals(status: Status, hospitals: HospitalDirectory): void {
  if (status.directory.checksum === hospitals.checksum) return;
  throw new DiversionError(
    "invalid-argument",
    "The status is of another hospital list than the router's; make both from one directory.",
    { field: "status" },
  );
}

function requireAllOnNetwork(offNetwork: readonly OffNetworkHospital[], total: number): void {
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
