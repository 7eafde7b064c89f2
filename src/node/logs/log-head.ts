import * as z from "zod/mini";
import type { Status } from "../../hospitals/status/status";
import { keepNote, readNote } from "./noted-file";

const HeadSchema = z.strictObject({ version: z.int().check(z.gte(0)) });

export interface LogHead {
  /** How many changes the log had that are not in it any more, as far as was noted: lines were cut off its end. */
  readonly missing: number;
  /** Ends the noting, after a last time. */
  stop(): void;
}

/**
 * Notes beside a status log how far it has come, and tells when it is shorter than it was. What is torn within a line shows
 * in the log itself; a file that was put back from an older copy, or a disk that lost its last lines, does not.
 *
 * @param complain told what cannot be read or written, once until it can again.
 */
export function noteHead(
  path: string,
  status: Pick<Status, "version" | "onEntry">,
  complain: (why: string) => void,
): LogHead {
  const before = readNote(path, HeadSchema, complain)?.version ?? 0;
  return {
    missing: Math.max(0, before - status.version),
    stop: keepNote(
      path,
      (changed) => status.onEntry(changed),
      () => ({ version: status.version }),
      complain,
    ),
  };
}
