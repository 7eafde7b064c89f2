import type { RecommendationData } from "../../src/diversion/answer/recommendation";
import { DiversionRouter } from "../../src/diversion/router";
import type { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { Status } from "../../src/hospitals/status/status";
import type { RoadIndex } from "../../src/roads/road-index";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import type { ClosureHistory } from "./closure-history";
import type { KeptAnswer } from "./questions";

/** What judges answers: the same roads, EDs, status and closures, searched by plain Dijkstra. */
export interface Judge {
  /** With no closure. */
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  /** With its whole history. */
  readonly status: Status;
  readonly closures: ClosureHistory;
}

/** The first answer that is not Dijkstra's. */
export interface WrongLoadAnswer extends KeptAnswer {
  /** Where they part: a field, what was answered, and what is right. */
  readonly difference: string;
}

/**
 * Asks each question again at the versions and the moment that its answer names, and compares all of the answer
 * but lengths and closures of the way. In the order of the roads' versions, so that closures are made again once.
 *
 * @returns the first that differs; undefined when none does.
 */
export function firstWrongAnswer(
  { roads, hospitals, status, closures }: Judge,
  answers: readonly KeptAnswer[],
  onProgress: (done: number) => void = () => {},
): WrongLoadAnswer | undefined {
  const router = new DiversionRouter({ roads, hospitals, status, engine: DIJKSTRA_ENGINE });
  const told = answers.map((kept) => ({ ...kept, advice: JSON.parse(kept.body) as RecommendationData }));
  // An answer given while nothing was closed names no version of the roads.
  const versionOf = ({ basis }: RecommendationData): number => basis.roadsVersion ?? 0;
  told.sort((a, b) => versionOf(a.advice) - versionOf(b.advice));
  for (const [done, { question, body, advice }] of told.entries()) {
    onProgress(done);
    closures.bring(roads, versionOf(advice));
    const { at, statusVersion } = advice.basis;
    const expected = router.recommend({ ...question, at }, { statusVersion });
    const difference = differenceOf(comparable(body), comparable(JSON.stringify(expected)));
    if (difference !== undefined) return { question, body, difference };
  }
  return undefined;
}

/** What matters most first: the outcome, where to, and how long it takes. */
const FIRST = ["outcome", "destination"] as const;

/** Several drives may be the fastest, to the millisecond: engines may measure, and meet closures on, different ones. */
const OF_THE_WAY = new Set(["distanceMetres", "extraMetres", "closures"]);

const comparable = (text: string): RecommendationData =>
  JSON.parse(text, (key, value: unknown) => (OF_THE_WAY.has(key) ? undefined : value)) as RecommendationData;

function differenceOf(given: RecommendationData, expected: RecommendationData): string | undefined {
  for (const field of FIRST) {
    const found = firstDifference(given[field], expected[field], field);
    if (found !== undefined) return found;
  }
  return firstDifference(given, expected, "");
}

/** The first place at which two JSON values differ, in words; undefined when they are the same. */
export function firstDifference(given: unknown, expected: unknown, path: string): string | undefined {
  if (typeof given === "object" && typeof expected === "object" && given !== null && expected !== null) {
    for (const key of new Set([...Object.keys(given), ...Object.keys(expected)])) {
      const place = path === "" ? key : `${path}.${key}`;
      const found = firstDifference(given[key as never], expected[key as never], place);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(given, expected)
    ? undefined
    : `${path} is ${JSON.stringify(given)}; Dijkstra says ${JSON.stringify(expected)}`;
}
