import { siteName } from "./site-names";

/** Names the build, so that a browser notices a new one and fetches all of its files together. */
declare const PAGE_BUILD: string;
/** The files of the page, as addresses relative to this one. */
declare const PAGE_FILES: readonly string[];

/** What this file needs of the Service Worker API, which the types of pages do not hold. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface WorkerScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const CACHES = siteName("page", location.href);
const CACHE = `${CACHES} ${PAGE_BUILD}`;
const PATHS = PAGE_FILES.map((file) => new URL(file, location.href).pathname);

/** A server that has not begun to answer by then is taken for one that is gone. */
const PATIENCE_MS = 3000;

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(PATHS.map((path) => new Request(path, { cache: "reload" }))))
      .then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  const removeOthers = async (): Promise<void> => {
    const names = await caches.keys();
    // Those of another path are another server's.
    const old = names.filter((name) => name.startsWith(`${CACHES} `) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await scope.clients.claim();
  };
  event.waitUntil(removeOthers());
});

scope.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !PATHS.includes(pathname)) return;
  event.respondWith(answer(event.request, pathname));
});

/** The server's file while it is there: a page must not outlive the release it belongs to. */
async function answer(request: Request, path: string): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return response;
  } catch {
    // The cache answers below.
  }
  return (await (await caches.open(CACHE)).match(path)) ?? Response.error();
}
