/** More bands than this help nobody. */
const MAXIMUM_BANDS = 4096;

/**
 * Straight pieces sorted into bands of latitude, each into all that it and a reach around it touch: a road meets only those
 * of the bands it lies in, however long the line is that they make.
 */
export class PieceBands {
  /** Four numbers each: both ends, 1e-7 degree. */
  readonly pieces: readonly number[];
  readonly #south: number;
  readonly #height: number;
  /** Offsets into the pieces, by band. */
  readonly #bands: readonly (readonly number[])[];

  constructor(pieces: readonly number[], reach: number) {
    this.pieces = pieces;
    let [south, north] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 1; i < pieces.length; i += 2) {
      south = Math.min(south, pieces[i]! - reach);
      north = Math.max(north, pieces[i]! + reach);
    }
    // No lower than the reach, or each piece would lie in hundreds of bands.
    const height = Math.max(1, 2 * reach, (north - south) / Math.min(MAXIMUM_BANDS, Math.max(1, pieces.length / 4)));
    this.#south = south;
    this.#height = height;
    const count = pieces.length === 0 ? 0 : Math.floor((north - south) / height) + 1;
    const bands: number[][] = Array.from({ length: count }, () => []);
    for (let i = 0; i < pieces.length; i += 4) {
      const [low, high] = [Math.min(pieces[i + 1]!, pieces[i + 3]!), Math.max(pieces[i + 1]!, pieces[i + 3]!)];
      for (let band = this.#bandOf(low - reach); band <= this.#bandOf(high + reach) && band < count; band++) {
        bands[band]!.push(i);
      }
    }
    this.#bands = bands;
  }

  /** Offsets of the pieces that may lie within the reach of these latitudes; one may come several times. */
  *near(low: number, high: number): Generator<number, void, void> {
    const last = Math.min(this.#bandOf(high), this.#bands.length - 1);
    for (let band = Math.max(0, this.#bandOf(low)); band <= last; band++) yield* this.#bands[band]!;
  }

  #bandOf(latitude: number): number {
    return Math.floor((latitude - this.#south) / this.#height);
  }
}
