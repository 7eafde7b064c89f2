import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellFlag, cellNumber, knownColumn, readCsv } from "../../src/core/csv";

const read = (text: string) => readCsv(text, (what, row) => new Error(`${row}: ${what}`));
const cells = (text: string) => {
  const { header, records } = read(text);
  return [header?.cells, ...records.map((record) => record.cells)];
};

describe("csv as spreadsheets write it", () => {
  const table = [
    ["id", "lon"],
    ["A", "0.5"],
    ["B", ""],
  ];
  it.each([
    ["plain", "id,lon\nA,0.5\nB,\n"],
    ["with a byte order mark", "\ufeffid,lon\nA,0.5\nB,\n"],
    ["lines ended by CR LF", "id,lon\r\nA,0.5\r\nB,\r\n"],
    ["lines ended by CR", "id,lon\rA,0.5\rB,\r"],
    ["semicolons", "id;lon\nA;0.5\nB;\n"],
    ["tabs", "id\tlon\nA\t0.5\nB\t\n"],
    ["a sep= line", "sep=;\r\nid;lon\r\nA;0.5\r\nB;\r\n"],
    ["a sep= line padded like the rows", "sep=,,,\nid,lon,,\nA,0.5,,\nB,,,\n"],
    ["empty columns at the end", "id,lon,,\nA,0.5,,\nB,,,\n"],
    ["empty rows within and below", "id,lon\nA,0.5\n,\nB,\n,\n,\n"],
    ["quotes and spaces", '"id", lon\n"A" ,"0.5"\n B\u00a0,\n'],
  ])("%s", (_, text) => {
    expect(cells(text)).toEqual(table);
  });

  it("keeps a cell too many, which may mean that others are in the wrong column", () => {
    expect(cells("id,name,lon\nA,Town, Essex,\n")[1]).toEqual(["A", "Town", "Essex", ""]);
  });

  it("counts lines of the file, a sep= line and line breaks in quotes included", () => {
    const { header, records } = read('sep=,\nid,note\n\nA,"x\ny"\nB,z\n');
    expect([header!.line, ...records.map(({ line }) => line)]).toEqual([2, 5, 6]);
    expect(() => read('sep=,\nid\n"A\n')).toThrow(/^3: The CSV cannot be read/);
  });

  it("gives back any cells, whatever separates them", () => {
    const cell = fc.string({ minLength: 1 }).map((text) => `x${text.replace(/\0/g, "")}x`);
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 4 })
          .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 })),
        fc.constantFrom(",", ";", "\t"),
        (rows, separator) => {
          const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator));
          const header = rows[0]!.map((_, index) => `c${index}`);
          expect(cells([header.join(separator), ...quoted].join("\r\n"))).toEqual([header, ...rows]);
        },
      ),
    );
  });

  it("reads numbers with the decimal mark that goes with the separator, and nothing else", () => {
    expect(["0.5", "\u22121", "1e-1", ".5", "+2"].map((text) => cellNumber(text, ","))).toEqual([0.5, -1, 0.1, 0.5, 2]);
    expect([cellNumber("51,5", ";"), cellNumber("-0,1", "\t"), cellNumber("51,5", ",")]).toEqual([
      51.5,
      -0.1,
      undefined,
    ]);
    for (const text of ["", " ", "0x10", "1 000", "1,2,3", "0.1\u00b0", "NaN", "Infinity"]) {
      expect(cellNumber(text, ";")).toBeUndefined();
    }
  });

  it("reads flags in any capitals, and refuses words it does not know", () => {
    const texts = ["TRUE", "Yes", "y", "1", "FALSE", "No", "n", "0", "maybe", ""];
    expect(texts.map(cellFlag)).toEqual([true, true, true, true, false, false, false, false, undefined, undefined]);
    expect(["Handoverminutes", "LON", "lng"].map((name) => knownColumn(name, ["lon", "handoverMinutes"]))).toEqual([
      "handoverMinutes",
      "lon",
      "lng",
    ]);
  });
});
