import type { Recommendation } from "../../src/diversion/answer/recommendation";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import type { DiversionRouter } from "../../src/diversion/router";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { Checksum, measure } from "./measure";
import type { CaseResult } from "./query-cases";
import { PATIENTS, restrictedRouter } from "./restricted";
import { requireEqual, type Subject } from "./subject";

/** A moment within every day's ordinary hours, so that answers do not depend on when the benchmark is run. */
const AT = "2026-01-07T12:00:00Z";
const JUDGED = 25;

/** Places that lie far from any road are no question for a recommendation. */
const placesOnRoads = (subject: Subject, count: number): [number, number][] => {
  const places: [number, number][] = [];
  for (let i = 0; places.length < count && i < subject.nodes.length; i++) {
    const [lon, lat] = subject.location(i);
    if (subject.roads.trySnap([lon, lat]) !== undefined) places.push([lon, lat]);
  }
  return places;
};

export const recommend = (subject: Subject): CaseResult =>
  answers(subject, subject.router("cch"), subject.router(DIJKSTRA_ENGINE), [{}]);

export const recommendRoute = (subject: Subject): CaseResult =>
  routes(subject, subject.router("cch"), subject.router(DIJKSTRA_ENGINE), [{}]);

/** Every ED open but for what 50 restrictions of all kinds ask, and patients of all kinds. */
export const recommendRestricted = (subject: Subject): CaseResult =>
  answers(subject, restrictedRouter(subject, "cch"), restrictedRouter(subject, DIJKSTRA_ENGINE), PATIENTS);

export const recommendRestrictedRoute = (subject: Subject): CaseResult =>
  routes(subject, restrictedRouter(subject, "cch"), restrictedRouter(subject, DIJKSTRA_ENGINE), PATIENTS);

type Patient = Omit<RecommendationRequest, "location" | "at">;

/** One question for each place, its patient the next in turn. */
const questions = (subject: Subject, patients: readonly Patient[]): RecommendationRequest[] =>
  placesOnRoads(subject, 4096).map((location, i) => ({ ...patients[i % patients.length]!, location, at: AT }));

function answers(subject: Subject, router: DiversionRouter, judge: DiversionRouter, patients: readonly Patient[]) {
  const asked = questions(subject, patients);
  const checksum = new Checksum();
  for (const request of asked.slice(0, JUDGED)) {
    const advice = hospitalsAndTimes(router.recommend(request));
    requireEqual(advice, hospitalsAndTimes(judge.recommend(request)), `recommendation for ${request.location}`);
    checksum.addText(advice);
  }
  const samples = measure((i) => router.recommend(asked[i % asked.length]!), { warmUps: 3000 });
  return { samples, checksum, verified: Math.min(JUDGED, asked.length) };
}

/** Lengths are left out: between ways of the same time engines may differ, and so may the metres. */
function hospitalsAndTimes({ outcome, destination, alternatives, passedOver }: Recommendation): string {
  const options = [destination, ...alternatives, ...passedOver];
  return `${outcome}: ${options.map((option) => `${option?.hospital.id} in ${option?.driveSeconds} s`).join(", ")}`;
}

function routes(subject: Subject, router: DiversionRouter, judge: DiversionRouter, patients: readonly Patient[]) {
  const asked = questions(subject, patients);
  const checksum = new Checksum();
  for (const request of asked.slice(0, JUDGED)) {
    const route = router.route(router.recommend(request));
    const expected = judge.recommend(request).destination;
    const what = `drive time of the route from ${request.location}`;
    requireEqual(route?.properties.driveSeconds, expected?.driveSeconds, what);
    checksum.addText(JSON.stringify(route?.geometry.coordinates ?? []));
  }
  const samples = measure((i) => router.route(router.recommend(asked[i % asked.length]!)), { warmUps: 1000 });
  return { samples, checksum, verified: Math.min(JUDGED, asked.length) };
}
