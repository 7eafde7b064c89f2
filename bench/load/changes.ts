import { SeededRandom } from "../../src/core/random";
import type { RoadIndex } from "../../src/roads/road-index";
import { type ClosureAction, ClosureHistory } from "./closure-history";
import { placeOnRoads } from "./county";
import { TOKEN } from "./server-process";

/** A change of status that the server acknowledged. */
export interface AcknowledgedFlip {
  readonly version: number;
  /** `performance.now()` when it was sent. */
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** What was changed while questions were asked. */
export interface ChangeRecord {
  readonly flips: AcknowledgedFlip[];
  readonly closures: ClosureHistory;
  /** From sending a closure or its end to the answer. */
  readonly closureMs: number[];
}

export interface ChangerOptions {
  readonly url: string;
  readonly hospitals: readonly string[];
  readonly roads: RoadIndex;
  readonly flipsPerSecond: number;
  readonly closuresPerSecond: number;
  readonly seed: number;
}

/** At most this share of the EDs is closed at once. */
const CLOSED_SHARE = 0.2;
/** Closures held once the first of them have come: some come, some go. */
const CLOSURES_HELD = 20;
/** Of the place where a road is closed. */
const CLOSED_METRES = 40;

/** Flips flags, diverts some patients, closes roads and reopens them, at steady rates until it is stopped. */
export class Changer {
  readonly record: ChangeRecord = { flips: [], closures: new ClosureHistory(), closureMs: [] };
  private readonly random: SeededRandom;
  private readonly closed = new Set<string>();
  private readonly diverting = new Set<string>();
  private isStopped = false;
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ChangerOptions) {
    this.random = new SeededRandom(options.seed);
  }

  /** Closes as many EDs as may be closed at once, and as many roads. */
  async begin(): Promise<void> {
    const { hospitals, flipsPerSecond, closuresPerSecond } = this.options;
    if (flipsPerSecond > 0) for (let i = 0; i < CLOSED_SHARE * hospitals.length; i++) await this.flip();
    if (closuresPerSecond > 0) for (let i = 0; i < CLOSURES_HELD; i++) await this.changeRoads();
  }

  start(): void {
    const { flipsPerSecond, closuresPerSecond } = this.options;
    const flips = this.paced(flipsPerSecond, () => this.flip());
    const closures = this.paced(closuresPerSecond, () => this.changeRoads());
    this.running = Promise.all([flips, closures]);
  }

  /** @throws Error when a change was refused. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  /** At a steady rate: what a slow answer delays is made up for. */
  private async paced(perSecond: number, change: () => Promise<void>): Promise<void> {
    if (perSecond === 0) return;
    for (let due = performance.now(); !this.isStopped; due += 1000 / perSecond) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      if (!this.isStopped) await change();
    }
  }

  private async flip(): Promise<void> {
    const { hospitals } = this.options;
    const id = this.random.pick(hospitals);
    const sentMs = performance.now();
    const { outcome, version } = (await this.sendFlip(id)) as { readonly outcome: string; readonly version: number };
    if (outcome === "accepted") this.record.flips.push({ version, sentMs, answeredMs: performance.now() });
  }

  private sendFlip(id: string): Promise<unknown> {
    const { hospitals } = this.options;
    const flag = `/v1/hospitals/${id}/open`;
    if (this.closed.delete(id)) return this.send("PUT", flag, { open: true });
    if (this.closed.size < CLOSED_SHARE * hospitals.length) {
      this.closed.add(id);
      return this.send("PUT", flag, { open: false, reason: "load" });
    }
    // As many as may be are closed: others ask for a divert of some patients, or take it back.
    const restriction = `/v1/hospitals/${id}/restrictions/load`;
    if (this.diverting.delete(id)) return this.send("DELETE", restriction);
    this.diverting.add(id);
    return this.send("PUT", restriction, { effect: "divert", scope: { needs: ["trauma"] }, reason: "load" });
  }

  private async changeRoads(): Promise<void> {
    const { closures, closureMs } = this.record;
    const sentMs = performance.now();
    const reopens = closures.held.length >= CLOSURES_HELD;
    const action = reopens ? await this.reopen(this.random.pick(closures.held)) : await this.close();
    closureMs.push(performance.now() - sentMs);
    if (action !== undefined) closures.add(action);
  }

  private async reopen(id: string): Promise<ClosureAction> {
    const { roadsVersion } = (await this.send("DELETE", `/v1/closures/${id}`)) as { readonly roadsVersion: number };
    return { version: roadsVersion, reopened: id };
  }

  private async close(): Promise<ClosureAction | undefined> {
    const id = `load-${this.record.closureMs.length}`;
    const speed = this.random.next() < 0.25 ? { factor: 0.3 } : {};
    const entered = {
      type: "FeatureCollection" as const,
      features: [
        {
          type: "Feature" as const,
          id,
          geometry: { type: "Point" as const, coordinates: [...placeOnRoads(this.options.roads, this.random)] },
          properties: { reason: "load", bufferMetres: CLOSED_METRES, ...speed },
        },
      ],
    };
    const answer = (await this.send("POST", "/v1/closures", entered)) as {
      readonly roadsVersion: number;
      readonly entered: readonly string[];
    };
    return answer.entered.length === 0 ? undefined : { version: answer.roadsVersion, id, entered };
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.options.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }
}
