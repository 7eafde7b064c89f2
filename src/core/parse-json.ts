/**
 * Deeper JSON than this is none of ours: closures, the deepest, are nested some ten levels. Far below the depth at which
 * whatever walks the value afterwards would run out of stack.
 */
export const MAXIMUM_JSON_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where a JSON text from outside is nested deeper than {@link MAXIMUM_JSON_DEPTH}: the place in it, or -1 when nowhere. */
export function tooDeepAt(text: string): number {
  // As many brackets and no more.
  if (text.length <= MAXIMUM_JSON_DEPTH) return -1;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      // An unfinished string is for the parser to complain of.
      if (at < 0) return -1;
    }
    // "[" and "{" differ in one bit, as do "]" and "}".
    else if ((code | 0x20) === 0x7b) {
      if (++depth > MAXIMUM_JSON_DEPTH) return at;
    } else if ((code | 0x20) === 0x7d) depth--;
  }
  return -1;
}

/** The closing quote of the string that begins at `start`; -1 when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return -1;
}

/**
 * The value of a JSON text from outside, in place of `JSON.parse`, which takes 100,000 brackets; what walks such a value
 * does not.
 *
 * @throws SyntaxError for text that is no JSON, or nested deeper than {@link MAXIMUM_JSON_DEPTH}.
 */
export function parseJson(text: string): unknown {
  const at = tooDeepAt(text);
  if (at >= 0) throw new SyntaxError(`it is nested more than ${MAXIMUM_JSON_DEPTH} deep at position ${at}`);
  return JSON.parse(text);
}
