import { closeSync, openSync } from "node:fs";
import { DiversionError } from "../../core/errors";
import type { TornLine } from "../../core/hash-chain-log";
import type { RecommendationData } from "../../diversion/answer/recommendation";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import {
  DECISION_LOG_FORMAT,
  type DecisionLogState,
  DecisionRecorder,
  type DecisionReference,
  type DecisionSource,
  type LoggedDecision,
  readDecisions,
} from "../../diversion/log/decision-log";
import { hasCode, type LockOptions } from "../files/file-lock";
import { chunksOf, HashChainLogWriter } from "./hash-chain-log-writer";

export interface DecisionLogOptions {
  /**
   * `each` (the default): a decision is safe from a loss of power when {@link DecisionLogFile.record} returns. `batch`: it
   * is then safe from the end of this process only, and from a loss of power once the log is closed.
   */
  readonly durability?: "each" | "batch";
  readonly lock?: LockOptions;
}

/** The decisions of one router on disk, in an append-only log. */
export class DecisionLogFile {
  readonly #writer: HashChainLogWriter<DecisionLogState>;
  readonly #recorder: DecisionRecorder;

  /** @internal Use {@link openDecisionLog}. */
  constructor(path: string, source: DecisionSource, { durability = "each", lock = {} }: DecisionLogOptions) {
    this.#writer = new HashChainLogWriter(path, { format: DECISION_LOG_FORMAT, read: stateOf, entry: "record", lock });
    this.#recorder = new DecisionRecorder(
      source,
      (line) => this.#writer.append(line, durability === "each"),
      this.#writer.log,
    );
  }

  /** The line a writer that died had begun, now cut off: that decision was never acknowledged. */
  get torn(): TornLine | undefined {
    return this.#writer.log.torn;
  }

  /**
   * Writes one decision; see {@link DecisionRecorder.record}.
   * @throws DiversionError `file-not-writable` when the decision is not safely on disk; the log is then as it was before.
   */
  record(request: RecommendationRequest, advice: RecommendationData): DecisionReference {
    return this.#recorder.record(request, advice);
  }

  /** Why decisions cannot be written any more, where it shows without writing one. */
  get trouble(): string | undefined {
    return this.#writer.trouble;
  }

  /** Lets others write the log. */
  close(): void {
    this.#writer.close();
  }
}

/**
 * Opens a decision log to go on writing it, and makes it when there is none. All of it is read and checked first. One
 * process may have a log open this way; others read it with {@link decisionsOfFile}.
 *
 * @param router whose decisions are recorded.
 * @throws DiversionError `decision-log-locked`, `corrupt-decision-log`, `unsupported-decision-log`, `file-not-writable`.
 */
export const openDecisionLog = (
  path: string,
  router: DecisionSource,
  options: DecisionLogOptions = {},
): DecisionLogFile => new DecisionLogFile(path, router, options);

/**
 * The decisions of a log as it is now, oldest first, one at a time, without a lock.
 * @param onTorn called at the end when the file ends in the middle of a line.
 * @throws DiversionError `file-not-found`, `corrupt-decision-log`, `unsupported-decision-log`, as the file is read.
 */
export function* decisionsOfFile(path: string, onTorn?: (torn: TornLine) => void): Generator<LoggedDecision> {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const why = hasCode(cause, "ENOENT") ? "there is no such file" : String(cause);
    const message = `The decision log cannot be read: ${why}.`;
    throw new DiversionError("file-not-found", message, { file: path }, { cause });
  }
  try {
    const { torn } = yield* readDecisions(chunksOf(descriptor));
    if (torn !== undefined) onTorn?.(torn);
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a log to its end for what a writer goes on from. */
function stateOf(chunks: Iterable<Uint8Array>): DecisionLogState {
  const decisions = readDecisions(chunks);
  let next = decisions.next();
  while (!next.done) next = decisions.next();
  return next.value;
}
