import { type Clock, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import type { RestrictionReport } from "../status/restriction";
import type { SharedStatus } from "../status/shared-status";
import type { ClearOptions, HeardFeed, StatusChange, StatusEntry, StatusResult } from "../status/status";
import type { StatusProposal } from "../status/status-board";
import { FeedHealth, type FeedNews, type FeedReport, type FeedSource } from "./feed-health";
import { type FeedDefinition, FeedMonitor } from "./feed-monitor";

/** What was heard is put into the log again after this part of a feed's time-to-live, though nothing else has changed. */
const RENEWED_AFTER = 1 / 4;

/**
 * Feeds of a status that several servers keep. What a server hears it puts into the log, and all of them answer by what
 * the log holds: one that polls hears for all, and several may poll for each other.
 */
export class SharedFeeds implements FeedSource {
  /** Takes the messages; {@link share} brings what follows from them into the log. */
  readonly monitor: FeedMonitor;
  readonly #shared: SharedStatus;
  readonly #heard = new Map<string, FeedReport>();
  readonly #news = new Listeners<FeedNews>();
  /** Changes to be made, each with its feed as the source. */
  #drawn: StatusChange[] = [];
  #health: FeedHealth | undefined;

  /** @throws DiversionError as a {@link FeedMonitor} does. */
  constructor(shared: SharedStatus, feeds: readonly FeedDefinition[], { clock = systemClock }: { clock?: Clock } = {}) {
    this.#shared = shared;
    const { status } = shared;
    const drawing = {
      directory: status.directory,
      view: () => status.view(),
      report: (report: RestrictionReport) => this.#draw({ kind: "report", ...report }),
      clear: (hospital: string, key: string, options: ClearOptions = {}) =>
        this.#draw({ kind: "clear", hospital, key, ...options }),
    };
    this.monitor = new FeedMonitor(drawing, feeds, { clock });
    for (const report of this.monitor.health().toJSON()) this.#heard.set(report.feed, report);
    for (const entry of status.entries()) this.#follow(entry);
    status.onEntry((entry) => this.#follow(entry));
  }

  /** What the log says that feeds had said. The same object until the log says more. */
  health(): FeedHealth {
    this.#health ??= new FeedHealth(this.#shared.status.directory, [...this.#heard.values()]);
    return this.#health;
  }

  onNews(listener: (news: FeedNews) => void): () => void {
    return this.#news.add(listener);
  }

  /**
   * Brings into the log what followed from the messages taken since the last call, and that the feed was heard.
   *
   * @throws DiversionError what a change of the status throws; the feed's next message then says all of it again.
   */
  async share(feed: string): Promise<void> {
    const changes = this.#drawn.filter(({ source }) => source === feed);
    this.#drawn = this.#drawn.filter(({ source }) => source !== feed);
    try {
      for (const change of changes) await this.#shared.submit(change);
      const report = this.monitor
        .health()
        .toJSON()
        .find((one) => one.feed === feed);
      if (report !== undefined && this.#isNews(report)) await this.#shared.enter(() => ({ kind: "heard", ...report }));
    } catch (error) {
      this.monitor.forget(feed);
      throw error;
    }
  }

  /** Judges a change by what is held, and keeps it to be made. */
  #draw(change: StatusChange & { readonly kind: "report" | "clear" }): StatusResult {
    const { event, result }: StatusProposal = this.#shared.status.propose(change);
    if (event === undefined) return result;
    this.#drawn.push(change);
    const { version } = event;
    if (event.kind !== "report") return { outcome: "accepted", version, hospital: event.hospital, key: event.key };
    const { restriction: held } = event;
    return { outcome: "accepted", version, hospital: held.hospital, key: held.key, held };
  }

  #isNews(report: FeedReport): boolean {
    const known = this.#heard.get(report.feed);
    if (known === undefined || said(known) !== said(report)) return true;
    return lastHeardMs(report) - lastHeardMs(known) >= report.timeToLiveMs * RENEWED_AFTER;
  }

  /** Takes over what the log says was heard; of feeds that are not named here nothing counts. */
  #follow(entry: StatusEntry): void {
    if (entry.kind !== "heard" || !this.#heard.has(entry.feed)) return;
    const { feed, timeToLiveMs } = entry;
    const { hospitals: ours } = this.#heard.get(feed)!;
    const hospitals = Object.fromEntries(Object.keys(ours).map((id) => [id, entry.hospitals[id] ?? {}]));
    this.#heard.set(feed, { feed, timeToLiveMs, hospitals });
    this.#health = undefined;
    this.monitor.takeOver({ feed, timeToLiveMs, hospitals });
    this.#news.emit({ feed, hospitals: Object.keys(hospitals) });
  }
}

/** What a feed says, but for when. */
const said = ({ hospitals }: HeardFeed): string =>
  JSON.stringify(
    Object.entries(hospitals).map(([id, { heardMs, says, handoverMinutes }]) => [
      id,
      heardMs !== undefined,
      says,
      handoverMinutes,
    ]),
  );

const lastHeardMs = ({ hospitals }: HeardFeed): number =>
  Math.max(...Object.values(hospitals).map(({ heardMs }) => heardMs ?? Number.NEGATIVE_INFINITY));
