import { TimeZone } from "../core/time-zone";
import { centimetresToMetres, millisecondsToSeconds } from "../core/units";
import { UNDISTURBED } from "../roads/closures/closure-state";
import type { DrivenPath } from "../roads/route/route";
import type { SnapCandidate } from "../roads/snap/snap-candidates";
import { describeAdvice, outcomeOf } from "./answer/advice";
import type { ClosureNotice, Recommendation, SnapAmbiguity, SnapAnswer } from "./answer/recommendation";
import { closedEntrance, closedStart, onFootMilliseconds } from "./drives/closed-ends";
import { closuresMet, closureWarnings } from "./drives/closure-notices";
import { driveWarnings } from "./drives/drive-warnings";
import { entranceWarnings } from "./drives/entrance-warnings";
import type { IncidentPlace } from "./drives/incident-place";
import type { ReachableEds } from "./drives/reachable-eds";
import { type Incident, writeInstant } from "./incidents/request";
import type { Decision } from "./rules/bypass";
import { InboundReading } from "./rules/inbound";
import type { Candidate } from "./rules/judged-eds";
import type { Situation } from "./situation";

/**
 * The EDs for one patient in a situation, ranked and explained.
 *
 * @throws DiversionError `off-network`.
 */
export function recommend(given: Situation, incident: Incident): Recommendation {
  const { policy, roads } = given;
  const inbound = policy.inbound === undefined ? undefined : new InboundReading(given.inbound);
  const situation = inbound === given.inbound ? given : given.with({ inbound });
  const place = situation.placeOf(incident);
  const eds = situation.edsFromPoint(place.chosen.point);
  const { departure } = eds;
  const decision = situation.decide({ incident }, eds);
  const unrestricted = situation.decideUnrestricted({ incident }, eds, decision);
  const snapAmbiguous = snapAmbiguity(situation, incident, place, decision);
  const closures = turningClosures(situation, incident, eds, decision.choice.destination);
  const { graph } = roads;
  const target = decision.choice.destination?.target ?? eds.at(0)?.target;
  const clock = { atMs: incident.atMs, zone: TimeZone.of(policy.timeZone) };
  const findings = {
    departure,
    road: graph.roads[graph.columns.segmentRoad[departure.point.segment]!]!,
    placeWarnings: [
      ...place.warnings,
      ...closedStart(graph, eds, target),
      ...closureWarnings(situation.roadState, incident),
    ],
    driveWarnings: (target: number) => [
      ...closedEntrance(graph, eds, target),
      ...entranceWarnings(graph, eds, target, policy.entranceFarMetres),
      ...driveWarnings(graph, eds, target, clock),
    ],
    onFootSeconds: (target: number) => millisecondsToSeconds(onFootMilliseconds(eds, target)),
    distanceMetres: (target: number) => centimetresToMetres(eds.centimetres(target)),
    driveMsTo: (target: number) => (target < 0 ? undefined : eds.drive(target)?.path.milliseconds),
    snapAmbiguous,
    closures,
  };
  return describeAdvice(incident, decision, unrestricted, findings, {
    ...situation.basis,
    // Last of all that asks for counts: it holds every one that had a part.
    ...(inbound === undefined ? {} : { inbound: inbound.counts }),
    at: writeInstant(incident, incident.atMs),
  });
}

/**
 * The closures that turned an answer, by the same question on the roads without any: those on the way that would be
 * driven then to the ED that would be recommended then, if it is another; and, if the drive to the destination would take
 * another time, those on the way there then and those (slowdowns) on the way now.
 */
function turningClosures(
  situation: Situation,
  incident: Incident,
  eds: ReachableEds,
  destination: Candidate | undefined,
): ClosureNotice[] {
  const { roadState, roads } = situation;
  if (roadState.edges.length === 0) return [];
  const usually = situation.with({ roadState: UNDISTURBED });
  const usualEds = usually.edsFrom(incident);
  const usual = usually.decide({ incident }, usualEds).choice.destination;
  const drives: (DrivenPath | undefined)[] = [];
  if (usual !== undefined && usual.target !== destination?.target) drives.push(usualEds.drive(usual.target));
  if (destination !== undefined) {
    const drive = usualEds.drive(destination.target);
    if (drive?.path.milliseconds !== destination.driveMs) drives.push(drive, eds.drive(destination.target));
  }
  const known = drives.filter((drive) => drive !== undefined);
  return known.length === 0 ? [] : closuresMet(roads.graph, roadState, known, incident);
}

/**
 * Drives that differ by no more than this are told as one: times are read aloud in whole minutes, and real journeys
 * scatter by several around any estimate (4.9 min, McMeekin et al. 2014).
 */
const SNAP_AMBIGUITY_TOLERANCE_SECONDS = 60;

/**
 * What the answer would be on each other road the incident may be on, if that is another ED, another outcome, or a drive
 * that takes longer or shorter by more than {@link SNAP_AMBIGUITY_TOLERANCE_SECONDS}. The answer given comes first.
 * Undefined when the road makes no difference.
 */
function snapAmbiguity(
  situation: Situation,
  incident: Incident,
  { chosen, others }: IncidentPlace,
  decision: Decision,
): SnapAmbiguity | undefined {
  const given = answerOf(situation, chosen, decision);
  const differing: SnapAnswer[] = [];
  for (const candidate of others) {
    const eds = situation.edsFromPoint(candidate.point);
    const answer = answerOf(situation, candidate, situation.decide({ incident }, eds));
    if (differs(given, answer)) differing.push(answer);
  }
  if (differing.length === 0) return undefined;
  return { toleranceSeconds: SNAP_AMBIGUITY_TOLERANCE_SECONDS, candidates: [given, ...differing] };
}

function differs(a: SnapAnswer, b: SnapAnswer): boolean {
  if (a.outcome !== b.outcome || a.destination?.id !== b.destination?.id) return true;
  return Math.abs((a.driveSeconds ?? 0) - (b.driveSeconds ?? 0)) > SNAP_AMBIGUITY_TOLERANCE_SECONDS;
}

function answerOf({ hospitals }: Situation, candidate: SnapCandidate, decision: Decision): SnapAnswer {
  const { choice } = decision;
  const outcome = outcomeOf(decision);
  const snapped = snappedTo(candidate);
  if (choice.destination === undefined) return { snapped, outcome };
  const { target, driveMs } = choice.destination;
  const { id, name } = hospitals.hospitals[target]!;
  return { snapped, outcome, destination: { id, name }, driveSeconds: millisecondsToSeconds(driveMs) };
}

/** A candidate as answers write it; with its direction where it is driven, or was asked for, in one alone. */
function snappedTo({ point, road, bearings }: SnapCandidate): SnapAnswer["snapped"] {
  return {
    location: point.position,
    distanceMetres: Math.round(point.distanceMetres * 10) / 10,
    road: road.ref || road.name,
    ...(bearings.length === 1 ? { bearing: bearings[0]! } : {}),
    ...(road.layer === 0 ? {} : { layer: road.layer }),
  };
}
