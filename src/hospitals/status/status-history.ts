import { DiversionError } from "../../core/errors";
import type { EpochMs } from "../../core/instant";
import { firstWhere } from "../../core/search";
import type { HospitalDirectory } from "../directory/directory";
import { HeldRestrictions, isStatusEvent, receivedAtOf } from "./held-restrictions";
import type { StatusEntry, StatusEvent, StatusMoment, StatusView } from "./status";

/** The entries of a status' log, and what was held at any of its versions that can still be told. */
export class StatusHistory {
  readonly #directory: HospitalDirectory;
  readonly archivedTo: number;
  readonly #known: StatusEntry[];
  #hasSideEntries: boolean;
  /** What is held after all of it. */
  readonly now: HeldRestrictions;
  /** How many of the events are carried over from before {@link archivedTo}. */
  readonly #carried: number;
  /** Where the last {@link viewAt} stopped: audits ask for one version after the other. */
  #past: HeldRestrictions;

  /**
   * @param events versions without a gap, but for those up to `archivedTo`.
   * @param archivedTo see {@link Status.archivedTo}.
   * @throws DiversionError `invalid-argument` when a version is missing.
   */
  constructor(directory: HospitalDirectory, events: readonly StatusEntry[], archivedTo: number) {
    this.#directory = directory;
    this.archivedTo = archivedTo;
    this.#known = [...events];
    this.#hasSideEntries = !events.every(isStatusEvent);
    this.#carried = carriedIn(events, archivedTo);
    this.#past = this.#heldAtFirst();
    this.now = this.#heldAtFirst();
    for (const event of events.slice(this.#carried)) this.now.apply(event);
  }

  /** Oldest first. */
  get entries(): readonly StatusEntry[] {
    return this.#known;
  }

  /** Those that are changes of the status, oldest first. */
  get events(): readonly StatusEvent[] {
    return this.#hasSideEntries ? this.#known.filter(isStatusEvent) : (this.#known as StatusEvent[]);
  }

  get version(): number {
    return this.now.version;
  }

  /** Takes the next change, which must be news. */
  append(event: StatusEntry): void {
    this.#known.push(event);
    this.#hasSideEntries ||= !isStatusEvent(event);
    this.now.apply(event);
  }

  /** @throws DiversionError `invalid-argument` for a version not yet reached, `status-archived` for one no longer here. */
  viewAt(moment: StatusMoment): StatusView {
    const version = "version" in moment ? moment.version : this.#versionKnownAt(moment.at);
    if (!Number.isInteger(version) || version < 0 || version > this.version) {
      const message = `There is no version ${version}; versions are 0 to ${this.version}.`;
      throw new DiversionError("invalid-argument", message, { field: "version" });
    }
    if (version < this.archivedTo) {
      throw new DiversionError(
        "status-archived",
        `Version ${version} of the status is in an archive, and what is here begins at version ${this.archivedTo}. Put the archive beside the status log.`,
        { field: "version" },
      );
    }
    if (version === this.version) return this.now.view();
    if (version < this.#past.version) this.#past = this.#heldAtFirst();
    while (this.#past.version < version) {
      this.#past.apply(this.#known[this.#carried + this.#past.version - this.archivedTo]!);
    }
    return this.#past.view();
  }

  /** What is held at the first version that can be told. */
  #heldAtFirst(): HeldRestrictions {
    const held = new HeldRestrictions(this.#directory);
    for (const event of this.#known.slice(0, this.#carried)) held.apply(event);
    return held;
  }

  #versionKnownAt(epochMs: EpochMs): number {
    // Moments of receipt never fall, so the first event after the moment can be found by halving.
    const after = firstWhere(0, this.#known.length, (at) => receivedAtOf(this.#known[at]!).epochMs > epochMs);
    return after === 0 ? 0 : this.#known[after - 1]!.version;
  }
}

/**
 * How many of the events are carried over from an archive that ends at `archivedTo`: their versions ascend to it, later
 * ones follow without a gap.
 */
function carriedIn(events: readonly StatusEntry[], archivedTo: number): number {
  const carried = events.filter(({ version }) => version <= archivedTo).length;
  const refusal = (message: string): DiversionError =>
    new DiversionError("invalid-argument", message, { field: "history" });
  for (const [index, { version }] of events.entries()) {
    const before = index === 0 ? 0 : events[index - 1]!.version;
    if (index < carried) {
      if (version <= before) throw refusal(`The history has version ${version} after ${before}; give it oldest first.`);
      continue;
    }
    const due = archivedTo + index - carried + 1;
    if (version !== due) {
      throw refusal(`The history has version ${version} where ${due} is due; give all events from the first.`);
    }
  }
  const last = carried === 0 ? 0 : events[carried - 1]!.version;
  if (last !== archivedTo) {
    throw refusal(
      `The history ends its archive at version ${last} where ${archivedTo} is due; give the last change too.`,
    );
  }
  return carried;
}
