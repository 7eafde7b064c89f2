import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { runSteps } from "../../src/core/steps";
import { Allocation, type Demand, type Limits } from "../../src/planning/distribution/allocate";

const INFINITE = Number.POSITIVE_INFINITY;
const KINDS = 2;
const ENTRIES = 2;

/** Costs of each demand in each place, undefined where it cannot be put. */
interface Task {
  readonly demands: readonly {
    readonly count: number;
    readonly kind: number;
    readonly costs: readonly (number | undefined)[];
  }[];
  readonly ofKind: readonly (readonly number[])[];
  readonly inAll: readonly number[];
}

/** A unit that is put nowhere costs more than any that is put somewhere; the first entry counts them, by kind. */
const unplacedCost = (kind: number): number => (kind === 0 ? 100 : 1);

function allocationOf({ demands, ofKind, inAll }: Task): Allocation {
  const places = inAll.length;
  const limits: Limits = { ofKind: Float64Array.from(ofKind.flat()), inAll: Float64Array.from(inAll) };
  const written = demands.map(({ count, kind, costs }): Demand => {
    const table = new Float64Array(places * ENTRIES);
    for (const [place, cost] of costs.entries()) {
      table[place * ENTRIES] = cost === undefined ? INFINITE : 0;
      table[place * ENTRIES + 1] = cost ?? 0;
    }
    return { count, kind, costs: table, unplaced: Float64Array.of(unplacedCost(kind), 0) };
  });
  return runSteps(new Allocation(written, limits, KINDS, ENTRIES).place());
}

/** The least cost of all ways to put the units, by trying them all. */
function bruteForce({ demands, ofKind, inAll }: Task): readonly [number, number] {
  const units = demands.flatMap(({ count, kind, costs }) => Array.from({ length: count }, () => ({ kind, costs })));
  const [usedOfKind, used] = [ofKind.map((row) => row.map(() => 0)), inAll.map(() => 0)];
  let best: readonly [number, number] = [INFINITE, INFINITE];
  const put = (next: number, unplaced: number, cost: number): void => {
    if (unplaced > best[0]) return;
    const unit = units[next];
    if (unit === undefined) {
      if (unplaced < best[0] || cost < best[1]) best = [unplaced, cost];
      return;
    }
    const { kind, costs } = unit;
    for (const [place, price] of costs.entries()) {
      if (price === undefined || used[place]! >= inAll[place]! || usedOfKind[kind]![place]! >= ofKind[kind]![place]!) {
        continue;
      }
      used[place]!++;
      usedOfKind[kind]![place]!++;
      put(next + 1, unplaced, cost + price);
      used[place]!--;
      usedOfKind[kind]![place]!--;
    }
    put(next + 1, unplaced + unplacedCost(kind), cost);
  };
  put(0, 0, 0);
  return best;
}

const limit = fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.constant(INFINITE));
const tasks = fc.integer({ min: 1, max: 4 }).chain((places) => {
  const row = fc.array(limit, { minLength: places, maxLength: places });
  const demand = fc.record({
    count: fc.integer({ min: 1, max: 2 }),
    kind: fc.integer({ min: 0, max: KINDS - 1 }),
    costs: fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined, freq: 4 }), {
      minLength: places,
      maxLength: places,
    }),
  });
  return fc.record({
    demands: fc
      .array(demand, { minLength: 1, maxLength: 4 })
      .filter((all) => all.reduce((n, { count }) => n + count, 0) <= 6),
    ofKind: fc.array(row, { minLength: KINDS, maxLength: KINDS }),
    inAll: row,
  });
});

const widened = (task: Task, place: number, kind: number | undefined): Task => ({
  ...task,
  ofKind: task.ofKind.map((row, k) => row.map((of, p) => (k === kind && p === place ? of + 1 : of))),
  inAll: task.inAll.map((of, p) => (kind === undefined && p === place ? of + 1 : of)),
});

describe("an allocation", () => {
  it("costs what the best of all ways costs, and keeps every limit", () => {
    fc.assert(
      fc.property(tasks, (task) => {
        const allocation = allocationOf(task);
        expect([...allocation.cost()]).toEqual(bruteForce(task));
        for (const [place, of] of task.inAll.entries()) {
          expect(allocation.usedInAll(place)).toBeLessThanOrEqual(of);
          const inKinds = task.ofKind.map((row, kind) => {
            const held = task.demands.map((demand, i) => (demand.kind === kind ? allocation.unitsOf(i)[place]! : 0));
            const units = held.reduce((sum, n) => sum + n, 0);
            expect(allocation.used(kind, place)).toBe(units);
            expect(units).toBeLessThanOrEqual(row[place]!);
            return units;
          });
          expect(allocation.usedInAll(place)).toBe(inKinds.reduce((sum, n) => sum + n, 0));
        }
        for (const [i, { count }] of task.demands.entries()) {
          expect(allocation.unitsOf(i).reduce((sum, n) => sum + n, 0)).toBe(count);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("tells what one more in a place would save, as the difference to a task with one more", () => {
    fc.assert(
      fc.property(tasks, fc.nat(), fc.constantFrom(undefined, 0, 1), (task, some, kind) => {
        const place = some % task.inAll.length;
        const [unplaced, cost] = bruteForce(task);
        const [unplacedThen, costThen] = bruteForce(widened(task, place, kind));
        const of = kind === undefined ? task.inAll[place]! : task.ofKind[kind]![place]!;
        const allocation = allocationOf(task);
        const used = kind === undefined ? allocation.usedInAll(place) : allocation.used(kind, place);
        fc.pre(used === of);
        expect([...runSteps(allocation.savedByOneMore(place, kind))]).toEqual([
          unplaced - unplacedThen,
          cost - costThen,
        ]);
      }),
      { numRuns: 1500 },
    );
  });

  it("is the same by single units in another order, at a size that cannot be tried out", () => {
    const seed = 41;
    const random = new SeededRandom(seed);
    for (let round = 0; round < 5; round++) {
      const places = 12;
      const task: Task = {
        demands: Array.from({ length: 60 }, () => ({
          count: 1 + random.integer(5),
          kind: random.integer(KINDS),
          costs: Array.from({ length: places }, () => (random.next() < 0.2 ? undefined : random.integer(1000))),
        })),
        ofKind: Array.from({ length: KINDS }, () => Array.from({ length: places }, () => random.integer(12))),
        inAll: Array.from({ length: places }, () => random.integer(20)),
      };
      const single = task.demands.flatMap((one) => Array.from({ length: one.count }, () => ({ ...one, count: 1 })));
      const reversed = { ...task, demands: single.reverse() };
      expect([...allocationOf(task).cost()], `seed ${seed}, round ${round}`).toEqual([
        ...allocationOf(reversed).cost(),
      ]);
    }
  });
});
