import { describe, expect, it } from "vitest";
import { blocksOf, departure, parseCommentedJson, shows } from "./readme-blocks";

const SAMPLE = `# Sample

\`\`\`sh setup
npm ci && npm start
\`\`\`

- in a list:
  ~~~text
    indented
  \`\`\` not a fence here
  ~~~

\`\`\`
plain
\`\`\`
`;

describe("blocksOf", () => {
  it("finds blocks with language, flags, line and text", () => {
    expect(blocksOf(SAMPLE)).toEqual([
      { language: "sh", flags: ["setup"], line: 3, text: "npm ci && npm start" },
      { language: "text", flags: [], line: 8, text: "  indented\n``` not a fence here" },
      { language: "", flags: [], line: 13, text: "plain" },
    ]);
  });

  it("refuses a block that is never closed", () => {
    expect(() => blocksOf("text\n```sh\nnpm ci\n")).toThrow("line 2");
  });
});

describe("shows", () => {
  const output = "title\n\ngo to   Southend  \ndrive   20.4 min\narrival 17:20\n\n";

  it.each([
    ["the whole", "title\n\ngo to   Southend\ndrive   20.4 min\narrival 17:20"],
    ["a run of lines", "go to   Southend\ndrive   20.4 min"],
    ["lines left out", "title\n…\narrival 17:20"],
    ["lines left out at the end", "title\n…"],
    ["text left out", "drive   … min"],
  ])("accepts %s", (_, shown) => expect(shows(output, shown)).toBe(true));

  it.each([
    ["another value", "go to   Southend\ndrive   20.5 min"],
    ["lines left out in silence", "title\narrival 17:20"],
    ["another order", "arrival 17:20\n…\ntitle"],
    ["a part of a line", "Southend"],
    ["a line more than there is", "arrival 17:20\n…\nend"],
    ["a pattern for what it is not", "drive   20x4 min"],
  ])("refuses %s", (_, shown) => expect(shows(output, shown)).toBe(false));
});

describe("departure", () => {
  const actual = {
    id: "a",
    basis: { roads: "sha256:12", version: 3 },
    places: [
      { lon: 1, lat: 2 },
      { lon: 3, lat: 4 },
    ],
  };

  it.each([
    [{ id: "a" }],
    [{ basis: { roads: "sha256:…", version: "…" } }],
    [{ places: [{ lon: 1 }, { lat: 4 }] }],
    [{ places: [{ lon: 1 }, "…"] }],
  ])("accepts %j", (shown) => expect(departure(actual, shown)).toBeUndefined());

  it.each([
    ["$.id", { id: "b" }],
    ["$.basis.hospitals", { basis: { hospitals: "sha256:…" } }],
    ["$.basis.version", { basis: { version: "3" } }],
    ["$.places:", { places: [{ lon: 1 }] }],
    ["$.places[1].lat", { places: ["…", { lat: 5 }] }],
  ])("finds it at %s", (path, shown) => expect(departure(actual, shown)).toContain(path));

  it("reads comments in JSON", () => {
    expect(parseCommentedJson('{ "url": "http://x", // where\n "n": 1 } // end')).toEqual({ url: "http://x", n: 1 });
  });
});
