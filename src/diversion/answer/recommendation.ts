import { explanationLines } from "./explanation";
import type {
  Basis,
  ClosureNotice,
  Option,
  Outcome,
  PassedOver,
  RecommendationData,
  SnapAmbiguity,
} from "./recommendation-data";

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
  declare readonly unrestricted?: RecommendationData["unrestricted"];
  declare readonly extraSeconds?: number;
  declare readonly extraMetres?: number;
  declare readonly recorded?: RecommendationData["recorded"];
  declare readonly closeCalls?: RecommendationData["closeCalls"];
  declare readonly closures?: readonly ClosureNotice[];
  declare readonly basis: Basis;

  constructor(data: RecommendationData) {
    Object.assign(this, data);
  }

  /** What a dispatcher can read aloud, a sentence a line. */
  explain(): string {
    return explanationLines(this).join("\n");
  }
}
