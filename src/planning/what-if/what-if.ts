import { MS_PER_MINUTE } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import type { Position } from "../../core/units";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import { closureWarnings } from "../../diversion/drives/closure-notices";
import { ranksByDrive } from "../../diversion/rules/judged-eds";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { NO_TARGET, OFF_NETWORK } from "../situation/catchment-map";
import { demandPointPosition } from "../situation/demand-points";
import type { PlanningSituation } from "../situation/planning-situation";
import { type MapGrid, mapGrid } from "../situation/scene-map-data";
import { LATE_MINUTES, minutesSpread, Tally } from "../situation/scene-totals";
import { type ChangedScene, type PlannedChange, sceneAfter } from "./planned-change";
import type { ExtraMinutes, PlanBasis, WhatIfResult } from "./what-if-result";

/** Of the demand points whose way to care grows, how many are named. */
const NAMED_PLACES = 10;

/**
 * What changes for whom when EDs close, open, come or move, or roads close.
 *
 * @throws DiversionError as {@link sceneAfter} does.
 */
export function whatIf(planning: PlanningSituation, change: PlannedChange): WhatIfResult {
  return compareScenes(planning, sceneAfter(planning, change));
}

/** The planning's scene and another of the same demand points and patients, side by side. */
function compareScenes(planning: PlanningSituation, after: ChangedScene): WhatIfResult {
  const { scene: before, demandPoints } = planning;
  const totalsBefore = planning.totals();
  const { weights } = demandPoints;
  const eds = new EdNumbering(before.hospitals, after.hospitals);
  const wasLoad = totalsBefore.renumbered(eds.ofBefore, eds.references.length).load;
  const totals = totalsBefore.renumbered(eds.ofBefore, eds.references.length);
  const shifts = new Map<number, ShiftTally>();
  const changed = new Tally();
  const newlyStranded = new Tally();
  const affected: Affected[] = [];
  const count = after.touched?.length ?? weights.length;
  for (let i = 0; i < count; i++) {
    const demandPoint = after.touched === undefined ? i : after.touched[i]!;
    const people = weights[demandPoint]!;
    const from = eds.before(before.assignment.ed[demandPoint]!);
    const to = eds.after(after.assignment.ed[demandPoint]!);
    const wasMs = before.assignment.milliseconds[demandPoint]!;
    const isMs = after.assignment.milliseconds[demandPoint]!;
    if (from === to && wasMs === isMs) continue;
    totals.count(from, wasMs, people, -1);
    totals.count(to, isMs, people, 1);
    const hasBoth = from >= 0 && to >= 0;
    if (hasBoth) affected.push({ demandPoint, people, from, to, wasMs, isMs });
    if (from === to) continue;
    changed.add(people);
    if (to === NO_TARGET) newlyStranded.add(people);
    const key = eds.pairKey(from, to);
    const shift = shifts.get(key) ?? new ShiftTally(from, to);
    shifts.set(key, shift);
    shift.add(people);
    if (hasBoth) shift.extraMs += people * (isMs - wasMs);
  }
  affected.sort((a, b) => extraMs(b) - extraMs(a) || b.people - a.people || a.demandPoint - b.demandPoint);
  const reference = (ed: number): HospitalReference | null => eds.references[ed] ?? null;
  return {
    basis: basisOf(planning),
    notes: after.notes,
    total: totalsBefore.total,
    before: totalsBefore.reach,
    after: totals.reach,
    changed: changed.count,
    newlyStranded: newlyStranded.count,
    affected: Tally.of(affected).count,
    extraMinutes: extraMinutes(affected),
    extraPersonMinutes: affected.reduce((sum, one) => sum + one.people * extraMs(one), 0) / MS_PER_MINUTE,
    worstPlaces: affected
      .slice(0, NAMED_PLACES)
      .filter((one) => extraMs(one) > 0)
      .map(({ demandPoint, people, from, to, wasMs, isMs }) => ({
        location: demandPointPosition(demandPoints, demandPoint),
        people,
        from: reference(from)!,
        to: reference(to)!,
        minutesBefore: wasMs / MS_PER_MINUTE,
        minutesAfter: isMs / MS_PER_MINUTE,
      })),
    shifts: [...shifts.values()]
      .sort((a, b) => b.count.people - a.count.people || a.from - b.from || a.to - b.to)
      .map((shift) => ({
        from: reference(shift.from),
        to: reference(shift.to),
        ...shift.count,
        meanExtraMinutes: shift.meanExtraMinutes,
      })),
    load: eds.references
      .map((hospital, ed) => ({ hospital, before: wasLoad[ed]!, after: totals.load[ed]! }))
      .filter((one) => one.before > 0 || one.after > 0),
    beyond: LATE_MINUTES.map((minutes, late) => ({
      minutes,
      before: totalsBefore.late[late]!,
      after: totals.late[late]!,
    })),
  };
}

/** Whose ED is where, before a change and after it. */
export interface WhatIfMapData {
  readonly grid: MapGrid;
  /** Every ED there is before or after, by id. */
  readonly hospitals: readonly {
    readonly name: string;
    /** Where it is after the change, or was before. */
    readonly location: Position;
    /** Whether nobody is brought there after the change. */
    readonly isClosed: boolean;
  }[];
  /**
   * Int32[cells]: number in `hospitals` of the ED to which patients of a cell are brought; negative where there is none.
   */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/**
 * Draws a change over the planning's roads: the same patients, moment and rules, at every cell of a grid.
 *
 * @param columns how many cells the picture is wide. Default: those of {@link mapGrid}.
 * @throws DiversionError as {@link sceneAfter} does.
 */
export function whatIfMapData(planning: PlanningSituation, change: PlannedChange, columns?: number): WhatIfMapData {
  const grid = mapGrid(planning.situation.roads.bounds, columns);
  const drawn = planning.withDemandPoints(grid.demandPoints);
  const { hospitals: hospitalsBefore, assignment: before } = drawn.scene;
  const after = sceneAfter(drawn, change);
  const eds = new EdNumbering(hospitalsBefore, after.hospitals);
  return {
    grid,
    hospitals: eds.references.map(({ id, name }) => {
      const { location } = after.hospitals.get(id) ?? hospitalsBefore.require(id);
      return { name, location, isClosed: change.close?.includes(id) ?? false };
    }),
    before: before.ed.map((ed) => eds.before(ed)),
    after: after.assignment.ed.map((ed) => eds.after(ed)),
  };
}

export function basisOf({ situation, group, at, demandPoints, scene }: PlanningSituation): PlanBasis {
  const { needs = [], age, acuity } = group;
  const driveOnly = ranksByDrive(situation.policy, { acuity });
  const clock = { atMs: at.epochMs, offsetMinutes: TimeZone.of(situation.policy.timeZone).offsetMinutes(at.epochMs) };
  const roadWarnings = closureWarnings(situation.roadState, clock).map(({ text }) => text);
  return {
    needs,
    age,
    acuity,
    at: at.text,
    unit: demandPoints.unit,
    minutes: driveOnly ? "drive" : "drive-and-handover",
    roads: situation.roads.checksum,
    hospitals: scene.hospitals.checksum,
    policy: situation.policy.id,
    statusVersion: situation.status.version,
    ...(roadWarnings.length === 0 ? {} : { roadWarnings }),
  };
}

interface Affected {
  readonly demandPoint: number;
  readonly people: number;
  readonly from: number;
  readonly to: number;
  readonly wasMs: number;
  readonly isMs: number;
}

const extraMs = ({ wasMs, isMs }: Affected): number => isMs - wasMs;

/** @param affected by descending extra time. */
function extraMinutes(affected: readonly Affected[]): ExtraMinutes | null {
  const people = affected.map((one) => one.people);
  const spread = minutesSpread(affected.map(extraMs), people);
  if (spread === null) return null;
  return { ...spread, worst: extraMs(affected.find((one) => one.people > 0)!) / MS_PER_MINUTE };
}

class ShiftTally extends Tally {
  extraMs = 0;

  constructor(
    readonly from: number,
    readonly to: number,
  ) {
    super();
  }

  get meanExtraMinutes(): number | null {
    const { people } = this.count;
    return this.from < 0 || this.to < 0 || people === 0 ? null : this.extraMs / people / MS_PER_MINUTE;
  }
}

/** One numbering, by id, for the EDs of two directories. What is no ED keeps its (negative) number. */
class EdNumbering {
  readonly references: readonly HospitalReference[];
  /** By number in the first directory. */
  readonly ofBefore: readonly number[];
  /** By number in the second. */
  readonly ofAfter: readonly number[];

  constructor(before: HospitalDirectory, after: HospitalDirectory) {
    const known = new Map<string, HospitalReference>();
    for (const { hospitals } of [before, after]) {
      for (const { id, name } of hospitals) known.set(id, { id, name });
    }
    const ids = [...known.keys()].sort();
    const numbers = new Map(ids.map((id, number) => [id, number]));
    this.references = ids.map((id) => known.get(id)!);
    const numbersOf = ({ hospitals }: HospitalDirectory): number[] => hospitals.map(({ id }) => numbers.get(id)!);
    this.ofBefore = numbersOf(before);
    this.ofAfter = numbersOf(after);
  }

  before(ed: number): number {
    return ed < 0 ? ed : this.ofBefore[ed]!;
  }

  after(ed: number): number {
    return ed < 0 ? ed : this.ofAfter[ed]!;
  }

  /** A number of its own for each pair. */
  pairKey(from: number, to: number): number {
    const span = this.references.length - OFF_NETWORK;
    return (from - OFF_NETWORK) * span + (to - OFF_NETWORK);
  }
}
