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
  readonly #centimetres = new Map<number, number>();
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

  /** The fastest drive to an ED, by number; undefined when there is none. */
  drive(target: number): SiteDrive | undefined {
    return this.drives.drive(this.departure, target);
  }

  centimetres(target: number): number {
    let known = this.#centimetres.get(target);
    if (known === undefined) {
      known = this.drives.centimetres(this.departure, target);
      this.#centimetres.set(target, known);
    }
    return known;
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
