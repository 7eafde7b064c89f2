import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/options";
import { FEED_OPTIONS, firstHeard, ServedFeeds } from "../../src/cli/serve-feeds";
import { failure } from "../hospitals/support/essex";

const TOKEN = "AMBULANCE_DIVERSION_FEED_TOKEN_NORTH_1";

const read = (argv: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  ServedFeeds.read(
    parseArguments("serve", FEED_OPTIONS, [
      "--feed",
      "north-1:json=https://feeds.example/ed",
      "--feed-ttl",
      "10",
      ...argv,
    ]),
    environment,
  )!;

describe("headers of served feeds", () => {
  it("come from the option and the environment, each to its feed alone", () => {
    const feeds = read(
      [
        ...["--feed", "south:csv=south.csv", "--feed", "posted"],
        ...["--feed-header", "north-1=X-Api-Key: a=b:c", "--feed-header", "north-1=X-Area:7"],
      ],
      { [TOKEN]: "opaque.token" },
    );
    expect(feeds.headers()).toEqual({
      "north-1": { Authorization: "Bearer opaque.token", "X-Api-Key": "a=b:c", "X-Area": "7" },
      south: {},
    });
  });

  it.each([
    ["a header of a feed that is not polled", ["--feed-header", "west=X-Api-Key:secret"], {}, "--feed-header"],
    ["what is no header", ["--feed-header", "north-1=secret"], {}, "--feed-header"],
    ["a line break in a header", ["--feed-header", "north-1=X-Api-Key:secret\r\nX-Other:1"], {}, "--feed-header"],
    ["a token with a line break", [], { [TOKEN]: "secret\n" }, TOKEN],
  ])("refuse %s, without telling it", (_, argv, environment, field) => {
    const error = failure(() => read(argv, environment));
    expect([error.code, error.place.field]).toEqual(["invalid-argument", field]);
    expect(error.describe()).not.toContain("secret");
  });
});

describe("what the first message of a feed leaves to be seen to", () => {
  it("is told: EDs it does not speak of, hospitals that are none of ours, parts that cannot be read", () => {
    const unread = { kind: "unread", row: 3, field: "open", text: 'open is "maybe".' } as const;
    const reading = {
      notes: [{ kind: "lost", field: "x", text: "x." } as const, unread],
      unmatched: [{ ids: ["Z1"], row: 2 }],
    };
    expect(firstHeard(reading, { neverHeard: ["A", "B", "C", "D", "E"] })).toEqual([
      "it does not speak of A, B, C and 2 more: whether they are open it does not tell.",
      "Z1: none of the hospitals here.",
      '1 part cannot be read, the first in row 3: open is "maybe".',
    ]);
    expect(firstHeard({ notes: [], unmatched: [] }, { neverHeard: [] })).toEqual([]);
  });
});
