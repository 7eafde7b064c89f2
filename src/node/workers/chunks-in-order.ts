/** Wakes one waiting coroutine. A notification that nobody waits for is forgotten: waiters look before they wait. */
class Signal {
  #wake: () => void = () => {};

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  notify(): void {
    this.#wake();
  }
}

export interface ChunkOptions {
  /** Items worked on together at most. Fewer when the next item is not there yet: someone may be typing them. */
  readonly chunkLength: number;
  /** Chunks at work or waiting to be taken; while there are so many no further item is asked for. */
  readonly window: number;
}

/**
 * Works on chunks of items, several at a time, and yields the results in the order of the items. Nothing is read further
 * ahead than the window, so memory does not grow with the input however slowly results are taken.
 *
 * An error of the input or of the work is thrown in its place, after the results before it. The input is closed when the
 * caller stops early, without waiting for an item that may never come.
 */
export async function* chunksInOrder<Item, Result>(
  items: AsyncIterator<Item>,
  work: (chunk: readonly Item[]) => Promise<Result>,
  { chunkLength, window }: ChunkOptions,
): AsyncGenerator<Result> {
  const results: Promise<Result>[] = [];
  const arrived = new Signal();
  const freed = new Signal();
  let isFed = false;
  let isAbandoned = false;
  let chunk: Item[] = [];
  const push = (result: Promise<Result>): void => {
    // Whoever takes the result meets its error; until then it is nobody's.
    result.catch(() => {});
    results.push(result);
    arrived.notify();
  };
  const send = (): void => {
    if (chunk.length === 0 || isAbandoned) return;
    const full = chunk;
    chunk = [];
    push(work(full));
  };
  const sendSoon = (begun: readonly Item[]): void => {
    // Items that are there already come before this; then the input is waiting for something.
    setImmediate(() => {
      if (chunk === begun) send();
    });
  };
  const feed = async (): Promise<void> => {
    try {
      for (;;) {
        while (results.length >= window && !isAbandoned) await freed.wait();
        if (isAbandoned) return;
        const { value, done } = await items.next();
        if (done === true) break;
        chunk.push(value);
        if (chunk.length === chunkLength) send();
        else if (chunk.length === 1) sendSoon(chunk);
      }
      send();
    } catch (error) {
      send();
      push(Promise.reject(error));
    } finally {
      isFed = true;
      arrived.notify();
    }
  };
  void feed();
  try {
    for (;;) {
      while (results.length === 0 && !isFed) await arrived.wait();
      const next = results[0];
      if (next === undefined) return;
      yield await next;
      results.shift();
      freed.notify();
    }
  } finally {
    isAbandoned = true;
    freed.notify();
    items.return?.().catch(() => {});
  }
}
