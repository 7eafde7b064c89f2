import { readInstant } from "../../core/instant";
import { DiversionRouter } from "../../diversion/router";
import { emptyStatus } from "../../diversion/rules/circumstances";
import { ENGLAND_DEFAULT } from "../../diversion/rules/policy";
import type { Situation } from "../../diversion/situation";
import type { PatientGroup } from "../situation/patient-group";
import { PlanningSituation } from "../situation/planning-situation";
import { type MapGrid, mapGrid } from "../situation/scene-map-data";
import type { ScenarioReplayOptions } from "./replay";
import type { ScenarioReplay } from "./replay-result";
import { ScenarioStatus } from "./scenario-status";

/** Whose ED is where, with nothing restricted and at the scenario's worst hour. */
export interface ReplayMapData {
  /** When the most EDs on the roads were restricted for this group. */
  readonly at: string;
  /** Patients who need a full ED and no more; where nobody turned those away, the first who were. */
  readonly group: PatientGroup;
  readonly grid: MapGrid;
  /** Int32[cells]: number of the ED to which patients of a cell are brought; negative where there is none. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/** @param columns how many cells the picture is wide. Default: those of {@link mapGrid}. */
export function replayMapData(options: ScenarioReplayOptions, replay: ScenarioReplay, columns?: number): ReplayMapData {
  const { roads, hospitals, scenario, elsewhere, policy = ENGLAND_DEFAULT } = options;
  const { at, group } = worstMoment(replay);
  const { epochMs: atMs } = readInstant(at)!;
  const grid = mapGrid(roads.bounds, columns);
  const playing = new ScenarioStatus(scenario, policy, hospitals, elsewhere);
  playing.advanceTo(atMs);
  const restricted = new DiversionRouter({ roads, hospitals, policy, status: playing.status }).situation({ atMs });
  const assigned = (situation: Situation): Int32Array =>
    new PlanningSituation(situation, { ...group, demandPoints: grid.demandPoints }).scene.assignment.ed;
  const free = restricted.with({ status: emptyStatus(hospitals) });
  return { at, group, grid, before: assigned(free), after: assigned(restricted) };
}

/** Of the moments that sources speak of, and the full hours: the first at which the most EDs turned the group away. */
function worstMoment({ hours, facts, diverts, scenario }: ScenarioReplay): {
  readonly at: string;
  readonly group: PatientGroup;
} {
  const turningAway = diverts.filter(({ effect, onRoads }) => effect !== "inform" && onRoads);
  const everyone = turningAway.filter(({ scope }) => Object.keys(scope).length === 0);
  const need = everyone.length > 0 ? undefined : turningAway.flatMap(({ scope }) => scope.needs ?? [])[0];
  const counted = need === undefined ? everyone : turningAway.filter(({ scope }) => scope.needs?.includes(need));
  let [worst, most] = [scenario.from, 0];
  for (const { at } of [...facts, ...hours]) {
    const { epochMs } = readInstant(at)!;
    const then = counted.filter(
      ({ from, until }) => readInstant(from)!.epochMs <= epochMs && epochMs < readInstant(until)!.epochMs,
    );
    const count = new Set(then.map(({ hospital }) => hospital.id)).size;
    if (count > most) [worst, most] = [at, count];
  }
  return { at: worst, group: need === undefined ? {} : { needs: [need] } };
}
