import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Store } from "../../src/page/page-state";
import { type EventPort, EventStream, type OpenEvents } from "../../src/page/sync/event-stream";
import { EventSubscription } from "../../src/page/sync/event-subscription";
import { Link } from "../../src/page/sync/link";
import { openStorage, type Storage } from "../../src/page/sync/storage";
import { countyApp } from "../http/support/county-server";

/** The most that a page may show what was for what is. */
const WITHIN_MS = 10_000;

const SIGN_OF_LIFE = new TextEncoder().encode(": still here\n\n");

/** Does nothing whatever is asked of it, as a worker does that has nothing to say. */
const idle = <T>(answers: Partial<Record<string, unknown>> = {}): T =>
  new Proxy({}, { get: (_, name) => async () => answers[name as string] }) as T;

const noStorage = (): Promise<Storage> => openStorage(() => Promise.reject(new Error("This browser holds nothing.")));

describe("a page whose server falls silent", () => {
  let store: Store;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("navigator", {});
    store = new Store();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  async function openPage(openEvents: OpenEvents): Promise<void> {
    // Of the page's own: its messages come at once, where a channel's would wait for timers that are not of this test.
    const shared = (): EventPort => {
      let hear: (event: MessageEvent) => void = () => undefined;
      let ask: (event: MessageEvent) => void = () => undefined;
      const end = (
        post: (data: unknown) => void,
        listen: (listener: (event: MessageEvent) => void) => void,
      ): EventPort => ({
        postMessage: post,
        addEventListener: (_, listener) => listen(listener),
        start: () => undefined,
      });
      new EventStream(openEvents).add(
        end(
          (data) => hear({ data } as MessageEvent),
          (listener) => (ask = listener),
        ),
      );
      return end(
        (data) => ask({ data } as MessageEvent),
        (listener) => (hear = listener),
      );
    };
    const events = new EventSubscription({ shared, openEvents }, () => undefined);
    const basis = { roads: "r", hospitals: "h", policy: "p", statusVersion: 0, roadsVersion: 0 };
    const history = { version: 0, archivedTo: 0, events: [] };
    const api = idle<ConstructorParameters<typeof Link>[0]>({
      basis,
      history,
      setup: {},
      closures: {},
      roads: new ArrayBuffer(0),
    });
    const worker = idle<ConstructorParameters<typeof Link>[3]>({ open: {}, eventsSince: [] });
    void new Link(api, events, await noStorage(), worker, store, async () => undefined).run();
    await vi.advanceTimersByTimeAsync(0);
  }

  it.each([0, 1000, 2999])("shows that it is not live within 10 s, %i ms after a sign of life", async (afterMs) => {
    let server: ReadableStreamDefaultController<Uint8Array> | undefined;
    await openPage(async () => {
      // A server that hangs answers nobody who comes again either.
      if (server !== undefined) return new Promise<never>(() => undefined);
      return new Response(new ReadableStream({ start: (controller) => void (server = controller) }));
    });
    for (let second = 0; second < 60; second += 3) {
      server!.enqueue(SIGN_OF_LIFE);
      await vi.advanceTimersByTimeAsync(3000);
      expect(store.state).toMatchObject({ connection: { state: "connected" } });
    }
    server!.enqueue(SIGN_OF_LIFE);
    await vi.advanceTimersByTimeAsync(afterMs);
    // Here it hangs: the connection stays, and nothing comes.
    await vi.advanceTimersByTimeAsync(WITHIN_MS);
    expect(store.state.connection.state).toBe("lost");
  });

  it("shows it as soon where the server takes connections and answers none", async () => {
    await openPage(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    expect(store.state.connection.state).toBe("connecting");
    await vi.advanceTimersByTimeAsync(WITHIN_MS);
    expect(store.state.connection.state).toBe("lost");
  });

  it("is told by a server that lives at least three times in that while", async () => {
    const stream = (await countyApp().app.request("/v1/events")).body!.getReader();
    await stream.read();
    let signs = 0;
    const count = async (): Promise<void> => {
      for (;;) {
        const { value, done } = await stream.read();
        if (done) return;
        expect(new TextDecoder().decode(value)).toBe(": still here\n\n");
        signs++;
      }
    };
    void count();
    for (let second = 0; second < WITHIN_MS / 1000; second++) await vi.advanceTimersByTimeAsync(1000);
    expect(signs).toBe(3);
    await stream.cancel();
  });
});
