import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { decodeSections, type Section } from "../../src/core/sections";
import { DiversionRouter } from "../../src/diversion/router";
import type { RoadIndex } from "../../src/roads/road-index";
import { encodeRoads, ROADS_FORMAT, readRoads } from "../../src/roads/roads-file";
import { verifyRoads } from "../../src/roads/verify-roads";
import { lie, lyingRoads, withSections } from "../fuzz/lying-roads";
import { at, hospitalsAt, smallCounty } from "../support/small-county";

const [file] = lyingRoads().samples as [Uint8Array];
const sections = decodeSections(ROADS_FORMAT, file);
const names = [...sections.keys()];

/**
 * Values that could be true: a time, a length, an id, which of the nodes in one place an edge leads to, in which cell a
 * piece is listed. What is said of them is believed; `verify` computes anew what follows from others.
 */
const PLAUSIBLE = [
  ...["segment-cm", "segment-road", "way-id", "road-table", "edge-ms", "profile1-ms"],
  ...["metric-forward", "metric-backward", "node-component", "profile1-part", "snap-piece", "snap-cell"],
  ...["description", "edge-head", "segment-way", "turn-run", "profile1-run", "turn-first", "profile1-turn"],
];

const refusal = (bytes: Uint8Array): string | undefined => {
  try {
    readRoads(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof DiversionError && error.code === "invalid-roads-file") return error.message;
    throw error;
  }
};

const bytesOf = (roads: RoadIndex): Uint8Array => new Uint8Array(Buffer.concat(encodeRoads(roads)));

describe("a roads file whose checksums are right and whose content lies", () => {
  it("is one whose sections all hold something", () => {
    expect(names.length).toBeGreaterThan(35);
    expect(names.filter((name) => sections.get(name)!.length === 0)).toEqual([]);
    expect(refusal(withSections(file, {}))).toBeUndefined();
  });

  it.each(names)("is refused without its section %s, with one cut short or too long, or of another kind", (name) => {
    const section = sections.get(name)!;
    const wrong: Section[] = [
      section.length > 0 ? section.slice(0, -1) : new Int32Array(1),
      section instanceof Uint8Array ? new Int32Array(4) : new Uint8Array(8),
    ];
    if (name !== "road-table" && name !== "description") {
      const longer = new (section.constructor as Int32ArrayConstructor)(section.length + 1);
      longer.set(section as Int32Array);
      wrong.push(longer);
    }
    // The last road's last field is text, which may be shorter.
    for (const other of name === "road-table" ? wrong.slice(1) : wrong) {
      expect(refusal(withSections(file, { [name]: other }))).toMatch(/contradicts itself: .*build it again\.$/);
    }
  });

  it.each(names.filter((name) => !PLAUSIBLE.includes(name)))("is refused for any one lie in %s", (name) => {
    const random = new SeededRandom(7);
    const section = sections.get(name)!;
    for (let round = 0; round < 60; round++) {
      const lied = lie(section, random);
      const isSame = Buffer.compare(Buffer.from(lied.buffer), Buffer.from(section.slice().buffer)) === 0;
      if (!isSame) expect(refusal(withSections(file, { [name]: lied })), `seed 7, round ${round}`).toBeDefined();
    }
  });

  it.each(["metric-forward", "metric-backward", "node-component", "snap-piece"])(
    "is found out by verify for a plausible lie in %s",
    (name) => {
      const column = (sections.get(name) as Int32Array).slice();
      if (name === "node-component") column[0] = 1;
      else if (name === "snap-piece") [column[0], column[column.length - 1]] = [column.at(-1)!, column[0]!];
      else column[column.findIndex((value) => value > 1 && value < 1e9)]!--;
      const roads = readRoads(withSections(file, { [name]: column }));
      expect(verifyRoads(roads, { engines: [], samples: 1 }).difference).toMatch(/^the stored .* computed anew/);
    },
  );

  it("refuses a way by a code where the stored times lead nowhere", () => {
    const bytes = bytesOf(smallCounty());
    const forward = (decodeSections(ROADS_FORMAT, bytes).get("metric-forward") as Int32Array).map((time) => time - 1);
    const roads = readRoads(withSections(bytes, { "metric-forward": forward }));
    const engine = roads.createEngine("cch", [[{ node: 3, milliseconds: 0 }]]);
    const ask = () => {
      for (let node = 0; node < 60; node++) engine.path({ accessPoints: [{ node, milliseconds: 0 }] }, 0);
    };
    expect(ask).toThrow(
      expect.objectContaining({ code: "invalid-roads-file", message: expect.stringContaining("verify") }),
    );
  });

  it("is believed when its reader says that it is trusted, which every answer then tells", () => {
    const bytes = bytesOf(smallCounty());
    const wrong = withSections(bytes, { "hierarchy-tail": new Int32Array(sectionLength(bytes, "hierarchy-tail")) });
    expect(refusal(wrong)).toMatch(/contradicts itself/);
    const roads = readRoads(bytes, { trusted: true });
    expect(roads.description.trusted).toBe(true);
    const answer = (of: RoadIndex) =>
      new DiversionRouter({ roads: of, hospitals: hospitalsAt({ A1: 10 }), clock: () => 0 }).recommend({
        location: at(12),
      });
    expect(answer(roads).basis.roadsTrusted).toBe(true);
    expect(answer(readRoads(bytes)).basis).not.toHaveProperty("roadsTrusted");
    // What is written is as it was.
    expect(Buffer.compare(bytesOf(roads), bytes)).toBe(0);
  });
});

const sectionLength = (bytes: Uint8Array, name: string): number =>
  decodeSections(ROADS_FORMAT, bytes).get(name)!.length;
