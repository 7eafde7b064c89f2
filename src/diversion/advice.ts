import { millisecondsToSeconds } from "../core/units";
import type { HospitalDirectory } from "../hospitals/directory";
import type { RoadNames } from "../roads/road-graph";
import type { Decision } from "./bypass";
import type { Assessment } from "./eligibility";
import { restrictionText, type SpokenClock, shortfallText, unknownText } from "./explanation";
import type { Departure } from "./hospital-sites";
import type { Candidate, Choice, Ranking } from "./ranking";
import {
  type Basis,
  type ClosureNotice,
  type FeedReference,
  type HospitalReference,
  type Option,
  type Outcome,
  type PassedOver,
  type Reason,
  Recommendation,
  type Warning,
} from "./recommendation";
import { type Incident, writeInstant } from "./request";

/** Everything a recommendation is written from. */
export interface AdviceMaterial {
  readonly incident: Incident;
  readonly departure: Departure;
  readonly ranking: Ranking;
  readonly choice: Choice;
  readonly fallback?: Decision["fallback"];
  readonly hospitals: HospitalDirectory;
  /** The road the drive begins on. */
  readonly road: RoadNames;
  /** Length of the drive to a hospital, by its number. */
  readonly distanceMetres: (target: number) => number;
  /** Those that turned the answer. */
  readonly closures: readonly ClosureNotice[];
  readonly basis: Basis;
}

/** Writes the recommendation: the choice, the next best, and a reason for every nearer ED that was passed over. */
export function describeAdvice(material: AdviceMaterial): Recommendation {
  const { incident, departure, ranking, choice, road, distanceMetres, closures, basis } = material;
  const { destination } = choice;
  const outcome = outcomeOf(ranking, choice);
  const ranked = outcome === "all-on-divert" ? ranking.diverting : ranking.accepting;
  const options = destination === undefined ? [] : ranked.filter((candidate) => candidate !== destination);
  const alternatives = options.slice(0, incident.alternatives);
  const unrestricted = unrestrictedBest(ranking.candidates);
  const option = (candidate: Candidate): Option => describeOption(material, candidate);
  const described = destination === undefined ? undefined : withFallbackWarning(option(destination), material);
  return new Recommendation({
    outcome,
    incident: {
      location: incident.location,
      snapped: {
        location: departure.point.position,
        distanceMetres: Math.round(departure.point.distanceMetres * 10) / 10,
        road: road.ref || road.name,
      },
      needs: incident.needs,
      ...(incident.age === undefined ? {} : { age: incident.age }),
      ...(incident.acuity === undefined ? {} : { acuity: incident.acuity }),
    },
    ...(described === undefined ? {} : { destination: described }),
    alternatives: alternatives.map(option),
    passedOver: passedOver(material),
    ...(destination === undefined || described === undefined || unrestricted === undefined
      ? {}
      : {
          extraSeconds: millisecondsToSeconds(destination.rankMs - unrestricted.rankMs),
          extraMetres: Math.round(10 * (described.distanceMetres - distanceMetres(unrestricted.target))) / 10,
        }),
    ...(closures.length === 0 ? {} : { closures }),
    basis,
  });
}

/** Says that a patient goes to a fallback, and how far the specialist ED is. */
function withFallbackWarning(option: Option, { fallback, hospitals }: AdviceMaterial): Option {
  if (fallback === undefined) return option;
  const { rule, specialist } = fallback;
  const what = (word: string): string => word.replaceAll("-", " ");
  const farther =
    specialist === undefined
      ? `no ED for ${what(rule.need)} can be reached`
      : `${referenceTo(hospitals, specialist.target).name} for ${what(rule.need)} is ${Math.round(specialist.driveMs / 60_000)} min away`;
  const text = `${farther}, beyond the ${rule.withinMinutes} min of the bypass rule: nearest ED for ${what(rule.fallback)} as a stop`;
  return { ...option, warnings: [...option.warnings, { code: "bypass-fallback", text }] };
}

/** The ED this patient would have gone to with no restriction in force. */
const unrestrictedBest = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates
    .filter(({ assessment }) => assessment.verdict !== "incapable")
    .reduce<Candidate | undefined>(
      (best, one) => (best === undefined || one.rankMs < best.rankMs ? one : best),
      undefined,
    );

function outcomeOf({ candidates }: Ranking, { destination }: Choice): Outcome {
  if (destination === undefined) return candidates.length === 0 ? "unreachable" : "no-facility";
  return destination.assessment.verdict === "accepts" ? "destination" : "all-on-divert";
}

const referenceTo = (hospitals: HospitalDirectory, target: number): HospitalReference => {
  const { id, name } = hospitals.hospitals[target]!;
  return { id, name };
};

function describeOption(material: AdviceMaterial, candidate: Candidate): Option {
  const { incident, hospitals } = material;
  const { target, driveMs, handoverMs } = candidate;
  return {
    hospital: referenceTo(hospitals, target),
    driveSeconds: millisecondsToSeconds(driveMs),
    distanceMetres: material.distanceMetres(target),
    handoverSeconds: millisecondsToSeconds(handoverMs),
    totalSeconds: millisecondsToSeconds(driveMs + handoverMs),
    arrival: writeInstant(incident, incident.atMs + driveMs),
    ...feedOf(candidate),
    warnings: warningsFor(material, candidate),
  };
}

/** Which feed spoke of an ED, and how long ago. */
function feedOf({ assessment: { feed } }: Candidate): { readonly feed?: FeedReference } {
  if (feed?.feed === undefined) return {};
  const { feed: id, ageMs } = feed;
  return { feed: ageMs === undefined ? { id } : { id, ageSeconds: millisecondsToSeconds(ageMs) } };
}

function warningsFor({ incident, hospitals }: AdviceMaterial, { target, assessment }: Candidate): Warning[] {
  const warnings: Warning[] = [];
  for (const restriction of assessment.restrictions) {
    warnings.push({ code: "on-divert", text: restrictionText(restriction, hospitals, incident) });
  }
  for (const restriction of assessment.endsBeforeArrival) {
    warnings.push({ code: "opens-before-arrival", text: restrictionText(restriction, hospitals, incident) });
  }
  for (const restriction of assessment.lapsed) {
    const text = `${restrictionText(restriction, hospitals, incident)}: no end was given, taken as ended by the policy`;
    warnings.push({ code: "lapsed", text });
  }
  for (const notice of assessment.notices) {
    warnings.push({ code: "inform", text: restrictionText(notice, hospitals, incident) });
  }
  const unknown = assessment.feed === undefined ? undefined : unknownText(assessment.feed);
  if (unknown !== undefined) warnings.push({ code: "unknown-status", text: unknown });
  for (const shortfall of assessment.missing) {
    warnings.push({ code: "capability", text: shortfallText(shortfall, incident) });
  }
  const hasAgeLimits = hospitals.hospitals[target]!.services.some(
    ({ capability, minAge, maxAge }) =>
      (minAge !== undefined || maxAge !== undefined) && incident.ways.some((way) => way.has(capability)),
  );
  if (incident.age === undefined && hasAgeLimits) {
    warnings.push({ code: "age-not-given", text: "the ED has age limits and no age was given: taken for an adult" });
  }
  return warnings;
}

function passedOver(material: AdviceMaterial): PassedOver[] {
  const { ranking, choice, hospitals } = material;
  const { destination } = choice;
  if (ranking.candidates.length === 0) {
    return hospitals.hospitals.map((_, target) => ({
      hospital: referenceTo(hospitals, target),
      because: [{ code: "unreachable", text: "no road leads there from here" }],
    }));
  }
  return ranking.candidates
    .filter((candidate) => candidate !== destination && isPassedOver(candidate, destination))
    .map((candidate) => ({
      hospital: referenceTo(hospitals, candidate.target),
      driveSeconds: millisecondsToSeconds(candidate.driveMs),
      ...feedOf(candidate),
      because: reasonsFor(material, candidate),
    }));
}

/** Nearer than the destination, or just as near but not able to take the patient. */
function isPassedOver({ driveMs, assessment }: Candidate, destination: Candidate | undefined): boolean {
  if (destination === undefined || driveMs < destination.driveMs) return true;
  return driveMs === destination.driveMs && assessment.verdict !== destination.assessment.verdict;
}

const SHORTFALL_CODES = { "not-offered": "capability", age: "age", closed: "closed" } as const;

/** Why an ED cannot take a patient or asks not to; empty when it accepts. */
export function reasonsAgainst(
  { verdict, restrictions, missing, feed }: Assessment,
  hospitals: HospitalDirectory,
  clock: SpokenClock,
): Reason[] {
  if (verdict === "incapable") {
    return missing.map((shortfall) => ({
      code: SHORTFALL_CODES[shortfall.why],
      text: shortfallText(shortfall, clock),
    }));
  }
  if (verdict === "accepts") return [];
  if (verdict === "refuses" && restrictions.length === 0 && feed !== undefined) {
    return [{ code: "unknown-status", text: unknownText(feed) ?? "status unknown" }];
  }
  const code = verdict === "refuses" ? "refuse" : "divert";
  return restrictions.map((restriction) => ({ code, text: restrictionText(restriction, hospitals, clock) }));
}

function reasonsFor({ incident, hospitals, choice }: AdviceMaterial, candidate: Candidate): Reason[] {
  const own = reasonsAgainst(candidate.assessment, hospitals, incident);
  if (own.length > 0) return own;
  if (choice.namedBy !== undefined && choice.destination !== undefined) {
    const giver = referenceTo(hospitals, choice.namedBy.target).name;
    const receiver = referenceTo(hospitals, choice.destination.target).name;
    return [{ code: "named-receiver", text: `${giver} names ${receiver} to take its patients` }];
  }
  const wait = Math.round(candidate.handoverMs / 60_000);
  return [{ code: "handover", text: `handover there takes about ${wait} min, so care would begin later` }];
}
