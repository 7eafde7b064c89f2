import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { DiversionError } from "../../core/errors";
import { parseJson } from "../../core/parse-json";

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells this process from a later one with the same number, where the system says; otherwise empty. */
  readonly started: string;
}

/** Makes the error for a lock that another holds. @param path of the lock file */
type LockedError = (holder: string, path: string) => DiversionError;

/**
 * A lock file beside the file it guards, held by one process on one machine.
 *
 * Node cannot ask the system for a lock that dies with its process, so a holder that was killed leaves the file behind.
 * It is taken over when its process is gone. A lock held on another machine is never taken over: from here nobody can
 * tell whether that process lives.
 */
export class FileLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /**
   * @param locked makes the error for when another holds it, from who that is.
   * @throws DiversionError what `locked` makes; `file-not-writable` when no lock can be made.
   */
  static acquire(path: string, locked: LockedError): FileLock {
    const me: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
    const text = `${JSON.stringify(me)}\n`;
    const mine = `${path}.${process.pid}`;
    try {
      writeFileSync(mine, text);
    } catch (error) {
      throw notWritable(path, error);
    }
    try {
      // A link appears at once and with its content, or not at all: nobody ever reads a lock half written.
      while (!tryLink(mine, path)) removeDead(path, mine, me, locked);
      return new FileLock(path, text);
    } finally {
      rmSync(mine, { force: true });
    }
  }

  release(): void {
    if (readIfThere(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw notWritable(to, error);
  }
}

/** Removes the lock when its holder is dead; returns when there may be none; throws when the holder is alive. */
function removeDead(path: string, mine: string, me: Holder, locked: LockedError): void {
  const text = readIfThere(path);
  if (text === undefined) return;
  const holder = holderFrom(text);
  if (holder === undefined || !isDead(holder, me)) {
    throw locked(holder === undefined ? "an unknown process" : `process ${holder.pid} on ${holder.host}`, path);
  }
  const aside = `${mine}.dead`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw notWritable(path, error);
  }
  // Between reading and renaming, another process may have taken the dead lock over: then it is a live one that was
  // moved aside, and it goes back.
  if (readIfThere(aside) !== text) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function isDead(holder: Holder, me: Holder): boolean {
  if (holder.host !== me.host) return false;
  if (holder.pid === me.pid) return holder.started !== me.started;
  return !isRunning(holder.pid) || startOf(holder.pid) !== holder.started;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}

/** Clock ticks since boot at which a process began, field 22 of /proc/PID/stat (proc(5)); empty where there is no /proc. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // Field 2 is the command in parentheses, and may itself hold spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function holderFrom(text: string): Holder | undefined {
  try {
    const { pid, host, started } = parseJson(text) as Partial<Holder>;
    const usable = Number.isInteger(pid) && typeof host === "string" && typeof started === "string";
    return usable ? ({ pid, host, started } as Holder) : undefined;
  } catch {
    return undefined;
  }
}

const notWritable = (path: string, cause: unknown): DiversionError =>
  new DiversionError(
    "file-not-writable",
    `The lock ${path} cannot be made: ${String(cause)}.`,
    { file: path },
    { cause },
  );

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
