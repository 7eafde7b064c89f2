import type { NearestCursor } from "../../shortest-path/engine";
import type { EdsByDrive, Reached } from "../rules/circumstances";
import type { Drives } from "./drives";
import type { Departure, SiteDrive } from "./hospital-sites";

/**
 * The EDs by drive from one departure, found as far as they are asked for and then kept: all decisions about the
 * departure share one search. Asking for a way ends the search of the engine; it is taken up again when more is asked for.
 */
export class ReachableEds implements EdsByDrive {
  readonly departure: Departure;
  /** Takes the drives to the roads and hospitals of this departure: others ask them about other moments. */
  readonly #drives: () => Drives;
  readonly #slots: readonly number[];
  readonly #found: Reached[] = [];
  /** The fastest drives as far as they were asked for. */
  readonly #paths = new Map<number, SiteDrive | undefined>();
  #cursor: NearestCursor | undefined;
  /** How often the engine had been asked when the cursor was last moved. */
  #calls = -1;
  #isComplete = false;

  constructor(departure: Departure, drives: () => Drives) {
    this.departure = departure;
    this.#drives = drives;
    this.#slots = drives().sites.slots;
  }

  at(place: number): Reached | undefined {
    while (place >= this.#found.length && !this.#isComplete) this.#extend();
    return this.#found[place];
  }

  /** The drives, at the roads and hospitals of this departure until somebody else asks them. */
  get drives(): Drives {
    const drives = this.#drives();
    // The departure counts slots: it ends with the list of hospitals it was made for.
    if (drives.sites.slots !== this.#slots) throw new Error("A departure is asked after its hospitals were replaced.");
    return drives;
  }

  /** The fastest drive to an ED, by number; undefined when there is none. Found once. */
  drive(target: number): SiteDrive | undefined {
    if (!this.#paths.has(target)) this.#paths.set(target, this.drives.drive(this.departure, target));
    return this.#paths.get(target);
  }

  centimetres(target: number): number {
    const drive = this.drive(target);
    if (drive === undefined) throw new Error(`The engine reached hospital ${target} and has no path to it.`);
    return this.drives.centimetres(drive);
  }

  #extend(): void {
    const { drives } = this;
    if (this.#cursor === undefined || drives.calls !== this.#calls) {
      this.#cursor = drives.open(this.departure);
      for (let passed = 0; passed < this.#found.length; passed++) this.#cursor.next();
    }
    if (this.#cursor.next()) {
      this.#found.push({ target: this.#cursor.target, driveMs: this.#cursor.milliseconds });
    } else {
      this.#isComplete = true;
    }
    this.#calls = drives.calls;
  }
}
