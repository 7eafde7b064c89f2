import { existsSync, readFileSync } from "node:fs";
import { DiversionError } from "../core/errors";
import { isSideEntry } from "../hospitals/status/held-restrictions";
import type { SharedStatus } from "../hospitals/status/shared-status";
import type { StatusChange, StatusEntry, StatusEvent } from "../hospitals/status/status";
import { readStatusLog, statusLogHeader, statusLogLine } from "../hospitals/status/status-log";
import { EMPTY_HEAD, type StoredChange, storedChange } from "../hospitals/status/status-store";
import { setAside, writeFileWhole } from "../node/files/write-file";
import { readArchivedStatusLog } from "../node/logs/status-compaction";
import { isPostgresUrl, shownUrl } from "../postgres/postgres-url";
import { openShared, postgresRoom } from "./shared-status";
import type { StatusContext } from "./status-actions";
import { grouped } from "./text";
import { writeText } from "./write-text";

/** What a person waits for: setting up and filling a database. */
const PATIENCE_MS = 600_000;

/** Entries read at once. */
const PAGE = 1000;

/** Makes the table in the database, or prints what would. */
export async function storeSetup({ args, terminal, file }: StatusContext): Promise<void> {
  if (args.positionals[1] !== "setup") throw badUsage(`status store takes setup, not "${args.positionals[1]}".`);
  requireUrl(file);
  const { PostgresStatusStore, setupSql } = await postgresRoom();
  const role = args.get("role");
  if (args.get("print")) return writeText(terminal.stdout, setupSql(role));
  const store = new PostgresStatusStore(file);
  try {
    await store.setUp(role, AbortSignal.timeout(PATIENCE_MS));
    const { version } = await store.head(AbortSignal.timeout(PATIENCE_MS));
    await writeText(terminal.stdout, `${store.description}: set up, at version ${version}\n`);
  } finally {
    await store.close();
  }
}

/** Writes what the database holds as a status log. */
export async function storeExport({ args, terminal, file }: StatusContext): Promise<void> {
  requireUrl(file);
  const out = args.get("out");
  if (out === undefined) throw badUsage("Name the file to write with -o FILE.", "--out");
  if (existsSync(out)) throw badUsage(`${out} is there already; name another file, or move it away.`, "--out");
  const { PostgresStatusStore } = await postgresRoom();
  const store = new PostgresStatusStore(file);
  try {
    const pieces = [statusLogHeader().text];
    let head = EMPTY_HEAD;
    for (let isWhole = false; !isWhole; ) {
      const { changes } = await store.read(head, PAGE, AbortSignal.timeout(PATIENCE_MS));
      pieces.push(changes.map(({ line }) => `${line}\n`).join(""));
      head = changes.at(-1) ?? head;
      isWhole = changes.length < PAGE;
    }
    // Read before it is written: a log that does not hold together is no export.
    readStatusLog(pieces.join(""));
    await writeFileWhole(out, pieces);
    await writeText(terminal.stdout, `${out}: ${grouped(head.version)} entries up to version ${head.version}\n`);
  } finally {
    await store.close();
  }
}

/** Fills an empty database from a status log, with the versions it has. */
export async function storeImport({ args, terminal, file }: StatusContext): Promise<void> {
  requireUrl(file);
  const from = fileOf(args.positionals[1]);
  const { events, archive, missingArchive } = readArchivedStatusLog(from, (path) => readFileSync(path));
  if (archive !== undefined) {
    const where = missingArchive === undefined ? "" : ` (${missingArchive} is not there)`;
    const message = `Changes before version ${archive.version} are in an archive${where}; put it beside the log.`;
    throw new DiversionError("status-archived", message, { file: from });
  }
  const { PostgresStatusStore } = await postgresRoom();
  const store = new PostgresStatusStore(file);
  try {
    await store.fill(sealed(events), AbortSignal.timeout(PATIENCE_MS));
    await writeText(terminal.stdout, `${store.description}: ${grouped(events.length)} entries of ${from} are in it\n`);
  } finally {
    await store.close();
  }
}

/** The entries in the present format, one chained to the other. */
function sealed(events: readonly StatusEntry[]): StoredChange[] {
  let seal = EMPTY_HEAD.seal;
  return events.map((event) => {
    const { text, checksum } = statusLogLine(event, seal);
    seal = checksum;
    return storedChange(event, { seal, line: text.slice(0, -1) });
  });
}

/**
 * Makes again, with the moments they were true, the changes that a mirror holds and the database lost: by the rules for what
 * is late and what is known, what came meanwhile stays where it is newer.
 */
export async function storePutBack({ args, terminal, file, directory }: StatusContext): Promise<void> {
  requireUrl(file);
  const from = fileOf(args.positionals[1]);
  const { events } = readStatusLog(readFileSync(from));
  const shared = await openShared(file, directory, { clock: () => terminal.now().getTime(), pollMs: 0 });
  let made = 0;
  let known = 0;
  let left = 0;
  try {
    const lost = events.slice(commonLength(events, shared.status.entries()));
    for (const entry of lost) {
      const outcome = await putBack(shared, entry);
      if (outcome === "left") left++;
      else if (outcome === "made") made++;
      else known++;
    }
  } finally {
    await shared.close();
  }
  const aside = setAside(from, `${from}.put-back`);
  const rest = left === 0 ? "" : `, ${grouped(left)} of feeds are left to the feeds`;
  const text = `${shownUrl(file)}: ${grouped(made)} changes are put back, ${grouped(known)} were known or overtaken${rest}; ${from} is kept as ${aside}`;
  await writeText(
    terminal.stdout,
    `${args.get("json") ? JSON.stringify({ made, known, left, keptAs: aside }) : text}\n`,
  );
}

async function putBack(shared: SharedStatus, entry: StatusEntry): Promise<"made" | "known" | "left"> {
  const id = entry.id ?? `put-back-${entry.version}`;
  if (shared.status.madeBy(id) !== undefined) return "known";
  // What feeds had said by then is older than what they say now.
  if (entry.kind === "heard") return "left";
  if (isSideEntry(entry)) {
    const { version: _, receivedAt: __, id: ___, origin: ____, ...draft } = entry;
    await shared.enter(() => draft, { id });
    return "made";
  }
  const { outcome } = await shared.submit(changeOf(entry), { id });
  return outcome === "accepted" ? "made" : "known";
}

/** The change that made an event, as of the moment it was true. */
function changeOf(event: StatusEvent): StatusChange {
  const text = (value: { readonly text: string } | undefined) => value?.text;
  const present = <T extends object>(fields: T): T =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
  if (event.kind === "report") {
    const { receivedAt: _, from, until, observedAt, lifts, scope, ...rest } = event.restriction;
    const { needs, exceptNeeds, acuity, ...ages } = scope;
    const lists = present({ needs: needs?.slice(), exceptNeeds: exceptNeeds?.slice(), acuity: acuity?.slice() });
    return present({
      kind: "report",
      ...rest,
      scope: { ...ages, ...lists },
      from: text(from),
      until: text(until),
      lifts: lifts?.slice(),
      observedAt: observedAt.text,
      weakens: true,
    });
  }
  const { hospital, key, reason, authorisedBy: by, source, observedAt } = event;
  const stated = present({ hospital, by, source, observedAt: observedAt.text });
  if (event.kind === "clear") return present({ kind: "clear", key, ...stated, reason });
  return { kind: "overrule", ...stated, by: event.authorisedBy, reason: event.reason, until: event.until.text };
}

/** How many entries two histories begin with alike. */
function commonLength(a: readonly StatusEntry[], b: readonly StatusEntry[]): number {
  const [left, right] = [sealed(a), sealed(b)];
  let length = 0;
  while (length < left.length && left[length]!.seal === right[length]?.seal) length++;
  return length;
}

function requireUrl(named: string): void {
  if (isPostgresUrl(named)) return;
  throw badUsage("Name the database with --status postgres://….", "--status");
}

function fileOf(named = ""): string {
  if (existsSync(named)) return named;
  throw new DiversionError("file-not-found", "There is no such status log.", { file: named });
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });
