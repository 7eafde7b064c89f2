import { subjectOf } from "../hospitals/status/held-restrictions";
import type { Status, StatusEvent } from "../hospitals/status/status";

/**
 * Under which version of the status each restriction was last changed: what an `ETag` names and `If-Match` asks for. A
 * restriction that was cleared keeps the version of its clearance, one never heard of has 0.
 */
export class EntityVersions {
  readonly #versions = new Map<string, number>();
  readonly #status: Status;

  constructor(status: Status) {
    this.#status = status;
    for (const event of status.history()) this.#note(event);
    status.onChange((event) => this.#note(event));
  }

  of(hospital: string, key: string): number {
    return this.#versions.get(this.#nameOf(hospital, key)) ?? 0;
  }

  #note(event: StatusEvent): void {
    const { hospital, key } = subjectOf(event);
    this.#versions.set(this.#nameOf(hospital, key), event.version);
  }

  /** Neither ids nor keys hold a space. A hospital goes by its own id, whichever of its aliases is used. */
  #nameOf(hospital: string, key: string): string {
    return `${this.#status.directory.get(hospital)?.id ?? hospital} ${key}`;
  }
}
