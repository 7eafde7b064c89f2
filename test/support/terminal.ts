import { Readable, Writable } from "node:stream";
import { main } from "../../src/cli/main";

export interface CommandRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalOptions {
  /** What standard input holds, in the pieces it comes in. */
  readonly stdin?: string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
  /** The time it is. */
  readonly now?: string;
  /** Takes standard output in place of the text of {@link CommandRun}. */
  readonly stdout?: Writable;
}

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

/** Runs a command line in this process, on streams of its own. */
export async function runCommand(argv: readonly string[], options: TerminalOptions = {}): Promise<CommandRun> {
  const { stdin = [], now = "2017-05-15T12:00:00+01:00" } = options;
  const stdout = new Kept();
  const stderr = new Kept();
  const status = await main(argv, {
    stdin: Readable.from(typeof stdin === "string" ? [stdin] : stdin),
    stdout: options.stdout ?? stdout,
    stderr,
    showsProgress: false,
    now: () => new Date(now),
  });
  return { status, stdout: stdout.text, stderr: stderr.text };
}
