import type * as nodeFs from "node:fs";

type Fs = typeof nodeFs;

/** What happens at one file operation. */
export type Fault =
  /** It fails, once or from then on, with this code of the system. */
  | { readonly code: "EIO" | "ENOSPC" | "EROFS" | "EACCES"; readonly lasting: boolean }
  /** A write takes half of its bytes, and the next one fails. */
  | { readonly code: "short" }
  /** The process ends there. */
  | { readonly code: "crash" };

/** Thrown where a process would have ended: nothing after it touches the disk. */
export class Crashed extends Error {}

/** What the disk is known to hold after a loss of power. */
interface Durable {
  readonly entries: Map<string, number>;
  readonly contents: Map<number, Buffer>;
}

const CHANGES = [
  "openSync",
  "writeSync",
  "fsyncSync",
  "ftruncateSync",
  "closeSync",
  "renameSync",
  "rmSync",
  "utimesSync",
  "fchmodSync",
  "fchownSync",
] as const;

const READS = ["readSync", "readFileSync", "fstatSync", "statSync", "readdirSync", "realpathSync"] as const;

/**
 * `node:fs` as the product uses it, with a fault at one operation, and with a record of what a loss of power would leave:
 * of a file what was synchronized last, of a folder the names it had when it was synchronized last.
 */
export class FaultyDisk {
  #fs!: Fs;
  #folder: string | undefined;
  #fault: Fault | undefined;
  #at = 0;
  #count = 0;
  #isFailing = false;
  #durable: Durable = { entries: new Map(), contents: new Map() };
  /** Operations since the last {@link arm}, by name. */
  readonly done: string[] = [];

  wrap(fs: Fs): Fs {
    this.#fs = fs;
    const wrapped: Record<string, unknown> = { ...fs };
    for (const name of [...CHANGES, ...READS]) {
      const original = fs[name] as (...args: unknown[]) => unknown;
      wrapped[name] = (...args: unknown[]) => this.#operate(name, original, args);
    }
    wrapped.default = wrapped;
    return wrapped as unknown as Fs;
  }

  /** From now on operations in the folder are counted, and the one numbered `at` (from 0) has the fault. */
  arm(folder: string, at = Number.POSITIVE_INFINITY, fault: Fault = { code: "crash" }): void {
    this.#folder = this.#fs.realpathSync(folder);
    this.#at = at;
    this.#fault = fault;
    this.#count = 0;
    this.#isFailing = false;
    this.done.length = 0;
    this.#durable = { entries: new Map(), contents: new Map() };
    for (const name of this.#fs.readdirSync(folder)) this.#synchronize(`${this.#folder}/${name}`);
    this.#synchronizeFolder();
  }

  disarm(): void {
    this.#folder = undefined;
  }

  /** Makes the folder what it would be after a loss of power; `names` whether names that were not synchronized survive. */
  cutPower(names: "lost" | "kept"): void {
    const folder = this.#folder!;
    const { entries, contents } = this.#durable;
    const left = new Map<string, Buffer>();
    for (const [name, inode] of entries) left.set(name, contents.get(inode) ?? Buffer.alloc(0));
    if (names === "kept") {
      left.clear();
      for (const name of this.#fs.readdirSync(folder)) {
        const { ino } = this.#fs.statSync(`${folder}/${name}`);
        left.set(name, contents.get(ino) ?? Buffer.alloc(0));
      }
    }
    this.disarm();
    for (const name of this.#fs.readdirSync(folder)) this.#fs.rmSync(`${folder}/${name}`, { recursive: true });
    for (const [name, content] of left) this.#fs.writeFileSync(`${folder}/${name}`, content);
  }

  #operate(name: (typeof CHANGES | typeof READS)[number], original: (...args: unknown[]) => unknown, args: unknown[]) {
    if (!this.#isOurs(args[0])) return original(...args);
    const at = this.#count++;
    this.done.push(name);
    if (this.#isFailing || at === this.#at) {
      const result = this.#fail(name, original, args);
      if (result !== undefined) return result;
    }
    const result = original(...args);
    if (name === "fsyncSync") this.#synchronized(args[0] as number);
    return result;
  }

  /** @returns what a write in part returns; undefined for an operation that this fault does not touch */
  #fail(name: string, original: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    const fault = this.#fault!;
    if (fault.code === "crash") {
      this.#isFailing = true;
      throw new Crashed(name);
    }
    if (fault.code === "short") {
      if (name !== "writeSync") return undefined;
      if (!this.#isFailing) {
        this.#isFailing = true;
        const bytes = Buffer.from(args[1] as Buffer);
        const offset = (args[2] as number | undefined) ?? 0;
        return original(args[0], bytes, offset, Math.floor((bytes.length - offset) / 2), args[4] ?? null);
      }
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }
    // Nothing is to be done about a close that fails, and no process ends one otherwise.
    if (name === "closeSync") return undefined;
    if (fault.code === "EROFS" && (READS as readonly string[]).includes(name)) return undefined;
    this.#isFailing = fault.lasting;
    throw Object.assign(new Error(`${fault.code}: made to fail, ${name}`), { code: fault.code });
  }

  #isOurs(target: unknown): boolean {
    if (this.#folder === undefined) return false;
    if (typeof target === "string") return target.startsWith(this.#folder);
    if (typeof target !== "number") return false;
    return this.#pathOf(target).startsWith(this.#folder);
  }

  #pathOf(descriptor: number): string {
    try {
      return this.#fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return "";
    }
  }

  #synchronized(descriptor: number): void {
    if (this.#fs.fstatSync(descriptor).isDirectory()) this.#synchronizeFolder();
    else
      this.#durable.contents.set(
        this.#fs.fstatSync(descriptor).ino,
        this.#fs.readFileSync(`/proc/self/fd/${descriptor}`),
      );
  }

  #synchronize(path: string): void {
    if (this.#fs.statSync(path).isFile()) {
      this.#durable.contents.set(this.#fs.statSync(path).ino, this.#fs.readFileSync(path));
    }
  }

  #synchronizeFolder(): void {
    this.#durable.entries.clear();
    for (const name of this.#fs.readdirSync(this.#folder!)) {
      const stat = this.#fs.statSync(`${this.#folder}/${name}`);
      if (stat.isFile()) this.#durable.entries.set(name, stat.ino);
    }
  }
}

export const disk = new FaultyDisk();
