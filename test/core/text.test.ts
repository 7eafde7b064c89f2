import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodingOf, utf8Chunks } from "../../src/core/text";

const utf16 = (text: string, bigEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(text, "utf16le"));
  return bigEndian ? new Uint8Array(Buffer.from(bytes).swap16()) : bytes;
};
const decode = (bytes: Uint8Array, encoding?: string): string =>
  decodeText(bytes, ({ what, row }) => new Error(`${row}: ${what}`), encoding);

describe("text of files", () => {
  const text = "id,name\nH1,H\u00f4pital \u20ac\n";
  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with its mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16 with its mark", utf16(`\ufeff${text}`, false)],
    ["UTF-16, the high byte first, with its mark", utf16(`\ufeff${text}`, true)],
    ["UTF-16 that begins with plain letters, without a mark", utf16(text.slice(0, 8), false)],
    ["the same, the high byte first", utf16(text.slice(0, 8), true)],
  ])("is read in %s", (_, bytes) => {
    expect(text.startsWith(decode(bytes)) && decode(bytes).length >= 8).toBe(true);
  });

  it("is refused by the line in Latin-1, unless it says so itself", () => {
    const latin = Buffer.from("id,name\nH1,H\u00f4pital\n", "latin1");
    expect(() => decode(latin)).toThrow(/^2: is not UTF-8 .*Latin-1/);
    expect(decode(latin, "iso-8859-1")).toBe("id,name\nH1,H\u00f4pital\n");
    expect(() => decode(latin, "klingon")).toThrow(/"klingon", which is not known/);
  });

  it("comes through in pieces as it does whole, and is never damaged", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", minLength: 3 }).map((tail) => `head,${tail.replaceAll("\0", "")}`),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("utf-8", "utf-16le", "utf-16be"),
        async (content, size, encoding) => {
          const marked = `\ufeff${content}`;
          const bytes = encoding === "utf-8" ? Buffer.from(content) : utf16(marked, encoding === "utf-16be");
          const pieces = [];
          for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
          const out = [];
          for await (const piece of utf8Chunks(pieces)) out.push(Uint8Array.from(piece));
          expect(encodingOf(bytes)).toBe(encoding);
          expect(Buffer.concat(out).toString()).toBe(Buffer.from(content).toString());
        },
      ),
    );
  });
});
