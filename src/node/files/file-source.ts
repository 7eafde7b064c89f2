import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { DiversionError } from "../../core/errors";
import type { ByteSource } from "../../roads/sources/osm-source";

/**
 * A file on disk as a {@link ByteSource}. The file is open only between a first read and {@link close}, and may be read
 * again after that; a file replaced in between is noticed.
 */
class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #path: string;
  readonly #modifiedMs: number;
  #handle: FileHandle | undefined;
  #buffer = new Uint8Array(0);

  private constructor(path: string, size: number, modifiedMs: number) {
    this.#path = path;
    this.name = basename(path);
    this.size = size;
    this.#modifiedMs = modifiedMs;
  }

  /** Rejects with `file-not-found` unless `path` is a readable regular file. */
  static async open(path: string): Promise<FileSource> {
    const handle = await openForReading(path);
    try {
      const { size, mtimeMs } = await handle.stat();
      return new FileSource(path, size, mtimeMs);
    } finally {
      await handle.close();
    }
  }

  /** The bytes are valid until the next call. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    this.#handle ??= await this.#reopen();
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const { bytesRead } = await this.#handle.read(this.#buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw this.#changed(`ends at byte ${offset + filled}`);
      filled += bytesRead;
    }
    return this.#buffer.subarray(0, length);
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#buffer = new Uint8Array(0);
    await handle?.close();
  }

  async #reopen(): Promise<FileHandle> {
    const handle = await openForReading(this.#path);
    const { size, mtimeMs } = await handle.stat();
    if (size !== this.size || mtimeMs !== this.#modifiedMs) {
      await handle.close();
      throw this.#changed(`has ${size} bytes`);
    }
    return handle;
  }

  #changed(now: string): DiversionError {
    return new DiversionError(
      "file-not-found",
      `The file changed while it was being read: it had ${this.size} bytes and now ${now}; run the command again.`,
      { file: this.#path },
    );
  }
}

/** A file on disk for random access; {@link FileSource.close} it when done. */
export const openFileSource = (path: string): Promise<FileSource> => FileSource.open(path);

/** Opens a regular file, or rejects with `file-not-found` and the reason in words. */
export async function openForReading(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    const what = reason === "ENOENT" ? "does not exist" : `cannot be opened (${reason})`;
    throw new DiversionError("file-not-found", `The file ${path} ${what}; check the path.`, { file: path }, { cause });
  }
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw new DiversionError("file-not-found", `${path} is not a file; name a file.`, { file: path });
  }
  return handle;
}
