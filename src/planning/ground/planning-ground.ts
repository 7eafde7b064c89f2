import { type Instant, instantAt, parseInstant } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import type { DiversionRouter } from "../../diversion/router";
import { Situation } from "../../diversion/situation";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadIndex } from "../../roads/road-index";
import { type Assignment, CatchmentMap, placesByEd } from "./catchment-map";
import { type EdStanding, type PatientGroup, standingsOf, type Tiers, tiersOf } from "./patient-group";
import { junctionsOf, type Places } from "./places";
import { SceneTotals } from "./scene-totals";

/** What a plan is about. */
export interface PlanningQuestion extends PatientGroup {
  /** The moment the plan is a picture of, RFC 3339 with offset. Default: that of the situation; now. */
  readonly at?: string;
  /** Where patients come from. Default: every junction, each counting 1. */
  readonly places?: Places;
}

/** EDs, how they stand, and where everybody is brought. */
export interface Scene {
  readonly hospitals: HospitalDirectory;
  readonly standings: readonly EdStanding[];
  readonly map: CatchmentMap;
  /** EDs that accept; then, for places from where none of these can be reached, those that only ask for a divert. */
  readonly tiers: Tiers;
  readonly assignment: Assignment;
}

/**
 * What plans are made on: one area, one group of patients, one moment. It holds the present state of all three, which
 * later changes of status or roads do not touch; questions about it (`whatIf`, `rankClosures`, `catchments`) share the
 * work of bringing every place to its ED, which is done once, here.
 */
export class PlanningGround {
  /** All that plans follow from, at the moment they are about. */
  readonly situation: Situation;
  readonly group: PatientGroup;
  readonly at: Instant;
  readonly places: Places;
  /** As things are. */
  readonly scene: Scene;
  readonly #totals: SceneTotals;
  #placesByEd: readonly Int32Array[] | undefined;

  /**
   * @param source a router, for things as it has them now; or any of its situations.
   * @throws DiversionError `invalid-incident` for a group that is not of the documented form, `invalid-argument` for an
   * instant that is none.
   */
  constructor(source: DiversionRouter | Situation, { at, places, ...group }: PlanningQuestion = {}) {
    const given = source instanceof Situation ? source : source.situation();
    const { roads, hospitals, policy, atMs } = given;
    this.group = group;
    this.at =
      at === undefined ? instantAt(atMs, TimeZone.of(policy.timeZone).offsetMinutes(atMs)) : parseInstant(at, "at");
    this.situation = given.with({ atMs: this.at.epochMs });
    this.places = places ?? junctionsOf(roads);
    const standings = standingsOf(group, this.situation);
    const map = this.mapOf(roads, hospitals, standings);
    const tiers = tiersOf(standings);
    this.scene = { hospitals, standings, map, tiers, assignment: map.assign(tiers) };
    this.#totals = totalsOf(this.scene, this.places);
  }

  /** The same patients, moment and rules at other places. */
  withPlaces(places: Places): PlanningGround {
    return new PlanningGround(this.situation, { ...this.group, at: this.at.text, places });
  }

  /** @param scene of the ground's places. Default: as things are. */
  totals(scene = this.scene): SceneTotals {
    return scene === this.scene ? this.#totals : totalsOf(scene, this.places);
  }

  /** The places of each ED, ascending, by its number. @param scene of the ground's places. Default: as things are. */
  placesByEd(scene = this.scene): readonly Int32Array[] {
    if (scene !== this.scene) return placesByEd(scene.assignment, scene.hospitals.size);
    this.#placesByEd ??= placesByEd(scene.assignment, scene.hospitals.size);
    return this.#placesByEd;
  }

  /** Places brought to other EDs, or over other roads: as they are at the moment, closures in force included. */
  mapOf(roads: RoadIndex, hospitals: HospitalDirectory, standings: readonly EdStanding[]): CatchmentMap {
    const { places, situation } = this;
    return new CatchmentMap(roads, hospitals, places, {
      roadState: roads === situation.roads ? situation.roadState : roads.stateAt(situation.atMs),
      handoverMs: standings.map(({ handoverMs }) => handoverMs),
      snapLimitMetres: situation.snapLimitMetres,
    });
  }
}

function totalsOf({ assignment, hospitals }: Scene, { weights }: Places): SceneTotals {
  const totals = new SceneTotals(hospitals.size);
  for (let place = 0; place < weights.length; place++) {
    totals.count(assignment.ed[place]!, assignment.milliseconds[place]!, weights[place]!, 1);
  }
  return totals;
}
