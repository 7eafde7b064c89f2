/** One server-sent event, or `alive` for the server's sign of life. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** The server gives a sign of life every 15 s: after this long without one the connection is taken for dead. */
const SILENCE_MS = 40_000;

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
  let data = "";
  for (const line of block.split("\n")) {
    const [field, value = ""] = line.split(/: ?(.*)/s);
    if (field === "event") event = value;
    if (field === "data") data += value;
  }
  return { event, data: data === "" ? undefined : JSON.parse(data) };
}
