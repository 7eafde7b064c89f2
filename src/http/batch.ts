import { DiversionError } from "../core/errors";
import type { Steps } from "../core/steps";
import type { IncidentRow } from "../diversion/incidents/incident-row";
import { type IncidentFormat, readIncidents } from "../diversion/incidents/read-incidents";
import { ndjsonLine, ndjsonRefusal } from "../output/recommendation-ndjson";
import type { DiversionService } from "./service";

/** Rows that are read before they are answered: what is kept of a batch at a time. */
const ROWS_AT_ONCE = 16;

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
  let waiting: IncidentRow[] = [];
  let rows = 0;
  let refusal = "";
  try {
    for await (const incident of readIncidents(limited(body, maximumBytes), format)) {
      waiting.push(incident);
      if (++rows % ROWS_AT_ONCE > 0) continue;
      yield await service.turns.run(answerSteps(service, waiting));
      waiting = [];
    }
  } catch (error) {
    // The status has long been sent: what is wrong with the whole can only be told in its place.
    if (!(error instanceof DiversionError)) throw error;
    refusal = ndjsonRefusal({ id: undefined, row: error.place.row ?? rows + 1 }, error);
  }
  const text = (await service.turns.run(answerSteps(service, waiting))) + refusal;
  if (text !== "") yield text;
  return undefined;
}

/** A row a step: each may wait for the disk that holds the decision log. */
function* answerSteps(service: DiversionService, rows: readonly IncidentRow[]): Steps<string> {
  let text = "";
  for (const row of rows) {
    text += answerLine(service, row);
    yield;
  }
  return text;
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
