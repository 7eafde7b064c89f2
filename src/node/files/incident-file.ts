import { parseJson } from "../../core/parse-json";
import { type TextBytes, utf8Chunks } from "../../core/text";
import type { IncidentRow } from "../../diversion/incidents/incident-row";
import { type IncidentFormat, readIncidents } from "../../diversion/incidents/read-incidents";
import { fileChunks } from "./file-chunks";

const FORMATS: readonly { readonly ending: RegExp; readonly format: IncidentFormat }[] = [
  { ending: /\.csv(\.gz)?$/i, format: "csv" },
  { ending: /\.(ndjson|jsonl)(\.gz)?$/i, format: "ndjson" },
  { ending: /\.geojson(\.gz)?$/i, format: "geojson" },
];

/** Bytes after which a text has shown what it is: beyond any GeoJSON's preamble in practice. */
const SNIFFED_BYTES = 4096;

/**
 * The incidents of a file, streamed; unpacked when its name ends in `.gz`. The format follows from the name (`.csv`,
 * `.ndjson`, `.jsonl`, `.geojson`), or else from how the text begins.
 *
 * @throws DiversionError `file-not-found`, or as {@link readIncidents} does.
 */
export function incidentsOfFile(path: string, format?: IncidentFormat): AsyncGenerator<IncidentRow> {
  const known = format ?? FORMATS.find(({ ending }) => ending.test(path))?.format;
  const chunks = fileChunks(path, "invalid-incident");
  return known === undefined ? sniffedIncidents(chunks) : readIncidents(chunks, known);
}

/** The incidents of a stream such as standard input; the format follows from how the text begins. */
export function incidentsOfStream(stream: NodeJS.ReadableStream, format?: IncidentFormat): AsyncGenerator<IncidentRow> {
  const chunks = streamChunks(stream);
  return format === undefined ? sniffedIncidents(chunks) : readIncidents(chunks, format);
}

async function* streamChunks(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
}

async function* sniffedIncidents(bytes: TextBytes): AsyncGenerator<IncidentRow> {
  const chunks = utf8Chunks(bytes);
  try {
    let head = new Uint8Array(0);
    let format: IncidentFormat | undefined;
    while (format === undefined) {
      const { value, done } = await chunks.next();
      head = Buffer.concat([head, value ?? new Uint8Array(0)]);
      format = formatOf(new TextDecoder().decode(head), done === true || head.length >= SNIFFED_BYTES);
    }
    yield* readIncidents(resumed(head, chunks), format);
  } finally {
    await chunks.return(undefined);
  }
}

async function* resumed(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): TextBytes & AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

/** What a text that begins so is, as soon as that can be told: somebody may be typing it. */
function formatOf(head: string, isAll: boolean): IncidentFormat | undefined {
  const text = head.trimStart();
  if (text === "") return isAll ? "ndjson" : undefined;
  if (text[0] !== "{" && text[0] !== "[") return "csv";
  if (/"type"\s*:\s*"Feature(Collection)?"|"features"\s*:/.test(text)) return "geojson";
  const [firstLine = "", ...more] = text.split("\n");
  if (more.length > 0 && isJson(firstLine)) return "ndjson";
  return isAll ? "ndjson" : undefined;
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
