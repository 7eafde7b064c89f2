import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IncidentRow } from "../../src/diversion/incidents/incident-row";
import { MAXIMUM_LINE_BYTES } from "../../src/diversion/incidents/incident-row";
import { type IncidentFormat, readIncidents } from "../../src/diversion/incidents/read-incidents";
import { textBytes } from "../support/texts";

/** All rows of a text: the request, or the code, field and message of what is wrong with it. */
async function read(text: string, format: IncidentFormat, chunkBytes = 1 << 16): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const incident of readIncidents(textBytes(text, chunkBytes)(), format)) rows.push(plain(incident));
  return rows;
}

const plain = (incident: IncidentRow): unknown => {
  const { row, id } = incident;
  if ("request" in incident) return { row, id, ...incident.request };
  const { code, message, place } = incident.error;
  return { row, id, code, message, field: place.field };
};

describe("reading incidents", () => {
  const csv =
    'lon,id,lat,needs,age,acuity,at\r\n-0.5,"a ""b"", c",51.25,trauma | burns,7.5,urgent,2017-05-15T17:00:00Z\r\n';

  it("reads every column of a csv, in any order", async () => {
    expect(await read(csv, "csv")).toEqual([
      {
        row: 2,
        id: 'a "b", c',
        location: [-0.5, 51.25],
        needs: ["trauma", "burns"],
        age: 7.5,
        acuity: "urgent",
        at: "2017-05-15T17:00:00Z",
      },
    ]);
  });

  it("reads where traffic goes and what the road is called, from each format", async () => {
    const told = { id: "a", location: [0.5, 52], bearing: 92.5, roadName: "M25, clockwise" };
    const csv = 'id,lon,lat,bearing,roadName\na,0.5,52,92.5,"M25, clockwise"\nb,0.5,52,,\n';
    expect(await read(csv, "csv")).toEqual([
      { row: 2, ...told },
      { row: 3, id: "b", location: [0.5, 52] },
    ]);
    expect(await read(JSON.stringify(told), "ndjson")).toEqual([{ row: 1, ...told }]);
    const { id, location, ...properties } = told;
    const feature = { type: "Feature", id, geometry: { type: "Point", coordinates: location }, properties };
    const collection = JSON.stringify({ type: "FeatureCollection", features: [feature] });
    expect(await read(collection, "geojson")).toEqual([{ row: 1, ...told }]);
    for (const [cell, message] of [
      ["east", 'bearing is "east"; write a decimal number.'],
      ["360", "less than 360"],
    ]) {
      const [row] = await read(`lon,lat,bearing\n0.5,52,${cell}\n`, "csv");
      expect(row).toMatchObject({
        row: 2,
        code: "invalid-incident",
        field: "bearing",
        message: expect.stringContaining(message!),
      });
    }
  });

  it("gives the same rows however the bytes are cut", async () => {
    const texts: readonly (readonly [string, IncidentFormat])[] = [
      [`\uFEFF${csv}ü,é,"\n\n0.5,Größe,52,,,,\n`, "csv"],
      ['{"location":[0.5,52],"id":"é"}\n\n{"location":[]}\r\nnull\n{"location":[1,2]}', "ndjson"],
      [
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2,3]},' +
          '"properties":{"id":"é","needs":"trauma|burns","age":null}},{"type":"Feature","geometry":null,"properties":null}]}',
        "geojson",
      ],
    ];
    for (const [text, format] of texts) {
      const whole = await read(text, format);
      expect(whole.length).toBeGreaterThan(1);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (size) => {
          expect(await read(text, format, size)).toEqual(whole);
        }),
        { numRuns: 20 },
      );
    }
  });

  it("reads back any cell that csv can hold on a line", async () => {
    const cell = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .map((text) => text.replace(/[\r\n\uFEFF]/g, "").trim())
      .filter((text) => text !== "");
    await fc.assert(
      fc.asyncProperty(cell, fc.boolean(), async (id, quoted) => {
        const text = quoted || /[",]/.test(id) ? ` "${id.replaceAll('"', '""')}" ` : id;
        expect(await read(`lat,id,lon\n52,${text},0.5\n`, "csv")).toEqual([{ row: 2, id, location: [0.5, 52] }]);
      }),
    );
  });

  it("says what is wrong with a row and goes on", async () => {
    const rows = [
      '{"location":[0.5,52],"age":-1,"id":"x"}',
      '{"location":[200,52]}',
      '{"location":"0.5,52"}',
      '{"id":{},"location":[0.5,52]}',
      '{"location":[0.5,52],"needs":"trauma"}',
      '{"location":[0.5,52],"nam":1}',
      "[0.5,52]",
      "{oops",
      '{"location":[0.5,52],"at":"noon"}',
      '{"location":[0.5,52]}',
    ];
    expect(await read(rows.join("\n"), "ndjson")).toMatchObject([
      { row: 1, id: "x", code: "invalid-incident", field: "age", message: "age is -1; an age is from 0 to 150." },
      { row: 2, code: "invalid-location", field: "location.0" },
      { row: 3, code: "invalid-location", field: "location" },
      { row: 4, id: undefined, code: "invalid-incident", field: "id" },
      { row: 5, code: "invalid-incident", field: "needs" },
      { row: 6, code: "invalid-incident", field: "nam" },
      {
        row: 7,
        code: "invalid-incident",
        message: expect.stringContaining("[0.5,52] is no incident; write an object"),
      },
      { row: 8, code: "invalid-incident", message: expect.stringContaining("The line is not JSON") },
      { row: 9, code: "invalid-incident", field: "at" },
      { row: 10, location: [0.5, 52] },
    ]);
  });

  it("takes a line that is not UTF-8 for a bad row", async () => {
    const latin = Buffer.concat([Buffer.from("lon,lat,id\n0.5,52,"), Buffer.of(0xe9), Buffer.from("\n0.5,52,b\n")]);
    const rows: unknown[] = [];
    for await (const row of readIncidents([latin], "csv")) rows.push(plain(row));
    expect(rows).toMatchObject([
      { row: 2, code: "invalid-incident", message: expect.stringMatching(/is not UTF-8 .*looks like Latin-1/) },
      { row: 3, id: "b", location: [0.5, 52] },
    ]);
  });

  it("stops at a line that never ends, and at a document that is no collection of features", async () => {
    await expect(read("x".repeat(MAXIMUM_LINE_BYTES + 2), "ndjson")).rejects.toMatchObject({
      code: "invalid-incident",
      place: { row: 1 },
    });
    for (const text of ['{"type":"Feature"}', "[]", "", '{"type":"FeatureCollection","features":[1]}']) {
      await expect(read(text, "geojson"), text).rejects.toMatchObject({ code: "invalid-incident" });
    }
  });

  it("names the feature of a GeoJSON and what is wrong with it", async () => {
    const line = { type: "Feature", id: 5, properties: {}, geometry: { type: "LineString", coordinates: [] } };
    const named = {
      type: "Feature",
      properties: { name: "Jo" },
      geometry: { type: "Point", coordinates: [0.5, 52] },
    };
    const text = JSON.stringify({ type: "FeatureCollection", features: [line, named, { type: "Point" }] });
    expect(await read(text, "geojson")).toMatchObject([
      { row: 1, id: 5, field: "geometry", message: 'The geometry is "LineString"; an incident is a Point.' },
      { row: 2, field: "name" },
      { row: 3, field: "type" },
    ]);
  });
});

describe("incidents from a spreadsheet", () => {
  const rows = [
    { row: 2, id: "a", location: [0.5, 51.25], age: 7.5 },
    { row: 3, id: "b", location: [-0.5, 52] },
  ];
  const table = "id,lon,lat,age\na,0.5,51.25,7.5\nb,-0.5,52,\n";
  const european = 'ID;Lon;Lat;Age;;\na;0,5;"51,25";7,5;;\nb;-0,5;52;;;\n;;;;;\n';
  it.each([
    ["lines ended by CR", table.replaceAll("\n", "\r"), 0],
    ["lines ended by CR LF", table.replaceAll("\n", "\r\n"), 0],
    ["semicolons, decimal commas, capitals, padding", european, 0],
    ["tabs", table.replaceAll(",", "\t"), 0],
    ["a sep= line", `sep=;\r\n${european}`, 1],
  ])("are read with %s, however the bytes are cut", async (_, text, skipped) => {
    for (const chunkBytes of [1, 2, 3, 1000]) {
      const expected = rows.map((one) => ({ ...one, row: one.row + skipped }));
      expect(await read(text, "csv", chunkBytes)).toEqual(expected);
    }
  });

  it.each(["csv", "ndjson", "geojson"] as const)("are read in UTF-16: %s", async (format) => {
    const feature = { type: "Feature", geometry: { type: "Point", coordinates: [0.5, 51] }, properties: { id: "a" } };
    const texts = {
      csv: "id,lon,lat\na,0.5,51\n",
      ndjson: '{"id":"a","location":[0.5,51]}\n',
      geojson: JSON.stringify({ type: "FeatureCollection", features: [feature] }),
    };
    const read: unknown[] = [];
    const bytes = Buffer.from(`\ufeff${texts[format]}`, "utf16le");
    for await (const row of readIncidents([bytes.subarray(0, 3), bytes.subarray(3)], format)) read.push(plain(row));
    expect(read).toMatchObject([{ id: "a", location: [0.5, 51] }]);
  });
});
