/**
 * Every error the product throws, in one table. The code is stable (scripts and the HTTP wrapper's problem+json carry
 * it), the title says what kind of trouble it is; the message of a thrown error is a full sentence with the offending
 * value and what to do about it.
 *
 * Expected outcomes (no open ED, no road there) are values, never errors: an error is misuse or bad data.
 */
export const ERROR_TABLE = {
  "invalid-argument": "A value passed to the library or the command is not of the documented form.",
  "invalid-location": "A location is not a longitude and a latitude in degrees.",
  "off-network": "A location is farther from any usable road than the snapping limit.",
  "unknown-hospital": "No hospital has this id.",
  "invalid-hospitals": "The hospital list is not of the documented form.",
  "duplicate-hospital": "Two hospitals have the same id.",
  "hospital-off-network": "A hospital is farther from any usable road than the snapping limit.",
  "invalid-status": "A status report or restriction is not of the documented form.",
  "weakens-restriction": "A report would turn a refusal into less, or a divert into a notice, without saying so.",
  "corrupt-status-log": "The status log is damaged before its last line.",
  "unsupported-status-log": "The file is not a status log, or is one of a format version this release does not read.",
  "status-log-locked": "Another writer has the status log open.",
  "status-store-unavailable": "The store that holds the status for several machines does not answer, or takes nothing.",
  "status-outcome-unknown": "A change was sent to the store of the status, and whether it was made is not known.",
  "status-store-forked": "The store of the status holds another history than is held here.",
  "invalid-status-store": "The database that is to hold the status is not set up, or not kept, as it must be.",
  "idempotency-key-reused": "A request's Idempotency-Key was used for another change.",
  "status-archived": "A version of the status is older than the status log, which was compacted, goes back.",
  "corrupt-decision-log": "The decision log is damaged before its last line.",
  "unsupported-decision-log":
    "The file is not a decision log, or is one of a format version this release does not read.",
  "decision-log-locked": "Another writer has the decision log open.",
  "invalid-feed": "A message of a feed is malformed, hostile, or not of a form that is read.",
  "feed-unavailable": "A feed does not answer, or not as it should.",
  "invalid-incident": "An incident is not of the documented form.",
  "invalid-population": "A population file is not of the documented form.",
  "invalid-profile": "The vehicle profile is not of the documented form.",
  "unknown-profile": "The roads were not built for a vehicle profile of this name.",
  "invalid-policy": "The diversion policy is not of the documented form.",
  "invalid-scenario": "A replay's scenario is not of the documented form, or cannot be played on these roads.",
  "invalid-roads-file": "The file is not a roads file, or it is damaged.",
  "unsupported-roads-version": "The roads file was written in a format version this release does not read.",
  "invalid-osm": "The OpenStreetMap data is malformed.",
  "unsupported-osm-feature": "The OpenStreetMap file requires a feature this reader does not have.",
  "invalid-geojson": "The GeoJSON is malformed or holds no roads.",
  "invalid-dimacs": "The DIMACS graph or coordinate file is malformed.",
  "invalid-roads-csv": "The csv tables of a road graph are malformed.",
  "invalid-ngraph": "The ngraph.graph lacks positions or travel times.",
  "invalid-area": "An area to cut out is not of the documented form, or no road of the source lies in it.",
  "empty-road-graph": "The source holds no road this profile may drive.",
  "invalid-closure": "A road closure or slowdown is not of the documented form.",
  "unknown-closure": "No closure or slowdown with this id is held.",
  "unknown-road": "No road of these roads is meant by a closure's selection.",
  "invalid-road-edit": "An edit of the roads' graph does more than close, slow down or reopen a road of it.",
  "invalid-text": "The text is in an encoding other than UTF-8 and UTF-16, and is not guessed at.",
  "file-not-found": "The file does not exist or cannot be read.",
  "file-locked": "Another process keeps the file.",
  "file-not-writable": "The file cannot be written.",
  "worker-failed": "A worker thread ended before its work was done.",
  unauthorized: "A request that changes something lacks the server's token.",
  "wrong-host": "A request asks for a host by whose name this server is not to be asked.",
  "too-many-attempts": "Too many wrong tokens came from one place; wait before the next.",
  "not-found": "The server has nothing under this path.",
  "method-not-allowed": "The server has something under this path, but not for this method.",
  "no-route": "There is no way to drive for the question asked.",
  "precondition-failed": "The restriction was changed since the version the request names.",
  "body-too-large": "The body of a request is larger than the server takes.",
  "unsupported-media-type": "The body of a request is not of a media type the server reads.",
  "timed-out": "The body of a request did not arrive in time.",
  "internal-error": "The server failed for a reason of its own.",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** Where in the input the trouble is; each part is optional. Rows count from 1 and are lines of the file. */
export interface ErrorPlace {
  readonly file?: string | undefined;
  readonly row?: number | undefined;
  readonly field?: string | undefined;
  readonly byte?: number | undefined;
}

export class DiversionError extends Error {
  override readonly name = "DiversionError";
  readonly code: ErrorCode;
  readonly place: ErrorPlace;

  /** @param message a full sentence: what is wrong (with the value), and what to do. */
  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.place = place;
  }

  /** One line for a terminal: where, what, what to do. */
  describe(): string {
    const { file, row, field, byte } = this.place;
    const parts = [
      file,
      row === undefined ? undefined : `row ${row}`,
      byte === undefined ? undefined : `byte ${byte}`,
      field === undefined ? undefined : field.startsWith("--") ? field : `field ${field}`,
    ].filter((part) => part !== undefined);
    return parts.length === 0 ? this.message : `${parts.join(", ")}: ${this.message}`;
  }

  /** The same error, placed in a file: readers of text do not know the name of what they read. */
  in(file: string): DiversionError {
    return new DiversionError(this.code, this.message, { file, ...this.place }, { cause: this });
  }
}
