import { millisecondsToSeconds } from "../../core/units";
import type { SnapCandidate } from "../../roads/snap/snap-candidates";
import { outcomeOf } from "../answer/advice";
import type { SnapAmbiguity, SnapAnswer } from "../answer/recommendation";
import { type Decision, decide } from "../rules/bypass";
import type { RankingContext } from "../rules/ranking";
import type { Drives } from "./drives";
import type { IncidentPlace } from "./incident-place";

/**
 * Drives that differ by no more than this are told as one: times are read aloud in whole minutes, and real journeys
 * scatter by several around any estimate (4.9 min, McMeekin et al. 2014).
 */
export const SNAP_AMBIGUITY_TOLERANCE_SECONDS = 60;

/**
 * What the answer would be on each other road the incident may be on, if that is another ED, another outcome, or a drive
 * that takes longer or shorter by more than {@link SNAP_AMBIGUITY_TOLERANCE_SECONDS}. The answer given comes first.
 * Undefined when the road makes no difference.
 *
 * @param decision the answer for the chosen road.
 */
export function snapAmbiguity(
  drives: Drives,
  context: RankingContext,
  { chosen, others }: IncidentPlace,
  decision: Decision,
): SnapAmbiguity | undefined {
  const given = answerOf(context, chosen, decision);
  const differing: SnapAnswer[] = [];
  for (const candidate of others) {
    const departure = drives.departureAt(context.incident.location, candidate.point);
    const answer = answerOf(
      context,
      candidate,
      decide(
        () => drives.open(departure),
        { ...context, centimetresTo: (target) => drives.centimetres(departure, target) },
        1,
      ),
    );
    if (differs(given, answer)) differing.push(answer);
  }
  if (differing.length === 0) return undefined;
  return { toleranceSeconds: SNAP_AMBIGUITY_TOLERANCE_SECONDS, candidates: [given, ...differing] };
}

function differs(a: SnapAnswer, b: SnapAnswer): boolean {
  if (a.outcome !== b.outcome || a.destination?.id !== b.destination?.id) return true;
  return Math.abs((a.driveSeconds ?? 0) - (b.driveSeconds ?? 0)) > SNAP_AMBIGUITY_TOLERANCE_SECONDS;
}

function answerOf({ hospitals }: RankingContext, candidate: SnapCandidate, decision: Decision): SnapAnswer {
  const { ranking, choice } = decision;
  const outcome = outcomeOf(ranking, choice);
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
