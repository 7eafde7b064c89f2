import { DiversionError } from "../../core/errors";
import { type EpochMs, MS_PER_DAY } from "../../core/instant";
import { SeededRandom } from "../../core/random";
import { firstWhere } from "../../core/search";
import type { Position } from "../../core/units";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Needs } from "../../hospitals/directory/needs";
import type { Acuity } from "../../hospitals/status/restriction";
import { type CatchmentMap, demandPointsByEd } from "../situation/catchment-map";
import type { DemandPoints } from "../situation/demand-points";
import type { IncidentGeneration, Scenario } from "./scenario";

/** One patient of a replay. */
export interface ReplayIncident {
  readonly id: string;
  readonly atMs: EpochMs;
  readonly location: Position;
  readonly needs: Needs;
  readonly age?: number | undefined;
  readonly acuity?: Acuity | undefined;
}

/** How many incidents were drawn, and what from. */
export interface GenerationStatistics {
  readonly seed: number;
  readonly perDay: number;
  readonly total: number;
  /**
   * `attendances`: an ED's area first, by its share of the attendances; `places`: any demand point, by its weight alone.
   */
  readonly areasBy: "attendances" | "places";
  /** What the weights of demand points count. */
  readonly placesBy: DemandPoints["unit"];
}

interface GenerationChoices {
  /** Instead of the scenario's. */
  readonly seed?: number | undefined;
  /** Instead of what the scenario says or its attendances come to. */
  readonly perDay?: number | undefined;
}

/**
 * Draws incidents: as many as so many a day come to over the period, rounded. Each is drawn by four numbers of one
 * seeded sequence, in this order: its moment, any second of the period with the same chance; what the patient needs, by
 * the shares; the ED whose area it is in, by the ED's share of attendances; the demand point in that area, by weight
 * (people, or 1 for a junction). An ED's area is every demand point to which it is the nearest with nothing restricted,
 * so that with nothing restricted EDs receive patients in proportion to their attendances, however coarse the demand
 * points are.
 *
 * @param map over the demand points and EDs, with nothing restricted.
 * @throws DiversionError `invalid-scenario` when nothing can be drawn.
 */
export function generateIncidents(
  generation: IncidentGeneration,
  map: CatchmentMap,
  { from: { epochMs: fromMs }, until: { epochMs: untilMs } }: Scenario["period"],
  choices: GenerationChoices = {},
): { readonly incidents: readonly ReplayIncident[]; readonly statistics: GenerationStatistics } {
  const { demandPoints, hospitals } = map;
  const nearest = map.assign(new Uint8Array(hospitals.size).fill(1));
  const { seed = generation.seed } = choices;
  const byEd = demandPointsByEd(nearest, hospitals.size).map((list) => new WeightedChoice(list, demandPoints.weights));
  const attended = byAmbulancePerDay(generation, hospitals).map((count, ed) => (byEd[ed]!.total > 0 ? count : 0));
  const expected = attended.reduce((sum, count) => sum + count, 0);
  const perDay = choices.perDay ?? generation.perDay ?? expected;
  const total = Math.round((perDay * (untilMs - fromMs)) / MS_PER_DAY);
  const anywhere = expected === 0;
  // Attendances of EDs that are all elsewhere would come to an empty replay, which looks like one in which nothing happened.
  if (anywhere && choices.perDay === undefined && generation.perDay === undefined) {
    const message =
      "None of the scenario's attendances is of an ED on these roads; say how many incidents a day there are.";
    throw new DiversionError("invalid-scenario", message, { field: "generation.attendances" });
  }
  const everywhere = anywhere
    ? Int32Array.from(nearest.ed.keys()).filter((demandPoint) => nearest.ed[demandPoint]! >= 0)
    : [];
  const areas = anywhere ? [new WeightedChoice(everywhere, demandPoints.weights)] : byEd;
  const area = new WeightedChoice(areas.keys(), anywhere ? [1] : attended);
  const kind = new WeightedChoice(
    generation.needs.keys(),
    generation.needs.map((one) => one.share),
  );
  if (total > 0 && areas.every((choice) => choice.total === 0)) {
    throw new DiversionError(
      "invalid-scenario",
      "There is no place from which an ED can be reached to draw incidents at.",
    );
  }
  const random = new SeededRandom(seed);
  const seconds = Math.floor((untilMs - fromMs) / 1000);
  const drawn = Array.from({ length: total }, (_, order) => {
    const atMs = fromMs + random.integer(seconds) * 1000;
    const { needs, age, acuity } = generation.needs[kind.pick(random)]!;
    const demandPoint = areas[area.pick(random)]!.pick(random);
    const location: Position = [demandPoints.locations[2 * demandPoint]!, demandPoints.locations[2 * demandPoint + 1]!];
    return { order, atMs, location, needs, age, acuity };
  });
  drawn.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  const width = String(total).length;
  return {
    incidents: drawn.map(({ atMs, location, needs, age, acuity }, index) => ({
      id: `drawn-${String(index + 1).padStart(width, "0")}`,
      atMs,
      location,
      needs,
      age,
      acuity,
    })),
    statistics: { seed, perDay, total, areasBy: anywhere ? "places" : "attendances", placesBy: demandPoints.unit },
  };
}

/** Per ED on the roads: patients an ambulance brings in a day. A trust's attendances are shared equally among its EDs. */
function byAmbulancePerDay({ attendances }: IncidentGeneration, hospitals: HospitalDirectory): number[] {
  const perDay = hospitals.hospitals.map(() => 0);
  if (attendances === undefined) return perDay;
  for (const { attendances: count, hospitals: ids } of attendances.trusts) {
    for (const id of ids) {
      const ed = hospitals.indexOf(id);
      if (ed >= 0) perDay[ed] = (count * attendances.byAmbulance) / attendances.days / ids.length;
    }
  }
  return perDay;
}

/** Picks items in proportion to their weights, by halving their running sums. */
class WeightedChoice {
  readonly #items: Int32Array;
  readonly #sums: Float64Array;
  readonly total: number;

  /** @param weights by item. */
  constructor(items: Iterable<number>, weights: ArrayLike<number>) {
    this.#items = Int32Array.from(items).filter((item) => weights[item]! > 0);
    this.#sums = new Float64Array(this.#items.length);
    let sum = 0;
    for (const [index, item] of this.#items.entries()) this.#sums[index] = sum += weights[item]!;
    this.total = sum;
  }

  /** Uses one number of the sequence. */
  pick(random: SeededRandom): number {
    const wanted = random.next() * this.total;
    return this.#items[firstWhere(0, this.#items.length - 1, (at) => this.#sums[at]! > wanted)]!;
  }
}
