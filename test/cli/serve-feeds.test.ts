import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/options";
import { FEED_OPTIONS, ServedFeeds } from "../../src/cli/serve-feeds";
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
