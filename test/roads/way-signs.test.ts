import { describe, expect, it } from "vitest";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import { waySigns } from "../../src/roads/profile/way-evaluator";

const { name: _, ref: _ref, highway: _highway, ...PLAIN } = NAMELESS_ROAD;

const signs = (tags: Readonly<Record<string, string>>, isDrivenOneWay = true) =>
  waySigns(new Map(Object.entries(tags)), isDrivenOneWay);

describe("the signs of a way", () => {
  it.each([
    [{}, {}],
    [{ junction: "roundabout" }, { junction: "roundabout" }],
    [{ junction: "circular" }, { junction: "circular" }],
    [{ junction: "yes" }, {}],
    [{ destination: "Chelmsford" }, { destination: "Chelmsford" }],
    [
      { "destination:ref": "A12; M25", destination: "London;  Stansted ;" },
      { destination: "A12/M25 London, Stansted" },
    ],
    [{ "destination:ref": "M11" }, { destination: "M11" }],
    [{ "destination:street": "Court Road" }, { destination: "Court Road" }],
    [{ destination: "Chelmsford", "destination:street": "Court Road" }, { destination: "Chelmsford" }],
    [{ "junction:ref": "28" }, { exit: "28" }],
    [{ "junction:ref": "27;27A" }, { exit: "27/27A" }],
  ] as const)("%j: %j", (tags, expected) => {
    expect(signs(tags)).toEqual({ ...PLAIN, ...expected });
  });

  it("says nothing of destinations where it is unknown which way they are signed", () => {
    expect(signs({ destination: "London", "junction:ref": "28" }, false)).toEqual({ ...PLAIN, exit: "28" });
  });

  it.each([
    [{ layer: "2" }, 2],
    [{ layer: "-1" }, -1],
    [{ layer: "+1" }, 1],
    [{ layer: "-0" }, 0],
    [{ layer: "1;2" }, 0],
    [{ layer: "17" }, 0],
    [{ bridge: "yes" }, 1],
    [{ bridge: "viaduct", layer: "3" }, 3],
    [{ bridge: "no" }, 0],
    [{ bridge: "yes", layer: "0" }, 0],
    [{ tunnel: "yes" }, -1],
    [{ tunnel: "no" }, 0],
    [{ tunnel: "building_passage" }, 0],
  ] as const)("%j lies on layer %i", (tags, layer) => expect(signs(tags).layer).toBe(layer));
});
