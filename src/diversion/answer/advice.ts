import { MS_PER_MINUTE } from "../../core/instant";
import { millisecondsToSeconds } from "../../core/units";
import { type Shortfall, shortfalls } from "../../hospitals/directory/availability";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Hospital } from "../../hospitals/directory/hospital";
import type { RoadNames } from "../../roads/graph/road-graph";
import type { RoadPoint } from "../../roads/snap/snap-index";
import { type Incident, writeInstant } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import { ADULT_AGE, type Assessment } from "../rules/eligibility";
import type { Candidate, Choice, Ranking } from "../rules/ranking";
import {
  fullText,
  plainShortfalls,
  receiverText,
  restrictionText,
  type SpokenClock,
  shortfallText,
  spokenWord,
  unknownText,
} from "./explanation";
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
  type SnapAmbiguity,
  type Warning,
} from "./recommendation";

/** What of an answer follows from the roads. */
export interface RoadFindings {
  /** Where the drive begins. */
  readonly departure: { readonly point: RoadPoint };
  /** The road it begins on. */
  readonly road: RoadNames;
  /** What of the bearing and the road's name could not be followed, and that the road there is closed. */
  readonly placeWarnings: readonly Warning[];
  /** That the drive to a hospital, by its number, ends away from its entrance. */
  readonly entranceWarnings: (target: number) => readonly Warning[];
  /** Length of the drive to a hospital, by its number. */
  readonly distanceMetres: (target: number) => number;
  /** Other answers for other roads the incident may be on. */
  readonly snapAmbiguous: SnapAmbiguity | undefined;
  /** The closures that turned the answer. */
  readonly closures: readonly ClosureNotice[];
}

/** What a recommendation is written from. */
interface Material extends RoadFindings {
  readonly hospitals: HospitalDirectory;
  readonly incident: Incident;
  readonly ranking: Ranking;
  readonly choice: Choice;
  readonly bypass?: Decision["bypass"];
}

const AMBIGUOUS: Warning = {
  code: "snap-ambiguous",
  text: "the incident may be on one of several roads, and the answer depends on which",
};

/** Writes the recommendation: the choice, the next best, and a reason for every nearer ED that was passed over. */
export function describeAdvice(
  hospitals: HospitalDirectory,
  incident: Incident,
  decision: Decision,
  findings: RoadFindings,
  basis: Basis,
): Recommendation {
  const material: Material = { hospitals, incident, ...decision, ...findings };
  const { departure, ranking, choice, road, distanceMetres, closures } = material;
  const { snapAmbiguous } = material;
  const warnings = snapAmbiguous === undefined ? material.placeWarnings : [...material.placeWarnings, AMBIGUOUS];
  const { destination } = choice;
  const outcome = outcomeOf(ranking, choice);
  const ranked = outcome === "all-on-divert" ? ranking.diverting : ranking.accepting;
  const options = destination === undefined ? [] : ranked.filter((candidate) => candidate !== destination);
  const alternatives = options.slice(0, incident.alternatives);
  const unrestricted = unrestrictedBest(ranking.candidates);
  const option = (candidate: Candidate, place: number): Option => {
    const driveRank = placeByDrive(candidate, ranked);
    const described = describeOption(material, candidate);
    const warnings = mayComeLater(candidate, ranked) ? [...described.warnings, HANDOVER_UNKNOWN] : described.warnings;
    return { ...described, warnings, ...(driveRank === place + 1 ? {} : { driveRank }) };
  };
  const described = destination === undefined ? undefined : withCaseWarnings(option(destination, 0), outcome, material);
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
    alternatives: alternatives.map((candidate, index) => option(candidate, index + 1)),
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

const HANDOVER_UNKNOWN: Warning = {
  code: "handover-unknown",
  text: "no handover time is known for this ED and 0 min were counted, but for others one is",
};

/** Whether an ED ranks before another only as long as its handover, of which nothing is known, takes no time. */
const mayComeLater = (candidate: Candidate, ranked: readonly Candidate[]): boolean =>
  candidate.handover === "unknown" &&
  ranked.some(({ handover, rankMs }) => handover === "known" && rankMs >= candidate.rankMs);

/** Where a candidate would stand by drive time alone, from 1; equal drives keep their order. */
const placeByDrive = (candidate: Candidate, ranked: readonly Candidate[]): number =>
  [...ranked].sort((a, b) => a.driveMs - b.driveMs).indexOf(candidate) + 1;

/** Says what is peculiar about being sent there: that there is nowhere else, or how the bypass rule fared. */
function withCaseWarnings(option: Option, outcome: Outcome, material: Material): Option {
  const warnings = [...option.warnings];
  if (outcome === "all-on-divert" && material.ranking.candidates.length === 1) {
    warnings.push({ code: "no-alternative", text: "no other ED can be reached by road from here" });
  }
  const bypass = bypassWarning(material);
  if (bypass !== undefined) warnings.push(bypass);
  return { ...option, warnings };
}

/** Says that a patient goes to a fallback and why, or to a specialist ED beyond the time of the rule. */
function bypassWarning({ bypass, hospitals }: Material): Warning | undefined {
  if (bypass === undefined) return undefined;
  const { rule, specialist, usesFallback } = bypass;
  const limit = `beyond the ${rule.withinMinutes} min of the bypass rule`;
  const isBeyond = specialist !== undefined && specialist.driveMs > rule.withinMinutes * MS_PER_MINUTE;
  if (!usesFallback) {
    if (!isBeyond) return undefined;
    return { code: "beyond-bypass", text: `${limit}, and no nearer ED for ${spokenWord(rule.fallback)} can be used` };
  }
  const name = specialist === undefined ? "" : referenceTo(hospitals, specialist.target).name;
  const centre = `${name} for ${spokenWord(rule.need)}`;
  const away = isBeyond ? ` is ${Math.round(specialist.driveMs / MS_PER_MINUTE)} min away, ${limit}` : "";
  const diverts = specialist?.assessment.verdict === "diverts" ? " asks for a divert" : "";
  const why =
    specialist === undefined
      ? `no ED for ${spokenWord(rule.need)} can take the patient`
      : `${centre}${[away, diverts].filter((part) => part !== "").join(" and")}`;
  return { code: "bypass-fallback", text: `${why}: nearest ED for ${spokenWord(rule.fallback)} as a stop` };
}

/** The ED this patient would have gone to with no restriction in force. */
const unrestrictedBest = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates
    .filter(({ assessment }) => assessment.verdict !== "incapable")
    .reduce<Candidate | undefined>(
      (best, one) => (best === undefined || one.rankMs < best.rankMs ? one : best),
      undefined,
    );

export function outcomeOf({ candidates }: Ranking, { destination }: Choice): Outcome {
  if (destination === undefined) return candidates.length === 0 ? "unreachable" : "no-facility";
  return destination.assessment.verdict === "accepts" ? "destination" : "all-on-divert";
}

const referenceTo = (hospitals: HospitalDirectory, target: number): HospitalReference => {
  const { id, name } = hospitals.hospitals[target]!;
  return { id, name };
};

function describeOption(material: Material, candidate: Candidate): Option {
  const { incident, hospitals } = material;
  const { target, driveMs, handoverMs } = candidate;
  const warnings = warningsFor(material, candidate);
  return {
    hospital: referenceTo(hospitals, target),
    driveSeconds: millisecondsToSeconds(driveMs),
    distanceMetres: material.distanceMetres(target),
    handoverSeconds: millisecondsToSeconds(handoverMs),
    totalSeconds: millisecondsToSeconds(driveMs + handoverMs),
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

function warningsFor(material: Material, { target, assessment }: Candidate): Warning[] {
  const { incident, hospitals } = material;
  const warnings: Warning[] = [];
  for (const restriction of assessment.restrictions) {
    warnings.push({ code: "on-divert", text: restrictionText(restriction, hospitals, incident) });
  }
  for (const { text } of unusableReceivers(assessment, material)) warnings.push({ code: "receiver-unusable", text });
  const opening = openingBeforeArrival(material, hospitals.hospitals[target]!, assessment);
  if (opening !== undefined) warnings.push(opening);
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
  if (assessment.full !== undefined) warnings.push({ code: "inbound-cap", text: fullText(assessment.full) });
  warnings.push(...material.entranceWarnings(target));
  const unknown = assessment.feed === undefined ? undefined : unknownText(assessment.feed);
  if (unknown !== undefined) warnings.push({ code: "unknown-status", text: unknown });
  for (const shortfall of plainShortfalls(assessment.missing, hospitals.vocabulary)) {
    warnings.push({ code: "capability", text: shortfallText(shortfall, incident) });
  }
  const hasAgeLimits = hospitals.hospitals[target]!.services.some(
    ({ capability, minAge, maxAge }) =>
      (minAge !== undefined || maxAge !== undefined) && incident.ways.some((way) => way.has(capability)),
  );
  if (incident.age === undefined && hasAgeLimits) {
    warnings.push({ code: "age-not-given", text: "the ED has age limits and no age was given: taken for an adult" });
  }
  return distinct(warnings);
}

/** Says that the ED, or a service the patient needs, is shut now and will be open when the ambulance arrives. */
function openingBeforeArrival(
  { incident }: Material,
  hospital: Hospital,
  { missing }: Assessment,
): Warning | undefined {
  if (missing.length > 0) return undefined;
  const age = incident.age ?? ADULT_AGE;
  const shut: Shortfall[] = [];
  for (const way of incident.ways) {
    const now = shortfalls(hospital, way, age, incident.atMs);
    if (now.length === 0) return undefined;
    if (now.every(({ why }) => why === "closed")) shut.push(now[0]!);
  }
  return shut[0] === undefined
    ? undefined
    : { code: "opens-before-arrival", text: `${shortfallText(shut[0], incident)}, before the ambulance arrives` };
}

/** The same feed and the same person may report one thing under two keys: it is said once. */
const distinct = <T extends { readonly code: string; readonly text: string }>(said: readonly T[]): T[] => [
  ...new Map(said.map((one) => [`${one.code} ${one.text}`, one])).values(),
];

/** Why names that an ED gives for its patients were ignored. */
function unusableReceivers(
  { restrictions, verdict }: Assessment,
  { ranking, hospitals }: Material,
): { readonly text: string }[] {
  if (verdict === "accepts") return [];
  return restrictions.flatMap((restriction) => {
    if (restriction.divertTo === undefined) return [];
    const receiver = ranking.candidates.find(({ target }) => target === hospitals.indexOf(restriction.divertTo!));
    const text = receiver === undefined ? undefined : receiverText(restriction, receiver.assessment, hospitals);
    return text === undefined ? [] : [{ text }];
  });
}

function passedOver(material: Material): PassedOver[] {
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
  { verdict, restrictions, missing, feed, full }: Assessment,
  hospitals: HospitalDirectory,
  clock: SpokenClock,
): Reason[] {
  if (verdict === "incapable") {
    return plainShortfalls(missing, hospitals.vocabulary).map((shortfall) => ({
      code: SHORTFALL_CODES[shortfall.why],
      text: shortfallText(shortfall, clock),
    }));
  }
  if (verdict === "accepts") return [];
  if (verdict === "refuses" && restrictions.length === 0 && feed !== undefined) {
    return [{ code: "unknown-status", text: unknownText(feed) ?? "status unknown" }];
  }
  const code = verdict === "refuses" ? "refuse" : "divert";
  const asked: Reason[] = restrictions.map((restriction) => ({
    code,
    text: restrictionText(restriction, hospitals, clock),
  }));
  return full === undefined || verdict === "refuses"
    ? asked
    : [...asked, { code: "inbound-cap", text: fullText(full) }];
}

function reasonsFor(material: Material, candidate: Candidate): Reason[] {
  const { incident, hospitals, choice } = material;
  const own = reasonsAgainst(candidate.assessment, hospitals, incident);
  if (own.length > 0) {
    const ignored = unusableReceivers(candidate.assessment, material);
    return distinct([...own, ...ignored.map(({ text }) => ({ code: "receiver-unusable" as const, text }))]);
  }
  const { destination, namedBy } = choice;
  if (namedBy !== undefined && destination !== undefined && candidate.rankMs <= destination.rankMs) {
    const giver = referenceTo(hospitals, namedBy.target).name;
    const receiver = referenceTo(hospitals, destination.target).name;
    return [{ code: "named-receiver", text: `${giver} names ${receiver} to take its patients` }];
  }
  const wait = Math.round(candidate.handoverMs / MS_PER_MINUTE);
  return [{ code: "handover", text: `handover there takes about ${wait} min, so care would begin later` }];
}
