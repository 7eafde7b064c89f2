import type {
  Basis,
  ClosureNotice,
  Option,
  Outcome,
  PassedOver,
  RecommendationData,
  SnapAmbiguity,
} from "./recommendation-data";
import { ambiguityLines } from "./snap-ambiguity-text";

export type * from "./recommendation-data";

/** A recommendation: plain JSON, ranked and explained. It advises; a professional decides. */
export class Recommendation implements RecommendationData {
  declare readonly outcome: Outcome;
  declare readonly allOnDivert?: true;
  declare readonly incident: RecommendationData["incident"];
  declare readonly snapAmbiguous?: SnapAmbiguity;
  declare readonly destination?: Option;
  declare readonly alternatives: readonly Option[];
  declare readonly passedOver: readonly PassedOver[];
  declare readonly extraSeconds?: number;
  declare readonly extraMetres?: number;
  declare readonly closures?: readonly ClosureNotice[];
  declare readonly basis: Basis;

  constructor(data: RecommendationData) {
    Object.assign(this, data);
  }

  /** What a dispatcher can read aloud, a sentence a line. */
  explain(): string {
    return explain(this).join("\n");
  }
}

const minutes = (seconds: number): string => `${Math.round(seconds / 60)} min`;
const kilometres = (metres: number): string => `${(metres / 1000).toFixed(1)} km`;

function explain(advice: RecommendationData): string[] {
  const { outcome, destination, extraSeconds = 0, extraMetres = 0 } = advice;
  const lines: string[] = [];
  if (destination !== undefined) {
    const { hospital, driveSeconds, distanceMetres, handoverSeconds, warnings } = destination;
    const wait = handoverSeconds > 0 ? `, then about ${minutes(handoverSeconds)} to handover` : "";
    const orFull = warnings.some(({ code }) => code === "inbound-cap") ? " or is at its cap" : "";
    const opening = outcome === "all-on-divert" ? `Every ED asks for a divert${orFull}; the nearest is` : "Go to";
    lines.push(`${opening} ${hospital.name}: ${minutes(driveSeconds)} by road, ${kilometres(distanceMetres)}${wait}.`);
    for (const warning of warnings) lines.push(`Note: ${warning.text}.`);
    if (extraSeconds > 0) {
      const farther = extraMetres > 0 ? ` and ${kilometres(extraMetres)}` : "";
      lines.push(`That is ${minutes(extraSeconds)}${farther} more than with nothing on divert.`);
    }
  } else if (outcome === "no-facility") {
    lines.push("No ED that can be reached can take this patient.");
  } else {
    lines.push("No ED can be reached by road from here.");
  }
  if (advice.snapAmbiguous !== undefined) lines.push(...ambiguityLines(advice.snapAmbiguous));
  for (const { code, text } of advice.incident.warnings ?? []) {
    if (code !== "snap-ambiguous") lines.push(`Note: ${text}.`);
  }
  for (const { text } of advice.closures ?? []) lines.push(`On the roads: ${text}.`);
  for (const { hospital, driveSeconds, because } of advice.passedOver) {
    const away = driveSeconds === undefined ? "" : ` (${minutes(driveSeconds)})`;
    lines.push(`Passed over ${hospital.name}${away}: ${because.map(({ text }) => text).join("; ")}.`);
  }
  return lines;
}
