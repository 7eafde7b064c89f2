import { EventStream } from "./event-stream";

/** What this file needs of the SharedWorker API, which the types of pages do not hold. */
interface SharedScope {
  addEventListener(type: "connect", listener: (event: MessageEvent) => void): void;
}

const stream = new EventStream((init) => fetch("v1/events", { ...init, cache: "no-store" }));

(globalThis as unknown as SharedScope).addEventListener("connect", ({ ports }) => stream.add(ports[0]!));
