import { closeSync, createWriteStream, fsyncSync, openSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DiversionError } from "../../core/errors";

/**
 * Writes a file under a temporary name beside its own and renames it when every byte is on the disk, so that nobody ever
 * sees half a file: a reader finds the old one, or the new one, or none.
 *
 * @returns the number of bytes written.
 * @throws DiversionError `file-not-writable`.
 */
export async function writeFileWhole(path: string, chunks: Iterable<Uint8Array | string>): Promise<number> {
  const temporary = `${path}.${process.pid}.tmp`;
  let bytes = 0;
  function* counted(): Generator<Uint8Array | string> {
    for (const chunk of chunks) {
      bytes += typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.byteLength;
      if (chunk.length > 0) yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(counted(), { objectMode: true }), createWriteStream(temporary, { flags: "wx" }));
    const file = await open(temporary, "r+");
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") await rm(temporary, { force: true });
    if (code === undefined || error instanceof DiversionError) throw error;
    throw new DiversionError(
      "file-not-writable",
      `The file cannot be written (${message}); choose a folder that exists and may be written to.`,
      { file: path },
      { cause: error },
    );
  }
  return bytes;
}

/** Writes several files into a folder, which is made when it does not exist. */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, Iterable<string>>>,
): Promise<{ path: string; bytes: number }[]> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new DiversionError(
      "file-not-writable",
      `The folder cannot be made (${(error as Error).message}); choose another.`,
      { file: dirname(folder) },
      { cause: error },
    );
  }
  const written: { path: string; bytes: number }[] = [];
  for (const [name, chunks] of Object.entries(files)) {
    const path = `${folder.replace(/\/$/, "")}/${name}`;
    written.push({ path, bytes: await writeFileWhole(path, chunks) });
  }
  return written;
}

/** Waits until a file's bytes are safe from a loss of power. */
export function synchronizeFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A new file's name is safe only when its folder is synchronized too. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
