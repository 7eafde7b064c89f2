import type { RecommendationData } from "../diversion/answer/recommendation";
import { minutesText } from "./formats";

/** Shorter differences of a drive are of no use to anybody. */
const NOTABLE_SECONDS = 30;

const nameOf = ({ outcome, destination }: RecommendationData): string =>
  destination?.hospital.name ??
  (outcome === "unreachable" ? "no ED, none can be reached" : "no ED, none can take the patient");

/** What became of an answer when the same question is asked again: in words, for those who acted on the first. */
export function changesBetween(before: RecommendationData, after: RecommendationData): string[] {
  const [was, is] = [before.destination, after.destination];
  if (was?.hospital.id !== is?.hospital.id) {
    const time = is === undefined ? "" : `, ${minutesText(is.driveSeconds)}`;
    const why = reasonFor(after, was?.hospital.id);
    return [`Now ${nameOf(after)}${time}, instead of ${nameOf(before)}${why}.`];
  }
  if (was === undefined || is === undefined) return [];
  const changes: string[] = [];
  if (Math.abs(is.driveSeconds - was.driveSeconds) >= NOTABLE_SECONDS) {
    changes.push(`The drive is ${minutesText(is.driveSeconds)} now, it was ${minutesText(was.driveSeconds)}.`);
  }
  const said = new Set(was.warnings.map(({ text }) => text));
  for (const { text } of is.warnings) if (!said.has(text)) changes.push(`New: ${text}.`);
  return changes;
}

function reasonFor({ passedOver }: RecommendationData, hospital: string | undefined): string {
  const reason = passedOver.find((one) => one.hospital.id === hospital)?.because[0];
  return reason === undefined ? "" : ` (${reason.text})`;
}
