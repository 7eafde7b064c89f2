import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import { at } from "../support/small-county";
import { runCommand, type TerminalOptions } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const batch = (args: readonly string[], options?: TerminalOptions) =>
  runCommand(["nearest", ...county.options, "-k", "1", ...args], options);
const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
/** What each line says: its id and the ED, or row, code and field of its error. */
const gist = (text: string): unknown[] =>
  linesOf(text).map((line) => {
    const { id, row, destination, error } = line as {
      id?: unknown;
      row?: number;
      destination?: { hospital: { id: string } };
      error?: { code: string; field?: string };
    };
    return error === undefined ? [id, destination?.hospital.id] : [id, row, error.code, error.field];
  });

const [lon9, lat9] = at(9);
const [lon41, lat41] = at(41);

const CSV = [
  "\uFEFFid,lon,lat,needs,age,acuity",
  `plain,${lon9},${lat9},,,`,
  "",
  `"with ""quotes"", and a comma",${lon41},${lat41},trauma|stroke,30,urgent`,
  `,${lon9},${lat9},,,`,
  `no-number,east,${lat9},,,`,
  `swapped,${lat9},${lon9},,,`,
  `wings,${lon9},${lat9},wings,,`,
  `old,${lon9},${lat9},,200,`,
  `hasty,${lon9},${lat9},,,now`,
  `short,${lon9}`,
  `"open,${lon9},${lat9},,,`,
  `empty,,${lat9},,,`,
  ",,,,,",
  `last,${lon41},${lat41},,,`,
].join("\r\n");

const CSV_GIST = [
  ["plain", "A1"],
  ['with "quotes", and a comma', "B2"],
  [undefined, "A1"],
  ["no-number", 6, "invalid-location", "lon"],
  ["swapped", 7, "off-network", "location"],
  ["wings", 8, "invalid-incident", "needs.0"],
  ["old", 9, "invalid-incident", "age"],
  ["hasty", 10, "invalid-incident", "acuity"],
  ["short", 11, "invalid-incident", undefined],
  [undefined, 12, "invalid-incident", undefined],
  ["empty", 13, "invalid-location", "lon"],
  ["last", "C3"],
];

describe("nearest --incidents", () => {
  it("answers a csv row by row, bad rows in their place and on stderr", async () => {
    const { status, stdout, stderr } = await batch(["--incidents", county.write("calls.csv", CSV)]);
    expect(gist(stdout)).toEqual(CSV_GIST);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split("\n")).toEqual([
      'ambulance-diversion: calls.csv, row 6, field lon: lon is "east"; write a decimal number.',
      expect.stringMatching(
        /^ambulance-diversion: calls.csv, row 7, field location: .* look swapped; give longitude first.$/,
      ),
      expect.stringMatching(
        /^ambulance-diversion: calls.csv, row 8, field needs.0: "wings" is not a known capability./,
      ),
      "ambulance-diversion: calls.csv, row 9, field age: age is 200; an age is from 0 to 150.",
      expect.stringMatching(/^ambulance-diversion: calls.csv, row 10, field acuity: acuity is "now"; expected one of /),
      'ambulance-diversion: calls.csv, row 11: The row has 2 cells and the header 6; quote cells that contain ",".',
      expect.stringMatching(
        /^ambulance-diversion: calls.csv, row 12: The row cannot be read; quote a whole cell on one line/,
      ),
      "ambulance-diversion: calls.csv, row 13, field lon: lon is empty; write a decimal number.",
    ]);
    const wrong = linesOf(stdout)[3];
    expect(wrong).toEqual({
      id: "no-number",
      row: 6,
      error: { code: "invalid-location", message: 'lon is "east"; write a decimal number.', field: "lon" },
    });
  });

  it("gives back the id first in each line, and the same answer as --at", async () => {
    const { stdout } = await batch(["--incidents", "-"], { stdin: `{"location":[${lon9},${lat9}],"id":7}\n` });
    const single = await batch(["--at", `${lon9},${lat9}`, "--json"]);
    expect(stdout).toBe(`${JSON.stringify({ id: 7, ...JSON.parse(single.stdout) })}\n`);
  });

  it("reads a packed file, and a file whose name does not tell the format", async () => {
    for (const file of [county.write("calls.csv.gz", gzipSync(CSV)), county.write("calls.txt", CSV)]) {
      expect(gist((await batch(["--incidents", file])).stdout), file).toEqual(CSV_GIST);
    }
  });

  it("tells csv, ndjson and GeoJSON apart on standard input, however the bytes come", async () => {
    const incidents = [
      { id: "n", location: [lon9, lat9] },
      { id: "s", location: [lon41, lat41], needs: ["stroke"] },
    ];
    const collection = {
      type: "FeatureCollection",
      features: incidents.map(({ id, location, needs }) => ({
        type: "Feature",
        id,
        properties: { needs: needs?.join("|") ?? null },
        geometry: { type: "Point", coordinates: [...location, 12.5] },
      })),
    };
    const { features } = collection;
    const texts = {
      csv: `id,lat,lon,needs\nn,${lat9},${lon9},\ns,${lat41},${lon41},stroke\n`,
      ndjson: incidents.map((incident) => JSON.stringify(incident)).join("\n"),
      "ndjson after blank lines": `\n\r\n${incidents.map((incident) => JSON.stringify(incident)).join("\r\n\r\n")}\n`,
      geojson: JSON.stringify(collection),
      "geojson over many lines": JSON.stringify(collection, undefined, 2),
      "geojson, type last": `{"name":"x","features":${JSON.stringify(features)},"type":"FeatureCollection"}`,
    };
    for (const [name, text] of Object.entries(texts)) {
      for (const size of [1, 13, 1 << 16]) {
        const bytes = new TextEncoder().encode(text);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.slice(i * size, (i + 1) * size),
        );
        const { status, stdout, stderr } = await batch(["--incidents", "-"], { stdin: pieces });
        expect({ status, stderr }, `${name} in pieces of ${size}`).toEqual({ status: 0, stderr: "" });
        expect(gist(stdout), `${name} in pieces of ${size}`).toEqual([
          ["n", "A1"],
          ["s", "B2"],
        ]);
      }
    }
  });

  it("takes each incident's own moment and number of alternatives before those of the options", async () => {
    const stdin = [
      { location: [lon9, lat9] },
      { location: [lon9, lat9], at: "2017-05-12T01:00:00+01:00", alternatives: 2 },
    ].map((incident) => `${JSON.stringify(incident)}\n`);
    const { stdout } = await batch(["--incidents", "-", "--when", "2017-05-15T17:00:00Z"], { stdin });
    expect(linesOf(stdout)).toMatchObject([
      { alternatives: [], basis: { at: "2017-05-15T17:00:00Z" } },
      { alternatives: [{}, {}], basis: { at: "2017-05-12T01:00:00+01:00" } },
    ]);
  });

  it("refuses fields that could identify a patient", async () => {
    const stdin = `{"location":[${lon9},${lat9}],"nhsNumber":"9434765919"}\n`;
    const { status, stdout } = await batch(["--incidents", "-"], { stdin });
    expect(status).toBe(2);
    expect(linesOf(stdout)[0]!.error).toMatchObject({ code: "invalid-incident", field: "nhsNumber" });
    expect(stdout).toContain("Nothing that identifies a patient is accepted.");
    const csv = await batch(["--incidents", "-"], { stdin: `lon,lat,name\n${lon9},${lat9},Jo\n` });
    expect(csv).toMatchObject({ status: 2, stdout: "" });
    expect(csv.stderr).toContain('stdin, row 1, field name: "name" is not a known column.');
  });

  it("names the columns when the header is wrong", async () => {
    for (const [text, message] of [
      ["id;lon;lta\n", '"lta" is not a known column. Did you mean lat?'],
      ["id,lon,lta\n", '"lta" is not a known column. Did you mean lat?'],
      ["id,lon\n", "The column lat is missing."],
      ["lon,lat,lon\n", "The column lon comes twice."],
      ["", "There is no header"],
    ] as const) {
      const { status, stdout, stderr } = await batch(["--incidents", "-", "--format", "csv"], { stdin: text });
      expect({ status, stdout }, text).toEqual({ status: 2, stdout: "" });
      expect(stderr, text).toContain(message);
      if (text !== "")
        expect(stderr, text).toContain(
          "The first line names the columns: id,lon,lat,bearing,roadName,needs,age,acuity,at",
        );
    }
  });

  it("exits 1 when an incident has no ED, and 2 when a row is bad as well", async () => {
    const strict = county.write("strict.json", JSON.stringify({ ...ENGLAND_DEFAULT, unrecorded: "refuse" }));
    const burns = `{"location":[${lon9},${lat9}],"needs":["burns"]}\n`;
    const args = ["--incidents", "-", "--policy", strict];
    expect((await batch(args, { stdin: burns })).status).toBe(1);
    expect((await batch(args, { stdin: `${burns}{}\n` })).status).toBe(2);
    expect(await batch(["--incidents", "-"], { stdin: "" })).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("writes one whole FeatureCollection with --geojson, even when the batch breaks off", async () => {
    const whole = await batch(["--incidents", county.write("map.csv", CSV), "--geojson"]);
    expect(whole.status).toBe(2);
    const { features } = JSON.parse(whole.stdout);
    const incidents = features.filter(
      ({ properties }: { properties: { kind: string } }) => properties.kind === "incident",
    );
    expect(incidents.map(({ properties }: { properties: { incident: unknown } }) => properties.incident)).toEqual([
      "plain",
      'with "quotes", and a comma',
      5,
      "last",
    ]);
    const point = { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon9, lat9] } };
    const cut = `{"type":"FeatureCollection","features":[${JSON.stringify(point)},`;
    const broken = await batch(["--incidents", "-", "--geojson"], { stdin: cut });
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/^ambulance-diversion: stdin, row 1: The text around the features is not JSON/);
    expect(JSON.parse(broken.stdout).features).not.toEqual([]);
    expect(JSON.parse((await batch(["--incidents", "-", "--geojson"], { stdin: "" })).stdout).features).toEqual([]);
  });

  it("reads no faster than its answers are taken, and keeps the order", async () => {
    const count = 400;
    let asked = 0;
    let ahead = 0;
    let written = "";
    async function* rows(): AsyncGenerator<string> {
      yield "id,lon,lat\n";
      for (let i = 0; i < count; i++) {
        asked++;
        yield `${i},${lon9},${lat9}\n`;
      }
    }
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString("utf8");
        ahead = Math.max(ahead, asked - (written.split("\n").length - 1));
        setImmediate(done);
      },
    });
    const { status } = await batch(["--incidents", "-"], { stdin: rows(), stdout: slow });
    expect(status).toBe(0);
    expect(linesOf(written).map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, i) => String(i)));
    // Node's own read-ahead of a stream of objects is 16 pieces.
    expect(ahead).toBeLessThanOrEqual(32);
  });

  it("stops without an error when nobody reads its output any more", async () => {
    let asked = 0;
    function* rows(): Generator<string> {
      for (; asked < 10_000; asked++) yield `{"location":[${lon9},${lat9}]}\n`;
    }
    let lines = 0;
    const gone = new Writable({
      write(_chunk, _encoding, done) {
        done(++lines < 3 ? null : Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    gone.on("error", () => {});
    const { status, stderr } = await batch(["--incidents", "-"], { stdin: rows(), stdout: gone });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(asked).toBeLessThan(100);
  });
});

describe("--status-as-of", () => {
  const report = async (name: string, ...more: string[]): Promise<string> => {
    const file = county.path(name);
    const args = ["status", "report", "A1", "--effect", "divert", "--reason", "IT outage", "--by", "manager", ...more];
    const { stderr } = await runCommand([...args, "--status", file, "--hospitals", county.hospitals], {
      now: "2017-05-15T12:00:00+01:00",
    });
    expect(stderr).toBe("");
    return file;
  };
  const calls = ["10:00", "12:00", "13:00"].map((time) =>
    JSON.stringify({ id: time, location: at(9), at: `2017-05-15T${time}:00+01:00` }),
  );

  it.each([
    ["now", "of noon", [], ["A1", "B2", "B2"]],
    ["row", "of noon", [], ["A1", "B2", "B2"]],
    ["now", "of nine o'clock", ["--from", "2017-05-15T09:00:00+01:00"], ["B2", "B2", "B2"]],
    ["row", "of nine o'clock", ["--from", "2017-05-15T09:00:00+01:00"], ["A1", "B2", "B2"]],
  ])("%s: a divert %s, reported at 12:00, answers the calls it should", async (asOf, _, more, expected) => {
    const name = `${asOf}-${more.length}`;
    const log = await report(`as-of-${name}.log`, ...more);
    const file = county.write(`calls-${name}.ndjson`, `${calls.join("\n")}\n`);
    const { status, stdout } = await batch(["--incidents", file, "--status", log, "--status-as-of", asOf]);
    expect(status).toBe(0);
    expect(gist(stdout)).toEqual(["10:00", "12:00", "13:00"].map((id, i) => [id, expected[i]]));
    const versions = linesOf(stdout).map(({ basis }) => (basis as { statusVersion: number }).statusVersion);
    expect(versions).toEqual(asOf === "row" ? [0, 1, 1] : [1, 1, 1]);
  });
});
