/** The reader of our output went away, as `head` does when it has seen enough: no error, but nobody is left to write for. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/**
 * Writes a text and waits until the stream has taken it, so that a slow reader slows the work instead of filling memory.
 * @throws ReaderGone when nobody reads any more.
 */
export function writeText(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else reject(isGone(error) ? new ReaderGone(error.message, { cause: error }) : error);
    });
  });
}

const isGone = ({ code }: NodeJS.ErrnoException): boolean =>
  code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || code === "ERR_STREAM_PREMATURE_CLOSE";
