/** One server-sent event, or `alive` for the server's sign of life. */
export interface ReceivedEvent {
  readonly event: string;
  readonly id?: string | undefined;
  readonly data: unknown;
}

/** What a page says to the stream. */
export type Asked =
  /** Take part from now on, or try again now. */
  | { readonly kind: "follow"; readonly token?: string | undefined }
  /** The page is going. */
  | { readonly kind: "leave" };

/** What the stream tells a page. */
export type Told =
  /** The server will tell of every change from now on: whoever asks it for the present state afterwards misses nothing. */
  | { readonly kind: "open" }
  | ({ readonly kind: "event" } & ReceivedEvent)
  /** There is no connection; it is tried again by itself. */
  | { readonly kind: "lost"; readonly problem?: string | undefined }
  /** The server wants a token, and none of these is the one. */
  | { readonly kind: "refused"; readonly tried: readonly string[] };

/** An end of a channel between the stream and a page. */
export interface EventPort {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  start(): void;
}

/** Asks the server for its stream of events. */
export type OpenEvents = (init: {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}) => Promise<Response>;

/** Between two attempts to reach a server that is gone. */
const RETRY_MS = 2000;

/** A server that has not begun to answer by then is taken for one that is gone. */
const PATIENCE_MS = 8000;

/**
 * The one stream of events for all pages of a browser: over HTTP/1.1 a browser keeps six connections to a server, and a
 * stream of each page's own would use them up. It lives in a worker that the pages share, or where there is none, in the
 * page; it connects while a page takes part, again after a break, and then resumes after the last version it heard of.
 *
 * A token is sent only to a server that asked for one, and then that of any page.
 */
export class EventStream {
  readonly #openEvents: OpenEvents;
  /** Those that take part, with their tokens. */
  readonly #pages = new Map<EventPort, string | undefined>();
  #state: "connecting" | "open" | "lost" = "connecting";
  #isGuarded = false;
  #lastId: string | undefined;
  #running: Promise<void> | undefined;
  #over = new AbortController();
  /** Whether the last page has left since the last attempt to connect: then it has not failed. */
  #isLeft = false;
  #wake: () => void = () => undefined;

  constructor(openEvents: OpenEvents) {
    this.#openEvents = openEvents;
  }

  add(page: EventPort): void {
    page.addEventListener("message", ({ data }: MessageEvent<Asked>) => {
      if (data.kind === "leave") this.#leave(page);
      else this.#follow(page, data.token);
    });
    page.start();
  }

  #follow(page: EventPort, token: string | undefined): void {
    this.#pages.set(page, token);
    if (this.#state !== "connecting") page.postMessage({ kind: this.#state } satisfies Told);
    this.#wake();
    this.#running ??= this.#run();
  }

  #leave(page: EventPort): void {
    this.#pages.delete(page);
    if (this.#pages.size > 0) return;
    this.#isLeft = true;
    this.#state = "connecting";
    this.#over.abort();
    this.#wake();
  }

  #tell(told: Told): void {
    for (const page of this.#pages.keys()) page.postMessage(told);
  }

  async #run(): Promise<void> {
    while (this.#pages.size > 0) {
      this.#isLeft = false;
      const ended = await this.#connect();
      if (this.#isLeft) continue;
      this.#state = ended.kind === "lost" ? "lost" : "connecting";
      this.#tell(ended);
      await this.#pause();
    }
    this.#state = "connecting";
    this.#running = undefined;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Follows the server until the connection is over. */
  async #connect(): Promise<Told> {
    const tried = new Set<string | undefined>();
    for (let [token, isOver] = this.#tokenAfter(tried); !isOver; [token, isOver] = this.#tokenAfter(tried)) {
      tried.add(token);
      this.#over = new AbortController();
      const late = setTimeout(() => this.#over.abort(), PATIENCE_MS);
      const headers = defined({
        Authorization: token === undefined ? undefined : `Bearer ${token}`,
        "Last-Event-ID": this.#lastId,
      });
      let response: Response;
      try {
        response = await this.#openEvents({ headers, signal: this.#over.signal });
      } catch {
        return { kind: "lost" };
      } finally {
        clearTimeout(late);
      }
      if (response.ok && response.body !== null) {
        await this.#read(response.body);
        return { kind: "lost" };
      }
      void response.body?.cancel().catch(() => undefined);
      // A proxy before a server that is down answers in its place.
      if ([502, 503, 504].includes(response.status)) return { kind: "lost" };
      if (response.status !== 401) return { kind: "lost", problem: `The server answered ${response.status}.` };
      this.#isGuarded = true;
    }
    return { kind: "refused", tried: [...tried].filter((token) => token !== undefined) };
  }

  /** What to try next, and whether there is nothing more: first no token, and once the server has asked, the pages'. */
  #tokenAfter(tried: ReadonlySet<string | undefined>): readonly [string | undefined, boolean] {
    const tokens = [...this.#pages.values()].filter((token) => token !== undefined);
    const all = this.#isGuarded && tokens.length > 0 ? tokens : [undefined, ...tokens];
    const next = all.findIndex((token) => !tried.has(token));
    return [all[next], next < 0];
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    this.#state = "open";
    this.#tell({ kind: "open" });
    for await (const received of readEvents(body)) {
      const { event, id, data } = received;
      if (event === "hello") this.#lastId ??= String((data as { readonly statusVersion: number }).statusVersion);
      // The server has another log than the one whose version was heard.
      else if (event === "reset") this.#lastId = undefined;
      else this.#lastId = id ?? this.#lastId;
      this.#tell({ kind: "event", ...received });
    }
  }
}

/** The server gives a sign of life every 3 s: after this long without one the connection is taken for dead. */
const SILENCE_MS = 9000;

/**
 * Reads server-sent events (HTML standard, section 9.2.6) off a response. Unlike an EventSource it can send a token, and
 * its owner decides when to connect again. It ends when the stream does, or when it falls silent.
 */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ReceivedEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const chunk = await withinSilence(reader.read());
      if (chunk === undefined || chunk.done) return;
      text += decoder.decode(chunk.value, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        yield eventOf(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** What is read; undefined when the connection broke or was silent for too long. */
function withinSilence<T>(reading: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), SILENCE_MS);
    reading
      .catch(() => undefined)
      .then((value) => {
        clearTimeout(timer);
        resolve(value);
      });
  });
}

function eventOf(block: string): ReceivedEvent {
  let event = "alive";
  let id: string | undefined;
  let data = "";
  for (const line of block.split("\n")) {
    const [field, value = ""] = line.split(/: ?(.*)/s);
    if (field === "event") event = value;
    if (field === "id") id = value;
    if (field === "data") data += value;
  }
  return { event, id, data: data === "" ? undefined : JSON.parse(data) };
}

import { defined } from "../../core/defined";
