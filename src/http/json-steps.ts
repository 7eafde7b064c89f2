import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import { ENTRIES_PER_STEP, type Steps } from "../core/steps";
import type { Turns } from "./turns";

/** A response that is longer is sent in parts of about this length, as fast as the client takes them. */
const PART_CHARACTERS = 1 << 16;

/** `c.json` for what may be long: written, and sent, in turns with all else the server does. */
export async function jsonInTurns<T extends object>(
  c: Context,
  turns: Turns,
  response: T,
): Promise<Response & TypedResponse<JSONParsed<T>, 200, "json">> {
  const pieces = jsonPieces(response);
  const first = await turns.run(partSteps(pieces));
  const body = first.isLast ? first.text : streamed(first.text, () => turns.run(partSteps(pieces)));
  const sent: Response = c.body(body, 200, { "Content-Type": "application/json" });
  return sent as Response & TypedResponse<JSONParsed<T>, 200, "json">;
}

interface Part {
  readonly text: string;
  readonly isLast: boolean;
}

function streamed(first: string, next: () => Promise<Part>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(first)),
    async pull(controller) {
      const { text, isLast } = await next();
      controller.enqueue(encoder.encode(text));
      if (isLast) controller.close();
    },
  });
}

function* partSteps(pieces: Generator<string, void>): Steps<Part> {
  let text = "";
  while (text.length < PART_CHARACTERS) {
    const { value, done } = pieces.next();
    if (done) return { text, isLast: true };
    text += value;
    yield;
  }
  return { text, isLast: false };
}

/** Together the text of JSON.stringify; lists of the object's own are cut. */
function* jsonPieces(response: object): Generator<string, void> {
  let before = "{";
  for (const [name, value] of Object.entries(response)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    if (Array.isArray(value)) yield* listPieces(value);
    else yield JSON.stringify(value);
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

function* listPieces(list: readonly unknown[]): Generator<string, void> {
  if (list.length === 0) yield "[]";
  for (let from = 0; from < list.length; from += ENTRIES_PER_STEP) {
    const entries = JSON.stringify(list.slice(from, from + ENTRIES_PER_STEP)).slice(1, -1);
    const end = from + ENTRIES_PER_STEP >= list.length ? "]" : "";
    yield `${from === 0 ? "[" : ","}${entries}${end}`;
  }
}
