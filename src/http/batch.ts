import { setImmediate } from "node:timers/promises";
import { DiversionError } from "../core/errors";
import type { IncidentRow } from "../diversion/incidents/incident-row";
import { type IncidentFormat, readIncidents } from "../diversion/incidents/read-incidents";
import { ndjsonLine, ndjsonRefusal } from "../output/recommendation-ndjson";
import type { DiversionService } from "./service";

/** Rows answered between two turns of the event loop: about a millisecond, so that other requests are not held up. */
const ROWS_PER_TURN = 16;

/**
 * The answers to a batch, a line each. Read, answered and written as fast as the caller takes them and no faster: a slow
 * reader holds up its own batch and nothing else.
 */
export function answerBatch(
  service: DiversionService,
  body: ReadableStream<Uint8Array> | null,
  format: IncidentFormat,
  maximumBytes: number,
): ReadableStream<Uint8Array> {
  const lines = linesOf(service, body, format, maximumBytes);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

async function* linesOf(
  service: DiversionService,
  body: ReadableStream<Uint8Array> | null,
  format: IncidentFormat,
  maximumBytes: number,
): AsyncGenerator<string, undefined> {
  let text = "";
  let rows = 0;
  try {
    for await (const incident of readIncidents(limited(body, maximumBytes), format)) {
      text += answerLine(service, incident);
      if (++rows % ROWS_PER_TURN === 0) {
        yield text;
        text = "";
        await setImmediate();
      }
    }
  } catch (error) {
    // The status has long been sent: what is wrong with the whole can only be told in its place.
    if (!(error instanceof DiversionError)) throw error;
    text += ndjsonRefusal({ id: undefined, row: error.place.row ?? rows + 1 }, error);
  }
  if (text !== "") yield text;
  return undefined;
}

function answerLine(service: DiversionService, incident: IncidentRow): string {
  if ("error" in incident) return ndjsonRefusal(incident, incident.error);
  try {
    return ndjsonLine(incident, JSON.stringify(service.recommend(incident.request)));
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    return ndjsonRefusal(incident, error);
  }
}

async function* limited(body: ReadableStream<Uint8Array> | null, maximumBytes: number): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maximumBytes) {
      throw new DiversionError(
        "body-too-large",
        `The batch is larger than ${maximumBytes} bytes; rows from here on are not answered: send them in another.`,
      );
    }
    yield chunk;
  }
}
