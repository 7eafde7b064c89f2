import { DiversionError } from "../../core/errors";
import { MS_PER_MINUTE } from "../../core/instant";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import { demandPointsByEd } from "../situation/catchment-map";
import { withoutEds } from "../situation/patient-group";
import type { PlanningSituation } from "../situation/planning-situation";
import type { PlaceCount } from "../situation/scene-totals";
import { LATE_MINUTES } from "../situation/scene-totals";
import { basisOf } from "./what-if";
import type { PlanBasis } from "./what-if-result";

export interface RankClosuresOptions {
  /** How many EDs close together: 1 or 2. Default: 1. */
  readonly together?: 1 | 2;
  /** How many of the closures that hurt most are told. Default: 20. */
  readonly limit?: number;
}

/** What closing these EDs together does; the same figures as `whatIf` gives for them. */
export interface ClosureHarm {
  /** By id. */
  readonly close: readonly HospitalReference[];
  /** Those brought to one of them as things are. */
  readonly people: number;
  /** Those of them left without an ED that they could reach. */
  readonly newlyStranded: number;
  /** Extra minutes times people, over those who have another ED. */
  readonly extraPersonMinutes: number;
  /** By how many more people are farther than so many minutes from care, those left without included. */
  readonly beyond: readonly { readonly minutes: number; readonly more: number }[];
}

/** The closures that hurt most. Plain JSON. */
export interface ClosureRanking {
  readonly basis: PlanBasis;
  readonly total: PlaceCount;
  readonly together: 1 | 2;
  /** How many closures were weighed. */
  readonly weighed: number;
  /**
   * Worst first: by people left without an ED, then by extra person-minutes, then by those beyond 60 minutes, then by
   * ids.
   */
  readonly ranked: readonly ClosureHarm[];
}

/**
 * Weighs every closure of one ED, or of two together, that such patients are brought to.
 *
 * One ED: its demand points are brought to their second choice. Two: what each does alone, added up, is right but for
 * demand points whose first and second choice are just these two; they go to their third. So all pairs of n EDs cost no
 * more than asking every demand point three times.
 *
 * @throws DiversionError `invalid-argument` for options that are not of the documented form.
 */
export function rankClosures(
  planning: PlanningSituation,
  { together = 1, limit = 20 }: RankClosuresOptions = {},
): ClosureRanking {
  if (together !== 1 && together !== 2) {
    throw new DiversionError("invalid-argument", `together is ${together}; EDs close one at a time or two together.`);
  }
  if (!Number.isInteger(limit) || limit < 1) {
    throw new DiversionError("invalid-argument", `limit is ${limit}; ask for a whole number of closures, at least 1.`);
  }
  const { scene } = planning;
  const { hospitals } = scene.hospitals;
  const usable = hospitals.flatMap((_, number) =>
    scene.edsByVerdict.some((eds) => eds[number] === 1) ? [number] : [],
  );
  const byEd = planning.demandPointsByEd();
  const singles = new Map<number, Harm>();
  const corrections = new Map<number, Harm>();
  const pairKey = (a: number, b: number): number => Math.min(a, b) * hospitals.length + Math.max(a, b);

  for (const ed of usable) {
    const demandPoints = byEd[ed]!;
    const second = scene.map.assignSome(demandPoints, withoutEds(scene.edsByVerdict, [ed]));
    const harm = new Harm();
    demandPoints.forEach((demandPoint, i) => {
      const people = planning.demandPoints.weights[demandPoint]!;
      harm.people += people;
      harm.add(people, scene.assignment.milliseconds[demandPoint]!, second.ed[i]!, second.milliseconds[i]!, 1);
    });
    singles.set(ed, harm);
    if (together === 1) continue;
    for (const [other, rows] of demandPointsByEd(second, hospitals.length).entries()) {
      if (rows.length === 0) continue;
      const third = scene.map.assignSome(
        rows.map((row) => demandPoints[row]!),
        withoutEds(scene.edsByVerdict, [ed, other]),
      );
      const key = pairKey(ed, other);
      const correction = corrections.get(key) ?? new Harm();
      corrections.set(key, correction);
      rows.forEach((row, i) => {
        const demandPoint = demandPoints[row]!;
        const people = planning.demandPoints.weights[demandPoint]!;
        const wasMs = scene.assignment.milliseconds[demandPoint]!;
        correction.add(people, wasMs, second.ed[row]!, second.milliseconds[row]!, -1);
        correction.add(people, wasMs, third.ed[i]!, third.milliseconds[i]!, 1);
      });
    }
  }

  const closures: { readonly eds: readonly number[]; readonly harm: Harm }[] =
    together === 1
      ? usable.map((ed) => ({ eds: [ed], harm: singles.get(ed)! }))
      : usable.flatMap((a, i) =>
          usable.slice(i + 1).map((b) => {
            const parts = [singles.get(a)!, singles.get(b)!, corrections.get(pairKey(a, b))];
            return { eds: [a, b], harm: Harm.sumOf(parts) };
          }),
        );
  closures.sort((x, y) => Harm.compare(x.harm, y.harm) || compareNumbers(x.eds, y.eds));
  return {
    basis: basisOf(planning),
    total: planning.totals().total,
    together,
    weighed: closures.length,
    ranked: closures.slice(0, limit).map(({ eds, harm }) => ({
      close: eds.map((ed) => ({ id: hospitals[ed]!.id, name: hospitals[ed]!.name })),
      people: harm.people,
      newlyStranded: harm.stranded,
      extraPersonMinutes: harm.extraMs / MS_PER_MINUTE,
      beyond: LATE_MINUTES.map((minutes, late) => ({ minutes, more: harm.late[late]! })),
    })),
  };
}

/** Sums of whole milliseconds and people: exact as long as people are whole. */
class Harm {
  people = 0;
  stranded = 0;
  extraMs = 0;
  readonly late: number[] = LATE_MINUTES.map(() => 0);

  static sumOf(parts: readonly (Harm | undefined)[]): Harm {
    const sum = new Harm();
    for (const part of parts) {
      if (part === undefined) continue;
      sum.people += part.people;
      sum.stranded += part.stranded;
      sum.extraMs += part.extraMs;
      for (let late = 0; late < sum.late.length; late++) sum.late[late]! += part.late[late]!;
    }
    return sum;
  }

  static compare(a: Harm, b: Harm): number {
    return b.stranded - a.stranded || b.extraMs - a.extraMs || b.late.at(-1)! - a.late.at(-1)!;
  }

  /** @param sign 1 to add what happens to a demand point that had an ED, -1 to take it back. */
  add(people: number, wasMs: number, ed: number, isMs: number, sign: 1 | -1): void {
    if (ed < 0) this.stranded += sign * people;
    else this.extraMs += sign * people * (isMs - wasMs);
    for (let late = 0; late < LATE_MINUTES.length; late++) {
      const limitMs = LATE_MINUTES[late]! * MS_PER_MINUTE;
      if (wasMs <= limitMs && isMs > limitMs) this.late[late]! += sign * people;
    }
  }
}

/** By numbers, which go by id. */
const compareNumbers = (a: readonly number[], b: readonly number[]): number => a[0]! - b[0]! || a.at(-1)! - b.at(-1)!;
