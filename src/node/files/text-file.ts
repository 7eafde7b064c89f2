import { readFile } from "node:fs/promises";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { decodeText } from "../../core/text";
import { openForReading } from "./file-source";

/**
 * Reads a file that is small enough to be held whole, and has it parsed; what is wrong with it is told with its name.
 *
 * @throws DiversionError `file-not-found`, `invalid-text` for another encoding than UTF-8 and UTF-16, and what `parse` throws.
 */
export async function parseTextFile<T>(path: string, parse: (text: string) => T): Promise<T> {
  const file = await openForReading(path);
  try {
    return parse(
      decodeText(
        await readFile(file),
        ({ what, row }) => new DiversionError("invalid-text", `The file ${what}.`, { row }),
      ),
    );
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  } finally {
    await file.close();
  }
}

/** The JSON value of a text. @param code of the error for another text @param hint what to do about it, in words */
export function parseJsonText(text: string, code: ErrorCode, hint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DiversionError(code, `The file is not JSON (${(cause as Error).message}); ${hint}.`, {}, { cause });
  }
}
