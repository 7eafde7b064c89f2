import { describe, expect, it } from "vitest";
import { ArgumentError, parseBenchArguments, USAGE } from "../../bench/suite/arguments";
import { CASE_NAMES } from "../../bench/suite/case-names";

describe("the benchmark's arguments", () => {
  it("are everything on the built-in networks by default", () => {
    expect(parseBenchArguments([])).toEqual({
      help: false,
      roads: [],
      coordinates: undefined,
      graphs: ["montevideo", "gothenburg", "synthetic"],
      size: 250_000,
      cases: CASE_NAMES,
      seed: 1,
      targets: 200,
      open: 159,
      json: undefined,
      markdown: undefined,
      against: undefined,
      band: 0.3,
    });
  });

  it("select cases in their fixed order, a size, files and a band", () => {
    const parsed = parseBenchArguments(
      "--case path,table-nearest --full --json a.json --against b.json --band 0.5 --seed 7 --graphs synthetic".split(
        " ",
      ),
    );
    expect(parsed).toMatchObject({
      cases: ["table-nearest", "path"],
      size: 1_000_000,
      json: "a.json",
      against: "b.json",
      band: 0.5,
      seed: 7,
      graphs: ["synthetic"],
    });
  });

  it("measure on the files given instead of the built-in networks", () => {
    const parsed = parseBenchArguments(["--roads", "ny.gr.gz", "--coordinates", "ny.co.gz", "--roads", "x.roads"]);
    expect(parsed).toMatchObject({ roads: ["ny.gr.gz", "x.roads"], coordinates: "ny.co.gz", graphs: [] });
  });

  it("keep the share of accepting hospitals when their number changes", () => {
    expect(parseBenchArguments(["--targets", "1000"])).toMatchObject({ targets: 1000, open: 795 });
  });

  it.each([
    [["--case", "tabel-nearest"], '--case names "tabel-nearest"'],
    [["--graphs", "paris"], '--graphs names "paris"'],
    [["--size", "10"], '--size is "10"; give a whole number, at least 1000'],
    [["--size", "1e6"], '--size is "1e6"'],
    [["--size", "2000", "--full"], "not both"],
    [["--targets", "5", "--open", "6"], "--open 6 is more than the 5 hospitals"],
    [["--band", "-1"], "--band"],
    [["--roads", "a.roads", "--graphs", "synthetic"], "not both"],
    [["--roads", "a.roads", "--coordinates", "a.co"], "--coordinates goes with"],
    [["--fast"], "--fast"],
    [["stray"], "stray"],
  ])("%j are refused", (words, message) => {
    expect(() => parseBenchArguments(words)).toThrow(ArgumentError);
    expect(() => parseBenchArguments(words)).toThrow(message);
  });

  it("are all in the usage text, as are the cases", () => {
    for (const name of CASE_NAMES) expect(USAGE).toContain(name);
  });
});
