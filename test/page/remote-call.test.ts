import { MessageChannel } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { answerCalls, Handover, remote, type Wire } from "../../src/page/remote-call";
import { readEvents } from "../../src/page/sync/event-stream";

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

function served<T extends object>(object: T) {
  const channel = new MessageChannel();
  channels.push(channel);
  const wire = (port: MessageChannel["port1"]): Wire =>
    ({
      postMessage: (message: unknown, { transfer }: { transfer: never[] }) => port.postMessage(message, transfer),
      addEventListener: (_: "message", listener: (event: MessageEvent) => void) =>
        port.on("message", (data) => listener({ data } as MessageEvent)),
    }) as Wire;
  answerCalls(wire(channel.port2), object);
  return remote<T>(wire(channel.port1));
}

describe("calls to a worker", () => {
  it("bring values and errors back, each to its caller", async () => {
    const calls = served({
      double: (n: number) => 2 * n,
      later: async (text: string) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return text;
      },
      refuse: (): never => {
        throw new DiversionError("off-network", "No road is near.");
      },
      fail: (): never => {
        throw new TypeError("Broken.");
      },
    });
    const [later, two] = await Promise.all([calls.later("late"), calls.double(1)]);
    expect([later, two]).toEqual(["late", 2]);
    await expect(calls.refuse()).rejects.toMatchObject({ code: "off-network", message: "No road is near." });
    await expect(calls.fail()).rejects.toThrow("Broken.");
  });

  it("hand large arrays over instead of copying them", async () => {
    const calls = served({
      sum: (values: Int32Array) => values.reduce((total, value) => total + value, 0),
      make: () => {
        const values = Int32Array.of(1, 2, 3);
        return new Handover(values, [values.buffer]);
      },
    });
    const values = Int32Array.of(4, 5);
    expect(await calls.sum(new Handover(values, [values.buffer]))).toBe(9);
    expect(values).toHaveLength(0);
    expect(await calls.make()).toEqual(Int32Array.of(1, 2, 3));
  });
});

describe("reading server-sent events", () => {
  const streamOf = (...chunks: readonly string[]): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    });
  const read = async (stream: ReadableStream<Uint8Array>): Promise<unknown[]> => {
    const events: unknown[] = [];
    for await (const event of readEvents(stream)) events.push(event);
    return events;
  };

  it("takes them apart however the network cuts them", async () => {
    const text = 'event: hello\ndata: {"a":"é"}\n\n: still here\n\nevent: status\nid: 7\ndata: [1,\ndata: 2]\n\n';
    const expected = [
      { event: "hello", data: { a: "é" } },
      { event: "alive", data: undefined },
      { event: "status", id: "7", data: [1, 2] },
    ];
    expect(await read(streamOf(text))).toEqual(expected);
    expect(await read(streamOf(...text))).toEqual(expected);
  });

  it("ends when the connection breaks", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.error(new TypeError("network error"));
      },
    });
    expect(await read(broken)).toEqual([]);
  });
});
