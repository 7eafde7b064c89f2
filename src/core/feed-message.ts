import { DiversionError, type ErrorPlace } from "./errors";
import { parseJson } from "./parse-json";
import { decodeText } from "./text";

/** The error for a message that cannot be read. @param what a sentence without its full stop. */
export function invalidFeed(what: string, place: ErrorPlace = {}, cause?: unknown): DiversionError {
  const message = `${what}; the message is not used, ask its sender to correct it.`;
  return new DiversionError("invalid-feed", message, place, cause === undefined ? undefined : { cause });
}

/** A message larger than this is refused: a thousand hospitals in the wordiest of the formats need a tenth of it. */
export const MAX_FEED_BYTES = 16 * 2 ** 20;

/**
 * The text of a message.
 *
 * @param encoding which the message itself states. Default: UTF-8 or UTF-16, told apart by their bytes.
 * @throws DiversionError `invalid-feed` when it is too large or in another encoding.
 */
export function feedText(content: string | Uint8Array, encoding?: string): string {
  if (content.length > MAX_FEED_BYTES) {
    throw invalidFeed(`The message has ${content.length} bytes and the limit is ${MAX_FEED_BYTES}`);
  }
  if (typeof content === "string") return content.startsWith("\ufeff") ? content.slice(1) : content;
  return decodeText(content, ({ what, row }) => invalidFeed(`The message ${what}`, { row }), encoding);
}

/** The JSON value of a message. @throws DiversionError `invalid-feed`. */
export function feedJson(content: string | Uint8Array): unknown {
  try {
    return parseJson(feedText(content));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw invalidFeed(`The message is not JSON (${cause.message})`, {}, cause);
  }
}
