import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DiversionError } from "../../core/errors";
import { hasCode, isSystemError, removeIfPossible } from "./file-lock";

/**
 * Replaces a file, or makes it: written under a name of its own beside it, synchronized with the disk, renamed, and the
 * folder synchronized. Whatever happens in between, also a loss of power, a reader finds the old file whole or the new one
 * whole; when this returns it is the new one for good. A symlink stays one, and what it leads to is replaced; owner, group
 * and mode stay as they were where this process may set them.
 *
 * @returns the number of bytes written.
 * @throws DiversionError `file-not-writable`.
 */
export function replaceFile(path: string, chunks: Iterable<Uint8Array | string>): number {
  let temporary: string | undefined;
  try {
    const target = realPathOf(path);
    const old = statSync(target, { throwIfNoEntry: false });
    temporary = join(dirname(target), `${basename(target)}.${randomUUID()}.tmp`);
    const bytes = writeNew(temporary, old, chunks);
    renameSync(temporary, target);
    temporary = undefined;
    syncFolder(dirname(target));
    return bytes;
  } catch (error) {
    if (temporary !== undefined) removeIfPossible(temporary);
    if (!isSystemError(error)) throw error;
    throw new DiversionError(
      "file-not-writable",
      `The file cannot be written (${error.message}); choose a folder that exists and may be written to.`,
      { file: path },
      { cause: error },
    );
  }
}

/** Gives a file its name for good, which must be free; it has been synchronized, and lies in the same folder. */
export function nameForGood(temporary: string, path: string): void {
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Where a name leads; of a file that is not there yet, its name in the folder that this leads to. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    return join(realpathSync(dirname(path)), basename(path));
  }
}

function writeNew(path: string, old: Stats | undefined, chunks: Iterable<Uint8Array | string>): number {
  const descriptor = openSync(path, "wx", old === undefined ? 0o666 : 0o600);
  try {
    let written = 0;
    for (const chunk of chunks) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      // A write may take only part of the bytes, for instance when the disk is nearly full.
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
      written += bytes.length;
    }
    if (old !== undefined) keepOwnership(descriptor, old);
    fsyncSync(descriptor);
    return written;
  } finally {
    closeSync(descriptor);
  }
}

/** Who may not give files away keeps at least the group, where he is in it; the mode comes last, for a change of owner clears bits of it. */
function keepOwnership(descriptor: number, { uid, gid, mode }: Stats): void {
  for (const owner of [uid, -1]) {
    try {
      fchownSync(descriptor, owner, gid);
      break;
    } catch (error) {
      if (!hasCode(error, "EPERM")) throw error;
    }
  }
  fchmodSync(descriptor, mode & 0o7777);
}

/** {@link replaceFile} for callers that wait. */
export async function writeFileWhole(path: string, chunks: Iterable<Uint8Array | string>): Promise<number> {
  return replaceFile(path, chunks);
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

/** Gives a file another name beside it, with a number where that is taken; what it is called now. */
export function setAside(path: string, name: string): string {
  let aside = name;
  for (let number = 2; existsSync(aside); number++) aside = `${name}-${number}`;
  renameSync(path, aside);
  syncFolder(dirname(path));
  return aside;
}
