import type { Request } from "autocannon";
import { SeededRandom } from "../../src/core/random";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import type { RoadIndex } from "../../src/roads/road-index";
import { PATIENTS } from "../suite/restricted";
import { placeOnRoads } from "./county";

/** An answer as it came, and what had been asked. */
export interface KeptAnswer {
  readonly question: RecommendationRequest;
  readonly body: string;
}

/** About 50 m: incidents are beside roads. */
const JITTER_DEGREES = 0.0005;

/** Incidents near roads, patients of all kinds in turn. */
export function seededQuestions(roads: RoadIndex, count: number, seed: number): RecommendationRequest[] {
  const random = new SeededRandom(seed);
  const jitter = (degrees: number): number =>
    Number((degrees + random.between(-JITTER_DEGREES, JITTER_DEGREES)).toFixed(7));
  return Array.from({ length: count }, (_, i) => {
    const [lon, lat] = placeOnRoads(roads, random);
    return { ...PATIENTS[i % PATIENTS.length]!, location: [jitter(lon), jitter(lat)] };
  });
}

/** The question over HTTP: as a body or as a query. */
export function requestFor(question: RecommendationRequest, asQuery: boolean): Request {
  if (!asQuery) {
    const headers = { "content-type": "application/json" };
    return { method: "POST", path: "/v1/recommendations", headers, body: JSON.stringify(question) };
  }
  const { location, needs, age, acuity } = question;
  const query = new URLSearchParams({ location: location.join(",") });
  if (needs !== undefined) query.set("needs", needs.join(","));
  if (age !== undefined) query.set("age", String(age));
  if (acuity !== undefined) query.set("acuity", acuity);
  return { method: "GET", path: `/v1/recommendations?${query}` };
}
