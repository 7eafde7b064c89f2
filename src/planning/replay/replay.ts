import { checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { type EpochMs, formatInstant, MS_PER_HOUR } from "../../core/instant";
import type { ProgressListener } from "../../core/progress";
import { TimeZone } from "../../core/time-zone";
import type { Outcome, Recommendation } from "../../diversion/answer/recommendation";
import { recommend } from "../../diversion/recommend";
import { DiversionRouter } from "../../diversion/router";
import type { DiversionRouterOptions } from "../../diversion/router-options";
import { lifetimeOf } from "../../diversion/rules/bearings";
import { emptyStatus } from "../../diversion/rules/circumstances";
import { ENGLAND_DEFAULT, type Policy, policyChecksum } from "../../diversion/rules/policy";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { statusStatistics } from "../../hospitals/status/status-statistics";
import { CatchmentMap, listedHandoverMs } from "../situation/catchment-map";
import { type DemandPoints, junctionsOf } from "../situation/demand-points";
import { type GenerationStatistics, generateIncidents, type ReplayIncident } from "./incident-generator";
import { type ChangedIncident, extraMinutesOf, type ScenarioReplay } from "./replay-result";
import { type Scenario, scenarioChecksum } from "./scenario";
import { type DivertPeriod, restrictedBetween, ScenarioStatus } from "./scenario-status";

/** A scenario, and the parts of the router that answers in it. */
export interface ScenarioReplayOptions extends Pick<DiversionRouterOptions, "roads" | "hospitals" | "policy"> {
  readonly scenario: Scenario;
  /** Where EDs of the scenario that are not on the roads are looked up. Default: the scenario may name none. */
  readonly elsewhere?: HospitalDirectory;
  /** Where incidents may happen. Default: every junction of the roads, each as likely as the other. */
  readonly demandPoints?: DemandPoints;
  /** Of generated incidents. Default: the scenario's. */
  readonly seed?: number;
  /** Of generated incidents. Default: as the scenario says, or as its attendances come to. */
  readonly incidentsPerDay?: number;
  readonly onProgress?: ProgressListener;
}

/**
 * Runs a scenario: its events change the status under a clock of its own, and at each incident's moment the router
 * recommends twice, as it was and with nothing restricted. The difference is what the diverts did.
 *
 * @throws DiversionError `invalid-scenario`, `unknown-hospital`, `invalid-status` for events and incidents that cannot
 * be; `off-network` and `invalid-incident` for a listed incident.
 */
export function replayScenario(options: ScenarioReplayOptions): ScenarioReplay {
  const { roads, hospitals, scenario, elsewhere, policy = ENGLAND_DEFAULT } = options;
  const fromMs = scenario.period.from.epochMs;
  const untilMs = scenario.period.until.epochMs;
  const demandPoints = options.demandPoints ?? junctionsOf(roads);
  const playing = new ScenarioStatus(scenario, policy, hospitals, elsewhere);
  const router = new DiversionRouter({ roads, hospitals, policy, status: playing.status, clock: playing.clock });
  const { incidents, listed, statistics } = incidentsOf(options, demandPoints, policy);
  const zone = TimeZone.of(scenario.timeZone);
  const write = (epochMs: EpochMs): string => formatInstant(epochMs, zone.offsetMinutes(epochMs));

  const outcomes: Record<Outcome, number> = { destination: 0, "all-on-divert": 0, "no-facility": 0, unreachable: 0 };
  const load = hospitals.hospitals.map(() => ({ before: 0, after: 0 }));
  const hours = Array.from({ length: Math.ceil((untilMs - fromMs) / MS_PER_HOUR) }, () => ({
    incidents: 0,
    changed: 0,
    extraMs: 0,
  }));
  const changes: ChangedIncident[] = [];
  const extraMs: number[] = [];
  let withoutEd = 0;
  for (const [done, incident] of incidents.entries()) {
    playing.advanceTo(incident.atMs);
    const { asItWas, unrestricted } = recommendTwice(router, incident);
    outcomes[asItWas.outcome]++;
    const before = unrestricted.destination;
    const after = asItWas.destination;
    if (before !== undefined) load[hospitals.indexOf(before.hospital.id)]!.before++;
    if (after !== undefined) load[hospitals.indexOf(after.hospital.id)]!.after++;
    const hour = hours[Math.floor((incident.atMs - fromMs) / MS_PER_HOUR)]!;
    hour.incidents++;
    if (before !== undefined && before.hospital.id !== after?.hospital.id) {
      const extra = after === undefined ? undefined : Math.round((after.totalSeconds - before.totalSeconds) * 1000);
      hour.changed++;
      hour.extraMs += extra ?? 0;
      if (extra === undefined) withoutEd++;
      else extraMs.push(extra);
      changes.push({
        id: incident.id,
        at: write(incident.atMs),
        location: incident.location,
        road: asItWas.incident.snapped.road,
        needs: incident.needs,
        age: incident.age,
        acuity: incident.acuity,
        outcome: asItWas.outcome,
        from: before.hospital,
        to: after?.hospital,
        extraMinutes: extra === undefined ? undefined : extra / 60_000,
      });
    }
    if (done % 256 === 0)
      options.onProgress?.({ stage: "replaying", done, total: incidents.length, unit: "incidents" });
  }
  playing.advanceTo(untilMs);
  const periods = playing.periods();
  const { perDay, network, alerts } = statusStatistics(playing.status.history(), hospitals, {
    fromMs,
    untilMs,
    timeZone: scenario.timeZone,
    lifetime: (restriction) => lifetimeOf(restriction, policy),
  });
  const everRestricted = new Set(idsOf(restrictedBetween(periods, fromMs, untilMs)));
  return {
    scenario: { id: scenario.id, title: scenario.title, from: write(fromMs), until: write(untilMs) },
    facts: scenario.facts.map(({ at, diverting, statement, source }) => {
      const then = restrictedBetween(periods, at.epochMs, at.epochMs + 1);
      const onRoads = idsOf(then.filter((period) => period.onRoads)).length;
      return { at: write(at.epochMs), statement, source, stated: diverting, inScenario: idsOf(then).length, onRoads };
    }),
    diverts: periods.map(({ fromMs: begins, untilMs: ends, ...rest }) => ({
      ...rest,
      from: write(begins),
      until: write(ends),
    })),
    statistics: {
      hospitals: hospitals.size,
      perDay,
      network,
      alerts: alerts.map(({ fromMs: begins, untilMs: ends, ...rest }) => ({
        ...rest,
        from: write(begins),
        until: write(ends),
      })),
    },
    incidents: { total: incidents.length, listed, changed: changes.length, outcomes, withoutEd },
    extraMinutes: extraMinutesOf(extraMs),
    hours: hours.map(({ incidents: count, changed, extraMs: extra }, index) => {
      const beginMs = fromMs + index * MS_PER_HOUR;
      const meanwhile = restrictedBetween(periods, beginMs, Math.min(beginMs + MS_PER_HOUR, untilMs));
      return {
        at: write(beginMs),
        restricted: meanwhile.map(({ hospital, onRoads, effect, scope }) => ({
          hospital: hospital.id,
          onRoads,
          effect,
          scope,
        })),
        incidents: count,
        changed,
        extraMinutes: extra / 60_000,
      };
    }),
    load: hospitals.hospitals.map(({ id, name }, ed) => ({
      hospital: { id, name },
      ...load[ed]!,
      restricted: everRestricted.has(id),
    })),
    changes,
    generation: statistics,
    basis: {
      roads: roads.checksum,
      hospitals: hospitals.checksum,
      policy: policyChecksum(policy),
      scenario: scenarioChecksum(scenario),
      places: checksumOf({
        unit: demandPoints.unit,
        locations: Array.from(demandPoints.locations),
        weights: Array.from(demandPoints.weights),
      }),
    },
  };
}

const idsOf = (periods: readonly DivertPeriod[]): readonly string[] => [
  ...new Set(periods.map(({ hospital }) => hospital.id)),
];

function recommendTwice(
  router: DiversionRouter,
  { id, atMs, location, needs, age, acuity }: ReplayIncident,
): { readonly asItWas: Recommendation; readonly unrestricted: Recommendation } {
  const request = {
    location,
    needs: needs.map((need) => (typeof need === "string" ? need : { anyOf: [...need.anyOf] })),
    alternatives: 0,
    at: new Date(atMs),
    age,
    acuity,
  };
  try {
    const question = router.readIncident(request);
    const asItWas = router.situation({ atMs });
    const unrestricted = asItWas.with({ status: emptyStatus(router.hospitals) });
    return { asItWas: recommend(asItWas, question), unrestricted: recommend(unrestricted, question) };
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    throw new DiversionError(error.code, `Incident ${id}: ${error.message}`, error.place, { cause: error });
  }
}

function incidentsOf(
  { roads, hospitals, scenario, seed, incidentsPerDay }: ScenarioReplayOptions,
  demandPoints: DemandPoints,
  policy: Policy,
): {
  readonly incidents: readonly ReplayIncident[];
  readonly listed: number;
  readonly statistics?: GenerationStatistics;
} {
  const listed = (scenario.incidents ?? []).map(
    ({ id, at, location, needs = [], age, acuity }, index): ReplayIncident => ({
      id: id ?? `listed-${index + 1}`,
      atMs: at.epochMs,
      location,
      needs,
      age,
      acuity,
    }),
  );
  if (scenario.generation === undefined) return { incidents: inOrder(listed), listed: listed.length };
  const map = new CatchmentMap(roads, hospitals, demandPoints, { handoverMs: listedHandoverMs(hospitals, policy) });
  const choices = { seed, perDay: incidentsPerDay };
  const { incidents, statistics } = generateIncidents(scenario.generation, map, scenario.period, choices);
  return { incidents: inOrder([...listed, ...incidents]), listed: listed.length, statistics };
}

const inOrder = (incidents: readonly ReplayIncident[]): ReplayIncident[] =>
  [...incidents].sort((a, b) => a.atMs - b.atMs);
