import pg from "pg";
import { DiversionError } from "../core/errors";
import { Listeners } from "../core/listeners";
import {
  EMPTY_HEAD,
  forked,
  type StatusHead,
  type StatusStore,
  StatusStoreUnavailable,
  type StoredChange,
  type StoredChanges,
} from "../hospitals/status/status-store";
import { hostsOf, shownUrl } from "./postgres-url";
import { CHANNEL, REFUSED, setupSql, TRIGGERS } from "./schema";

/** The oldest release that has all that the table needs and is still kept up. */
const OLDEST_VERSION = 150_000;

/** A connection that listens is asked for a sign of life this often, and given up after as long without one. */
const HEARTBEAT_MS = 5000;

/** Of several hosts, how long one is tried: one that swallows packets must leave time for the next. */
const HOST_MS = 1000;

/** Between two attempts to listen. */
const RETRY_MS = 1000;

const READ = `SELECT v, seal, line, id, origin, extract(epoch FROM clock_timestamp()) * 1000 AS now
  FROM status_log WHERE v >= $1 ORDER BY v LIMIT $2`;

/** One statement adds and tells, so that what is told is there, and what is there is told. */
const APPEND = `WITH added AS (
  INSERT INTO status_log (v, seal, before, line, id, origin) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING RETURNING v)
  SELECT v, pg_notify('${CHANNEL}', v::text) FROM added`;

const APPEND_ALL = `INSERT INTO status_log (v, seal, before, line, id, origin)
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`;

const INSPECT = `SELECT current_setting('server_version_num')::int AS version,
    current_setting('server_version') AS release,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_standby_names') AS standbys,
    pg_is_in_recovery() AS is_standby,
    to_regclass('status_log') IS NOT NULL AS is_set_up,
    ARRAY(SELECT tgname::text FROM pg_trigger
      WHERE tgrelid = to_regclass('status_log') AND tgenabled <> 'D' AND NOT tgisinternal) AS triggers`;

/**
 * The status in a table of PostgreSQL 15 or newer: see {@link setupSql}. One connection asks, one request after the
 * other; another listens while somebody watches. A connection on which an answer does not come in time is given up: the
 * server's own limits do nothing for a line that is dead.
 */
export class PostgresStatusStore implements StatusStore {
  readonly #url: string;
  readonly #hints = new Listeners<"hint">();
  #client: pg.Client | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #description: string | undefined;
  #listening: { stop(): void } | undefined;
  #watchers = 0;
  /** Which of the hosts was the primary last. */
  #host = 0;

  /** @param url as PostgreSQL's own tools take it, several hosts included. Nothing is asked before it is needed. */
  constructor(url: string) {
    this.#url = url;
  }

  get description(): string {
    return this.#description ?? `PostgreSQL at ${shownUrl(this.#url)}`;
  }

  async head(signal: AbortSignal): Promise<StatusHead> {
    const { rows } = await this.#ask(signal, (client) =>
      client.query<{ v: string; seal: StatusHead["seal"] }>("SELECT v, seal FROM status_log ORDER BY v DESC LIMIT 1"),
    );
    return { version: Number(rows[0]!.v), seal: rows[0]!.seal };
  }

  async read(after: StatusHead, limit: number, signal: AbortSignal): Promise<StoredChanges> {
    const { rows } = await this.#ask(signal, (client) => client.query<Row>(READ, [after.version, limit + 1]));
    const [held, ...news] = rows;
    if (held === undefined) throw forked(after, "the store ends before it");
    if (Number(held.v) !== after.version || held.seal !== after.seal) {
      if (after.version > 0) throw forked(after, "the store has another");
      throw invalidStore("its first line is not that of a status log of this release; it was set up by another");
    }
    return { changes: news.map(changeOf), storeNow: Number(held.now) };
  }

  async append(change: StoredChange, after: StatusHead, signal: AbortSignal): Promise<"appended" | "conflict"> {
    const { version, seal, line, id, origin } = change;
    let isSent = false;
    try {
      const { rowCount } = await this.#ask(signal, (client) => {
        isSent = true;
        return client.query(APPEND, [version, seal, after.seal, line, id, origin]);
      });
      return rowCount === 1 ? "appended" : "conflict";
    } catch (error) {
      const refusal = refusalOf(error);
      // No entry with this version and seal to follow on.
      if (refusal?.code === "23503") return "conflict";
      if (refusal?.code === REFUSED.clockAhead) {
        const what = `${refusal.message} Set this machine's clock; until then it can make no change.`;
        throw new StatusStoreUnavailable(what, { cause: error });
      }
      if (!(error instanceof StatusStoreUnavailable)) throw error;
      // A connection that the server ends may be one whose change it had made.
      const maybeDone = isSent && refusal?.severity !== "ERROR";
      throw new StatusStoreUnavailable(error.message, { maybeDone, cause: error });
    }
  }

  /**
   * Fills a store that has no entries yet, all at once or not at all.
   * @throws DiversionError `invalid-status-store` for one that has some.
   */
  async fill(changes: readonly StoredChange[], signal: AbortSignal): Promise<void> {
    const head = await this.head(signal);
    if (head.version > 0) {
      throw invalidStore(`it holds ${head.version} entries already; import into one that is empty`);
    }
    const column = <Field extends keyof StoredChange>(field: Field) => changes.map((change) => change[field]);
    const before = [EMPTY_HEAD.seal, ...column("seal").slice(0, -1)];
    await this.#ask(signal, (client) =>
      client.query(APPEND_ALL, [
        column("version"),
        column("seal"),
        before,
        column("line"),
        column("id"),
        column("origin"),
      ]),
    );
  }

  watch(hint: () => void): () => void {
    const stop = this.#hints.add(() => hint());
    this.#watchers++;
    this.#listening ??= this.#listen();
    return () => {
      stop();
      this.#watchers--;
      if (this.#watchers > 0) return;
      this.#listening?.stop();
      this.#listening = undefined;
    };
  }

  async close(): Promise<void> {
    this.#listening?.stop();
    this.#listening = undefined;
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await ended(client);
  }

  /**
   * Makes the table, if it is not there.
   * @param role who may read and add, beside the owner.
   * @throws DiversionError `invalid-status-store`, StatusStoreUnavailable.
   */
  async setUp(role: string | undefined, signal: AbortSignal): Promise<void> {
    await this.#ask(signal, (client) => client.query(`BEGIN;\n${setupSql(role)}COMMIT;`), { isSetUp: false });
    // Inspected as every connection is before it is used.
    await this.close();
    await this.head(signal);
  }

  /** One request after the other: a connection takes one at a time. */
  #ask<T>(
    signal: AbortSignal,
    work: (client: pg.Client) => Promise<T>,
    { isSetUp = true }: { readonly isSetUp?: boolean } = {},
  ): Promise<T> {
    const next = this.#last.then(async () => {
      // Those before took all its time: nothing is sent that nobody waits for.
      if (signal.aborted) throw unavailable(this.description, new Error("no answer came to earlier requests"));
      const connected = this.#client;
      const client = connected ?? (await this.#connect(signal, isSetUp));
      this.#client = client;
      try {
        return await within(signal, client, work(client));
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined || refusal.severity !== "ERROR") this.#giveUp(client);
        if (refusal !== undefined && !isUnavailable(refusal)) throw refused(refusal);
        throw unavailable(this.description, error);
      }
    });
    this.#last = next.catch(() => undefined);
    return next;
  }

  #giveUp(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    destroy(client);
  }

  /** A connection to the server that takes changes. */
  async #connect(signal: AbortSignal, isSetUp: boolean): Promise<pg.Client> {
    let why: unknown;
    const hosts = hostsOf(this.#url);
    // First the one that was the primary last.
    for (let n = 0; n < hosts.length; n++) {
      const host = (this.#host + n) % hosts.length;
      const url = hosts[host]!;
      const patience = hosts.length === 1 ? signal : AbortSignal.any([signal, AbortSignal.timeout(HOST_MS)]);
      const client = new pg.Client({ connectionString: url, keepAlive: true, application_name: "ambulance-diversion" });
      try {
        // An error between two requests must end the connection, not the process.
        client.on("error", () => this.#giveUp(client));
        await within(patience, client, client.connect());
        this.#description = await within(patience, client, inspected(client, shownUrl(url), isSetUp));
        this.#host = host;
        return client;
      } catch (error) {
        destroy(client);
        if (error instanceof DiversionError && error.code === "invalid-status-store") throw error;
        why = error;
      }
    }
    throw why instanceof DiversionError ? why : unavailable(this.description, why);
  }

  /** Listens for as long as somebody watches, again after every break. */
  #listen(): { stop(): void } {
    let isStopped = false;
    let client: pg.Client | undefined;
    const run = async (): Promise<void> => {
      while (!isStopped) {
        for (const url of hostsOf(this.#url)) {
          if (isStopped) return;
          client = new pg.Client({
            connectionString: url,
            keepAlive: true,
            application_name: "ambulance-diversion watch",
          });
          try {
            await this.#follow(client, () => isStopped);
          } catch {
            // Whoever watches also polls, and says when the store is away.
          } finally {
            destroy(client);
          }
        }
        if (!isStopped) await pause(RETRY_MS);
      }
    };
    void run();
    return {
      stop: () => {
        isStopped = true;
        if (client !== undefined) destroy(client);
      },
    };
  }

  async #follow(client: pg.Client, isStopped: () => boolean): Promise<void> {
    const patience = (): AbortSignal => AbortSignal.timeout(HEARTBEAT_MS);
    let broken: () => void = () => undefined;
    const breaking = new Promise<void>((resolve) => {
      broken = resolve;
    });
    client.on("error", broken);
    client.on("end", broken);
    client.on("notification", () => this.#hints.emit("hint"));
    await within(patience(), client, client.connect());
    await within(patience(), client, client.query(`LISTEN ${CHANNEL}`));
    // What came before is not told.
    this.#hints.emit("hint");
    while (!isStopped()) {
      if ((await Promise.race([pause(HEARTBEAT_MS), breaking.then(() => "broken")])) === "broken") return;
      await within(patience(), client, client.query("SELECT 1"));
    }
  }
}

interface Row {
  readonly v: string;
  readonly seal: StoredChange["seal"];
  readonly line: string;
  readonly id: string;
  readonly origin: string;
  readonly now: string;
}

const changeOf = ({ v, seal, line, id, origin }: Row): StoredChange => ({ version: Number(v), seal, line, id, origin });

/** The server is fit to hold the status. @returns what it is, for people */
async function inspected(client: pg.Client, url: string, isSetUp: boolean): Promise<string> {
  const { rows } = await client.query(INSPECT);
  const { version, release, fsync, full_page_writes, standbys, is_standby, is_set_up, triggers } = rows[0];
  const at = `${url}: `;
  // Until a fail-over is done there may be nothing else, and of several hosts the next may be the primary.
  if (is_standby) throw new Error("it is a standby, which takes no changes; name its primary too");
  if (version < OLDEST_VERSION) throw invalidStore(`${at}it is PostgreSQL ${release}; version 15 or newer is needed`);
  for (const [name, value] of Object.entries({ fsync, full_page_writes })) {
    if (value === "off")
      throw invalidStore(`${at}${name} is off, so that what was acknowledged may be lost; set it on`);
  }
  if (isSetUp) {
    if (!is_set_up) throw invalidStore(`${at}it has no table status_log; make it by \`status store setup\``);
    const missing = TRIGGERS.filter((name) => !triggers.includes(name));
    if (missing.length > 0) {
      throw invalidStore(`${at}it lacks the trigger ${missing.join(", ")}; make it by \`status store setup\``);
    }
  }
  await client.query("SET synchronous_commit = on");
  const standby =
    standbys === ""
      ? "no synchronous standby: a fail-over may lose what was acknowledged"
      : `synchronous standby ${standbys}`;
  return `PostgreSQL ${release} at ${url}, ${standby}`;
}

const invalidStore = (why: string): DiversionError =>
  new DiversionError("invalid-status-store", `The store of the status cannot be used, because ${why}.`);

/** What the server itself says is wrong with a request. */
function refusalOf(error: unknown): pg.DatabaseError | undefined {
  if (error instanceof pg.DatabaseError) return error;
  return error instanceof Error && error.cause !== undefined ? refusalOf(error.cause) : undefined;
}

/** Whether a refusal is about the state of the server and not about the request: 08, 53, 55, 57, 58, 40 of SQLSTATE. */
const isUnavailable = ({ code = "", severity }: pg.DatabaseError): boolean =>
  severity !== "ERROR" || /^(08|25|40|53|55|57|58|23503|AD001)/.test(code);

const refused = (refusal: pg.DatabaseError): DiversionError =>
  new DiversionError(
    "invalid-status-store",
    `The store of the status refused a request (SQLSTATE ${refusal.code}): ${refusal.message}`,
    {},
    { cause: refusal },
  );

function unavailable(description: string, error: unknown): StatusStoreUnavailable {
  const why =
    error instanceof Error ? error.message || String((error as { code?: unknown }).code ?? error) : String(error);
  return new StatusStoreUnavailable(`${description} does not answer: ${why}.`, { cause: error });
}

/** What is asked of a connection, unless it takes too long: then the connection is of no use any more. */
async function within<T>(signal: AbortSignal, client: pg.Client, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  let stop: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => {
      destroy(client);
      reject(new Error("no answer came in time"));
    };
    if (signal.aborted) return fail();
    signal.addEventListener("abort", fail);
    stop = () => signal.removeEventListener("abort", fail);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop();
  }
}

/** Ends a connection without a word to the server, which may be gone. */
function destroy(client: pg.Client): void {
  client.on("error", () => undefined);
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

const ended = (client: pg.Client): Promise<void> =>
  Promise.race([client.end().catch(() => undefined), pause(1000)]).then(() => destroy(client));

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
