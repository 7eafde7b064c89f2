import { describe, expect, it } from "vitest";
import { DiversionError } from "../../../src/core/errors";
import { MAX_FEED_BYTES } from "../../../src/core/feed-message";
import { SeededRandom } from "../../../src/core/random";
import { readHave } from "../../../src/hospitals/feeds/have-reader";
import { failure } from "../support/essex";
import { directory, haveHospital, haveMessage } from "./support/have";

const read = (content: string | Uint8Array) => readHave(content, { directory });
const message = haveMessage(
  haveHospital({
    traffic: "Closed",
    facility: "Normal",
    reason: "ürgent & <b>".replace("&", "&amp;").replace("<", "&lt;"),
  }),
);
const bytes = new TextEncoder().encode(message);

describe("readHave refuses", () => {
  it.each([
    [
      "a billion laughs",
      message.replace("?>", '?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>').replace("Closed<", "&b;<"),
      /document type/,
    ],
    [
      "an external entity",
      `<!DOCTYPE x SYSTEM "file:///etc/passwd">${message.replace(/<\?.*?\?>/, "")}`,
      /document type/,
    ],
    ["an entity without a declaration", message.replace("Closed<", "&lol;<"), /malformed/],
    ["depth", message.replace("<Hospital>", `${"<a>".repeat(100)}${"</a>".repeat(100)}<Hospital>`), /48 deep/],
    [
      "attributes",
      message.replace("<Hospital>", `<Hospital ${Array.from({ length: 100 }, (_, i) => `a${i}=""`).join(" ")}>`),
      /64 attributes/,
    ],
    ["a prefix that is not declared", message.replace("<Hospital>", "<Hospital z:a=''>"), /malformed/],
    [
      "an encoding it is not in",
      new TextEncoder().encode(`${message.replace("UTF-8", "UTF-16")}`),
      /not the utf-16le it says|malformed/,
    ],
    [
      "an encoding nobody knows",
      new TextEncoder().encode(message.replace("UTF-8", "X-9")),
      /"X-9", which is not known/,
    ],
    ["bytes that are not UTF-8", bytes.map((byte) => (byte === 0xc3 ? 0xff : byte)), /not UTF-8/],
    ["HAVE 2.0", message.replace("HAVE:1.0", "HAVE:2.0"), /only HAVE 1.0/],
    ["another document", "<html/>", /no <HospitalStatus>/],
    ["nothing", "", /malformed|empty/],
    ["two roots", `${message}<a/>`, /malformed/],
  ])("%s", (_, content, expected) => {
    const error = failure(() => read(content));
    expect([error.code, error.message]).toEqual(["invalid-feed", expect.stringMatching(expected)]);
  });

  it("size, before anything is parsed", () => {
    expect(failure(() => read(new Uint8Array(MAX_FEED_BYTES + 1))).message).toContain(`limit is ${MAX_FEED_BYTES}`);
  });

  it("a flood of elements", () => {
    const flood = message.replace("<Hospital>", `${"<a/>".repeat(500_001)}<Hospital>`);
    expect(failure(() => read(flood)).message).toContain("more than 500000 elements");
  });

  it("to fill memory with notes about a hostile message", () => {
    const strange = Array.from({ length: 12_000 }, (_, i) => `<x${i}/>`).join("");
    const { notes } = read(haveMessage(haveHospital({ traffic: "Normal", extra: strange })));
    expect(notes.length).toBe(10_001);
    expect(notes.at(-1)!.text).toBe("There are 2000 more notes about this message.");
  });
});

describe("readHave under fire", () => {
  const complaint = (content: Uint8Array, what: string): string | undefined => {
    try {
      read(content);
      return undefined;
    } catch (error) {
      if (error instanceof DiversionError && error.code === "invalid-feed") return undefined;
      return `${what}: ${String(error)}`;
    }
  };

  it("reads the message whole, and refuses it cut off at every byte", () => {
    expect(read(bytes).hospitals[0]!.restrictions[0]!.reason).toBe("ürgent & <b>");
    for (let length = 0; length < bytes.length; length++) {
      expect(failure(() => read(bytes.subarray(0, length))).code, `cut to ${length} bytes`).toBe("invalid-feed");
    }
  });

  it("throws nothing but invalid-feed for flipped bits", () => {
    const seed = 20170512;
    const random = new SeededRandom(seed);
    for (let round = 0; round < 4000; round++) {
      const damaged = bytes.slice();
      for (let flips = 1 + random.integer(4); flips > 0; flips--) {
        const place = random.integer(damaged.length);
        damaged[place] = damaged[place]! ^ (1 << random.integer(8));
      }
      expect(complaint(damaged, `seed ${seed}, round ${round}`)).toBeUndefined();
    }
  });

  it("throws nothing but invalid-feed for pieces put together anew", () => {
    const seed = 404;
    const random = new SeededRandom(seed);
    const pieces = message.split(/(?=<)|(?<=>)/);
    for (let round = 0; round < 2000; round++) {
      const shuffled = pieces.filter(() => random.next() < 0.9);
      const from = random.integer(shuffled.length);
      shuffled.splice(random.integer(shuffled.length), 0, shuffled[from]!);
      expect(complaint(new TextEncoder().encode(shuffled.join("")), `seed ${seed}, round ${round}`)).toBeUndefined();
    }
  });
});

describe("the encoding of a message", () => {
  const said = (encoding: string) =>
    haveMessage(haveHospital({ traffic: "Closed", reason: "\u00fcberf\u00fcllt" })).replace("UTF-8", encoding);
  it.each([
    ["its declaration's", Buffer.from(said("ISO-8859-1"), "latin1")],
    ["Windows'", Buffer.from(said("windows-1252"), "latin1")],
    ["UTF-16 with its mark", Buffer.from(`\ufeff${said("UTF-16")}`, "utf16le")],
    ["UTF-8 where it says nothing", Buffer.from(said("UTF-8").replace(' encoding="UTF-8"', ""))],
  ])("is %s", (_, content) => {
    expect(readHave(new Uint8Array(content), { directory }).hospitals[0]!.restrictions[0]!.reason).toBe(
      "\u00fcberf\u00fcllt",
    );
  });
});
