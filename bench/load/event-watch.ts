import type { AcknowledgedFlip } from "./changes";

/** What a client of `/v1/events` saw. */
export interface EventRecord {
  /** By version, `performance.now()` when it came. */
  readonly statusAtMs: ReadonlyMap<number, number>;
  readonly counts: Readonly<Record<string, number>>;
  /** The first version that came out of order, after which one; undefined: none did. */
  readonly disorder: { readonly version: number; readonly after: number } | undefined;
}

/** How the events compare with the changes acknowledged. */
export interface EventVerdict {
  /** Versions acknowledged and never told. */
  readonly missing: readonly number[];
  /** Versions told more than a second after they were sent. */
  readonly late: readonly number[];
  /** From sending a change to its event, ascending. */
  readonly delaysMs: readonly number[];
}

/** A change must be told within so long. */
export const TOLD_WITHIN_MS = 1000;

export function judgeEvents(flips: readonly AcknowledgedFlip[], { statusAtMs }: EventRecord): EventVerdict {
  const told = flips.filter(({ version }) => statusAtMs.has(version));
  const delayOf = ({ version, sentMs }: AcknowledgedFlip): number => statusAtMs.get(version)! - sentMs;
  return {
    missing: flips.filter(({ version }) => !statusAtMs.has(version)).map(({ version }) => version),
    late: told.filter((flip) => delayOf(flip) > TOLD_WITHIN_MS).map(({ version }) => version),
    delaysMs: told.map(delayOf).sort((a, b) => a - b),
  };
}

/** Collects server-sent events from text as it comes. */
export class EventCollector implements EventRecord {
  readonly statusAtMs = new Map<number, number>();
  readonly counts: Record<string, number> = {};
  disorder: EventRecord["disorder"];
  private text = "";
  private last = 0;

  add(text: string, atMs: number): void {
    this.text += text;
    for (let end = this.text.indexOf("\n\n"); end >= 0; end = this.text.indexOf("\n\n")) {
      const block = this.text.slice(0, end);
      this.text = this.text.slice(end + 2);
      const name = /^event: (.*)$/m.exec(block)?.[1];
      if (name === undefined) continue;
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      if (id !== undefined) this.note(Number(id), atMs);
    }
  }

  private note(version: number, atMs: number): void {
    if (version !== this.last + 1) this.disorder ??= { version, after: this.last };
    this.last = version;
    this.statusAtMs.set(version, atMs);
  }
}

export interface EventWatch {
  readonly record: EventRecord;
  close(): void;
}

/** Listens from the first version on. */
export async function watchEvents(url: string): Promise<EventWatch> {
  const stop = new AbortController();
  const response = await fetch(`${url}/v1/events`, { signal: stop.signal, headers: { "Last-Event-ID": "0" } });
  const collector = new EventCollector();
  void collect(response, collector).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return { record: collector, close: () => stop.abort() };
}

async function collect(response: Response, collector: EventCollector): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    collector.add(decoder.decode(chunk, { stream: true }), performance.now());
  }
}
