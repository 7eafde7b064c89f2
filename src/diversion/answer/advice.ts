import { millisecondsToSeconds } from "../../core/units";
import { type Incident, writeInstant } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import type { Candidate } from "../rules/judged-eds";
import { closeCallsOf } from "./close-calls";
import { type Material, type RoadFindings, referenceTo } from "./material";
import { reasonsFor } from "./reasons";
import {
  type Basis,
  type FeedReference,
  type Option,
  type Outcome,
  type PassedOver,
  Recommendation,
  type RecommendationData,
} from "./recommendation";
import { AMBIGUOUS, assumedWarnings, warningsFor, withCaseWarnings } from "./warnings";

/**
 * Writes the recommendation: the choice, the next best, and a reason for every nearer ED that was passed over.
 *
 * @param unrestricted the decision of the same question with nothing restricted.
 */
export function describeAdvice(
  incident: Incident,
  decision: Decision,
  unrestricted: Decision,
  findings: RoadFindings,
  basis: Basis,
): Recommendation {
  const { choice, eds, pool } = decision;
  const { hospitals } = eds.circumstances;
  const material: Material = { hospitals, incident, decision, choice, eds, ...findings };
  const { departure, road, distanceMetres, closures, snapAmbiguous } = material;
  const { destination } = choice;
  const outcome = outcomeOf(decision);
  // Beside one that diverts because all do, all are alternatives.
  const isOption = choice.although === "all-on-divert" ? pool.has : pool.accepts;
  const options =
    destination === undefined
      ? []
      : eds
          .bestOf((one) => isOption(one), incident.alternatives + 1)
          .filter((candidate) => candidate !== destination)
          .slice(0, incident.alternatives);
  const ranked = destination === undefined ? [] : [destination, ...options];
  const recorded = destination === undefined ? undefined : recordedElsewhere(material, destination);
  const option = (candidate: Candidate, place: number): Option => {
    const driveRank = placeByDrive(candidate, ranked);
    const described = describeOption(material, candidate);
    return driveRank === place + 1 ? described : { ...described, driveRank };
  };
  const passed = passedOver(material, options, unrestricted);
  const assumptions = assumedWarnings(material, passed.candidates);
  const described =
    destination === undefined
      ? undefined
      : withCaseWarnings(option(destination, 0), outcome, material, recorded, assumptions);
  const warnings = [
    ...material.placeWarnings,
    ...(snapAmbiguous === undefined ? [] : [AMBIGUOUS]),
    ...(described === undefined ? assumptions : []),
  ];
  const without = unrestricted.choice.destination;
  const closeCalls = closeCallsOf(decision, incident);
  return new Recommendation({
    outcome,
    ...(outcome === "all-on-divert" ? { allOnDivert: true } : {}),
    incident: {
      location: incident.location,
      snapped: {
        location: departure.point.position,
        distanceMetres: Math.round(departure.point.distanceMetres * 10) / 10,
        road: road.ref || road.name,
      },
      ...(incident.bearing === undefined ? {} : { bearing: incident.bearing }),
      ...(incident.roadName === undefined ? {} : { roadName: incident.roadName }),
      needs: incident.needs,
      ...(incident.age === undefined ? {} : { age: incident.age }),
      ...(incident.acuity === undefined ? {} : { acuity: incident.acuity }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
    ...(snapAmbiguous === undefined ? {} : { snapAmbiguous }),
    ...(described === undefined ? {} : { destination: described }),
    alternatives: options.map((candidate, index) => option(candidate, index + 1)),
    passedOver: passed.written,
    ...(without === undefined
      ? {}
      : {
          unrestricted: {
            hospital: referenceTo(hospitals, without.target),
            driveSeconds: millisecondsToSeconds(without.driveMs),
            totalSeconds: millisecondsToSeconds(totalMs(without)),
          },
        }),
    ...(destination === undefined || described === undefined || without === undefined
      ? {}
      : {
          extraSeconds: millisecondsToSeconds(destination.rankMs - without.rankMs),
          extraMetres:
            without.target === destination.target
              ? 0
              : Math.round(10 * (described.distanceMetres - distanceMetres(without.target))) / 10,
        }),
    ...(recorded === undefined ? {} : { recorded }),
    ...(closeCalls.length === 0 ? {} : { closeCalls }),
    ...(closures.length === 0 ? {} : { closures }),
    basis,
  });
}

const totalMs = ({ driveMs, handoverMs, assessment }: Candidate): number => driveMs + assessment.waitMs + handoverMs;

/** Where a candidate would stand by drive time alone, from 1; equal drives keep their order. */
const placeByDrive = (candidate: Candidate, ranked: readonly Candidate[]): number =>
  [...ranked].sort((a, b) => a.driveMs - b.driveMs).indexOf(candidate) + 1;

/** The nearest ED recorded as offering what is not recorded of the destination, if it is not barred. */
function recordedElsewhere({ eds, hospitals }: Material, destination: Candidate): RecommendationData["recorded"] {
  const [need] = destination.assessment.unrecorded;
  if (need === undefined) return undefined;
  const other = eds.first(({ target, assessment: { verdict } }) => {
    if (verdict === "incapable" || verdict === "refuses") return false;
    return hospitals.hospitals[target]!.capabilities.includes(need);
  });
  if (other === undefined) return undefined;
  return { need, hospital: referenceTo(hospitals, other.target), driveSeconds: millisecondsToSeconds(other.driveMs) };
}

export function outcomeOf({ choice, eds }: Decision): Outcome {
  if (choice.destination === undefined) return eds.countReached(1) === 0 ? "unreachable" : "no-facility";
  return choice.although === "all-on-divert" ? "all-on-divert" : "destination";
}

function describeOption(material: Material, candidate: Candidate): Option {
  const { incident, hospitals } = material;
  const { target, driveMs, handoverMs, handover, assessment } = candidate;
  const { waitMs } = assessment;
  const warnings = warningsFor(material, candidate);
  const onFootSeconds = material.onFootSeconds(target);
  return {
    hospital: referenceTo(hospitals, target),
    driveSeconds: millisecondsToSeconds(driveMs),
    ...(onFootSeconds === 0 ? {} : { onFootSeconds }),
    distanceMetres: material.distanceMetres(target),
    ...(waitMs === 0 ? {} : { waitSeconds: millisecondsToSeconds(waitMs) }),
    handoverSeconds: millisecondsToSeconds(handoverMs),
    ...(handover === "assumed" ? { handoverAssumed: true } : {}),
    totalSeconds: millisecondsToSeconds(totalMs(candidate)),
    arrival: writeInstant(incident, incident.atMs + driveMs),
    ...feedOf(candidate),
    ...(warnings.some(({ code }) => code === "opens-before-arrival") ? { opensBeforeArrival: true } : {}),
    warnings,
  };
}

/** Which feed spoke of an ED, and how long ago. */
function feedOf({ assessment: { feed } }: Candidate): { readonly feed?: FeedReference } {
  if (feed?.feed === undefined) return {};
  const { feed: id, ageMs } = feed;
  return { feed: ageMs === undefined ? { id } : { id, ageSeconds: millisecondsToSeconds(ageMs) } };
}

interface Passed {
  readonly candidates: readonly Candidate[];
  readonly written: PassedOver[];
}

function passedOver(material: Material, options: readonly Candidate[], unrestricted: Decision): Passed {
  const { eds, choice, hospitals, decision } = material;
  const { destination } = choice;
  if (eds.countReached(1) === 0) {
    const written: PassedOver[] = hospitals.hospitals.map((_, target) => ({
      hospital: referenceTo(hospitals, target),
      because: [{ code: "unreachable", text: "no road leads there from here" }],
    }));
    return { candidates: [], written };
  }
  const nearer = [...eds.within(destination?.driveMs)].filter((candidate) => {
    if (candidate === destination) return false;
    return destination === undefined || candidate.driveMs < destination.driveMs || !options.includes(candidate);
  });
  // Whose restriction changed the decision is named however far it is; by the patient's own needs.
  const without = unrestricted.choice.destination?.target;
  const isNamed = without === undefined || [destination, ...nearer, ...options].some((one) => one?.target === without);
  const asked = isNamed ? undefined : decision.lists[0]!.find(without);
  const candidates = asked === undefined ? nearer : [...nearer, asked];
  const written = candidates.map((candidate) => ({
    hospital: referenceTo(hospitals, candidate.target),
    driveSeconds: millisecondsToSeconds(candidate.driveMs),
    ...feedOf(candidate),
    because: reasonsFor(material, candidate),
  }));
  return { candidates, written };
}
