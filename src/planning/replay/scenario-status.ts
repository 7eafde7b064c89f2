import { DiversionError } from "../../core/errors";
import type { Clock, EpochMs } from "../../core/instant";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import { lifetimeOf } from "../../diversion/rules/bearings";
import type { Policy } from "../../diversion/rules/policy";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Effect, Scope } from "../../hospitals/status/restriction";
import type { StatusEvent, StatusResult } from "../../hospitals/status/status";
import { StatusBoard } from "../../hospitals/status/status-board";
import type { Scenario, ScenarioEvent } from "./scenario";

/** A stretch of time in which an ED asked for something: what is drawn as one bar. */
export interface DivertPeriod {
  readonly hospital: HospitalReference;
  /** False for an ED of the scenario that is not on the roads: it counts in totals and changes no answer. */
  readonly onRoads: boolean;
  readonly effect: Effect;
  readonly scope: Scope;
  readonly divertTo?: HospitalReference;
  readonly reason: string;
  readonly fromMs: EpochMs;
  /** The first moment it is no longer in force; never after the scenario's end. */
  readonly untilMs: EpochMs;
  readonly source?: string;
  readonly assumed?: true;
  readonly note?: string;
}

/** Plays a scenario's events into status boards, under a clock of its own. */
export class ScenarioStatus {
  /** Of the EDs on the roads. */
  readonly status: StatusBoard;
  readonly #statusElsewhere: StatusBoard | undefined;
  readonly #untilMs: EpochMs;
  readonly #policy: Policy;
  readonly #events: readonly { readonly event: ScenarioEvent; readonly row: number }[];
  readonly #causes = new Map<StatusBoard, Map<number, ScenarioEvent>>();
  #next = 0;
  #nowMs: EpochMs;
  /** The moment of the scenario. */
  readonly clock: Clock = () => this.#nowMs;

  /**
   * @param hospitals the EDs on the roads.
   * @param elsewhere where EDs that are not on the roads are looked up. Default: the scenario may name none.
   */
  constructor(scenario: Scenario, policy: Policy, hospitals: HospitalDirectory, elsewhere?: HospitalDirectory) {
    this.#untilMs = scenario.period.until.epochMs;
    this.#policy = policy;
    this.#events = scenario.events
      .map((event, row) => ({ event, row }))
      .sort((a, b) => a.event.at.epochMs - b.event.at.epochMs || a.row - b.row);
    this.#nowMs = Math.min(scenario.period.from.epochMs, this.#events[0]?.event.at.epochMs ?? Number.POSITIVE_INFINITY);
    const options = { clock: this.clock, timeZone: policy.timeZone };
    this.status = new StatusBoard(hospitals, options);
    this.#statusElsewhere = elsewhere === undefined ? undefined : new StatusBoard(elsewhere, options);
  }

  /**
   * Sets the clock, and reports every event up to that moment. Moments must not fall.
   *
   * @throws DiversionError `unknown-hospital`; `invalid-scenario` for a clearance of nothing; `invalid-status` for what
   * no ED may report. Each names the event.
   */
  advanceTo(epochMs: EpochMs): void {
    for (; this.#next < this.#events.length; this.#next++) {
      const { event, row } = this.#events[this.#next]!;
      if (event.at.epochMs > epochMs) break;
      this.#nowMs = event.at.epochMs;
      this.#apply(event, row);
    }
    this.#nowMs = epochMs;
  }

  /** What every ED asked so far, ordered by when it began, then by the ED's id and the kind of restriction. */
  periods(): readonly DivertPeriod[] {
    const boards = [this.status, ...(this.#statusElsewhere === undefined ? [] : [this.#statusElsewhere])];
    return boards
      .flatMap((board) => this.#periodsOf(board))
      .sort((a, b) => a.fromMs - b.fromMs || compare(a.hospital.id, b.hospital.id) || compare(a.reason, b.reason));
  }

  #apply(event: ScenarioEvent, row: number): void {
    const elsewhere = this.#statusElsewhere;
    const isElsewhere =
      this.status.directory.indexOf(event.hospital) < 0 && (elsewhere?.directory.indexOf(event.hospital) ?? -1) >= 0;
    const board = isElsewhere ? elsewhere! : this.status;
    try {
      const { version, outcome } = this.#report(board, event);
      if (outcome === "nothing-held") {
        if (event.kind === "set-open") return;
        const message = `${event.hospital} has nothing under the key ${JSON.stringify(event.key)} to clear at ${event.at}.`;
        throw new DiversionError("invalid-scenario", message, { field: "key" });
      }
      const causes = this.#causes.get(board) ?? new Map<number, ScenarioEvent>();
      this.#causes.set(board, causes.set(version, event));
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      const field = ["events", row, ...(error.place.field === undefined ? [] : [error.place.field])].join(".");
      throw new DiversionError(error.code, error.message, { ...error.place, field }, { cause: error });
    }
  }

  #report(board: StatusBoard, event: ScenarioEvent): StatusResult {
    const { hospital, reason, source } = event;
    if (event.kind === "set-open") {
      return board.setOpen(hospital, event.open, { reason, source, effect: event.effect, weakens: true });
    }
    if (event.kind === "clear") return board.clear(hospital, event.key, { reason, source });
    const { effect, scope, from, until, key } = event;
    // A receiver that is not on the roads cannot be driven to: the divert holds and the name does not.
    const named = event.divertTo;
    const unreachable =
      named !== undefined &&
      board.directory.indexOf(named) < 0 &&
      this.#statusElsewhere?.directory.get(named) !== undefined;
    return board.report({
      hospital,
      effect,
      reason,
      // What happened is played as it happened.
      weakens: true,
      source,
      scope,
      from: from?.text,
      until: until?.text,
      key,
      divertTo: unreachable ? undefined : named,
    });
  }

  #periodsOf(board: StatusBoard): DivertPeriod[] {
    const history = board.history();
    const causes = this.#causes.get(board);
    const endMs = this.#untilMs;
    return history.flatMap((change, index) => {
      if (change.kind !== "report") return [];
      const { hospital, key, effect, scope, divertTo, reason, receivedAt } = change.restriction;
      const { fromMs, untilMs } = lifetimeOf(change.restriction, this.#policy);
      const replaced = history.slice(index + 1).find((later) => isAbout(later, hospital, key));
      const replacedMs = replaced === undefined ? endMs : receiptOf(replaced);
      const period = {
        fromMs: Math.max(fromMs, receivedAt.epochMs),
        untilMs: Math.min(untilMs, replacedMs, endMs),
      };
      if (period.fromMs >= period.untilMs) return [];
      const { source, assumed, note } = causes?.get(change.version) ?? {};
      const nameOf = (id: string): HospitalReference => ({ id, name: board.directory.require(id).name });
      return [
        {
          hospital: nameOf(hospital),
          onRoads: board === this.status,
          effect,
          scope,
          divertTo: divertTo === undefined ? undefined : nameOf(divertTo),
          reason,
          ...period,
          source,
          assumed,
          note,
        },
      ];
    });
  }
}

/**
 * What kept some patients from an ED at some time in `[fromMs, untilMs)`: diverts and refusals, in order of the EDs'
 * ids.
 */
export function restrictedBetween(
  periods: readonly DivertPeriod[],
  fromMs: EpochMs,
  untilMs: EpochMs,
): readonly DivertPeriod[] {
  return periods
    .filter((period) => period.effect !== "inform" && period.fromMs < untilMs && period.untilMs > fromMs)
    .sort((a, b) => compare(a.hospital.id, b.hospital.id) || a.fromMs - b.fromMs);
}

const isAbout = (event: StatusEvent, hospital: string, key: string): boolean => {
  const subject = event.kind === "report" ? event.restriction : event;
  return subject.hospital === hospital && subject.key === key;
};

const receiptOf = (event: StatusEvent): EpochMs =>
  (event.kind === "report" ? event.restriction : event).receivedAt.epochMs;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
