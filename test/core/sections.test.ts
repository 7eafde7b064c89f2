import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { decodeSections, encodeSections, type Section, type SectionFormat } from "../../src/core/sections";
import { xxh32 } from "../../src/core/xxh32";

const format: SectionFormat = {
  name: "test file",
  magic: "TESTS\r\n\x1a",
  version: 3,
  damaged: "invalid-roads-file",
  unsupported: "unsupported-roads-version",
};

const sample = (): Map<string, Section> =>
  new Map<string, Section>([
    ["numbers", Int32Array.of(1, -2, 0x7fffffff)],
    ["nothing", new Int32Array(0)],
    ["text", new TextEncoder().encode("A1060 Rainsford Road")],
    ["ids", Float64Array.of(2 ** 53 - 1, 12_345_678_901)],
  ]);

const join = (chunks: Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeSections(format, bytes);
    return "accepted";
  } catch (error) {
    if (error instanceof DiversionError) return error.code;
    throw error;
  }
};

describe("xxh32", () => {
  // Values of the reference implementation (xxHash 0.8, XXH32, seed 0 unless given).
  it.each([
    ["", 0, 0x02cc5d05],
    ["a", 0, 0x550d7456],
    ["abc", 0, 0x32d153ff],
    ["Nobody inspects the spammish repetition", 0, 0xe2293b2f],
  ])("hashes %j as published", (text, seed, hash) => {
    expect(xxh32(new TextEncoder().encode(text), seed)).toBe(hash);
  });

  it("does not depend on where in a buffer the bytes lie", () => {
    const bytes = Uint8Array.from({ length: 103 }, (_, i) => (i * 37) & 255);
    const shifted = new Uint8Array(200);
    for (let offset = 0; offset < 8; offset++) {
      shifted.set(bytes, offset);
      expect(xxh32(shifted.subarray(offset, offset + bytes.length))).toBe(xxh32(bytes));
    }
  });
});

describe("sections", () => {
  it("come back as written, as views over the same buffer", () => {
    const bytes = join(encodeSections(format, sample()));
    const sections = decodeSections(format, bytes);
    expect([...sections.keys()]).toEqual([...sample().keys()]);
    for (const [name, section] of sample()) {
      expect(sections.get(name)).toEqual(section);
      expect(sections.get(name)!.buffer).toBe(bytes.buffer);
    }
  });

  it("are read from an unaligned part of a buffer", () => {
    const bytes = join(encodeSections(format, sample()));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSections(format, shifted.subarray(3)).get("ids")).toEqual(sample().get("ids"));
  });

  it("are refused at every truncation", () => {
    const bytes = join(encodeSections(format, sample()));
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(bytes.slice(0, length)), `cut to ${length} bytes`).toBe("invalid-roads-file");
    }
  });

  it("are refused with a byte too many", () => {
    expect(codeOf(join([...encodeSections(format, sample()), Uint8Array.of(0)]))).toBe("invalid-roads-file");
  });

  it("are refused with any single bit flipped", () => {
    const bytes = join(encodeSections(format, sample()));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(bytes), `bit ${bit}`).toBe("invalid-roads-file");
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(codeOf(bytes)).toBe("accepted");
  });

  it("of another version say which release wrote them", () => {
    const older = join(encodeSections({ ...format, version: 2 }, sample()));
    expect(codeOf(older)).toBe("unsupported-roads-version");
    expect(() => decodeSections(format, older)).toThrow(/version 2, from an older release.*version 3/);
  });

  it("refuse garbage without crashing", () => {
    const seed = 20170512;
    const random = new SeededRandom(seed);
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from({ length: random.integer(400) }, () => random.integer(256));
      if (round % 2) bytes.set(new TextEncoder().encode(format.magic).subarray(0, bytes.length));
      expect(codeOf(bytes), `seed ${seed}, round ${round}`).toBe("invalid-roads-file");
    }
  });
});
