import { type Instant, instantAt, parseInstant } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import type { DiversionRouter } from "../../diversion/router";
import type { Circumstances } from "../../diversion/rules/circumstances";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { LiveWeights } from "../../roads/closures/live-weights";
import type { RoadIndex } from "../../roads/road-index";
import { type Assignment, CatchmentMap, placesByEd } from "./catchment-map";
import { type EdStanding, type PatientGroup, standingsOf, type Tiers, tiersOf } from "./patient-group";
import { junctionsOf, type Places } from "./places";
import { SceneTotals } from "./scene-totals";

/** Where and by which rules a plan is made; a `DiversionRouter` is one. */
export type PlanningBase = Pick<
  DiversionRouter,
  "roads" | "hospitals" | "status" | "policy" | "feeds" | "snapLimitMetres" | "clock"
>;

/** What a plan is about. */
export interface PlanningQuestion extends PatientGroup {
  /** The moment the plan is a picture of, RFC 3339 with offset. Default: now. */
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
  readonly base: PlanningBase;
  readonly group: PatientGroup;
  readonly at: Instant;
  readonly places: Places;
  readonly moment: Circumstances;
  /** As things are. */
  readonly scene: Scene;
  private readonly knownTotals: SceneTotals;
  private listedPlaces: readonly Int32Array[] | undefined;

  /**
   * @throws DiversionError `invalid-incident` for a group that is not of the documented form, `invalid-argument` for an
   * instant that is none.
   */
  constructor(base: PlanningBase, { at, places, ...group }: PlanningQuestion = {}) {
    const { roads, hospitals, status, policy, feeds, clock } = base;
    const nowMs = clock();
    this.base = base;
    this.group = group;
    this.at =
      at === undefined ? instantAt(nowMs, TimeZone.of(policy.timeZone).offsetMinutes(nowMs)) : parseInstant(at, "at");
    this.places = places ?? junctionsOf(roads);
    this.moment = {
      hospitals,
      status: status.view(),
      policy,
      atMs: this.at.epochMs,
      feeds: feeds?.health().in(hospitals),
      inbound: undefined,
    };
    const standings = standingsOf(group, this.moment);
    const map = this.mapOf(roads, hospitals, standings);
    const tiers = tiersOf(standings);
    this.scene = { hospitals, standings, map, tiers, assignment: map.assign(tiers) };
    this.knownTotals = totalsOf(this.scene, this.places);
  }

  /** @param scene of the ground's places. Default: as things are. */
  totals(scene = this.scene): SceneTotals {
    return scene === this.scene ? this.knownTotals : totalsOf(scene, this.places);
  }

  /** The places of each ED, ascending, by its number. @param scene of the ground's places. Default: as things are. */
  placesByEd(scene = this.scene): readonly Int32Array[] {
    if (scene !== this.scene) return placesByEd(scene.assignment, scene.hospitals.size);
    this.listedPlaces ??= placesByEd(scene.assignment, scene.hospitals.size);
    return this.listedPlaces;
  }

  /** Places brought to other EDs, or over other roads: as they are at the moment, closures in force included. */
  mapOf(roads: RoadIndex, hospitals: HospitalDirectory, standings: readonly EdStanding[]): CatchmentMap {
    const { places, at, base } = this;
    const live = new LiveWeights(roads);
    live.moveTo(at.epochMs);
    return new CatchmentMap({
      roads,
      hospitals,
      places,
      weights: live.weights,
      handoverMs: standings.map(({ handoverMs }) => handoverMs),
      snapLimitMetres: base.snapLimitMetres,
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
