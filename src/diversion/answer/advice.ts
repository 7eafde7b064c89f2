import { MS_PER_MINUTE } from "../../core/instant";
import { millisecondsToSeconds } from "../../core/units";
import { type Shortfall, shortfalls } from "../../hospitals/directory/availability";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Hospital } from "../../hospitals/directory/hospital";
import type { Restriction } from "../../hospitals/status/restriction";
import type { RoadNames } from "../../roads/graph/road-graph";
import type { RoadPoint } from "../../roads/snap/snap-index";
import { type Incident, writeInstant } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import { type Assessment, ageOf } from "../rules/eligibility";
import { type Candidate, type Choice, type JudgedEds, limitOf } from "../rules/ranking";
import { closeCallsOf } from "./close-calls";
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
  type RecommendationData,
  type SnapAmbiguity,
  type Warning,
} from "./recommendation";
import {
  ACUITY_ASSUMED,
  ageAssumedText,
  althoughText,
  doubtfulRefusalText,
  fullText,
  handoverAssumedText,
  handoverText,
  notRecordedText,
  overruleText,
  plainShortfalls,
  type Reluctance,
  receiverText,
  recordedText,
  restrictionText,
  type SpokenPatient,
  shortfallText,
  spokenBeside,
  spokenWord,
  unknownText,
  waitText,
} from "./texts";

/** What of an answer follows from the roads. */
export interface RoadFindings {
  /** Where the drive begins. */
  readonly departure: { readonly point: RoadPoint };
  /** The road it begins on. */
  readonly road: RoadNames;
  /** What of the bearing and the road's name could not be followed, and that the road there is closed. */
  readonly placeWarnings: readonly Warning[];
  /** What there is to say of the drive to a hospital, by its number: its end away from the entrance, ferries, gates. */
  readonly driveWarnings: (target: number) => readonly Warning[];
  /** How much of the way to a hospital, by its number, is on foot. */
  readonly onFootSeconds: (target: number) => number;
  /** Length of the drive to a hospital, by its number. */
  readonly distanceMetres: (target: number) => number;
  /** The drive to a hospital, by its number, however far; undefined when no road leads there. */
  readonly driveMsTo: (target: number) => number | undefined;
  /** Other answers for other roads the incident may be on. */
  readonly snapAmbiguous: SnapAmbiguity | undefined;
  /** The closures that turned the answer. */
  readonly closures: readonly ClosureNotice[];
}

/** What a recommendation is written from. */
interface Material extends RoadFindings {
  readonly hospitals: HospitalDirectory;
  readonly incident: Incident;
  readonly decision: Decision;
  readonly choice: Choice;
  readonly eds: JudgedEds;
}

const AMBIGUOUS: Warning = {
  code: "snap-ambiguous",
  text: "the incident may be on one of several roads, and the answer depends on which",
};

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

/** Says what is peculiar about being sent there: that there is nowhere else, or how the bypass rule fared. */
function withCaseWarnings(
  option: Option,
  outcome: Outcome,
  material: Material,
  recorded: RecommendationData["recorded"],
  assumptions: readonly Warning[],
): Option {
  const warnings = [...option.warnings];
  const although = althoughWarning(material);
  if (although !== undefined) warnings.push(although);
  if (outcome === "all-on-divert" && material.eds.countReached(2) < 2) {
    warnings.push({ code: "no-alternative", text: "no other ED can be reached by road from here" });
  }
  const bypass = bypassWarning(material);
  if (bypass !== undefined) warnings.push(bypass);
  if (recorded !== undefined) {
    const text = recordedText(recorded.need, recorded.hospital.name, recorded.driveSeconds * 1000);
    warnings.push({ code: "need-not-recorded", text });
  }
  return { ...option, warnings: [...warnings, ...assumptions] };
}

/** Why the destination is used although it asks for a divert or is full. */
function althoughWarning({ choice, eds, decision, hospitals }: Material): Warning | undefined {
  const { destination, although: code, nearestAccepting } = choice;
  if (destination === undefined || code === undefined) return undefined;
  const text = ((): string => {
    if (code === "beyond-limit" && nearestAccepting !== undefined) {
      const { driveMs, target } = nearestAccepting;
      const { name } = hospitals.hospitals[target]!;
      const { asksDivert, isCapped } = destination.assessment;
      const { divertExtraMinutes, capExtraMinutes, divertWithinMinutes } = eds.policy.limits;
      const none = Number.POSITIVE_INFINITY;
      return althoughText(reluctanceOf(destination), {
        code,
        name,
        driveMs,
        extraMs: driveMs - destination.driveMs,
        extraMinutes: Math.max(asksDivert ? (divertExtraMinutes ?? none) : 0, isCapped ? (capExtraMinutes ?? none) : 0),
        withinMinutes: asksDivert ? (divertWithinMinutes ?? none) : none,
      });
    }
    if (code === "nearest-diverting") {
      return althoughText(reluctanceOf(destination), { code, count: eds.policy.limits.nearestWhenDiverting! });
    }
    const others = eds.looked.filter((one) => one !== destination && decision.pool.has(one)).map(reluctanceOf);
    return althoughText(reluctanceOf(destination), { code: "all-on-divert", others });
  })();
  return { code, text };
}

const reluctanceOf = ({ assessment: { asksDivert, isCapped, restrictions } }: Candidate): Reluctance => ({
  asksDivert,
  isCapped,
  mayRefuse: asksDivert && restrictions.length > 0 && restrictions.every(({ effect }) => effect === "refuse"),
});

/** Says that a patient goes to a fallback and why, or to a specialist ED beyond the time of the rule. */
function bypassWarning({ decision: { bypass, lists }, hospitals }: Material): Warning | undefined {
  if (bypass === undefined || bypass.isKept) return undefined;
  const { rule, specialist, usesFallback } = bypass;
  const isBeyond = specialist !== undefined && specialist.driveMs > rule.withinMinutes * MS_PER_MINUTE;
  const limit = `beyond the ${rule.withinMinutes} min of the bypass rule`;
  if (!usesFallback) {
    if (!isBeyond) return undefined;
    return { code: "beyond-bypass", text: `${limit}, and no nearer ED for ${spokenWord(rule.fallback)} can be used` };
  }
  const stop = `nearest ED for ${spokenWord(rule.fallback)} as a stop`;
  if (specialist === undefined) {
    const isOffered = lists[0]!.looked.some(({ assessment }) => assessment.missing.length === 0);
    const why = isOffered ? "can take the patient" : "can be reached that offers it";
    return { code: "bypass-fallback", text: `no ED for ${spokenWord(rule.need)} ${why}: ${stop}` };
  }
  const centre = `${referenceTo(hospitals, specialist.target).name} for ${spokenWord(rule.need)}`;
  const { asksDivert, isCapped } = specialist.assessment;
  const parts = [
    isBeyond ? ` is ${spokenBeside(specialist.driveMs, rule.withinMinutes)} away, ${limit}` : "",
    asksDivert ? " asks for a divert" : "",
    isCapped ? " is at its cap of ambulances" : "",
  ].filter((part) => part !== "");
  return { code: "bypass-fallback", text: `${centre}${parts.join(" and")}: ${stop}` };
}

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

/** Says what was assumed of a patient, where with another age or acuity an ED would be judged otherwise. */
function assumedWarnings({ incident, choice }: Material, passed: readonly Candidate[]): Warning[] {
  const looked = choice.destination === undefined ? passed : [choice.destination, ...passed];
  const warnings: Warning[] = [];
  if (incident.age === undefined && looked.some(({ assessment }) => assessment.assumed.age)) {
    warnings.push({ code: "age-not-given", text: ageAssumedText(ageOf(incident)) });
  }
  if (incident.acuity === undefined && looked.some(({ assessment }) => assessment.assumed.acuity)) {
    warnings.push({ code: "acuity-not-given", text: ACUITY_ASSUMED });
  }
  return warnings;
}

export function outcomeOf({ choice, eds }: Decision): Outcome {
  if (choice.destination === undefined) return eds.countReached(1) === 0 ? "unreachable" : "no-facility";
  return choice.although === "all-on-divert" ? "all-on-divert" : "destination";
}

const referenceTo = (hospitals: HospitalDirectory, target: number): HospitalReference => {
  const { id, name } = hospitals.hospitals[target]!;
  return { id, name };
};

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

function warningsFor(material: Material, { target, assessment, handover, handoverMs }: Candidate): Warning[] {
  const { incident, hospitals } = material;
  const spoken = (restriction: Assessment["restrictions"][number]): string =>
    restrictionText(restriction, hospitals, incident);
  const warnings: Warning[] = [];
  for (const restriction of assessment.restrictions) {
    const text = asRequest(restriction, assessment, hospitals, incident);
    // In extremis, and where the policy says so, it changes nothing.
    const uncounted = assessment.asksDivert
      ? ""
      : incident.acuity === "extremis"
        ? ": not counted in extremis"
        : ": not counted, because the policy ignores diverts";
    warnings.push({ code: "on-divert", text: `${text}${uncounted}` });
  }
  if (assessment.waitMs > 0) warnings.push({ code: "wait", text: waitText(assessment) });
  for (const { text } of unusableReceivers(assessment, material)) warnings.push({ code: "receiver-unusable", text });
  const opening = openingBeforeArrival(material, hospitals.hospitals[target]!, assessment);
  if (opening !== undefined) warnings.push(opening);
  for (const restriction of assessment.endsBeforeArrival) {
    const text = `${spoken(restriction)}: it will have ended when the ambulance arrives`;
    warnings.push({ code: "opens-before-arrival", text });
  }
  for (const restriction of assessment.lapsed) {
    const text = `${spoken(restriction)}: no end was given, taken as ended by the policy`;
    warnings.push({ code: "lapsed", text });
  }
  for (const text of overruledOf(assessment, material)) warnings.push({ code: "overruled", text });
  for (const notice of assessment.notices) {
    if (assessment.lifted.includes(notice) || isOverruledAmong(assessment, notice)) continue;
    warnings.push({ code: "inform", text: spoken(notice) });
  }
  for (const lifted of assessment.lifted) {
    const by = assessment.notices.concat(assessment.restrictions).find(({ lifts }) => lifts?.includes(lifted.key));
    const who = by === undefined ? "" : ` by ${by.reason}`;
    warnings.push({ code: "lifted", text: `${spoken(lifted)}: lifted${who}, it does not count` });
  }
  if (assessment.full !== undefined) warnings.push({ code: "inbound-cap", text: fullText(assessment.full) });
  warnings.push(...material.driveWarnings(target));
  const unknown = assessment.feed === undefined ? undefined : unknownText(assessment.feed);
  if (unknown !== undefined) warnings.push({ code: "unknown-status", text: unknown });
  for (const shortfall of plainShortfalls(assessment.missing, hospitals.vocabulary)) {
    warnings.push({ code: "capability", text: shortfallText(shortfall, incident) });
  }
  if (assessment.unrecorded.length > 0) {
    warnings.push({ code: "need-not-recorded", text: notRecordedText(plainWords(assessment.unrecorded, hospitals)) });
  }
  if (handover === "assumed" && handoverMs > 0) {
    warnings.push({ code: "handover-assumed", text: handoverAssumedText(handoverMs) });
  }
  return distinct(warnings);
}

/** Whether a notice of an ED is one only because a person overrules the feed that asks for more. */
const isOverruledAmong = ({ overrule, lifted }: Assessment, notice: Restriction): boolean =>
  overrule !== undefined && notice.effect !== "inform" && !lifted.includes(notice);

/** Says of an ED that a person overrules what feeds say of it, and what that is; empty where nobody does. */
function overruledOf(assessment: Assessment, { hospitals, incident }: Material): string[] {
  const { overrule, notices } = assessment;
  if (overrule === undefined) return [];
  const overruled = notices.filter((notice) => isOverruledAmong(assessment, notice));
  return [overruleText(overrule, overruled, hospitals, incident)];
}

/** Without the words that others among them imply. */
const plainWords = (words: readonly string[], { vocabulary }: HospitalDirectory): readonly string[] =>
  words.filter((word) => !words.some((other) => other !== word && vocabulary.implied(other).has(word)));

/** Says that the ED, or a service the patient needs, is shut now and will be open when the ambulance arrives. */
function openingBeforeArrival(
  { incident }: Material,
  hospital: Hospital,
  { missing, waitsFor, unrecorded }: Assessment,
): Warning | undefined {
  if (missing.length > 0 || waitsFor?.kind === "door") return undefined;
  if (hospital.openingHours === undefined && hospital.services.every((one) => one.openingHours === undefined)) {
    return undefined;
  }
  const shut: Shortfall[] = [];
  for (const way of incident.ways) {
    const now = shortfalls(hospital, way, ageOf(incident), incident.atMs).filter(
      ({ capability }) => !unrecorded.includes(capability),
    );
    if (now.length === 0) return undefined;
    if (now.every(({ why }) => why === "closed")) shut.push(now[0]!);
  }
  return shut[0] === undefined
    ? undefined
    : {
        code: "opens-before-arrival",
        text: `${shortfallText(shut[0], incident)}, and open when the ambulance arrives`,
      };
}

/** The same feed and the same person may report one thing under two keys: it is said once. */
const distinct = <T extends { readonly code: string; readonly text: string }>(said: T[]): T[] =>
  said.length < 2 ? said : [...new Map(said.map((one) => [`${one.code} ${one.text}`, one])).values()];

/** Why names that an ED gives for its patients were ignored. */
function unusableReceivers(
  { restrictions, verdict, asksDivert }: Assessment,
  { eds, hospitals, choice, incident, driveMsTo }: Material,
): { readonly text: string }[] {
  if (eds.policy.namedReceiver === "ignore" || incident.acuity === "extremis") return [];
  if (verdict !== "refuses" && !asksDivert) return [];
  return restrictions.flatMap((restriction) => {
    if (restriction.divertTo === undefined) return [];
    const number = hospitals.indexOf(restriction.divertTo);
    if (number === choice.destination?.target) return [];
    const candidate = eds.find(number, eds.horizonMs);
    const driveMs = candidate?.driveMs ?? driveMsTo(number);
    const extraMs = driveMs === undefined ? undefined : driveMs - (choice.destination?.driveMs ?? 0);
    const limitMinutes = eds.policy.limits.receiverExtraMinutes;
    // One that is used, or is near enough and comes after another name, is not unusable.
    const isNear = extraMs !== undefined && extraMs <= limitOf(limitMinutes);
    if (isNear && (candidate === undefined || candidate.assessment.verdict === "accepts")) return [];
    return [{ text: receiverText(restriction, { extraMs, limitMinutes, candidate }, hospitals) }];
  });
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

/** A restriction that gave a verdict; a refusal that gave a divert is one of which it is not known whether it applies. */
const asRequest = (
  restriction: Restriction,
  { verdict }: Assessment,
  hospitals: HospitalDirectory,
  patient: SpokenPatient,
): string =>
  restriction.effect === "refuse" && verdict !== "refuses"
    ? doubtfulRefusalText(restriction, hospitals, patient)
    : restrictionText(restriction, hospitals, patient);

const SHORTFALL_CODES = { "not-offered": "capability", age: "age", closed: "closed" } as const;

/** Why an ED cannot take a patient or asks not to; empty when it accepts. */
export function reasonsAgainst(assessment: Assessment, hospitals: HospitalDirectory, patient: SpokenPatient): Reason[] {
  const { verdict, restrictions, missing, feed, full, isCapped } = assessment;
  if (verdict === "incapable" || verdict === "doubtful") {
    return plainShortfalls(missing, hospitals.vocabulary).map((shortfall) => ({
      code: SHORTFALL_CODES[shortfall.why],
      text: shortfallText(shortfall, patient),
    }));
  }
  if (verdict === "accepts") return [];
  if (verdict === "refuses" && restrictions.length === 0 && feed !== undefined) {
    return [
      { code: "unknown-status", text: `${unknownText(feed) ?? "status unknown"}, and the policy uses no such ED` },
    ];
  }
  const code = verdict === "refuses" ? "refuse" : "divert";
  const asked: Reason[] = restrictions.map((restriction) => ({
    code,
    text: asRequest(restriction, assessment, hospitals, patient),
  }));
  return full === undefined || !isCapped ? asked : [...asked, { code: "inbound-cap", text: fullText(full) }];
}

function reasonsFor(material: Material, candidate: Candidate): Reason[] {
  const overruled = overruledOf(candidate.assessment, material).map((text) => ({ code: "overruled" as const, text }));
  return distinct([...ownReasons(material, candidate), ...overruled]);
}

function ownReasons(material: Material, candidate: Candidate): Reason[] {
  const { incident, hospitals, choice, eds } = material;
  const { destination, namedBy } = choice;
  const own = reasonsAgainst(candidate.assessment, hospitals, incident);
  if (own.length > 0) {
    const ignored = unusableReceivers(candidate.assessment, material);
    return [...own, ...ignored.map(({ text }) => ({ code: "receiver-unusable" as const, text }))];
  }
  if (destination === undefined) throw new Error("An ED that accepts was passed over for none.");
  if (namedBy !== undefined && candidate.rankMs <= destination.rankMs) {
    const giver = referenceTo(hospitals, namedBy.target).name;
    const receiver = referenceTo(hospitals, destination.target).name;
    return [{ code: "named-receiver", text: `${giver} names ${receiver} to take its patients` }];
  }
  const { waitMs } = candidate.assessment;
  if (waitMs > 0) {
    const code = candidate.assessment.waitsFor?.kind === "divert" ? "divert" : "closed";
    return [{ code, text: `${waitText(candidate.assessment)}, so care would begin later` }];
  }
  if (
    candidate.rankMs <= destination.rankMs &&
    candidate.driveMs === destination.driveMs &&
    eds.order(candidate, destination) > 0
  ) {
    return [
      { code: "as-near", text: `as near as ${referenceTo(hospitals, destination.target).name}, which comes first` },
    ];
  }
  return [{ code: "handover", text: handoverText(candidate.handoverMs, candidate.handover === "assumed") }];
}
