import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, checksumOf, SHA256, sha256Hex } from "../../src/core/checksum";
import { DiversionError } from "../../src/core/errors";

describe("sha256Hex", () => {
  it("agrees with Node's own", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const expected = createHash("sha256").update(bytes).digest("hex");
        expect([sha256Hex(bytes), SHA256.portable(bytes), SHA256.native?.(bytes)]).toEqual(Array(3).fill(expected));
      }),
    );
  });

  it("is the same of any text here and in a browser, halves of surrogate pairs too", () => {
    const text = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 });
    fc.assert(
      fc.property(text, (units) => {
        const written = String.fromCharCode(...units);
        expect(SHA256.native?.(written)).toBe(SHA256.portable(written));
      }),
    );
  });
});

describe("canonicalJson", () => {
  it("writes the example of RFC 8785 section 3.2.3, members ordered by UTF-16 code units", () => {
    const value = {
      "\u20ac": "Euro",
      "\r": "CR",
      "\ufb33": "Dalet",
      "1": "One",
      "\u{1f600}": "Smile",
      "\u0080": "Control",
      "\u00f6": "O",
    };
    expect(Object.values(JSON.parse(canonicalJson(value))).sort()).toEqual(Object.values(value).sort());
    expect([...canonicalJson(value).matchAll(/:"(\w+)"/g)].map(([, name]) => name)).toEqual([
      "CR",
      "One",
      "Control",
      "O",
      "Euro",
      "Smile",
      "Dalet",
    ]);
  });

  it("writes numbers as ECMAScript does, leaves out undefined members, honours toJSON", () => {
    const value = { c: [1e21, 1e-7, -0, 333333333.3333333], b: undefined, a: { toJSON: () => [null, true] } };
    expect(canonicalJson(value)).toBe('{"a":[null,true],"c":[1e+21,1e-7,0,333333333.3333333]}');
  });

  it("is the same for equal values whatever the order of their members, and parses back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const reordered = (part: unknown): unknown => {
          if (Array.isArray(part)) return part.map(reordered);
          if (typeof part !== "object" || part === null) return part;
          return Object.fromEntries(
            Object.entries(part)
              .reverse()
              .map(([name, member]) => [name, reordered(member)]),
          );
        };
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(checksumOf(reordered(value))).toBe(checksumOf(value));
      }),
    );
  });

  it.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1n],
    [undefined],
    [[undefined]],
    [new Array(2)],
    [new Map()],
    [() => 1],
  ])("refuses %s", (value) => {
    expect(() => canonicalJson({ value: [value] })).toThrow(DiversionError);
  });
});
