import { setImmediate, setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { type ChunkOptions, chunksInOrder } from "../../src/node/workers/chunks-in-order";

const OPTIONS: ChunkOptions = { chunkLength: 4, window: 3 };

async function* upTo(count: number, onRead: (item: number) => void = () => {}): AsyncGenerator<number> {
  for (let item = 0; item < count; item++) {
    onRead(item);
    yield item;
  }
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("chunks in order", () => {
  it("yields results in the order of the items, whichever is done first", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new SeededRandom(seed);
      const count = random.integer(60);
      const work = async (chunk: readonly number[]) => {
        for (let turns = random.integer(5); turns > 0; turns--) await setImmediate();
        return chunk;
      };
      const options = { chunkLength: 1 + random.integer(6), window: 1 + random.integer(5) };
      const chunks = await collected(chunksInOrder(upTo(count), work, options));
      expect(chunks.flat(), `seed ${seed}`).toEqual(Array.from({ length: count }, (_, item) => item));
      expect(chunks.every(({ length }) => length >= 1 && length <= options.chunkLength)).toBe(true);
    }
  });

  it("works on several chunks at a time and reads no further ahead than the window", async () => {
    let read = 0;
    let atWork = 0;
    let mostAtWork = 0;
    const work = async (chunk: readonly number[]) => {
      mostAtWork = Math.max(mostAtWork, ++atWork);
      await setTimeout(1);
      atWork--;
      return chunk;
    };
    let taken = 0;
    for await (const chunk of chunksInOrder(
      upTo(400, () => read++),
      work,
      OPTIONS,
    )) {
      // A reader that dawdles: everything the feeder may read meanwhile, it reads.
      await setTimeout(1);
      expect(read - taken).toBeLessThanOrEqual(OPTIONS.chunkLength * (OPTIONS.window + 1));
      taken += chunk.length;
    }
    expect(taken).toBe(400);
    expect(mostAtWork).toBe(OPTIONS.window);
  });

  it("does not wait for a full chunk when the input stalls", async () => {
    const answered: number[][] = [];
    async function* typed(): AsyncGenerator<number> {
      for (let item = 0; item < 3; item++) {
        // The next question is asked when this one is answered.
        while (answered.length < item) await setImmediate();
        yield item;
      }
    }
    for await (const chunk of chunksInOrder(typed(), async (items) => [...items], OPTIONS)) answered.push(chunk);
    expect(answered).toEqual([[0], [1], [2]]);
  });

  it("throws an error of the input after the results before it", async () => {
    async function* broken(): AsyncGenerator<number> {
      yield* upTo(6);
      throw new Error("the file ends here");
    }
    const seen: number[] = [];
    const run = async () => {
      for await (const chunk of chunksInOrder(broken(), async (items) => items, OPTIONS)) seen.push(...chunk);
    };
    await expect(run()).rejects.toThrow("the file ends here");
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("throws an error of the work in its place and closes the input", async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        isClosed = true;
      }
    }
    const seen: number[] = [];
    const run = async () => {
      const work = async (items: readonly number[]) => {
        if (items.includes(9)) throw new Error("nine");
        return items;
      };
      for await (const chunk of chunksInOrder(endless(), work, OPTIONS)) seen.push(...chunk);
    };
    await expect(run()).rejects.toThrow("nine");
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await setImmediate();
    expect(isClosed).toBe(true);
  });

  it("lets go of an input that never comes when the caller stops", async () => {
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    }
    for await (const chunk of chunksInOrder(silent(), async (items) => items, OPTIONS)) {
      expect(chunk).toEqual([1]);
      break;
    }
  });
});
