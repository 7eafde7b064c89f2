import { distanceMetres } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { RestrictionReport } from "../../src/hospitals/status/restriction";
import type { EngineChoice } from "../../src/shortest-path/engine";
import type { Subject } from "./subject";

/** Restrictions in force at once: the most that the product's bar for a recommendation is stated for. */
const RESTRICTIONS = 50;

/** Whom questions are about, in turn. */
export const PATIENTS: readonly Omit<RecommendationRequest, "location" | "at">[] = [
  {},
  { needs: ["trauma"], age: 34 },
  { needs: ["stroke"], age: 71, acuity: "immediate" },
  { age: 6, acuity: "urgent" },
  { acuity: "extremis" },
  { needs: ["major-trauma"], age: 50, acuity: "immediate" },
];

const SCOPES: readonly RestrictionReport["scope"][] = [
  {},
  { needs: ["trauma"] },
  { needs: ["stroke"] },
  { minAge: 18 },
  { maxAge: 15 },
  { acuity: ["urgent", "standard"] },
];

/** A router over hospitals at the subject's places, some of them specialist, under restrictions drawn from its seed. */
export function restrictedRouter({ roads, points, options }: Subject, engine: EngineChoice): DiversionRouter {
  const id = (target: number): string => `H${String(target).padStart(6, "0")}`;
  const hospitals = HospitalDirectory.parse(
    points.map(([point], target) => ({
      id: id(target),
      name: `Hospital ${target}`,
      location: point!.position,
      handoverMinutes: 5 * (target % 4),
      capabilities: [
        ...(target % 2 === 0 ? ["trauma"] : []),
        ...(target % 3 === 0 ? ["stroke"] : []),
        ...(target % 12 === 0 ? ["major-trauma"] : []),
      ],
    })),
  );
  const router = new DiversionRouter({ roads, hospitals, engine, clock: () => Date.parse("2026-01-07T11:30:00Z") });
  const random = new SeededRandom(options.seed);
  for (let i = 0; i < RESTRICTIONS; i++) {
    const target = random.integer(points.length);
    router.status.report({
      hospital: id(target),
      key: `benchmark-${i}`,
      effect: i % 10 === 0 ? "refuse" : i % 10 === 1 ? "inform" : "divert",
      scope: SCOPES[random.integer(SCOPES.length)],
      from: "2026-01-07T11:00:00Z",
      ...(i % 3 === 0 ? { until: "2026-01-07T18:00:00Z" } : {}),
      ...(i % 5 === 0 ? { divertTo: id(neighbourOf(target, points)) } : {}),
      reason: "benchmark",
    });
  }
  router.refreshTable();
  return router;
}

/** The hospital nearest to another as the crow flies: an ED names one that it knows. */
function neighbourOf(target: number, points: Subject["points"]): number {
  const from = points[target]![0]!.position;
  let best = -1;
  let bestMetres = Number.POSITIVE_INFINITY;
  for (const [other, [point]] of points.entries()) {
    const metres = distanceMetres(from, point!.position);
    if (other === target || metres >= bestMetres) continue;
    best = other;
    bestMetres = metres;
  }
  return best;
}
