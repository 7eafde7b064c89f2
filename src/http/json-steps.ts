import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import { ENTRIES_PER_STEP, type Steps } from "../core/steps";
import type { Turns } from "./turns";

/** `c.json` for what may be long: written in turns with all else the server does. */
export async function jsonInTurns<T extends object>(
  c: Context,
  turns: Turns,
  response: T,
  type = "application/json",
): Promise<Response & TypedResponse<JSONParsed<T>, 200, "json">> {
  const text = await turns.run(jsonSteps(response));
  return c.body(text, 200, { "Content-Type": type }) as unknown as Response & TypedResponse<JSONParsed<T>, 200, "json">;
}

/** The JSON of a response whose lists may be long, in pieces: the text is that of JSON.stringify. */
function* jsonSteps(response: object): Steps<string> {
  const members: string[] = [];
  for (const [name, value] of Object.entries(response)) {
    const text = Array.isArray(value) ? yield* listSteps(value) : JSON.stringify(value);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${members.join(",")}}`;
}

function* listSteps(list: readonly unknown[]): Steps<string> {
  const pieces: string[] = [];
  for (let from = 0; from < list.length; from += ENTRIES_PER_STEP) {
    pieces.push(JSON.stringify(list.slice(from, from + ENTRIES_PER_STEP)).slice(1, -1));
    yield;
  }
  return `[${pieces.join(",")}]`;
}
