/** What was measured of one case: nanoseconds (or bytes) per operation, ascending. */
export interface Samples {
  readonly values: Float64Array;
}

export interface MeasureOptions {
  /** Operations per sample: reading the clock costs some 80 ns. Default 1. */
  readonly batch?: number;
  /** Samples thrown away before. Default 20: the first thousand fast queries run up to four times slower. */
  readonly warmUps?: number;
  /** Stop after this time, once there are enough samples. Default 1000 ms. */
  readonly budgetMilliseconds?: number;
  /** Default 20. */
  readonly leastSamples?: number;
  /** Default 20,000. */
  readonly mostSamples?: number;
}

const NANOSECONDS_PER_MILLISECOND = 1e6;

/** @param operation does one sample's work, `batch` operations; told the number of the sample, warm-ups included. */
export function measure(operation: (sample: number) => void, options: MeasureOptions = {}): Samples {
  const { batch = 1, warmUps = 20, budgetMilliseconds = 1000, leastSamples = 20, mostSamples = 20_000 } = options;
  for (let i = 0; i < warmUps; i++) operation(i);
  const values = new Float64Array(mostSamples);
  let count = 0;
  const end = performance.now() + budgetMilliseconds;
  while (count < mostSamples && (count < leastSamples || performance.now() < end)) {
    const start = performance.now();
    operation(warmUps + count);
    values[count++] = ((performance.now() - start) * NANOSECONDS_PER_MILLISECOND) / batch;
  }
  return { values: values.slice(0, count).sort() };
}

/** {@link measure} for work on other threads, one operation per sample. */
export async function measureAsync(operation: () => Promise<void>, options: MeasureOptions = {}): Promise<Samples> {
  const { warmUps = 1, budgetMilliseconds = 1000, leastSamples = 3, mostSamples = 100 } = options;
  for (let i = 0; i < warmUps; i++) await operation();
  const values: number[] = [];
  const end = performance.now() + budgetMilliseconds;
  while (values.length < mostSamples && (values.length < leastSamples || performance.now() < end)) {
    const start = performance.now();
    await operation();
    values.push((performance.now() - start) * NANOSECONDS_PER_MILLISECOND);
  }
  return { values: Float64Array.from(values).sort() };
}

/** For what is counted, not timed. */
export const counted = (value: number): Samples => ({ values: Float64Array.of(value) });

/** The value below which this share of ascending samples lies (nearest rank). */
export function quantile({ values }: Samples, share: number): number {
  return values[Math.min(values.length - 1, Math.max(0, Math.ceil(share * values.length) - 1))]!;
}

/** FNV-1a over 32-bit words: tells two runs apart whose answers differ. */
export class Checksum {
  private hash = 0x811c9dc5 | 0;

  add(word: number): this {
    for (let shift = 0; shift < 32; shift += 8)
      this.hash = Math.imul(this.hash ^ ((word >>> shift) & 0xff), 0x01000193);
    return this;
  }

  addAll(words: ArrayLike<number>): this {
    for (let i = 0; i < words.length; i++) this.add(words[i]!);
    return this;
  }

  addText(text: string): this {
    for (let i = 0; i < text.length; i++) this.add(text.charCodeAt(i));
    return this;
  }

  toString(): string {
    return (this.hash >>> 0).toString(16).padStart(8, "0");
  }
}
