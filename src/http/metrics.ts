import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { FeedMonitor } from "../hospitals/feeds/feed-monitor";
import type { ClosureFeedMonitor, ClosureFeedSummary } from "../roads/closure-feed-monitor";
import type { EventHub } from "./event-stream";
import type { DiversionService } from "./service";
import type { WrongTokens } from "./wrong-tokens";

/** What Prometheus reads of one server. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #latency = new Histogram({
    name: "ambulance_diversion_request_seconds",
    help: "Time from a request's arrival to its response's first byte.",
    labelNames: ["method", "route", "status"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [this.#registry],
  });
  readonly #outcomes = new Counter({
    name: "ambulance_diversion_outcomes_total",
    help: "Recommendations by outcome.",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });

  constructor(service: DiversionService, hub: EventHub, wrongTokens: WrongTokens) {
    const { router, feeds } = service;
    service.onAnswer(({ outcome }) => this.#outcomes.inc({ outcome }));
    collectDefaultMetrics({ register: this.#registry });
    const gauge = (name: string, help: string, read: () => number): void => {
      const metric: Gauge = new Gauge({
        name: `ambulance_diversion_${name}`,
        help,
        registers: [this.#registry],
        collect: () => metric.set(read()),
      });
    };
    gauge("status_version", "Version of the status.", () => router.status.version);
    gauge("roads_version", "Version of the roads' closures: the metric in force.", () => router.roads.version);
    const unrecorded = new Counter({
      name: "ambulance_diversion_unrecorded_total",
      help: "Recommendations given that the decision log could not record.",
      registers: [this.#registry],
    });
    service.onUnrecorded(() => unrecorded.inc());
    gauge("failing", "1 when changes cannot be kept: /readyz says why.", () =>
      Number(service.trouble().failing.length > 0),
    );
    gauge("degraded", "1 when something is wrong that keeps no answer from being right: /readyz says what.", () =>
      Number(service.trouble().degraded.length > 0),
    );
    const wrong: Counter = new Counter({
      name: "ambulance_diversion_wrong_tokens_total",
      help: "Requests with a token that is not the server's.",
      registers: [this.#registry],
      collect() {
        wrong.reset();
        wrong.inc(wrongTokens.count);
      },
    });
    gauge("event_clients", "Clients listening for events.", () => hub.clients);
    const { shared } = service;
    if (shared !== undefined) {
      gauge("status_age_seconds", "Since all that the shared status held was held here; infinite when never.", () =>
        shared.ageMs === undefined ? Number.POSITIVE_INFINITY : shared.ageMs / 1000,
      );
      gauge("status_forked", "1 when the store of the status holds another history than is held here.", () =>
        Number(shared.freshness.state === "forked"),
      );
      gauge(
        "status_clock_ahead_seconds",
        "How far this machine's clock is ahead of the store's, at the last look.",
        () => (shared.freshness.clockAheadMs ?? 0) / 1000,
      );
    }
    const feedGauge = (name: string, help: string, read: (feed: FeedSummaries[number]) => number | undefined): void => {
      const metric: Gauge = new Gauge({
        name: `ambulance_diversion_feed_${name}`,
        help,
        labelNames: ["feed"],
        registers: [this.#registry],
        collect() {
          for (const feed of feeds?.summaries() ?? []) {
            const value = read(feed);
            if (value !== undefined) metric.set({ feed: feed.id }, value);
          }
        },
      });
    };
    feedGauge("age_seconds", "Since the feed was last heard; absent when never.", ({ ageMs }) =>
      ageMs === undefined ? undefined : ageMs / 1000,
    );
    feedGauge("silent", "1 when the feed was not heard within its time-to-live.", ({ silent }) => (silent ? 1 : 0));
    feedGauge(
      "hospitals_never_heard",
      "EDs of the feed of which it never spoke.",
      ({ neverHeard }) => neverHeard.length,
    );
    feedGauge(
      "hospitals_silent",
      "EDs of the feed of which it spoke, and not within its time-to-live.",
      ({ silentOn }) => silentOn.length,
    );
    if (feeds !== undefined) {
      gauge("hospitals_never_heard", "EDs of which no feed ever spoke.", () => neverHeardBy(feeds, router.hospitals));
    }
    gauge("closures_without_roads", "Closures that hold and are about no road here: not counted.", () => {
      const { roads, clock } = router;
      return roads.stateAt(clock()).withoutRoads.length;
    });
    this.#addClosureFeeds(service.closureFeeds);
    feedGauge("messages", "Messages heard.", ({ counts }) => counts.messages);
  }

  #addClosureFeeds(closureFeeds: ClosureFeedMonitor | undefined): void {
    if (closureFeeds === undefined) return;
    const gauge = (name: string, help: string, read: (feed: ClosureFeedSummary) => number | undefined): void => {
      const metric: Gauge = new Gauge({
        name: `ambulance_diversion_closure_feed_${name}`,
        help,
        labelNames: ["feed"],
        registers: [this.#registry],
        collect() {
          for (const feed of closureFeeds.summaries()) {
            const value = read(feed);
            if (value !== undefined) metric.set({ feed: feed.id }, value);
          }
        },
      });
    };
    gauge("age_seconds", "Since the closure feed was last heard; absent when never.", ({ ageMs }) =>
      ageMs === undefined ? undefined : ageMs / 1000,
    );
    gauge("silent", "1 when it was not heard within its time-to-live.", ({ silent }) => (silent ? 1 : 0));
    gauge("held", "Closures and slowdowns of it that are held.", ({ held }) => held);
    gauge("unplaced", "Events near the roads here that are about none of them.", ({ unplaced }) => unplaced.length);
    gauge("messages", "Messages heard.", ({ counts }) => counts.messages);
  }

  /** @param route the path's pattern: the path itself may say where a patient is. */
  observe(method: string, route: string, status: number, seconds: number): void {
    this.#latency.observe({ method, route, status: String(status) }, seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** EDs of which no feed ever spoke, those that no feed reports on included. */
function neverHeardBy(feeds: FeedMonitor, { hospitals }: HospitalDirectory): number {
  const health = feeds.health();
  return hospitals.filter((_, index) => health.wordsOn(index, 0).length === 0).length;
}

type FeedSummaries = ReturnType<NonNullable<DiversionService["feeds"]>["summaries"]>;
