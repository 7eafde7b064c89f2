import type { StatusEvent } from "../../hospitals/status/status";
import { readStatusLog, STATUS_LOG_FORMAT, type StatusLog, statusLogLine } from "../../hospitals/status/status-log";
import { SealedLogWriter } from "./sealed-log-writer";

/** Appends to a status log on disk: see {@link SealedLogWriter}. */
export class StatusLogWriter {
  readonly #writer: SealedLogWriter<StatusLog>;

  /**
   * Opens a log for writing, and makes it when there is none. A torn last line is cut off; `log.torn` tells of it.
   * @throws DiversionError `status-log-locked`, `file-not-writable`, and what `readStatusLog` throws.
   */
  constructor(path: string) {
    const read = (chunks: Iterable<Uint8Array>): StatusLog => readStatusLog(Buffer.concat([...chunks]));
    this.#writer = new SealedLogWriter(path, { format: STATUS_LOG_FORMAT, read, entry: "change" });
  }

  /** What was in the file when it was opened. */
  get log(): StatusLog {
    return this.#writer.log;
  }

  /** @throws DiversionError `file-not-writable` when the line is not safely on disk; the file is then as it was before. */
  append(event: StatusEvent): void {
    this.#writer.append((previous) => statusLogLine(event, previous));
  }

  close(): void {
    this.#writer.close();
  }
}
