import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { demandPointPosition, junctionsOf, readPopulation } from "../../src/planning/situation/demand-points";
import { sharedData } from "../support/shared-data";
import { at, smallCounty } from "../support/small-county";

const lsoa = sharedData("population/lsoa-england.csv");

describe("readPopulation", () => {
  it("reads columns by name, in any order, under the names that statistical offices use", () => {
    const text = '\uFEFFname,Latitude,population_2020,"Longitude"\nHere,51.5,1200,-0.1\n\n"There, too",52,0,0.25\n';
    expect(readPopulation(text)).toEqual({
      locations: Float64Array.of(-0.1, 51.5, 0.25, 52),
      weights: Float64Array.of(1200, 0),
      unit: "people",
    });
    expect(readPopulation("lon,lat,people\n").weights.length).toBe(0);
  });

  it.each([
    ["", 1, "empty"],
    ["lon,lat\n1,2\n", 1, "no column people"],
    ["lon,lat,people,population\n", 1, "more than one column for people"],
    ["lon,lat,people\n0,51,7\n0,91,7\n", 3, 'lat is "91"'],
    ["lon,lat,people\n0,51,many\n", 2, 'people is "many"'],
    ["lon,lat,people\n0,51,-1\n", 2, 'people is "-1"'],
    ["lon,lat,people\n0,51\n", 2, 'people is ""'],
  ])("refuses %j", (text, row, words) => {
    let thrown: unknown;
    try {
      readPopulation(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DiversionError);
    expect(thrown).toMatchObject({ code: "invalid-population", place: { row } });
    expect((thrown as DiversionError).message).toContain(words);
  });

  it("refuses what is no csv", () => {
    expect(() => readPopulation('lon,lat,people\n0,"51,7\n')).toThrow("The CSV cannot be read");
  });

  it.skipIf(lsoa === undefined || !existsSync(lsoa))("reads England's small areas (needs ../shared/data)", () => {
    const { weights } = readPopulation(readFileSync(lsoa!, "utf8"));
    expect(weights.length).toBe(32_844);
    expect(weights.reduce((sum, people) => sum + people, 0)).toBe(56_550_138);
  });
});

describe("junctionsOf", () => {
  it("has each junction and end of road once, where it is", () => {
    const places = junctionsOf(smallCounty());
    const kilometres = Array.from(places.weights, (_, place) => demandPointPosition(places, place)[0]).sort(
      (a, b) => a - b,
    );
    expect(kilometres).toEqual(Array.from({ length: 61 }, (_, km) => at(km)[0]));
    expect([...places.weights]).toEqual(Array.from({ length: 61 }, () => 1));
    expect(places.unit).toBe("junctions");
  });
});
