import { DiversionError, type ErrorCode, type ErrorPlace } from "../../core/errors";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import type { DiversionRouter } from "../../diversion/router";

/** Why there is no answer: what a DiversionError says, which would not survive being sent to another thread. */
interface Refusal {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly place: ErrorPlace };
}

/** The answer to one request, as one thread tells another. */
export type RowAnswer =
  | {
      /** The recommendation as JSON, in one line. */
      readonly json: string;
      readonly hasDestination: boolean;
    }
  | Refusal;

/** An answer that tells what is wrong. */
export const refusal = ({ code, message, place }: DiversionError): Refusal => ({ error: { code, message, place } });

/** The error that {@link refusal} took apart. */
export const errorOf = ({ error: { code, message, place } }: Refusal): DiversionError =>
  new DiversionError(code, message, place);

/** Answers one request; what is wrong with it is an answer too. */
export function answerRow(router: DiversionRouter, request: RecommendationRequest): RowAnswer {
  try {
    const advice = router.recommend(request);
    return { json: JSON.stringify(advice), hasDestination: advice.destination !== undefined };
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    return refusal(error);
  }
}
