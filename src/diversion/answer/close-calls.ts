import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import { EMERGENCY } from "../../hospitals/directory/capabilities";
import type { Hospital } from "../../hospitals/directory/hospital";
import { nextClosing } from "../../hospitals/directory/opening-hours";
import type { Incident } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import type { CloseCall } from "./recommendation-data";
import { restrictionText, spokenBeside, spokenMinutes, spokenMoment, spokenWord } from "./texts";

/**
 * What a few minutes more or less on the road would change, by the policy's minutes: real journeys scatter around any
 * estimate (4.9 min, McMeekin et al. 2014).
 */
export function closeCallsOf(decision: Decision, incident: Incident): CloseCall[] {
  const { choice, eds, pool, bypass } = decision;
  const { destination } = choice;
  const closeMs = eds.policy.closeCallMinutes * MS_PER_MINUTE;
  if (destination === undefined || closeMs === 0) return [];
  const { hospitals } = eds.circumstances;
  const hospital = hospitals.hospitals[destination.target]!;
  const calls: CloseCall[] = [];

  const isRival = pool.accepts(destination) ? pool.accepts : pool.has;
  const earliestMs = destination.rankMs - closeMs;
  const rival = eds.leader(
    (one) =>
      one.target !== destination.target &&
      one.rankMs >= earliestMs &&
      isRival(one) &&
      !isAtOnePlace(hospitals.hospitals[one.target]!, hospital),
    destination.rankMs + closeMs,
  );
  if (rival !== undefined) {
    const name = hospitals.hospitals[rival.target]!.name;
    const apart = Math.abs(rival.rankMs - destination.rankMs);
    const text =
      apart === 0
        ? `${name} is just as soon`
        : `${name} is only ${spokenMinutes(apart)} ${rival.rankMs > destination.rankMs ? "later" : "sooner"}`;
    calls.push({ code: "close-choice", text });
  }

  const readyMs = incident.atMs + destination.driveMs + destination.assessment.waitMs;
  const closing = firstClosing(hospital, incident, readyMs);
  if (closing !== undefined && closing.ms <= readyMs + closeMs) {
    const what = closing.capability === EMERGENCY ? "it shuts" : `its ${spokenWord(closing.capability)} service shuts`;
    const after = spokenMinutes(closing.ms - readyMs);
    calls.push({
      code: "closes-soon",
      text: `${what} at ${spokenMoment(closing.ms, incident, true)}, ${after} after the ambulance arrives`,
    });
  }

  const { rule, specialist } = bypass ?? {};
  if (rule !== undefined && specialist !== undefined) {
    const limitMs = rule.withinMinutes * MS_PER_MINUTE;
    if (Math.abs(specialist.driveMs - limitMs) <= closeMs) {
      const name = hospitals.hospitals[specialist.target]!.name;
      const away = spokenBeside(specialist.driveMs, rule.withinMinutes);
      const side = specialist.driveMs > limitMs ? "beyond" : "within";
      calls.push({
        code: "bypass-limit",
        text: `${name} for ${spokenWord(rule.need)} is ${away} away, just ${side} the limit of the bypass rule`,
      });
    }
  }

  for (const { restriction, fromMs } of destination.assessment.begins) {
    if (fromMs > readyMs + closeMs) continue;
    const after = spokenMinutes(fromMs - readyMs);
    calls.push({
      code: "restriction-soon",
      text: `${after} after the ambulance arrives this begins: ${restrictionText(restriction, hospitals, incident)}`,
    });
  }
  return calls;
}

const isAtOnePlace = ({ location: [a, b] }: Hospital, { location: [c, d] }: Hospital): boolean => a === c && b === d;

function firstClosing(
  { openingHours, services, emergencyDepartment }: Hospital,
  { ways }: Incident,
  fromMs: EpochMs,
): { readonly capability: string; readonly ms: EpochMs } | undefined {
  const needed = services.filter(({ capability }) => ways.some((way) => way.has(capability)));
  const doors = [
    ...(emergencyDepartment || openingHours !== undefined ? [{ capability: EMERGENCY, openingHours }] : []),
    ...needed,
  ];
  let first: { readonly capability: string; readonly ms: EpochMs } | undefined;
  for (const { capability, openingHours: hours } of doors) {
    const ms = nextClosing(hours, fromMs);
    // What is shut already is another service of the same need.
    if (ms !== undefined && ms > fromMs && (first === undefined || ms < first.ms)) first = { capability, ms };
  }
  return first;
}
