import { describe, expect, it } from "vitest";
import { parseLengthLimitMetres, parseWeightLimitTonnes } from "../../src/roads/profile/vehicle-limits";

// Spellings of wiki.openstreetmap.org/wiki/Key:maxheight and Key:maxweight, and those met in the extracts.
describe("lengths", () => {
  it.each([
    ["3.2", 3.2],
    ["3", 3],
    ["3.2 m", 3.2],
    ["3.2m", 3.2],
    ["3,2", 3.2],
    ["320 cm", 3.2],
    ["10'6\"", 3.2004],
    ["10' 6\"", 3.2004],
    ["10'", 3.048],
    ["10 ft", 3.048],
    ["10 ft 6 in", 3.2004],
    ["6'6\"", 1.9812],
  ])("reads %s as %d m", (value, metres) => expect(parseLengthLimitMetres(value)).toBeCloseTo(metres, 9));

  // The first two are Portland's: quotes the wrong way round.
  it.each(["6\"4'", "16\"12'", "10'14\"", "", "0", "-3", "3.2 t", "default", "3..2", "1,234", "3 m 20", "high"])(
    "does not guess at %j",
    (value) => expect(parseLengthLimitMetres(value)).toBeUndefined(),
  );
});

describe("weights", () => {
  it.each([
    ["7.5", 7.5],
    ["7.5 t", 7.5],
    ["3.5t", 3.5],
    ["3,5 t", 3.5],
    ["3500 kg", 3.5],
    ["8000 lbs", 3.62873896],
    ["10 st", 9.0718474],
    ["5 lt", 5.080234544],
    ["60 cwt", 3.0481407264],
  ])("reads %s as %d t", (value, tonnes) => expect(parseWeightLimitTonnes(value)).toBeCloseTo(tonnes, 9));

  it.each(["", "0", "7.5 m", "light", "7.5 t @ (22:00-06:00)", "1,234"])("does not guess at %j", (value) => {
    expect(parseWeightLimitTonnes(value)).toBeUndefined();
  });
});
