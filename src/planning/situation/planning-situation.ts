import { type Instant, instantAt, parseInstant } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import type { DiversionRouter } from "../../diversion/router";
import { Situation } from "../../diversion/situation";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadIndex } from "../../roads/road-index";
import { type Assignment, CatchmentMap, demandPointsByEd } from "./catchment-map";
import { type DemandPoints, junctionsOf } from "./demand-points";
import { type EdsByVerdict, type EdVerdict, groupByVerdict, type PatientGroup, verdictsOf } from "./patient-group";
import { SceneTotals } from "./scene-totals";

/** What a plan is about. */
export interface PlanningQuestion extends PatientGroup {
  /** The moment the plan is a picture of, RFC 3339 with offset. Default: that of the situation; now. */
  readonly at?: string;
  /** Where patients come from. Default: every junction, each counting 1. */
  readonly demandPoints?: DemandPoints;
}

/** EDs, the verdicts on them, and where everybody is brought. */
export interface Scene {
  readonly hospitals: HospitalDirectory;
  readonly verdicts: readonly EdVerdict[];
  readonly map: CatchmentMap;
  readonly edsByVerdict: EdsByVerdict;
  readonly assignment: Assignment;
}

/**
 * What plans are made on: one area, one group of patients, one moment. It holds the present state of all three, which
 * later changes of status or roads do not touch; questions about it (`whatIf`, `rankClosures`, `catchments`) share the
 * work of bringing every demand point to its ED, which is done once, here.
 */
export class PlanningSituation {
  /** All that plans follow from, at the moment they are about. */
  readonly situation: Situation;
  readonly group: PatientGroup;
  readonly at: Instant;
  readonly demandPoints: DemandPoints;
  /** As things are. */
  readonly scene: Scene;
  readonly #totals: SceneTotals;
  #demandPointsByEd: readonly Int32Array[] | undefined;

  /**
   * @param source a router, for things as it has them now; or any of its situations.
   * @throws DiversionError `invalid-incident` for a group that is not of the documented form, `invalid-argument` for an
   * instant that is none.
   */
  constructor(source: DiversionRouter | Situation, { at, demandPoints, ...group }: PlanningQuestion = {}) {
    const given = source instanceof Situation ? source : source.situation();
    const { roads, hospitals, policy, atMs } = given;
    this.group = group;
    this.at =
      at === undefined ? instantAt(atMs, TimeZone.of(policy.timeZone).offsetMinutes(atMs)) : parseInstant(at, "at");
    this.situation = given.with({ atMs: this.at.epochMs });
    this.demandPoints = demandPoints ?? junctionsOf(roads);
    const verdicts = verdictsOf(group, this.situation);
    const map = this.mapOf(roads, hospitals, verdicts);
    const edsByVerdict = groupByVerdict(verdicts);
    this.scene = { hospitals, verdicts, map, edsByVerdict, assignment: map.assign(edsByVerdict) };
    this.#totals = totalsOf(this.scene, this.demandPoints);
  }

  /** The same patients, moment and rules at other demand points. */
  withDemandPoints(demandPoints: DemandPoints): PlanningSituation {
    return new PlanningSituation(this.situation, { ...this.group, at: this.at.text, demandPoints });
  }

  /** @param scene of these demand points. Default: as things are. */
  totals(scene = this.scene): SceneTotals {
    return scene === this.scene ? this.#totals : totalsOf(scene, this.demandPoints);
  }

  /**
   * The demand points of each ED, ascending, by its number. @param scene of these demand points. Default: as
   * things are.
   */
  demandPointsByEd(scene = this.scene): readonly Int32Array[] {
    if (scene !== this.scene) return demandPointsByEd(scene.assignment, scene.hospitals.size);
    this.#demandPointsByEd ??= demandPointsByEd(scene.assignment, scene.hospitals.size);
    return this.#demandPointsByEd;
  }

  /** Demand points brought to other EDs, or over other roads: as they are at the moment, closures in force included. */
  mapOf(roads: RoadIndex, hospitals: HospitalDirectory, verdicts: readonly EdVerdict[]): CatchmentMap {
    const { demandPoints, situation } = this;
    return new CatchmentMap(roads, hospitals, demandPoints, {
      roadState: roads === situation.roads ? situation.roadState : roads.stateAt(situation.atMs),
      handoverMs: verdicts.map(({ handoverMs }) => handoverMs),
      snapLimitMetres: situation.snapLimitMetres,
    });
  }
}

function totalsOf({ assignment, hospitals }: Scene, { weights }: DemandPoints): SceneTotals {
  const totals = new SceneTotals(hospitals.size);
  for (let demandPoint = 0; demandPoint < weights.length; demandPoint++) {
    totals.count(assignment.ed[demandPoint]!, assignment.milliseconds[demandPoint]!, weights[demandPoint]!, 1);
  }
  return totals;
}
