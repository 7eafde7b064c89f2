import { INFINITE_MS } from "../core/units";
import { type Assignment, type CatchmentMap, NO_TARGET, placesByEd } from "./catchment-map";

/** Patients of these places would go elsewhere. */
export interface Shift {
  /** Number of an ED in the directory; NO_TARGET for nobody. */
  readonly from: number;
  readonly to: number;
  /** People, or junctions. */
  readonly weight: number;
}

/** What a change does to those who live in the area. All counts are in the places' unit. */
export interface WhatIfResult {
  /** Those whose ED changes. */
  readonly changed: number;
  /** Those who could reach an ED before and cannot now. */
  readonly stranded: number;
  /** Over those whose ED changes and who had one before and after; 0 when there is nobody. */
  readonly extraMinutes: { readonly mean: number; readonly p95: number; readonly worst: number };
  /** The place with the most extra minutes; undefined when nobody's time grows. */
  readonly worst?: {
    readonly place: number;
    readonly location: readonly [longitude: number, latitude: number];
    readonly extraMinutes: number;
    readonly from: number;
    readonly to: number;
  };
  /** Ordered by weight, largest first, then by numbers. */
  readonly shifts: readonly Shift[];
  /** Per ED: those brought there before and after. */
  readonly load: readonly { readonly before: number; readonly after: number }[];
  /** Those farther from care than so many minutes, before and after. */
  readonly beyond: readonly { readonly minutes: number; readonly before: number; readonly after: number }[];
}

/** Minutes beyond which care is late: the bypass times of English regions. */
export const LATE_MINUTES = [45, 60] as const;

/** Compares two assignments of the same places. */
export function compareAssignments(map: CatchmentMap, before: Assignment, after: Assignment): WhatIfResult {
  const { weights, locations } = map.places;
  const shifts = new Map<string, { from: number; to: number; weight: number }>();
  const load = map.hospitals.hospitals.map(() => ({ before: 0, after: 0 }));
  const beyond = LATE_MINUTES.map((minutes) => ({ minutes, before: 0, after: 0 }));
  const grown: { readonly place: number; readonly minutes: number; readonly weight: number }[] = [];
  let changed = 0;
  let stranded = 0;
  for (let place = 0; place < weights.length; place++) {
    const weight = weights[place]!;
    const [from, to] = [before.ed[place]!, after.ed[place]!];
    const [wasMs, isMs] = [before.milliseconds[place]!, after.milliseconds[place]!];
    if (from >= 0) load[from]!.before += weight;
    if (to >= 0) load[to]!.after += weight;
    for (const limit of beyond) {
      if (wasMs > limit.minutes * 60_000 && from >= NO_TARGET) limit.before += weight;
      if (isMs > limit.minutes * 60_000 && to >= NO_TARGET) limit.after += weight;
    }
    if (from === to) continue;
    changed += weight;
    if (to === NO_TARGET) stranded += weight;
    const key = `${from} ${to}`;
    const shift = shifts.get(key) ?? { from, to, weight: 0 };
    shift.weight += weight;
    shifts.set(key, shift);
    if (wasMs < INFINITE_MS && isMs < INFINITE_MS) grown.push({ place, minutes: (isMs - wasMs) / 60_000, weight });
  }
  grown.sort((a, b) => b.minutes - a.minutes || a.place - b.place);
  const top = grown[0];
  return {
    changed,
    stranded,
    extraMinutes: spread(grown),
    ...(top === undefined || top.minutes <= 0
      ? {}
      : {
          worst: {
            place: top.place,
            location: [locations[2 * top.place]!, locations[2 * top.place + 1]!],
            extraMinutes: top.minutes,
            from: before.ed[top.place]!,
            to: after.ed[top.place]!,
          },
        }),
    shifts: [...shifts.values()].sort((a, b) => b.weight - a.weight || a.from - b.from || a.to - b.to),
    load,
    beyond,
  };
}

/** Of minutes in descending order, each counting by its weight. */
function spread(grown: readonly { readonly minutes: number; readonly weight: number }[]): WhatIfResult["extraMinutes"] {
  const total = grown.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { mean: 0, p95: 0, worst: 0 };
  const mean = grown.reduce((sum, { minutes, weight }) => sum + minutes * weight, 0) / total;
  let passed = 0;
  const p95 = grown.find(({ weight }) => {
    passed += weight;
    return passed > 0.05 * total;
  })!;
  return { mean, p95: p95.minutes, worst: grown[0]!.minutes };
}

/** What closing EDs does, given how places are assigned before. Only places of the closed EDs are asked for again. */
export function assignmentWithout(
  map: CatchmentMap,
  before: Assignment,
  usable: Uint8Array,
  closed: readonly number[],
  byEd = placesByEd(before, map.hospitals.size),
): Assignment {
  const remaining = usable.slice();
  for (const ed of closed) remaining[ed] = 0;
  const touched = Int32Array.from(closed.flatMap((ed) => Array.from(byEd[ed]!))).sort();
  const some = map.assignSome(touched, remaining);
  const after = { ed: before.ed.slice(), milliseconds: before.milliseconds.slice() };
  touched.forEach((place, i) => {
    after.ed[place] = some.ed[i]!;
    after.milliseconds[place] = some.milliseconds[i]!;
  });
  return after;
}
