import { DiversionError } from "../../core/errors";
import type { Clock } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { isStatusEvent, subjectOf } from "../../hospitals/status/held-restrictions";
import { type RestrictionReport, restrictionKey } from "../../hospitals/status/restriction";
import {
  FLAG_KEY,
  OVERRULE_KEY,
  type StatusEntry,
  type StatusEvent,
  type StatusResult,
} from "../../hospitals/status/status";
import { StatusBoard } from "../../hospitals/status/status-board";
import { readStatusEntry } from "../../hospitals/status/status-event";
import type { Change, OwnEntry, WireHistory } from "./protocol";

/** The key under which a change is held. */
export const keyOf = (change: Change): string =>
  change.kind === "open"
    ? FLAG_KEY
    : change.kind === "overrule"
      ? OVERRULE_KEY
      : change.kind === "clear"
        ? change.key
        : restrictionKey(change.effect, change.scope);

/**
 * Makes a change on a board.
 * @param observedAt when it was made first, if it is made again over what is known since: it is then past asking whether
 * it was meant to weaken what was held.
 * @throws DiversionError `invalid-status`, `unknown-hospital`, `weakens-restriction`.
 */
export function applyChange(board: StatusBoard, change: Change, observedAt?: string): StatusResult {
  const stated = observedAt === undefined ? {} : { observedAt };
  const again = observedAt === undefined ? {} : { weakens: true };
  if (change.kind === "open") {
    const { kind: _, hospital, open, ...rest } = change;
    return board.setOpen(hospital, open, { ...rest, ...stated, ...again });
  }
  if (change.kind === "clear") {
    const { kind: _, hospital, key, ...rest } = change;
    return board.clear(hospital, key, { ...rest, ...stated });
  }
  if (change.kind === "overrule") {
    const { kind: _, hospital, ...rest } = change;
    return board.overrule(hospital, { ...rest, ...stated });
  }
  const { kind: _, scope, ...report } = change;
  return board.report({
    ...report,
    scope: scope as RestrictionReport["scope"] & {},
    key: keyOf(change),
    ...stated,
    ...again,
  });
}

export interface EntryResult {
  readonly entry: OwnEntry;
  readonly outcome: StatusResult["outcome"];
}

/** A board with the own entries made on it, and what became of each. */
interface MadeStatus {
  readonly board: StatusBoard;
  readonly results: readonly EntryResult[];
}

/**
 * The server's log as far as it is known, and over it what was entered here. The server is the source of truth: own
 * entries are made anew over every state it tells, as reports of the moment at which they were entered, so something
 * newer from the server outweighs them by the same rule as everywhere.
 *
 * The server's changes are accepted one by one on one board. Only while there are own entries, which is until they are
 * sent, a second board is made for them over the whole.
 */
export class StatusRecord {
  readonly #directory: HospitalDirectory;
  readonly #clock: Clock;
  readonly #timeZone: string;
  #server: StatusBoard;
  #entries: readonly OwnEntry[] = [];
  #made: MadeStatus | undefined;
  readonly #versions = new Map<string, Record<string, number>>();

  constructor(directory: HospitalDirectory, clock: Clock, timeZone: string) {
    this.#directory = directory;
    this.#clock = clock;
    this.#timeZone = timeZone;
    this.#server = this.#boardOf([], 0);
  }

  /** The server's version. */
  get version(): number {
    return this.#server.version;
  }

  /** Versions before this one cannot be told. */
  get archivedTo(): number {
    return this.#server.archivedTo;
  }

  get serverEvents(): readonly StatusEvent[] {
    return this.#server.history();
  }

  /** The server's status with the own entries over it. */
  get board(): StatusBoard {
    return this.#whole().board;
  }

  /** What became of each own entry. */
  get results(): readonly EntryResult[] {
    return this.#whole().results;
  }

  /** @throws DiversionError `corrupt-status-log` for events that are not of the documented form. */
  replace({ archivedTo, events }: Pick<WireHistory, "archivedTo" | "events">): void {
    const history = events.map(readStatusEntry);
    this.#server = this.#boardOf(history, archivedTo);
    this.#versions.clear();
    for (const event of history) this.#noteVersion(event);
    this.#made = undefined;
  }

  /**
   * Takes over changes that follow on what is known.
   * @throws DiversionError `corrupt-status-log` for events that are not of the documented form, or do not follow.
   */
  extend(events: WireHistory["events"]): void {
    const news = events.map(readStatusEntry).filter(({ version }) => version > this.version);
    for (const event of news) {
      const due = this.version + 1;
      if (event.version !== due) {
        const message = `The server told change ${event.version} of the status where ${due} is due; load the page again.`;
        throw new DiversionError("corrupt-status-log", message);
      }
      this.#server.follow(event);
      this.#noteVersion(event);
    }
    if (this.#entries.length > 0) this.#made = undefined;
  }

  setEntries(entries: readonly OwnEntry[]): void {
    this.#entries = entries;
    this.#made = undefined;
  }

  /** The server's version of the last change under each key of a hospital. */
  versionsOf(hospital: string): Readonly<Record<string, number>> {
    return { ...this.#versions.get(hospital) };
  }

  /** The server's status alone. */
  serverBoard(): StatusBoard {
    return this.#boardOf(this.#server.entries(), this.archivedTo);
  }

  #boardOf(history: readonly StatusEntry[], archivedTo: number): StatusBoard {
    return new StatusBoard(this.#directory, {
      clock: this.#clock,
      timeZone: this.#timeZone,
      history,
      archivedTo,
    });
  }

  #noteVersion(event: StatusEntry): void {
    if (!isStatusEvent(event)) return;
    const { hospital: named, key } = subjectOf(event);
    const hospital = this.#directory.get(named)?.id ?? named;
    this.#versions.set(hospital, { ...this.#versions.get(hospital), [key]: event.version });
  }

  #whole(): MadeStatus {
    if (this.#made === undefined) {
      const board = this.#entries.length === 0 ? this.#server : this.serverBoard();
      const results = this.#entries.map((entry) => ({
        entry,
        outcome: applyChange(board, entry.change, entry.enteredAt).outcome,
      }));
      this.#made = { board, results };
    }
    return this.#made;
  }
}
