import { canonicalJson } from "../../core/checksum";
import type { OwnEntry, WireEvent } from "../compute/protocol";
import type { RecommendationWorker } from "../compute/recommendation-worker";
import type { Standing, Store } from "../page-state";
import { Handover, type Remote } from "../remote-call";
import type { ReceivedEvent, Told } from "./event-stream";
import type { EventSubscription } from "./event-subscription";
import { NoConnection, type ServerApi, ServerProblem, type WireBasis } from "./server-api";
import type { Kept, Storage } from "./storage";

/** Between two attempts to catch up with a server whose stream is open and which does not answer otherwise. */
const RETRY_MS = 2000;

/**
 * Keeps what the page computes from at the state of the server: all of it at first, then changes as they come, and after
 * a break whatever came meanwhile. The server is the source of truth; what it says replaces what the page held.
 */
export class Link {
  readonly #api: ServerApi;
  readonly #events: EventSubscription;
  readonly #storage: Storage;
  readonly #worker: Remote<RecommendationWorker>;
  readonly #store: Store;
  /** Called when the worker has something new to answer from. */
  readonly #onNews: (causes: readonly string[]) => Promise<void>;
  #kept: Kept | undefined;
  #keeping: Promise<unknown> | undefined;
  #isUnkept = false;
  /** Whether what is kept is the server's since the stream opened: only then does a change fit on it. */
  #isCaughtUp = false;
  /** What was there when the connection broke, to tell what came since. */
  #lostAtVersion: number | undefined;

  constructor(
    api: ServerApi,
    events: EventSubscription,
    storage: Storage,
    worker: Remote<RecommendationWorker>,
    store: Store,
    onNews: (causes: readonly string[]) => Promise<void>,
  ) {
    this.#api = api;
    this.#events = events;
    this.#storage = storage;
    this.#worker = worker;
    this.#store = store;
    this.#onNews = onNews;
    addEventListener("online", () => this.retry());
    addEventListener("pagehide", () => events.leave());
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) this.retry();
    });
  }

  get #isOneOfSeveral(): boolean {
    return this.#kept?.basis.store !== undefined;
  }

  get #version(): number {
    return this.#kept?.history.version ?? 0;
  }

  /** Goes on for as long as the page is there. */
  async run(): Promise<never> {
    await this.#openKept();
    this.#events.follow();
    for (;;) {
      const told = await this.#events.next();
      try {
        await this.#heed(told);
      } catch (error) {
        this.#isCaughtUp = false;
        const isWithoutToken = error instanceof ServerProblem && error.status === 401;
        if (!(error instanceof NoConnection)) this.#complain(error);
        await this.#lost();
        if (!isWithoutToken) setTimeout(() => this.retry(), RETRY_MS);
      }
    }
  }

  async #heed(told: Told): Promise<void> {
    if (told.kind === "lost") {
      this.#isCaughtUp = false;
      if (told.problem !== undefined) this.#complain(new Error(told.problem));
      return this.#lost();
    }
    if (told.kind === "refused") {
      this.#isCaughtUp = false;
      const { token } = this.#api;
      // Entered while others were tried, it has its turn by now.
      if (token !== undefined && !told.tried.includes(token)) return;
      throw new ServerProblem(401, "The server asks for a token.");
    }
    if (told.kind === "open") return this.#catchUp();
    if (this.#isCaughtUp) await this.#take(told);
  }

  /** Starts from what the browser holds, so that the page works before the server has said a word, or without it. */
  async #openKept(): Promise<void> {
    const kept = await this.#storage.kept();
    const roads = kept === undefined ? undefined : await this.#storage.roads(kept.basis.roads);
    const entries = await this.#storage.entries();
    this.#store.set({ entries });
    if (kept === undefined || roads === undefined) return;
    this.#store.set({ loading: "Opening the roads held in this browser" });
    try {
      await this.#open(kept, roads);
    } catch {
      // Of an older release, or damaged: the server's will do, and take its place.
      this.#kept = undefined;
    }
  }

  async #open(kept: Kept, roads: ArrayBuffer | undefined): Promise<void> {
    if (roads !== undefined) await this.#worker.openRoads(new Handover(roads, [roads]), kept.basis.roads);
    const opened = await this.#worker.open(kept.setup, kept.history, kept.closures);
    // What is entered while the worker takes them is sent by whoever enters it only once the page is open.
    for (let sent: readonly OwnEntry[] | undefined; sent !== this.#store.state.entries; ) {
      sent = this.#store.state.entries;
      await this.#worker.setEntries(sent);
    }
    this.#kept = kept;
    const { generation } = this.#store.state;
    this.#store.set({
      opened,
      closures: kept.closures,
      loading: undefined,
      failure: undefined,
      generation: generation + 1,
    });
    await this.#onNews([]);
  }

  async #catchUp(): Promise<void> {
    const basis = await this.#api.basis();
    await this.#worker.setClockOffset(this.#api.clockOffsetMs);
    const kept = this.#kept;
    const isOther = (part: "roads" | "hospitals" | "policy" | "feeds"): boolean => kept?.basis[part] !== basis[part];
    this.#noteStanding(basis.store);
    const from = this.#lostAtVersion;
    let isOtherLog = false;
    if (kept === undefined || isOther("roads") || isOther("hospitals") || isOther("policy")) {
      await this.#load(basis);
    } else {
      const found = await this.#catchUpHistory(basis.store !== undefined);
      if (found === "behind") return this.#waitForServer();
      isOtherLog = found === "other";
      await this.#hold({ closures: await this.#api.closures() });
      if (isOther("feeds")) await this.#takeFeeds();
      this.#kept = { ...this.#kept!, basis };
    }
    await this.#heard();
    this.#keep();
    this.#tellOfAbsence(from, isOtherLog);
    this.#isCaughtUp = true;
    this.#store.set({
      connection: { state: "connected" },
      failure: undefined,
      needsToken: false,
      loading: undefined,
      serverBehind: undefined,
    });
    await this.#onNews([]);
  }

  /** Goes on by what another server told, which is newer, and looks again. */
  #waitForServer(): void {
    this.#store.set({ connection: { state: "connected" }, failure: undefined, needsToken: false, loading: undefined });
    setTimeout(() => this.retry(), RETRY_MS);
  }

  #noteStanding(standing: Standing | undefined): void {
    this.#store.set({ standing: standing?.state === "current" ? undefined : standing });
  }

  async #load(basis: WireBasis): Promise<void> {
    const storage = this.#storage;
    const api = this.#api;
    const store = this.#store;
    const isHeld = this.#kept?.basis.roads === basis.roads;
    let roads = isHeld ? undefined : await storage.roads(basis.roads);
    if (!isHeld && roads === undefined) {
      store.set({ loading: "Loading the roads" });
      roads = await api.roads((bytes, whole) => {
        const of = whole === undefined ? "" : ` of ${megabytes(whole)}`;
        store.set({ loading: `Loading the roads: ${megabytes(bytes)}${of} MB` });
      });
      // A browser without room for them still has a working page, as long as the server is there.
      await storage.keepRoads(basis.roads, roads).catch(() => undefined);
      // Asked for late, so that the browser has something worth keeping; refused, it is only a cache.
      void navigator.storage?.persist?.();
    }
    const [setup, history, closures] = await Promise.all([api.setup(), api.history(0), api.closures()]);
    await this.#open({ basis, setup, history, closures }, roads);
  }

  /**
   * Takes over what the server has beyond what is known here.
   *
   * @param isOneOfSeveral whether the server may be behind another that this page heard before.
   * @returns `behind` when it is: what is known here stays; `other` when it has another log, which replaced what was known.
   */
  async #catchUpHistory(isOneOfSeveral: boolean): Promise<"same" | "behind" | "other"> {
    const version = this.#version;
    const { events: known } = this.#kept!.history;
    const told = await this.#api.history(Math.max(0, version - 1));
    // Read back from its log, the server has the fields of a change in another order.
    const isKnown = (event: WireEvent | undefined): boolean =>
      canonicalJson(event ?? null) === canonicalJson(known.find((one) => one.version === event?.version) ?? null);
    if (version === 0 || (told.version >= version && isKnown(told.events[0]))) {
      await this.#takeEvents(version === 0 ? told.events : told.events.slice(1));
      return "same";
    }
    if (isOneOfSeveral && told.version < version) {
      const [last] = told.version === 0 ? [] : (await this.#api.history(told.version - 1)).events;
      if (told.version === 0 || isKnown(last)) {
        this.#store.set({ serverBehind: version - told.version });
        return "behind";
      }
    }
    const history = await this.#api.history(0);
    this.#kept = { ...this.#kept!, history };
    await this.#worker.replaceHistory(history);
    return "other";
  }

  async #take({ event, id, data }: ReceivedEvent): Promise<void> {
    await this.#heard();
    // Entries beside the status have versions of the same log.
    if (event !== "status" && id !== undefined && Number(id) > this.#version) {
      await this.#catchUpHistory(this.#isOneOfSeveral);
    }
    if (event === "store") this.#noteStanding(data as Standing);
    if (event === "reset") await this.#catchUp();
    if (event === "status") await this.#takeStatus(data as WireEvent);
    if (event === "roads") await this.#takeClosures();
    if (event === "feeds") await this.#takeFeeds();
  }

  async #takeStatus(event: WireEvent): Promise<void> {
    if (event.version <= this.#version) return;
    if (event.version === this.#version + 1) await this.#takeEvents([event]);
    else await this.#catchUpHistory(this.#isOneOfSeveral);
    this.#keep();
    const told = await this.#worker.eventsSince(event.version - 1);
    await this.#onNews(told.map(({ text }) => text));
  }

  /** What the server moves to an archive later stays here: it was whole when it came. */
  async #takeEvents(events: readonly WireEvent[]): Promise<void> {
    const { history } = this.#kept!;
    const version = events.at(-1)?.version ?? history.version;
    const all = [...history.events, ...events];
    this.#kept = { ...this.#kept!, history: { ...history, version, events: all } };
    if (events.length > 0) await this.#worker.extendHistory(events);
  }

  async #takeClosures(): Promise<void> {
    await this.#hold({ closures: await this.#api.closures() });
    this.#keep();
    await this.#onNews(["Closures of roads changed"]);
  }

  async #takeFeeds(): Promise<void> {
    const setup = await this.#api.setup();
    await this.#worker.setFeeds(setup.feeds);
    await this.#hold({ setup });
    this.#keep();
    await this.#onNews(["A feed was heard"]);
  }

  async #hold(part: Partial<Kept>): Promise<void> {
    this.#kept = { ...this.#kept!, ...part };
    if (part.closures === undefined) return;
    this.#store.set({ closures: part.closures });
    await this.#worker.setClosures(part.closures);
  }

  /** Written one after the other; a browser that refuses to hold data still has a working page. */
  #keep(): void {
    this.#isUnkept = true;
    this.#keeping ??= this.#keepNewest().finally(() => {
      this.#keeping = undefined;
    });
  }

  /** A burst of changes is written once or twice, not once each: a long log is copied whole. */
  async #keepNewest(): Promise<void> {
    while (this.#isUnkept && this.#kept !== undefined) {
      this.#isUnkept = false;
      await this.#storage.keep(this.#kept).catch(() => undefined);
    }
  }

  async #heard(): Promise<void> {
    await this.#storage.noteHeard(Date.now()).catch(() => undefined);
  }

  async #lost(): Promise<void> {
    const { connection, opened } = this.#store.state;
    if (connection.state === "lost") return;
    this.#lostAtVersion = this.#version;
    const sinceMs = (await this.#storage.heardMs().catch(() => undefined)) ?? Date.now();
    this.#store.set({
      connection: { state: "lost", sinceMs },
      ...(opened === undefined && !this.#store.state.needsToken
        ? { failure: "There is no connection to the server, and this browser holds no roads yet.", loading: undefined }
        : {}),
    });
  }

  #tellOfAbsence(fromVersion: number | undefined, isOtherLog: boolean): void {
    const { connection } = this.#store.state;
    if (fromVersion === undefined || connection.state !== "lost") return;
    const { sinceMs } = connection;
    this.#lostAtVersion = undefined;
    const since = isOtherLog ? 0 : fromVersion;
    void this.#worker.eventsSince(since).then((events) => {
      this.#store.set({ away: { fromMs: sinceMs, toMs: Date.now(), events, isOtherLog } });
    });
  }

  #complain(error: unknown): void {
    if (error instanceof ServerProblem && error.status === 401) {
      this.#api.token = undefined;
      this.#store.set({ hasToken: false, needsToken: true, loading: undefined });
      return;
    }
    const what = error instanceof Error ? error.message : String(error);
    this.#store.set({ failure: `The page could not take over what the server sent: ${what}`, loading: undefined });
  }

  /** Tries again at once, such as when the token was entered. */
  retry(): void {
    this.#events.follow();
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
