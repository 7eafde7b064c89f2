import { formatInstant, MS_PER_MINUTE, parseInstant } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import type { HospitalReference, PassedOver, ReasonCode } from "../answer/recommendation";
import type { LoggedDecision } from "./decision-log";

export interface DecisionCountOptions {
  /** The IANA zone whose days are counted: a policy's. */
  readonly timeZone: string;
}

/** What diverts did to one ED on one day. */
export interface DivertCount {
  /** A day of the zone, YYYY-MM-DD. */
  readonly day: string;
  readonly hospital: HospitalReference;
  /** Recommendations for which it was the nearest ED with what the patient needs. */
  readonly nearest: number;
  /** Those of them that name another ED because this one diverted, refused, or named a receiver. */
  readonly turnedAway: number;
  /** Minutes by which the drives of these are longer, in all. */
  readonly extraMinutes: number;
  /** The longest of them; 0 when there are none. */
  readonly worstExtraMinutes: number;
  /** Those that name this ED because a nearer one turned them away. */
  readonly received: number;
}

/** Plain JSON. */
export interface DecisionCounts {
  readonly timeZone: string;
  readonly decisions: number;
  /** Recommendations that name another ED than the nearest because of a divert or a refusal. */
  readonly turnedAway: number;
  readonly extraMinutes: number;
  /** Recommendations that name a diverting ED because every ED that could take the patient diverts. */
  readonly allOnDivert: number;
  /** Recommendations that name no ED. */
  readonly withoutDestination: number;
  /** By day, then by hospital id; only EDs that were the nearest or received. */
  readonly perDay: readonly DivertCount[];
}

/** Reasons that are about the ED itself, so that without any restriction it would still not have been the nearest. */
const INCAPABLE: ReadonlySet<ReasonCode> = new Set(["capability", "age", "closed", "unreachable"]);

/** Reasons that come from what EDs ask. */
const RESTRICTED: ReadonlySet<ReasonCode> = new Set(["divert", "refuse", "named-receiver"]);

/**
 * Counts how many recommendations diverts changed and what that cost: the numbers that in May 2017 nobody had (House of
 * Commons Public Accounts Committee, Cyber-attack on the NHS, 2018).
 *
 * The measure is the nearest ED with what the patient needs, as in the answer's `extraSeconds`: a recommendation is
 * changed when that one is passed over for what it asks. One passed over for its handover time is not counted.
 * Recommendations are counted, not ambulances: a question asked twice is counted twice.
 */
export function decisionCounts(
  decisions: Iterable<LoggedDecision>,
  { timeZone }: DecisionCountOptions,
): DecisionCounts {
  const zone = TimeZone.of(timeZone);
  const rows = new Map<string, Row>();
  const rowOf = (day: string, hospital: HospitalReference): Row => {
    const key = `${day} ${hospital.id}`;
    const row = rows.get(key) ?? { day, hospital, nearest: 0, turnedAway: 0, extraSeconds: 0, worst: 0, received: 0 };
    rows.set(key, row);
    return row;
  };
  let count = 0;
  let allOnDivert = 0;
  let withoutDestination = 0;
  for (const { answer } of decisions) {
    count++;
    if (answer.outcome === "all-on-divert") allOnDivert++;
    const { destination } = answer;
    if (destination === undefined) withoutDestination++;
    const day = dayOf(answer.basis.at, zone);
    const passed = answer.passedOver.find(isAble);
    const nearest = passed ?? destination;
    if (nearest === undefined) continue;
    const row = rowOf(day, nearest.hospital);
    row.nearest++;
    const isTurnedAway = passed?.because.some(({ code }) => RESTRICTED.has(code)) === true;
    if (!isTurnedAway || destination === undefined) continue;
    const extraSeconds = destination.driveSeconds - (passed.driveSeconds ?? destination.driveSeconds);
    row.turnedAway++;
    row.extraSeconds += extraSeconds;
    row.worst = Math.max(row.worst, extraSeconds);
    rowOf(day, destination.hospital).received++;
  }
  const all = [...rows.values()];
  return {
    timeZone,
    decisions: count,
    turnedAway: all.reduce((sum, { turnedAway }) => sum + turnedAway, 0),
    extraMinutes: inMinutes(all.reduce((sum, { extraSeconds }) => sum + extraSeconds, 0)),
    allOnDivert,
    withoutDestination,
    perDay: all.sort(byDayAndId).map(({ extraSeconds, worst, received, ...row }) => ({
      ...row,
      extraMinutes: inMinutes(extraSeconds),
      worstExtraMinutes: inMinutes(worst),
      received,
    })),
  };
}

interface Row {
  readonly day: string;
  readonly hospital: HospitalReference;
  nearest: number;
  turnedAway: number;
  extraSeconds: number;
  worst: number;
  received: number;
}

/** Whether an ED that was passed over offers what the patient needs. */
const isAble = ({ because }: PassedOver): boolean => because.some(({ code }) => !INCAPABLE.has(code));

/** The day on the zone's clocks. */
function dayOf(at: string, zone: TimeZone): string {
  const { epochMs } = parseInstant(at, "basis.at");
  return formatInstant(epochMs, zone.offsetMinutes(epochMs)).slice(0, 10);
}

/** To a tenth; sums of seconds are kept exact to the millisecond until here. */
const inMinutes = (seconds: number): number => Math.round((seconds * 10_000) / MS_PER_MINUTE) / 10;

const byDayAndId = (a: Row, b: Row): number => compare(a.day, b.day) || compare(a.hospital.id, b.hospital.id);

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
