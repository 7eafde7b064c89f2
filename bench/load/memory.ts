/** What the server says of itself at one moment. */
export interface ServerSample {
  /** Since the first sample. */
  readonly seconds: number;
  readonly residentBytes: number;
  /** Of all its threads, since it was started. */
  readonly cpuSeconds: number;
  /** Of the delays of its event loop since the sample before, the 99th percentile; some 10 ms are the measuring. */
  readonly loopDelayP99Ms: number;
}

export interface MemoryTrend {
  /** Of the first minute, or of the first third of a run shorter than three. */
  readonly firstMedianBytes: number;
  readonly lastMedianBytes: number;
  /** Of a straight line through the samples after the first minute (or third), by least squares. */
  readonly bytesPerMinute: number;
}

const SAMPLED_EVERY_MS = 5000;

/** @throws Error when there are no samples. */
export function memoryTrend(samples: readonly ServerSample[]): MemoryTrend {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error("The server's memory was never sampled.");
  const window = Math.min(60, (last.seconds - first.seconds) / 3);
  const bytesOf = (some: readonly ServerSample[]): number[] => some.map(({ residentBytes }) => residentBytes);
  const settled = samples.filter(({ seconds }) => seconds >= first.seconds + window);
  return {
    firstMedianBytes: median(bytesOf(samples.filter(({ seconds }) => seconds <= first.seconds + window))),
    lastMedianBytes: median(bytesOf(samples.filter(({ seconds }) => seconds >= last.seconds - window))),
    bytesPerMinute:
      60 *
      slope(
        settled.map(({ seconds }) => seconds),
        bytesOf(settled),
      ),
  };
}

/** The value in the middle; of an even number the lower one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}

/** Of the line through points that is nearest to them in y, by least squares; 0 where they do not tell. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const along = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  return along === 0 ? 0 : x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0) / along;
}

/** Asks a server's `/metrics` every five seconds. */
export class ServerSampler {
  readonly samples: ServerSample[] = [];
  private timer: NodeJS.Timeout | undefined;
  private begunMs = 0;

  constructor(private readonly url: string) {}

  async start(): Promise<void> {
    this.begunMs = performance.now();
    await this.sample();
    this.timer = setInterval(() => void this.sample(), SAMPLED_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sample();
  }

  private async sample(): Promise<void> {
    const seconds = (performance.now() - this.begunMs) / 1000;
    const text = await (await fetch(`${this.url}/metrics`)).text();
    this.samples.push({
      seconds,
      cpuSeconds: metricOf(text, "process_cpu_seconds_total"),
      residentBytes: metricOf(text, "process_resident_memory_bytes"),
      loopDelayP99Ms: 1000 * metricOf(text, "nodejs_eventloop_lag_p99_seconds"),
    });
  }
}

/** A metric without labels. @throws Error when the text has none of this name. */
export function metricOf(text: string, name: string): number {
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`The server's metrics have no ${name}.`);
  return Number(value);
}
