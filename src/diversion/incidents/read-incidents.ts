import { type CsvSeparator, statedSeparator } from "../../core/csv";
import { DiversionError } from "../../core/errors";
import { LineSplitter } from "../../core/lines";
import { parseJson } from "../../core/parse-json";
import { type TextBytes, utf8Chunks } from "../../core/text";
import { IncidentCsv } from "./incident-csv";
import { geojsonIncidents } from "./incident-geojson";
import { type IncidentRow, incidentRow, MAXIMUM_LINE_BYTES } from "./incident-row";

export const INCIDENT_FORMATS = ["csv", "ndjson", "geojson"] as const;
export type IncidentFormat = (typeof INCIDENT_FORMATS)[number];

/**
 * The incidents of a text, one after the other, as fast as the caller takes them: memory does not grow with the text.
 * A row that is no incident comes in its place with its error; blank lines are passed over. Text is UTF-8 or UTF-16.
 *
 * - `csv`: a header and a line per incident: `id,lon,lat,bearing,roadName,needs,age,acuity,at`, needs split by `|`;
 *   separated by `,` `;` (then with decimal commas) or tabs.
 * - `ndjson`: an object a line, `{ "id"?, "location", "bearing"?, "roadName"?, "needs"?, "age"?, "acuity"?, "at"?, "alternatives"? }`.
 * - `geojson`: a FeatureCollection of Points, the fields as properties.
 *
 * @throws DiversionError `invalid-incident` when the text as a whole cannot be read: a header that is not usable, a
 * document that is no FeatureCollection, an endless line.
 */
export function readIncidents(bytes: TextBytes, format: IncidentFormat): AsyncGenerator<IncidentRow> {
  const chunks = utf8Chunks(bytes);
  switch (format) {
    case "csv":
      return csvIncidents(chunks);
    case "ndjson":
      return ndjsonIncidents(chunks);
    case "geojson":
      return geojsonIncidents(chunks);
  }
}

async function* csvIncidents(chunks: TextBytes): AsyncGenerator<IncidentRow> {
  let csv: IncidentCsv | undefined;
  let separator: CsvSeparator | undefined;
  for await (const { row, text } of textRows(chunks)) {
    if (text === undefined) {
      const refusal = notUtf8(row);
      if (csv === undefined) throw refusal;
      yield { row, id: undefined, error: refusal };
    } else if (text.trim() !== "") {
      if (csv === undefined && row === 1) separator = statedSeparator(text);
      if (csv === undefined && row === 1 && separator !== undefined) continue;
      if (csv === undefined) csv = new IncidentCsv(text, row, separator);
      else {
        const incident = csv.read(text, row);
        if (incident !== undefined) yield incident;
      }
    }
  }
  if (csv === undefined) {
    throw new DiversionError("invalid-incident", "There is no header; begin with a line such as id,lon,lat,needs.", {
      row: 1,
    });
  }
}

async function* ndjsonIncidents(chunks: TextBytes): AsyncGenerator<IncidentRow> {
  for await (const { row, text } of textRows(chunks)) {
    if (text === undefined) yield { row, id: undefined, error: notUtf8(row) };
    else if (text.trim() !== "") yield ndjsonIncident(row, text);
  }
}

function ndjsonIncident(row: number, text: string): IncidentRow {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    const message = `The line is not JSON (${(cause as Error).message}); write one object a line.`;
    return { row, id: undefined, error: new DiversionError("invalid-incident", message, { row }, { cause }) };
  }
  return incidentRow(row, value);
}

const notUtf8 = (row: number): DiversionError =>
  new DiversionError(
    "invalid-incident",
    "The line is not UTF-8 (it looks like Latin-1 or another encoding of Windows); save the file as UTF-8.",
    { row },
  );

/** One line of a text: what it says, or undefined when its bytes are not UTF-8. Rows count from 1. */
interface TextRow {
  readonly row: number;
  readonly text: string | undefined;
}

/** The lines of a text, without their ends and without a byte order mark. */
async function* textRows(chunks: TextBytes): AsyncGenerator<TextRow> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const splitter = new LineSplitter();
  let row = 0;
  const read = (line: Uint8Array): TextRow => {
    row++;
    if (line.length > MAXIMUM_LINE_BYTES) throw lineTooLong(row);
    try {
      return { row, text: utf8.decode(line) };
    } catch {
      return { row, text: undefined };
    }
  };
  for await (const chunk of chunks) {
    for (const line of splitter.lines(chunk)) yield read(line);
    if (splitter.unfinishedBytes > MAXIMUM_LINE_BYTES) throw lineTooLong(row + 1);
  }
  if (splitter.unfinishedBytes > 0) yield read(splitter.unfinished());
}

const lineTooLong = (row: number): DiversionError =>
  new DiversionError(
    "invalid-incident",
    `The line is longer than ${MAXIMUM_LINE_BYTES} bytes; write one incident a line.`,
    { row },
  );
