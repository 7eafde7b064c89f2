import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachLine, type LineEnds, LineSplitter } from "../../src/core/lines";

const inChunks = (text: string, sizes: readonly number[]): Uint8Array[] => {
  const bytes = new TextEncoder().encode(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    chunks.push(bytes.slice(at, at + size));
    at += size;
  }
  return chunks;
};

/** Hands out one piece of memory again and again, as readers of files do. */
async function* reusingMemory(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(1, ...chunks.map((chunk) => chunk.length)));
  for (const chunk of chunks) {
    memory.fill(0);
    memory.set(chunk);
    yield memory.subarray(0, chunk.length);
  }
}

const texts = fc
  .array(fc.constantFrom("a", "bc", "é", " ", "\n", "\r", "\r\n"), { maxLength: 40 })
  .map((words) => words.join(""));
const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

const withoutLastEnd = (lines: readonly string[]): readonly string[] =>
  lines.at(-1) === "" ? lines.slice(0, -1) : lines;

describe("lines", () => {
  it.each<[LineEnds, RegExp]>([
    ["any", /\r\n|\n|\r/],
    ["feed", /\n/],
  ])("end in %s, however the bytes are cut", (ends, pattern) => {
    fc.assert(
      fc.property(texts, sizes, (text, sizesOfChunks) => {
        const splitter = new LineSplitter(ends);
        const decoder = new TextDecoder();
        const lines: string[] = [];
        for (const chunk of inChunks(text, sizesOfChunks)) {
          for (const line of splitter.lines(chunk)) lines.push(decoder.decode(line));
        }
        expect(splitter.unfinished().length).toBe(splitter.unfinishedBytes);
        if (splitter.unfinishedBytes > 0) lines.push(decoder.decode(splitter.unfinished()));
        expect(lines).toEqual(withoutLastEnd(text.split(pattern)));
      }),
      { seed: 20170512, numRuns: 500 },
    );
  });

  it("are counted from 1, the last without an end too, in memory that is used again", async () => {
    await fc.assert(
      fc.asyncProperty(texts, sizes, async (text, sizesOfChunks) => {
        const lines: string[] = [];
        const tooLong = (): never => expect.fail("no line is too long");
        const onLine = (line: Uint8Array, row: number) => {
          lines.push(`${row} ${new TextDecoder().decode(line)}`);
        };
        await forEachLine(reusingMemory(inChunks(text, sizesOfChunks)), 1000, onLine, tooLong);
        expect(lines).toEqual(withoutLastEnd(text.split(/\r\n|\n|\r/)).map((line, i) => `${i + 1} ${line}`));
      }),
      { seed: 20170512 },
    );
  });

  it("are refused by their row when one does not end", async () => {
    const tooLong = (row: number): never => {
      throw new Error(`row ${row}`);
    };
    const chunks = reusingMemory(inChunks(`a\nb\n${"c".repeat(100)}`, [10]));
    await expect(forEachLine(chunks, 50, () => {}, tooLong)).rejects.toThrow("row 3");
  });
});
