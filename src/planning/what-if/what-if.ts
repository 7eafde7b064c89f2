import { MS_PER_MINUTE } from "../../core/instant";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import { NO_TARGET } from "../ground/catchment-map";
import { EdNumbering } from "../ground/ed-numbering";
import { placePosition } from "../ground/places";
import type { PlanningGround } from "../ground/planning-ground";
import { LATE_MINUTES, Tally } from "../ground/scene-totals";
import { type ChangedScene, type PlannedChange, sceneAfter } from "./planned-change";
import type { ExtraMinutes, PlanBasis, WhatIfResult } from "./what-if-result";

/** Of the places whose way to care grows, how many are named. */
const NAMED_PLACES = 10;

/**
 * What changes for whom when EDs close, open, come or move, or roads close.
 *
 * @throws DiversionError as {@link sceneAfter} does.
 */
export function whatIf(ground: PlanningGround, change: PlannedChange): WhatIfResult {
  return compareScenes(ground, sceneAfter(ground, change));
}

/** The ground's scene and another of the same places and patients, side by side. */
export function compareScenes(ground: PlanningGround, after: ChangedScene): WhatIfResult {
  const { scene: before, places } = ground;
  const totalsBefore = ground.totals();
  const { weights } = places;
  const eds = new EdNumbering(before.hospitals, after.hospitals);
  const wasLoad = totalsBefore.renumbered(eds.ofBefore, eds.references.length).load;
  const totals = totalsBefore.renumbered(eds.ofBefore, eds.references.length);
  const shifts = new Map<number, ShiftTally>();
  const changed = new Tally();
  const newlyStranded = new Tally();
  const affected: Affected[] = [];
  const count = after.touched?.length ?? weights.length;
  for (let i = 0; i < count; i++) {
    const place = after.touched === undefined ? i : after.touched[i]!;
    const people = weights[place]!;
    const from = eds.before(before.assignment.ed[place]!);
    const to = eds.after(after.assignment.ed[place]!);
    const wasMs = before.assignment.milliseconds[place]!;
    const isMs = after.assignment.milliseconds[place]!;
    if (from === to && wasMs === isMs) continue;
    totals.count(from, wasMs, people, -1);
    totals.count(to, isMs, people, 1);
    const hasBoth = from >= 0 && to >= 0;
    if (hasBoth) affected.push({ place, people, from, to, wasMs, isMs });
    if (from === to) continue;
    changed.add(people);
    if (to === NO_TARGET) newlyStranded.add(people);
    const key = eds.pairKey(from, to);
    const shift = shifts.get(key) ?? new ShiftTally(from, to);
    shifts.set(key, shift);
    shift.add(people);
    if (hasBoth) shift.extraMs += people * (isMs - wasMs);
  }
  affected.sort((a, b) => extraMs(b) - extraMs(a) || b.people - a.people || a.place - b.place);
  const reference = (ed: number): HospitalReference | null => eds.references[ed] ?? null;
  return {
    basis: basisOf(ground),
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
      .map(({ place, people, from, to, wasMs, isMs }) => ({
        location: placePosition(places, place),
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

export function basisOf({ situation, group, at, places, scene }: PlanningGround): PlanBasis {
  const { needs = [], age, acuity } = group;
  const driveOnly = situation.policy.rankBy === "drive" || acuity === "extremis";
  return {
    needs,
    ...(age === undefined ? {} : { age }),
    ...(acuity === undefined ? {} : { acuity }),
    at: at.text,
    unit: places.unit,
    minutes: driveOnly ? "drive" : "drive-and-handover",
    roads: situation.roads.checksum,
    hospitals: scene.hospitals.checksum,
    policy: situation.policy.id,
    statusVersion: situation.status.version,
  };
}

interface Affected {
  readonly place: number;
  readonly people: number;
  readonly from: number;
  readonly to: number;
  readonly wasMs: number;
  readonly isMs: number;
}

const extraMs = ({ wasMs, isMs }: Affected): number => isMs - wasMs;

/** @param affected by descending extra time. */
function extraMinutes(affected: readonly Affected[]): ExtraMinutes | null {
  const total = affected.reduce((sum, { people }) => sum + people, 0);
  if (total === 0) return null;
  const mean = affected.reduce((sum, one) => sum + one.people * extraMs(one), 0) / total;
  let passed = 0;
  const p95 = affected.find(({ people }) => {
    passed += people;
    return passed > total / 20;
  })!;
  return {
    mean: mean / MS_PER_MINUTE,
    p95: extraMs(p95) / MS_PER_MINUTE,
    worst: extraMs(affected.find(({ people }) => people > 0)!) / MS_PER_MINUTE,
  };
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
