import type { Feature, LineString } from "geojson";
import { parseInstant } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { Status } from "../hospitals/status/status";
import { routeOf } from "../roads/route/route";
import { type RouteProperties, routeFeature } from "../roads/route/route-feature";
import type { Basis, Recommendation, RecommendationData } from "./answer/recommendation";
import type { Conveyance, TrackRequest } from "./conveyances/conveyance";
import { ConveyanceTracker } from "./conveyances/conveyance-tracker";
import { driveWarnings } from "./drives/drive-warnings";
import type { RecommendationRequest } from "./incidents/request";
import { NearestOpenRouter } from "./nearest-open-router";
import { recommend } from "./recommend";
import type { RecommendOptions } from "./router-options";
import type { InboundSource } from "./rules/inbound";
import type { Policy } from "./rules/policy";

export type { SituationOptions } from "./nearest-open-router";
export type { DiversionRouterOptions, NearestOpen, RecommendOptions } from "./router-options";

/** Finds the nearest ED that can take this patient now, and says why. */
export class DiversionRouter extends NearestOpenRouter {
  #tracker: ConveyanceTracker | undefined;

  override withProfile(name: string): DiversionRouter {
    return new DiversionRouter(this.optionsUnder(name));
  }

  override setHospitals(hospitals: HospitalDirectory, status?: Status): void {
    super.setHospitals(hospitals, status);
    this.#tracker?.hospitalsChanged();
  }

  override setPolicy(policy: Policy): void {
    super.setPolicy(policy);
    this.#tracker?.judgeAll();
  }

  /**
   * The EDs for one patient, ranked and explained.
   *
   * @throws DiversionError `invalid-incident` or `invalid-location` for a question that is not of the documented form,
   * `off-network` when no usable road is near, `invalid-argument` for a version of the status not yet reached.
   */
  recommend(request: RecommendationRequest, { statusVersion }: RecommendOptions = {}): Recommendation {
    const incident = this.readIncident(request);
    const asOf = this.statusAsOf === "question" ? { at: incident.atMs } : undefined;
    const moment = statusVersion === undefined ? asOf : { version: statusVersion };
    const status = moment === undefined ? undefined : this.status.viewAt(moment);
    return recommend(this.situation({ atMs: incident.atMs, ...(status === undefined ? {} : { status }) }), incident);
  }

  /**
   * The way to an ED as a GeoJSON LineString: to the recommendation's destination, or to the hospital named.
   * Undefined when the recommendation has no destination or no road leads there. It keeps to the roads as they are at the
   * recommendation's moment, by what is known of closures now.
   *
   * @throws DiversionError `unknown-hospital`.
   */
  route(
    advice: Pick<RecommendationData, "incident" | "destination"> & { readonly basis?: Pick<Basis, "at"> },
    hospital = advice.destination?.hospital.id,
  ): Feature<LineString, RouteProperties> | undefined {
    if (hospital === undefined) return undefined;
    const target = this.hospitals.requireIndex(hospital);
    const atMs = advice.basis === undefined ? this.clock() : parseInstant(advice.basis.at, "basis.at").epochMs;
    const eds = this.situation({ atMs }).edsFrom(advice.incident);
    const drive = eds.drive(target);
    if (drive === undefined) return undefined;
    const { graph } = this.roads;
    return routeFeature(
      graph,
      routeOf(graph, eds.drives.weights, drive, eds.drives.state.closed),
      this.hospitals.hospitals[target]!,
      driveWarnings(graph, eds, target, { atMs, zone: TimeZone.of(this.policy.timeZone) }),
    );
  }

  /** How many ambulances are expected at EDs, for a policy with a cap; undefined while nobody is tracked or listed. */
  override get inbound(): InboundSource | undefined {
    return super.inbound ?? this.#tracker;
  }

  /** Ambulances under way: events when the advice for one changes. */
  get conveyances(): ConveyanceTracker {
    this.#tracker ??= new ConveyanceTracker(this);
    return this.#tracker;
  }

  /**
   * Follows an ambulance on its way to an ED, and advises it to go elsewhere when status or roads give cause.
   *
   * @throws DiversionError `invalid-incident`, `invalid-location`, `unknown-hospital`, `off-network`; `invalid-argument`
   * for an id that is tracked.
   */
  track(request: TrackRequest): Conveyance {
    return this.conveyances.track(request);
  }
}
