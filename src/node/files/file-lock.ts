import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { DiversionError } from "../../core/errors";
import { parseJson } from "../../core/parse-json";

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Where process numbers mean what they mean here: one boot of one system, and in it one container. */
  readonly space: string;
  /** Tells this process from a later one with the same number, where the system says; otherwise empty. */
  readonly started: string;
  /** Tells locks of one process apart; a number of a file says nothing, for it is given again. */
  readonly nonce: string;
}

/** Makes the error for a lock that another holds. @param path of the lock file */
type LockedError = (holder: string, path: string) => DiversionError;

export interface LockOptions {
  /** Takes the lock from whoever holds it, be it alive: the other then writes no more. Default: false. */
  readonly takeOver?: boolean;
  /** Told when it has to be seen whether the holder still lives, and for how long at most. */
  readonly onWait?: (holder: string, seconds: number) => void;
  /** @internal Default: the thread sleeps. */
  readonly sleep?: (milliseconds: number) => void;
}

/** A holder gives a sign of life this often, */
const HEARTBEAT_MS = 4000;

/** and one that gives none for so long is dead: five of them missed. */
export const LEASE_MS = 20_000;

/** Between two looks at a lock whose holder cannot be seen. */
const LOOK_MS = 250;

/**
 * A lock file beside the file it guards, held by one process.
 *
 * Node cannot ask the system for a lock that dies with its process, so one that was killed or lost its power leaves the
 * file behind, perhaps empty. Where the system tells that its process is gone it is taken over at once. Where it cannot be
 * asked (another machine, another container, an unreadable file) the lock is a lease: its holder touches it every few
 * seconds, and when nobody does for {@link LEASE_MS} it is taken over. No clock is compared with another for that; it is
 * watched. A holder that was only asleep finds out by {@link isHeld} before it writes.
 */
export class FileLock {
  readonly #path: string;
  readonly #text: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #isReleased = false;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS);
    // A lock keeps nobody's process alive.
    this.#timer.unref();
  }

  /**
   * @param locked makes the error for when another holds it, from who that is.
   * @throws DiversionError what `locked` makes; `file-not-writable` when no lock can be made.
   */
  static acquire(path: string, locked: LockedError, options: LockOptions = {}): FileLock {
    try {
      return FileLock.#acquired(path, locked, options);
    } catch (error) {
      throw isSystemError(error) ? notWritable(path, error) : error;
    }
  }

  static #acquired(path: string, locked: LockedError, options: LockOptions): FileLock {
    const text = `${JSON.stringify(thisProcess())}\n`;
    for (let claims = 0; ; ) {
      if (create(path, text)) return FileLock.#made(path, text);
      const found = look(path);
      if (found === undefined) continue;
      if (options.takeOver !== true) requireDead(path, found, locked, options);
      const taken = takeOver(path, found, text, claims);
      if (taken === "claimed") {
        // Somebody else is just taking it over; should he have died over it, the next claim is free.
        (options.sleep ?? sleep)(LOOK_MS);
        if (look(path)?.identity === found.identity) claims++;
      } else if (taken === "taken") return FileLock.#made(path, text);
    }
  }

  static #made(path: string, text: string): FileLock {
    removeLitter(path, /\.(claim|tmp)$/);
    return new FileLock(path, text);
  }

  /** Whether the lock is still this process's: it may have been taken over while this process did not run. */
  isHeld(): boolean {
    return !this.#isReleased && readIfThere(this.#path) === this.#text;
  }

  release(): void {
    clearInterval(this.#timer);
    if (this.isHeld()) removeIfPossible(this.#path);
    this.#isReleased = true;
  }

  #beat(): void {
    if (!this.isHeld()) {
      clearInterval(this.#timer);
      return;
    }
    const now = Date.now() / 1000;
    try {
      utimesSync(this.#path, now, now);
    } catch {
      // Removed in between, or the disk is gone: whoever writes next finds out.
    }
  }
}

/** A lock file as it is at one moment. */
interface Found {
  /** Tells it from others under its name. */
  readonly identity: string;
  readonly text: string;
  /** Changes with every sign of life. */
  readonly touched: string;
}

function look(path: string): Found | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const identity = `${stat.ino}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  return { identity, text, touched: `${stat.mtimeMs} ${text}` };
}

/** Makes a file that is not there; false when it is there. */
function create(path: string, text: string): boolean {
  try {
    const descriptor = openSync(path, "wx", 0o644);
    try {
      writeSync(descriptor, text);
      return true;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Returns when the holder is dead, or let go; throws when it lives. */
function requireDead(
  path: string,
  found: Found,
  locked: LockedError,
  { sleep: nap = sleep, onWait }: LockOptions,
): void {
  const holder = holderFrom(found.text);
  const name = nameOf(holder);
  const life = holder === undefined ? "unseen" : lifeOf(holder);
  if (life === "alive") throw locked(name, path);
  if (life === "dead") return;
  onWait?.(name, LEASE_MS / 1000);
  for (let waited = 0; waited < LEASE_MS; waited += LOOK_MS) {
    nap(LOOK_MS);
    const now = look(path);
    if (now?.identity !== found.identity) return;
    if (now.touched !== found.touched) throw locked(nameOf(holderFrom(now.text)), path);
  }
}

const nameOf = (holder: Holder | undefined): string =>
  holder === undefined ? "an unknown process" : `process ${holder.pid} on ${holder.host}`;

/**
 * Puts this process's lock in the place of a dead one. Of several that try, one makes the claim on that very lock, and no
 * other touches it: a living lock is never moved.
 */
function takeOver(path: string, dead: Found, text: string, claims: number): "taken" | "claimed" | "gone" {
  const claim = `${path}.${dead.identity}-${claims}.claim`;
  if (!create(claim, text)) return "claimed";
  const mine = `${path}.${process.pid}-${dead.identity}.tmp`;
  removeIfPossible(mine);
  try {
    if (look(path)?.identity !== dead.identity || !create(mine, text)) return "gone";
    renameSync(mine, path);
    return "taken";
  } finally {
    removeIfPossible(mine);
    removeIfPossible(claim);
  }
}

/** How the names end of files that are about to replace others. */
const TEMPORARY = /\.[0-9a-f-]{36}\.tmp$/;

/** Removes what processes that died while they wrote left beside a file; to be called by whoever holds its lock. */
export function removeLitter(path: string, ending: RegExp = TEMPORARY): void {
  const folder = dirname(path);
  const beginning = `${basename(path)}.`;
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
  for (const name of names) {
    if (name.startsWith(beginning) && ending.test(name)) removeIfPossible(join(folder, name));
  }
}

/** Nothing depends on it: what is left behind is removed another time. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

const thisProcess = (): Holder => ({
  pid: process.pid,
  host: hostname(),
  space: spaceOf(),
  started: startOf(process.pid),
  nonce: randomUUID(),
});

/** Whether a holder lives, as far as the system can be asked from here. */
function lifeOf(holder: Holder): "alive" | "dead" | "unseen" {
  if (holder.space === "" || holder.space !== spaceOf()) return "unseen";
  if (!isRunning(holder.pid)) return "dead";
  if (holder.started === "") return holder.pid === process.pid ? "alive" : "unseen";
  return startOf(holder.pid) === holder.started ? "alive" : "dead";
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}

/** One boot of Linux and in it one space of process numbers (pid_namespaces(7)); elsewhere the machine's name. */
function spaceOf(): string {
  if (process.platform !== "linux") return hostname();
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
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
    const holder = parseJson(text) as Holder;
    const isUsable = [holder.host, holder.space, holder.started].every((part) => typeof part === "string");
    return isUsable && Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

const notWritable = (path: string, cause: unknown): DiversionError =>
  new DiversionError(
    "file-not-writable",
    `The lock ${path} cannot be made: ${String(cause)}.`,
    { file: path },
    { cause },
  );

/** Whether the system refused: a full disk, a missing right. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && !(error instanceof DiversionError) && "code" in error;

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
