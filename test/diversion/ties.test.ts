import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { at, hospitalsAt, NOON, smallCounty } from "../support/small-county";

const RUNS = 100;
const SEED = 20170515;
const CENTRE = 30;
const roads = smallCounty();

/** EDs at few distances on both sides of the patient, so that most worlds hold several exactly as near. */
const edArbitrary = fc.record({
  east: fc.boolean(),
  km: fc.constantFrom(0, 1, 1, 2, 2, 2, 5),
  offers: fc.boolean(),
  handoverMinutes: fc.constantFrom(0, 0, 1, 3),
  asks: fc.constantFrom("nothing", "nothing", "divert", "divert-to-first", "refuse", "inform", "late-refusal"),
});

type Asks = "nothing" | "divert" | "divert-to-first" | "refuse" | "inform" | "late-refusal";

describe("EDs exactly as near as the destination", () => {
  it(`are passed over or listed, never missing, whatever is asked (seed ${SEED})`, () => {
    let ties = 0;
    fc.assert(
      fc.property(
        fc.array(edArbitrary, { minLength: 2, maxLength: 9 }),
        fc.constantFrom(undefined, "immediate", "urgent", "extremis"),
        fc.boolean(),
        fc.boolean(),
        (eds, acuity, needsTrauma, isFresh) => {
          const id = (place: number): string => `E${place}`;
          const hospitals = hospitalsAt(
            Object.fromEntries(
              eds.map(({ east, km, offers, handoverMinutes }, place) => {
                const capabilities = offers ? ["trauma"] : ["stroke"];
                return [id(place), { km: CENTRE + (east ? km : -km), capabilities, handoverMinutes }];
              }),
            ),
          );
          const clock = (): number => Date.parse(NOON);
          const status = new StatusBoard(hospitals, { clock });
          for (const [place, { asks }] of eds.entries()) report(status, id(place), asks as Asks, id(0));
          const router = new DiversionRouter({
            roads,
            hospitals,
            status,
            clock,
            schedule: (work) => isFresh && work(),
          });
          for (const alternatives of [0, 1, 2, 3, 20]) {
            const advice = router.recommend({
              location: at(CENTRE),
              needs: needsTrauma ? ["trauma"] : [],
              alternatives,
              ...(acuity === undefined ? {} : { acuity: acuity as "urgent" }),
            });
            const passed = advice.passedOver.map(({ hospital }) => hospital.id);
            const listed = advice.alternatives.map(({ hospital }) => hospital.id);
            expect(new Set(passed).size).toBe(passed.length);
            const { destination } = advice;
            eds.forEach(({ km }, place) => {
              const drive = km * 60;
              const ed = id(place);
              if (destination === undefined || drive < destination.driveSeconds) {
                if (ed !== destination?.hospital.id) expect([alternatives, ...passed]).toContain(ed);
              } else if (drive === destination.driveSeconds && ed !== destination.hospital.id) {
                ties++;
                // In one of the two, and not in both.
                expect([alternatives, ed, passed.includes(ed), listed.includes(ed)]).toEqual([
                  alternatives,
                  ed,
                  !listed.includes(ed),
                  !passed.includes(ed),
                ]);
              }
            });
          }
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    expect(ties).toBeGreaterThan(RUNS);
  });
});

function report(status: StatusBoard, hospital: string, asks: Asks, first: string): void {
  if (asks === "nothing" || (asks === "divert-to-first" && hospital === first)) return;
  const effect = asks === "inform" ? "inform" : asks.startsWith("divert") ? "divert" : "refuse";
  status.report({
    hospital,
    key: "full",
    effect,
    reason: "full",
    ...(asks === "divert-to-first" ? { divertTo: first } : {}),
    ...(asks === "late-refusal" ? { from: new Date(Date.parse(NOON) + 90_000).toISOString() } : {}),
    until: "2017-05-15T18:00:00Z",
  });
}
