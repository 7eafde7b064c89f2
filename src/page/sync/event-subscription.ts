import { type Asked, type EventPort, EventStream, type OpenEvents, type Told } from "./event-stream";

/** Where a page gets its events from. */
interface EventSources {
  /**
   * The end of the stream that the browser's pages share; undefined where there is none.
   *
   * @param onFailure called when it turns out that there is none after all.
   */
  shared(onFailure: () => void): EventPort | undefined;
  /** For a stream of the page's own. */
  readonly openEvents: OpenEvents;
}

/** What one page is told, in order. */
export class EventSubscription {
  readonly #token: () => string | undefined;
  readonly #waiting: Told[] = [];
  #port: EventPort;
  #wake: () => void = () => undefined;

  /** @param token what the page would show a server that asks. */
  constructor({ shared, openEvents }: EventSources, token: () => string | undefined) {
    this.#token = token;
    const own = (): EventPort => {
      const { port1, port2 } = new MessageChannel();
      new EventStream(openEvents).add(port1);
      return port2;
    };
    const port = shared(() => {
      this.#port = this.#heeded(own());
      this.follow();
    });
    this.#port = this.#heeded(port ?? own());
  }

  /** Takes part, or if it does already, has the stream try again and tell anew that it is open. */
  follow(): void {
    this.#ask({ kind: "follow", token: this.#token() });
  }

  leave(): void {
    this.#ask({ kind: "leave" });
  }

  async next(): Promise<Told> {
    while (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#waiting.shift()!;
  }

  #ask(asked: Asked): void {
    this.#port.postMessage(asked);
  }

  #heeded(port: EventPort): EventPort {
    port.addEventListener("message", ({ data }: MessageEvent<Told>) => {
      this.#waiting.push(data);
      this.#wake();
    });
    port.start();
    return port;
  }
}
