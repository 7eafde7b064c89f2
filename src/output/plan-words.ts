import type { PlanBasis } from "../planning/what-if/what-if-result";

/** The patients a plan is about, in words. */
export function patientWords({ needs, age, acuity }: PlanBasis): string {
  const words = needs.map((need) => (typeof need === "string" ? need : need.anyOf.join(" or ")));
  return [
    words.length === 0 ? "any patient" : `patients who need ${words.join(", ")}`,
    ...(age === undefined ? [] : [`aged ${age}`]),
    ...(acuity === undefined ? [] : [acuity]),
  ].join(", ");
}
