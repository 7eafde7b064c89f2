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

let isThorough = false;

/**
 * Switches {@link assertThoroughly} on or off for the whole process. Tests switch it on; nobody else pays for checks that
 * cost as much as the work they check.
 */
export function setThorough(on: boolean): void {
  isThorough = on;
}

/** Runs a check that costs too much for every day: that both sides of a seam agree, that a whole structure is in order. */
export function assertThoroughly(check: () => void): void {
  if (isThorough) check();
}
