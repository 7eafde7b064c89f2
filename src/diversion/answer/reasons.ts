import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Restriction } from "../../hospitals/status/restriction";
import type { Assessment } from "../rules/eligibility";
import { type Candidate, limitOf } from "../rules/judged-eds";
import { distinct, type Material, referenceTo } from "./material";
import type { Reason } from "./recommendation";
import {
  doubtfulRefusalText,
  fullText,
  handoverText,
  overruleText,
  plainShortfalls,
  receiverText,
  restrictionText,
  type SpokenPatient,
  shortfallText,
  unknownText,
  waitText,
} from "./texts";

/** Whether a notice of an ED is one only because a person overrules the feed that asks for more. */
export const isOverruledAmong = ({ overrule, lifted }: Assessment, notice: Restriction): boolean =>
  overrule !== undefined && notice.effect !== "inform" && !lifted.includes(notice);

/** Says of an ED that a person overrules what feeds say of it, and what that is; empty where nobody does. */
export function overruledOf(assessment: Assessment, { hospitals, incident }: Material): string[] {
  const { overrule, notices } = assessment;
  if (overrule === undefined) return [];
  const overruled = notices.filter((notice) => isOverruledAmong(assessment, notice));
  return [overruleText(overrule, overruled, hospitals, incident)];
}

/** Why names that an ED gives for its patients were ignored. */
export function unusableReceivers(
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

/** A restriction that gave a verdict; a refusal that gave a divert is one of which it is not known whether it applies. */
export const asRequest = (
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

export function reasonsFor(material: Material, candidate: Candidate): Reason[] {
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
