/**
 * Holds an invariant of our own code. One that does not hold is our fault, never the user's: it is a plain `Error`, not
 * a `DiversionError`, which would tell someone to mend what they gave. A message may be a function, so that a hot loop
 * builds no text for a condition that holds.
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (condition) return;
  const error = new Error(`Broken invariant: ${typeof message === "string" ? message : message()}`);
  Error.captureStackTrace?.(error, assert);
  throw error;
}
