import { readFile, stat } from "node:fs/promises";
import { DiversionError } from "../../core/errors";

/** A message fetched, or the news that it is still the one before. */
export type Fetched =
  | {
      readonly kind: "message";
      readonly content: Uint8Array;
      /** Tells later whether the source has changed; absent when the source gives nothing to tell it by. */
      readonly tag?: string;
      /** When the source was written; absent when only its sender could know. */
      readonly writtenMs?: number;
    }
  | { readonly kind: "unchanged" };

export interface FetchFeedOptions {
  readonly timeoutMs: number;
  readonly maximumBytes: number;
  /** Sent with every request, such as a token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The `tag` of the message at hand. */
  readonly tag?: string | undefined;
  /** Ends the fetch early. */
  readonly signal?: AbortSignal;
}

/** A URL of http or https, or the path of a file. */
export type FeedLocation = string | URL;

/**
 * Fetches a feed's message from a URL or a file.
 *
 * A file answers whether its writer lives or not, so its time of writing comes along; a URL that answers, if only that
 * nothing has changed, has been heard.
 *
 * @throws DiversionError `feed-unavailable` for a URL that does not answer in time, with success, or in fewer bytes than
 * the limit; `file-not-found`; `invalid-feed` for a file beyond the limit.
 */
export function fetchFeed(location: FeedLocation, options: FetchFeedOptions): Promise<Fetched> {
  const url = urlOf(location);
  return url === undefined ? readFeedFile(String(location), options) : requestFeed(url, options);
}

/** @throws DiversionError `invalid-argument` for a URL of another scheme. */
export function urlOf(location: FeedLocation): URL | undefined {
  const isUrl = location instanceof URL || /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
  if (!isUrl) return undefined;
  const url = URL.canParse(String(location)) ? new URL(location) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  const message = `The feed ${String(location)} is neither of http or https nor the path of a file.`;
  throw new DiversionError("invalid-argument", message, { field: "location" });
}

async function readFeedFile(path: string, { maximumBytes }: FetchFeedOptions): Promise<Fetched> {
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > maximumBytes) {
      const message = `The feed has ${size} bytes and the limit is ${maximumBytes}; it is not read.`;
      throw new DiversionError("invalid-feed", message, { file: path });
    }
    return { kind: "message", content: await readFile(path), writtenMs: Math.floor(mtimeMs) };
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause;
    const message = `The feed cannot be read (${messageOf(cause)}); check the name.`;
    throw new DiversionError("file-not-found", message, { file: path }, { cause });
  }
}

async function requestFeed(url: URL, options: FetchFeedOptions): Promise<Fetched> {
  const { timeoutMs, maximumBytes, headers, tag, signal } = options;
  const unavailable = (why: string, cause?: unknown): DiversionError =>
    new DiversionError(
      "feed-unavailable",
      `The feed ${withoutSecrets(url)} ${why}.`,
      {},
      cause === undefined ? undefined : { cause },
    );
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: { ...headers, ...(tag === undefined ? {} : { "If-None-Match": tag }) },
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    if (response.status === 304 && tag !== undefined) {
      await response.body?.cancel();
      return { kind: "unchanged" };
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw unavailable(`answers with HTTP status ${response.status}`);
    }
    const content = await boundedBody(response, maximumBytes);
    if (content === undefined) throw unavailable(`is larger than the limit of ${maximumBytes} bytes`);
    const newTag = response.headers.get("etag");
    return { kind: "message", content, ...(newTag === null ? {} : { tag: newTag }) };
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause;
    if (timeout.aborted) throw unavailable(`has not answered within ${timeoutMs} ms`, cause);
    throw unavailable(`does not answer (${messageOf(cause)})`, cause);
  }
}

/** The body, or undefined when it is too large: counted as it comes, for a length announced need not be true. */
async function boundedBody(response: Response, maximumBytes: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    // Leaving the loop cancels the body, and with it the connection.
    if (size > maximumBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Credentials and queries, where tokens live, are no part of messages and logs. */
const withoutSecrets = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/** fetch says only "fetch failed"; why is in its cause. */
function messageOf(error: unknown): string {
  const { message, cause } = error as { message?: unknown; cause?: { message?: unknown; code?: unknown } };
  return String(cause?.message || cause?.code || message || error);
}
