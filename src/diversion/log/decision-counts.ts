import { formatInstant, MS_PER_MINUTE, parseInstant } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import type { HospitalReference } from "../answer/recommendation";
import type { LoggedDecision } from "./decision-log";

export interface DecisionCountOptions {
  /** The IANA zone whose days are counted: a policy's. */
  readonly timeZone: string;
}

/** What diverts did to one ED on one day. */
interface DivertCount {
  /** A day of the zone, YYYY-MM-DD. */
  readonly day: string;
  readonly hospital: HospitalReference;
  /** Recommendations that would name it with nothing restricted. */
  readonly unrestricted: number;
  /** Those of them that name another ED, or none. */
  readonly turnedAway: number;
  /** Minutes by which the drives of these are longer, in all. */
  readonly extraMinutes: number;
  /** The longest of them; 0 when there are none. */
  readonly worstExtraMinutes: number;
  /** Those that name this ED and with nothing restricted would name another. */
  readonly received: number;
}

/** Plain JSON. */
export interface DecisionCounts {
  readonly timeZone: string;
  readonly decisions: number;
  /** Recommendations that name another ED, or none, than with nothing restricted. */
  readonly turnedAway: number;
  readonly extraMinutes: number;
  /** Recommendations that name a diverting ED because every ED that could take the patient diverts. */
  readonly allOnDivert: number;
  /** Recommendations that name no ED. */
  readonly withoutDestination: number;
  /** By day, then by hospital id; only EDs that would be named with nothing restricted, or received. */
  readonly perDay: readonly DivertCount[];
}

/**
 * Counts how many recommendations diverts changed and what that cost: the numbers that in May 2017 nobody had (House of
 * Commons Public Accounts Committee, Cyber-attack on the NHS, 2018).
 *
 * The measure is the same decision with nothing restricted, the answer's `unrestricted`: a recommendation is changed when
 * it names another ED, or none.
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
    const row = rows.get(key) ?? {
      day,
      hospital,
      unrestricted: 0,
      turnedAway: 0,
      extraSeconds: 0,
      worst: 0,
      received: 0,
    };
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
    const { unrestricted } = answer;
    if (unrestricted === undefined) continue;
    const row = rowOf(day, unrestricted.hospital);
    row.unrestricted++;
    if (destination?.hospital.id === unrestricted.hospital.id) continue;
    row.turnedAway++;
    if (destination === undefined) continue;
    const extraSeconds = destination.driveSeconds - unrestricted.driveSeconds;
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
  unrestricted: number;
  turnedAway: number;
  extraSeconds: number;
  worst: number;
  received: number;
}

/** The day on the zone's clocks. */
function dayOf(at: string, zone: TimeZone): string {
  const { epochMs } = parseInstant(at, "basis.at");
  return formatInstant(epochMs, zone.offsetMinutes(epochMs)).slice(0, 10);
}

/** To a tenth; sums of seconds are kept exact to the millisecond until here. */
const inMinutes = (seconds: number): number => Math.round((seconds * 10_000) / MS_PER_MINUTE) / 10;

const byDayAndId = (a: Row, b: Row): number => compare(a.day, b.day) || compare(a.hospital.id, b.hospital.id);

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
