import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Asked, type EventPort, EventStream, type Told } from "../../src/page/sync/event-stream";
import { EventSubscription } from "../../src/page/sync/event-subscription";

/** A server of which tests open and break the streams. */
class FakeServer {
  readonly requests: Readonly<Record<string, string>>[] = [];
  token: string | undefined;
  isThere = true;
  #streams: ReadableStreamDefaultController<Uint8Array>[] = [];

  readonly open = async (init: {
    headers: Readonly<Record<string, string>>;
    signal: AbortSignal;
  }): Promise<Response> => {
    if (!this.isThere) throw new TypeError("fetch failed");
    this.requests.push(init.headers);
    const { Authorization } = init.headers;
    if (this.token !== undefined && Authorization !== `Bearer ${this.token}`) return new Response("", { status: 401 });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#streams.push(controller);
        init.signal.addEventListener("abort", () => {
          this.#streams = this.#streams.filter((other) => other !== controller);
          controller.error(new DOMException("aborted", "AbortError"));
        });
      },
    });
    return new Response(body);
  };

  get streams(): number {
    return this.#streams.length;
  }

  send(text: string): void {
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(text));
  }

  break(): void {
    for (const stream of this.#streams.splice(0)) stream.error(new TypeError("network error"));
  }
}

/** A page at its end of the channel. */
class FakePage implements EventPort {
  readonly told: Told[] = [];
  #heed: (event: MessageEvent) => void = () => undefined;

  postMessage(message: Told): void {
    this.told.push(message);
  }
  addEventListener(_: "message", listener: (event: MessageEvent) => void): void {
    this.#heed = listener;
  }
  start(): void {}

  ask(asked: Asked): void {
    this.#heed({ data: asked } as MessageEvent);
  }

  get kinds(): string[] {
    return this.told.map((told) => (told.kind === "event" ? told.event : told.kind));
  }
}

const statusEvent = (version: number): string => `event: status\nid: ${version}\ndata: {"version":${version}}\n\n`;

/** Lets all that is under way happen, without a timer of the stream's. */
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe("the stream of events for all pages of a browser", () => {
  let server: FakeServer;
  let stream: EventStream;
  const page = (token?: string): FakePage => {
    const one = new FakePage();
    stream.add(one);
    one.ask({ kind: "follow", token });
    return one;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
    stream = new EventStream(server.open);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is one connection for two pages; the one that comes later is told that it is open", async () => {
    const first = page();
    await settled();
    const second = page();
    server.send(statusEvent(1));
    await settled();
    expect(server.requests).toHaveLength(1);
    expect(first.kinds).toEqual(["open", "status"]);
    expect(second.told).toEqual([{ kind: "open" }, { kind: "event", event: "status", id: "1", data: { version: 1 } }]);
  });

  it("goes on for the page that stays, and ends with the last; a page that comes then has it open at once", async () => {
    const [first, second] = [page(), page()];
    await settled();
    first.ask({ kind: "leave" });
    server.send(statusEvent(1));
    await settled();
    expect([first.kinds, second.kinds]).toEqual([["open"], ["open", "status"]]);
    expect(server.streams).toBe(1);
    second.ask({ kind: "leave" });
    // As when a page is loaded again: before the connection is quite over.
    const third = page();
    await settled();
    expect(third.kinds).toEqual(["open"]);
    expect(server.streams).toBe(1);
    third.ask({ kind: "leave" });
    await settled();
    expect(server.streams).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.requests).toHaveLength(2);
  });

  it("connects again after a break, and resumes after the last version it heard of", async () => {
    const one = page();
    await settled();
    server.send('event: hello\ndata: {"statusVersion":4}\n\n');
    await settled();
    server.break();
    await settled();
    server.isThere = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(one.kinds.slice(0, 4)).toEqual(["open", "hello", "lost", "lost"]);
    server.isThere = true;
    await vi.advanceTimersByTimeAsync(2000);
    server.send(statusEvent(5));
    await settled();
    server.break();
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.requests).toEqual([{}, { "Last-Event-ID": "4" }, { "Last-Event-ID": "5" }]);
    expect(one.kinds.at(-1)).toBe("open");
    // A server with another log has no such version.
    server.send("event: reset\ndata: {}\n\n");
    await settled();
    server.break();
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.requests.at(-1)).toEqual({});
  });

  it("tries again at once when a page asks for it", async () => {
    server.isThere = false;
    const one = page();
    await settled();
    expect(one.kinds).toEqual(["lost"]);
    server.isThere = true;
    one.ask({ kind: "follow" });
    await settled();
    expect(one.kinds).toEqual(["lost", "lost", "open"]);
  });

  it("shows no token to a server that does not ask, and to one that does any page's that is the right one", async () => {
    page("secret");
    await settled();
    expect(server.requests).toEqual([{}]);

    server = new FakeServer();
    stream = new EventStream(server.open);
    server.token = "secret";
    const [first, second] = [page(), page("guess")];
    await settled();
    expect(first.told).toEqual([{ kind: "refused", tried: ["guess"] }]);
    expect(second.told).toEqual(first.told);
    second.ask({ kind: "follow", token: "secret" });
    await settled();
    expect(server.requests).toEqual([{}, { Authorization: "Bearer guess" }, { Authorization: "Bearer secret" }]);
    expect([first.kinds, second.kinds]).toEqual([
      ["refused", "open"],
      ["refused", "open"],
    ]);
  });

  it("says what a server answers that fails", async () => {
    stream = new EventStream(async () => new Response("", { status: 500 }));
    const one = page();
    await settled();
    expect(one.told).toEqual([{ kind: "lost", problem: "The server answered 500." }]);
  });
});

describe("a page's part in the stream", () => {
  it("is by a stream of its own where the browser shares none, or the shared one fails", async () => {
    for (const when of ["at once", "later"]) {
      const server = new FakeServer();
      let fail = (): void => undefined;
      const shared = (onFailure: () => void): EventPort | undefined => {
        fail = onFailure;
        return when === "later" ? new FakePage() : undefined;
      };
      const subscription = new EventSubscription({ shared, openEvents: server.open }, () => undefined);
      subscription.follow();
      if (when === "later") fail();
      expect(await subscription.next(), when).toEqual({ kind: "open" });
      server.send(statusEvent(1));
      expect(await subscription.next(), when).toMatchObject({ event: "status", data: { version: 1 } });
      subscription.leave();
      await vi.waitFor(() => expect(server.streams, when).toBe(0));
    }
  });
});
