import { readFile, stat } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Dispatcher, Response } from "undici";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";

/** By what a server knows the message at hand again; absent what it did not give. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** A message fetched, or the news that it is still the one before. */
export type Fetched =
  | {
      readonly kind: "message";
      /** Its pages; most come in one. */
      readonly pages: readonly Uint8Array[];
      /** Tell later whether the source has changed; absent when the source gives nothing to tell it by. */
      readonly validators?: Validators;
      /** When the source was written; absent when only its sender could know. */
      readonly writtenMs?: number;
    }
  | { readonly kind: "unchanged" };

interface FetchFeedOptions {
  readonly timeoutMs: number;
  /** Of the message, unpacked. */
  readonly maximumBytes: number;
  /** Sent with every request to the origin that is asked, such as a token, and to no other. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where a page says that the next one is; undefined on the last. Default: every message is one page. */
  readonly nextPage?: ((content: Uint8Array) => string | undefined) | undefined;
  /** The media types that are read. */
  readonly accept?: string | undefined;
  /** Of the message at hand. */
  readonly validators?: Validators | undefined;
  /** Ends the fetch early. */
  readonly signal?: AbortSignal;
  /** The way to the network. Default: {@link environmentProxies}, as the environment was at the first fetch. */
  readonly dispatcher?: Dispatcher;
}

/** A URL of http or https, or the path of a file. */
export type FeedLocation = string | URL;

/** A chain of redirects longer than this is a circle, or a mistake. */
const MAX_REDIRECTS = 5;

/** A message of more pages than this does not end, or is a mistake: 20,000 entries in servers' pages of 200. */
const MAX_PAGES = 100;

/**
 * The way to the network that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (or the same in small letters) name now.
 *
 * Plain HTTP is asked for in the form every proxy knows, not through a tunnel, which many allow to port 443 only.
 *
 * @throws DiversionError `invalid-argument` for a proxy without an address.
 */
export async function environmentProxies(): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await undici();
  try {
    return new EnvHttpProxyAgent({ proxyTunnel: false });
  } catch (cause) {
    const message = "HTTP_PROXY or HTTPS_PROXY is no address of a proxy; write one such as http://proxy.example:3128.";
    throw new DiversionError("invalid-argument", message, { field: "HTTP_PROXY" }, { cause });
  }
}

// It takes as long to load as all of this package, and most uses fetch nothing.
const undici = () => import("undici");

let shared: Dispatcher | undefined;

/** One for the process, so that connections are kept; made when first needed. */
async function sharedProxies(): Promise<Dispatcher> {
  shared ??= await environmentProxies();
  return shared;
}

/**
 * Fetches a feed's message from a URL or a file, unpacked where it is packed with gzip.
 *
 * A file answers whether its writer lives or not, so its time of writing comes along; a URL that answers, if only that
 * nothing has changed, has been heard. Of a message in pages all are fetched or none: half of one could pass for all being
 * well. The pages are of the site that was asked, or to which it redirected; the time allowed is for each, the bytes for
 * all together.
 *
 * @throws DiversionError `feed-unavailable` for a URL that does not answer in time, with success, or in fewer bytes than
 * the limit, and for pages elsewhere, in a circle or without end; `file-not-found`; `invalid-feed` for a file beyond the
 * limit or damaged; what `nextPage` throws.
 */
export async function fetchFeed(location: FeedLocation, options: FetchFeedOptions): Promise<Fetched> {
  const url = urlOf(location);
  if (url === undefined) return readFeedFile(String(location), options);
  const fetched = await requestPage(url, url.origin, options, options.maximumBytes);
  if (fetched.kind === "unchanged") return fetched;
  const { page, validators } = fetched;
  const pages = [page];
  const seen = new Set([url.href]);
  const { validators: _, ...unconditional } = options;
  let left = options.maximumBytes - page.length;
  for (let last = fetched; ; ) {
    const next = options.nextPage?.(pages.at(-1)!);
    if (next === undefined) break;
    const at = nextUrl(next, last.url, url);
    if (seen.has(at.href)) throw unavailable(at, "comes again as its own next page");
    if (pages.length === MAX_PAGES) throw unavailable(url, `has more than ${MAX_PAGES} pages`);
    seen.add(at.href);
    const following = await requestPage(at, url.origin, unconditional, left);
    if (following.kind === "unchanged") throw unavailable(at, "answers with HTTP status 304 to a first question");
    pages.push(following.page);
    left -= following.page.length;
    last = following;
  }
  // That one page is as it was tells nothing of the others.
  return defined({
    kind: "message",
    pages,
    validators: validators === undefined || pages.length > 1 ? undefined : validators,
  });
}

/** @throws DiversionError `feed-unavailable` for a page of another site than those asked so far. */
function nextUrl(stated: string, page: URL, first: URL): URL {
  const next = URL.canParse(stated, page) ? new URL(stated, page) : undefined;
  if (next?.origin === page.origin || next?.origin === first.origin) return next;
  const where = next === undefined ? "at no address" : `at ${next.origin}, which is another site`;
  throw unavailable(page, `names its next page ${where}; its own address must be set right at the source`);
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

async function readFeedFile(path: string, { maximumBytes }: Pick<FetchFeedOptions, "maximumBytes">): Promise<Fetched> {
  const invalid = (what: string, cause?: unknown): DiversionError =>
    new DiversionError("invalid-feed", `${what}; it is not read.`, { file: path }, { cause });
  const tooLarge = (bytes: string): DiversionError => invalid(`The feed has ${bytes} and the limit is ${maximumBytes}`);
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > maximumBytes) throw tooLarge(`${size} bytes`);
    const content = unpacked(await readFile(path), maximumBytes, (why, cause) => {
      throw why === "too-large" ? tooLarge("more bytes when unpacked") : invalid("The feed's gzip is damaged", cause);
    });
    return { kind: "message", pages: [content], writtenMs: Math.floor(mtimeMs) };
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause;
    const message = `The feed cannot be read (${messageOf(cause)}); check the name.`;
    throw new DiversionError("file-not-found", message, { file: path }, { cause });
  }
}

const unavailable = (url: URL, why: string, cause?: unknown): DiversionError =>
  new DiversionError(
    "feed-unavailable",
    `The feed ${withoutSecrets(url)} ${why}.`,
    {},
    cause === undefined ? undefined : { cause },
  );

type Page =
  | {
      readonly kind: "page";
      readonly page: Uint8Array;
      /** Where it came from at last. */
      readonly url: URL;
      readonly validators?: Validators;
    }
  | { readonly kind: "unchanged" };

/**
 * @param trusted the origin that secrets are for
 * @param left bytes of what is allowed that no page before took
 */
async function requestPage(url: URL, trusted: string, options: FetchFeedOptions, left: number): Promise<Page> {
  const { timeoutMs, maximumBytes, validators, signal } = options;
  const tooLarge = (): DiversionError => unavailable(url, `is larger than the limit of ${maximumBytes} bytes`);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const [response, from] = await requestFollowing(
      url,
      trusted,
      options,
      signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    );
    if (response.status === 304 && validators !== undefined) {
      await response.body?.cancel();
      return { kind: "unchanged" };
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw unavailable(url, `answers with HTTP status ${response.status}`);
    }
    const body = await boundedBody(response, left);
    if (body === undefined) throw tooLarge();
    const page = unpacked(body, left, (why, cause) => {
      throw why === "too-large" ? tooLarge() : unavailable(url, "answers with damaged gzip", cause);
    });
    const etag = response.headers.get("etag");
    const lastModified = response.headers.get("last-modified");
    const given = defined({
      etag: etag ?? undefined,
      lastModified: lastModified ?? undefined,
    });
    return defined({ kind: "page", page, url: from, validators: Object.keys(given).length === 0 ? undefined : given });
  } catch (cause) {
    if (cause instanceof DiversionError) throw cause;
    if (timeout.aborted) throw unavailable(url, `has not answered within ${timeoutMs} ms`, cause);
    throw unavailable(url, `does not answer (${messageOf(cause)})`, cause);
  }
}

/**
 * The answer at the end of the redirects, and where that is. They are followed here and not by fetch, which takes `Authorization` off on the
 * way to another origin, but no other header that may hold a key.
 */
async function requestFollowing(
  first: URL,
  trusted: string,
  { headers, accept, validators, dispatcher }: FetchFeedOptions,
  signal: AbortSignal,
): Promise<[Response, URL]> {
  const { etag, lastModified } = validators ?? {};
  const { fetch } = await undici();
  const way = dispatcher ?? (await sharedProxies());
  let url = first;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url, {
      headers: {
        ...defined({ Accept: accept }),
        ...(url.origin === trusted ? headers : {}),
        ...defined({ "If-None-Match": etag, "If-Modified-Since": lastModified }),
      },
      redirect: "manual",
      dispatcher: way,
      signal,
    });
    const to = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || to === null) return [response, url];
    await response.body?.cancel();
    const next = URL.canParse(to, url) ? new URL(to, url) : undefined;
    if (next === undefined || !/^https?:$/.test(next.protocol)) {
      throw unavailable(first, "redirects to what is no address of http or https");
    }
    if (url.protocol === "https:" && next.protocol === "http:") {
      throw unavailable(first, `redirects from https to http (${withoutSecrets(next)}), where anybody could change it`);
    }
    url = next;
  }
  throw unavailable(first, `redirects more than ${MAX_REDIRECTS} times`);
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

/** A message that is packed as a file is, by gzip's first two bytes, is unpacked; what a transfer packed, fetch unpacks. */
function unpacked(
  content: Uint8Array,
  maximumBytes: number,
  fail: (why: "too-large" | "damaged", cause: unknown) => never,
): Uint8Array {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  try {
    return gunzipSync(content, { maxOutputLength: maximumBytes });
  } catch (cause) {
    return fail((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE" ? "too-large" : "damaged", cause);
  }
}

/** Credentials and queries, where tokens live, are no part of messages and logs. */
const withoutSecrets = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/** fetch says only "fetch failed"; why is in its cause. */
function messageOf(error: unknown): string {
  const { message, cause } = error as { message?: unknown; cause?: { message?: unknown; code?: unknown } };
  return String(cause?.message || cause?.code || message || error);
}
