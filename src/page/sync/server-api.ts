import { defined } from "../../core/defined";
import { OVERRULE_KEY } from "../../hospitals/status/status";
import type { Change, WireHistory, WireSetup } from "../compute/protocol";
import type { Standing } from "../page-state";
import { siteName } from "../site-names";

/** What the server answers from; the body of `GET /v1/basis`. */
export interface WireBasis {
  readonly roads: string;
  readonly hospitals: string;
  readonly policy: string;
  readonly statusVersion: number;
  readonly roadsVersion: number;
  readonly feeds?: string;
  /** Present where several servers keep one status. */
  readonly store?: Standing;
}

/** The server answered with an error, as RFC 9457 has it. */
export class ServerProblem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly code?: string,
  ) {
    super(detail);
  }
}

/** There was no answer: the server or the network is gone. */
export class NoConnection extends Error {}

/** A request that has not been answered by then is taken for one that will not be; large bodies may take longer. */
const PATIENCE_MS = 8000;

/** A `Date` header tells whole seconds, and was written a little earlier. */
const CLOCK_TOLERANCE_MS = 5000;

/** Where the token lies: typed once, and gone with the tab. */
const tokenItem = (): string => siteName("token", location.href);

function storedToken(): string | undefined {
  try {
    return sessionStorage.getItem(tokenItem()) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The HTTP interface of the server the page came from. */
export class ServerApi {
  /** How far this computer's clock is behind the server's, as of the last answer; 0 when they agree. */
  clockOffsetMs = 0;

  #token = storedToken();

  get token(): string | undefined {
    return this.#token;
  }

  set token(token: string | undefined) {
    this.#token = token;
    try {
      if (token === undefined) sessionStorage.removeItem(tokenItem());
      else sessionStorage.setItem(tokenItem(), token);
    } catch {
      // A browser that blocks site data: the token lasts until the page is loaded again.
    }
  }

  basis = (): Promise<WireBasis> => this.#json("v1/basis");
  setup = (): Promise<WireSetup> => this.#json("v1/setup");
  closures = (): Promise<unknown> => this.#json("v1/closures");
  /** Page after page, as the server hands it out. */
  async history(since: number): Promise<WireHistory> {
    const events: WireHistory["events"][number][] = [];
    for (;;) {
      const after = events.at(-1)?.version ?? since;
      const page = await this.#json<WireHistory>(`v1/status/history?since=${after}`);
      events.push(...page.events);
      if (page.events.length === 0 || page.events.at(-1)!.version >= page.version) return { ...page, events };
    }
  }

  /** @param onProgress bytes so far, and of the whole where the server says. */
  async roads(onProgress: (bytes: number, whole: number | undefined) => void): Promise<ArrayBuffer> {
    const response = await this.#fetch("v1/roads", {}, Number.POSITIVE_INFINITY);
    const length = Number(response.headers.get("Content-Length") ?? 0);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    try {
      for (const reader = response.body!.getReader(); ; ) {
        const { value, done } = await reader.read();
        if (done) break;
        chunks.push(value);
        bytes += value.byteLength;
        onProgress(bytes, length === 0 ? undefined : length);
      }
    } catch (cause) {
      throw new NoConnection("The connection broke while the roads were loading.", { cause });
    }
    return new Blob(chunks).arrayBuffer();
  }

  /**
   * Makes a change at the server.
   *
   * @param version of what is held under the key, as the one who decides has seen it.
   * @param id names the request: sent again under it, the change is not made twice.
   * @param observedAt RFC 3339; absent: now.
   * @throws ServerProblem with status 401 for a wrong token, 412 when something else is held by now.
   */
  async change(
    change: Change,
    key: string,
    version: number,
    id: string,
    observedAt?: string,
  ): Promise<{ readonly outcome: string }> {
    const { hospital, kind, ...fields } = change;
    const at = `v1/hospitals/${encodeURIComponent(hospital)}`;
    const held = key === OVERRULE_KEY ? `${at}/overrule` : `${at}/restrictions/${encodeURIComponent(key)}`;
    const headers = { "If-Match": `"${version}"`, "Idempotency-Key": id, "Content-Type": "application/json" };
    const stated = { ...fields, ...defined({ observedAt }) };
    if (kind === "clear") {
      const { key: _, ...query } = stated as Record<string, string>;
      return (await this.#fetch(`${held}?${new URLSearchParams(query)}`, { method: "DELETE", headers })).json();
    }
    return (
      await this.#fetch(kind === "open" ? `${at}/open` : held, { method: "PUT", headers, body: JSON.stringify(stated) })
    ).json();
  }

  async #json<T>(path: string): Promise<T> {
    return (await this.#fetch(path)).json();
  }

  async #fetch(path: string, init: RequestInit = {}, patienceMs = PATIENCE_MS) {
    const headers = new Headers(init.headers);
    if (this.token !== undefined) headers.set("Authorization", `Bearer ${this.token}`);
    const patience = patienceMs === Number.POSITIVE_INFINITY ? [] : [AbortSignal.timeout(patienceMs)];
    const signal = AbortSignal.any([...(init.signal ? [init.signal] : []), ...patience]);
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers, signal, cache: "no-store" });
    } catch (cause) {
      throw new NoConnection("The server does not answer.", { cause });
    }
    this.#compareClocks(response.headers.get("Date"));
    if (response.ok) return response;
    // A proxy before a server that is down answers in its place.
    if ([502, 503, 504].includes(response.status) && !isProblem(response)) {
      throw new NoConnection("The server does not answer.");
    }
    if (!isProblem(response)) throw new ServerProblem(response.status, `The server answered ${response.status}.`);
    const { detail, code } = await response.json();
    throw new ServerProblem(response.status, detail, code);
  }

  #compareClocks(date: string | null): void {
    const offsetMs = date === null ? 0 : Date.parse(date) - Date.now();
    this.clockOffsetMs = Math.abs(offsetMs) > CLOCK_TOLERANCE_MS ? offsetMs : 0;
  }
}

const isProblem = (response: Response): boolean =>
  response.headers.get("Content-Type")?.startsWith("application/problem+json") === true;
