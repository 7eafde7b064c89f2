import { DiversionError } from "../../../src/core/errors";
import { type Clock, parseInstant } from "../../../src/core/instant";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";

/** Four EDs of May 2017. */
export const essex = HospitalDirectory.parse([
  { id: "RQ8L0", name: "Broomfield Hospital", location: [0.4663, 51.7741], capabilities: ["trauma"] },
  { id: "RAJ01", name: "Southend Hospital", location: [0.6885, 51.5539], capabilities: ["trauma"] },
  { id: "RWH01", name: "Lister Hospital", location: [-0.2127, 51.9243], capabilities: ["trauma", "stroke"] },
  { id: "R1H12", name: "The Royal London Hospital", location: [-0.0597, 51.5177], capabilities: ["major-trauma"] },
]);

export const epochMs = (text: string): number => parseInstant(text).epochMs;

/** A clock that stands still until it is told to move. */
export function stoppedClock(start: string): Clock & { setTo(text: string): void; advance(ms: number): void } {
  let now = epochMs(start);
  return Object.assign(() => now, {
    setTo(text: string): void {
      now = epochMs(text);
    },
    advance(ms: number): void {
      now += ms;
    },
  });
}

/** The DiversionError that the work throws. */
export function failure(work: () => unknown): DiversionError {
  try {
    work();
  } catch (error) {
    if (error instanceof DiversionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
