import type { Contest } from "./compare";
import type { Pair } from "./places";
import type { Hospital } from "./raw-extract";
import { SAME_PLACE_METRES } from "./settings";

/** Which hospital each engine finds nearest by its own times, over the starts of all pairs. */
export interface NearestCount {
  readonly hospitals: number;
  /** Starts from which both reach a hospital. */
  readonly asked: number;
  readonly same: number;
  /** Starts where the choices differ, although by Valhalla's own figures ours is at most 2 % farther. */
  readonly differentWithinTwoPercent: number;
  /** How much farther, by Valhalla's figures, our choice is where the choices differ: ratios, ascending. */
  readonly margins: readonly number[];
}

const CLOSE = 1.02;

export async function compareNearest(
  { ours, theirs }: Contest,
  pairs: readonly Pair[],
  hospitals: readonly Hospital[],
): Promise<NearestCount> {
  const places = hospitals.map(({ location }) => location);
  const targets = places.map((place) => ours.arrival(place));
  let asked = 0;
  let same = 0;
  const margins: number[] = [];
  for (const { from } of pairs) {
    const start = ours.departure(from);
    if (start === undefined || start.distanceMetres > SAME_PLACE_METRES) continue;
    const own = nearest(ours.toEach(start, targets));
    const figures = await theirs.toEach(from, places);
    const other = nearest(figures);
    if (own === undefined || other === undefined) continue;
    asked++;
    if (own === other) same++;
    else margins.push((figures[own] ?? Number.POSITIVE_INFINITY) / figures[other]!);
  }
  margins.sort((a, b) => a - b);
  const differentWithinTwoPercent = margins.filter((margin) => margin <= CLOSE).length;
  return { hospitals: hospitals.length, asked, same, differentWithinTwoPercent, margins };
}

/** Place of the smallest figure, the first of equal ones. */
function nearest(figures: readonly (number | undefined)[]): number | undefined {
  let best: number | undefined;
  figures.forEach((figure, i) => {
    if (figure !== undefined && (best === undefined || figure < figures[best]!)) best = i;
  });
  return best;
}
