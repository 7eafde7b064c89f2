import { MS_PER_MINUTE } from "../../core/instant";
import { type Shortfall, shortfalls } from "../../hospitals/directory/availability";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Hospital } from "../../hospitals/directory/hospital";
import { type Assessment, ageOf } from "../rules/eligibility";
import type { Candidate } from "../rules/judged-eds";
import { distinct, type Material, referenceTo } from "./material";
import { asRequest, isOverruledAmong, overruledOf, unusableReceivers } from "./reasons";
import type { Option, Outcome, RecommendationData, Warning } from "./recommendation";
import {
  ACUITY_ASSUMED,
  ageAssumedText,
  althoughText,
  fullText,
  handoverAssumedText,
  notRecordedText,
  plainShortfalls,
  type Reluctance,
  recordedText,
  restrictionText,
  shortfallText,
  spokenBeside,
  spokenWord,
  unknownText,
  waitText,
} from "./texts";

export const AMBIGUOUS: Warning = {
  code: "snap-ambiguous",
  text: "the incident may be on one of several roads, and the answer depends on which",
};

/** Says what is peculiar about being sent there: that there is nowhere else, or how the bypass rule fared. */
export function withCaseWarnings(
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

/** Says what was assumed of a patient, where with another age or acuity an ED would be judged otherwise. */
export function assumedWarnings({ incident, choice }: Material, passed: readonly Candidate[]): Warning[] {
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

export function warningsFor(material: Material, { target, assessment, handover, handoverMs }: Candidate): Warning[] {
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
