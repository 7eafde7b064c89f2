import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { formatInstant } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import { restrictionOfStatusCode } from "../diversion/rules/hospital-status-codes";
import { ENGLAND_DEFAULT, type Policy } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { inForceAt, type RestrictionReport } from "../hospitals/status/restriction";
import {
  type ClearOptions,
  FLAG_KEY,
  type Status,
  type StatusChange,
  type StatusResult,
} from "../hospitals/status/status";
import { StatusBoard } from "../hospitals/status/status-board";
import { openPolicy } from "../node/files/text-file";
import { compactStatus } from "../node/logs/status-compaction";
import { loadStatus, openStatus } from "../node/logs/status-file";
import { recoverStatus, verifyStatus } from "../node/logs/status-recovery";
import { isPostgresUrl, shownUrl } from "../postgres/postgres-url";
import { EXIT, type Terminal } from "./command";
import { lockOptions, warnOfClock, warnOfTornLine } from "./common-options";
import { openShared, readStatus } from "./shared-status";
import type { StatusArguments } from "./status-options";
import { acknowledgement, besideFlag, flagAcknowledgement, historyTable, statusTable } from "./status-text";
import { grouped } from "./text";
import { writeText } from "./write-text";

/** What an action of `status` works on. */
export interface StatusContext {
  readonly args: StatusArguments;
  readonly terminal: Terminal;
  /** The log. */
  readonly file: string;
  readonly directory: HospitalDirectory;
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

/** Makes changes, and acknowledges each once it is in the log: on disk, or in the database. */
async function change(
  { args, terminal, file, directory }: StatusContext,
  draw: (status: Status) => readonly StatusChange[],
  acknowledge: (result: StatusResult, status: Status) => string = (result) => acknowledgement(result),
): Promise<void> {
  const clock = (): number => terminal.now().getTime();
  // Rehearsed on an empty board: a mistake is told before the log is opened, which would make it.
  const rehearsal = new StatusBoard(directory, { clock });
  for (const one of draw(rehearsal)) rehearsal.make(one);
  const tell = (result: StatusResult, status: Status): Promise<void> =>
    writeText(terminal.stdout, `${args.get("json") ? JSON.stringify(result) : acknowledge(result, status)}\n`);
  if (isPostgresUrl(file)) {
    const shared = await openShared(file, directory, { clock, pollMs: 0 });
    try {
      for (const one of draw(shared.status)) await tell(await shared.submit(one), shared.status);
    } finally {
      await shared.close();
    }
    return;
  }
  const status = openStatus(file, directory, {
    clock,
    timeZone: ENGLAND_DEFAULT.timeZone,
    lock: lockOptions(args, terminal),
  });
  try {
    warnOfTornLine(terminal, file, status.torn);
    warnOfClock(terminal, file, status);
    // All of them are made before the first is told: telling may fail.
    for (const result of draw(status).map((one) => status.make(one))) await tell(result, status);
  } finally {
    status.close();
  }
}

/** What is asked of whom, in the options' words. */
function askedByOptions(args: StatusArguments): Pick<RestrictionReport, "effect" | "scope" | "key"> {
  const needs = args.get("needs");
  const exceptNeeds = args.get("except-needs");
  const acuity = args.get("acuity");
  const scope = defined({
    needs: needs.length === 0 ? undefined : [...needs],
    exceptNeeds: exceptNeeds.length === 0 ? undefined : [...exceptNeeds],
    minAge: args.get("min-age"),
    maxAge: args.get("max-age"),
    acuity: acuity.length === 0 ? undefined : [...acuity],
  });
  return { effect: args.get("effect")!, scope, ...defined({ key: args.get("key") }) };
}

/** What a hospital status code settles, so that saying it again beside the code could only contradict. */
const SETTLED_BY_STATUS_CODE = ["effect", "needs", "except-needs", "min-age", "max-age", "acuity", "key"];

/** The rules that have the code of `--status-code`; undefined without one. */
async function policyOfStatusCode(args: StatusArguments): Promise<Policy | undefined> {
  const policy = args.get("policy");
  if (args.get("status-code") === undefined) {
    if (policy === undefined) return undefined;
    throw badUsage("--policy goes with --status-code; it is not recorded otherwise.", "--policy");
  }
  const beside = SETTLED_BY_STATUS_CODE.find((option) => args.given(option).length > 0);
  if (beside !== undefined)
    throw badUsage(`--${beside} does not go with --status-code, which settles it.`, `--${beside}`);
  if (policy === undefined) throw badUsage("Name the rules that have the code with --policy NAME|FILE.", "--policy");
  return openPolicy(policy);
}

export async function report(context: StatusContext): Promise<void> {
  const { args } = context;
  const policy = await policyOfStatusCode(args);
  const asked = policy === undefined ? askedByOptions(args) : restrictionOfStatusCode(policy, args.get("status-code")!);
  const until = args.get("until");
  const statement: StatusChange = {
    kind: "report",
    reason: "",
    ...asked,
    hospital: args.positionals[1]!,
    ...defined({
      reason: args.get("reason"),
      divertTo: args.get("divert-to"),
      from: args.get("from")?.text,
      until: until?.text,
      authorisedBy: args.get("by"),
      source: args.get("source"),
      observedAt: args.get("observed-at")?.text,
      weakens: args.get("weakens") ? true : undefined,
    }),
  };
  return change(
    context,
    () => [statement],
    (result) => acknowledgement(result, policy),
  );
}

export function setOpen(context: StatusContext): Promise<void> {
  const { args } = context;
  const [, hospital = "", word = ""] = args.positionals;
  if (word !== "true" && word !== "false") throw badUsage(`set-open takes true or false, not "${word}".`);
  const effect = args.get("effect");
  if (effect === "inform") throw badUsage('--effect is "inform"; it takes divert, refuse.', "--effect");
  const weakens = args.get("weakens") ? true : undefined;
  return change(
    context,
    () => [{ kind: "open", hospital, open: word === "true", ...statedBy(args), ...defined({ effect, weakens }) }],
    (result, status) => flagAcknowledgement(result, besideFlag(status.view().restrictionsOf(hospital))),
  );
}

export function overrule(context: StatusContext): Promise<void> {
  const { args } = context;
  const options = {
    by: args.get("by")!,
    reason: args.get("reason")!,
    until: args.get("until")!.text,
    ...defined({ source: args.get("source"), observedAt: args.get("observed-at")?.text }),
  };
  return change(context, () => [{ kind: "overrule", hospital: args.positionals[1]!, ...options }]);
}

export async function clear(context: StatusContext): Promise<void> {
  const { args } = context;
  const hospital = args.positionals[1]!;
  const key = args.get("key");
  if (key !== undefined && args.get("all")) throw badUsage("Choose one of --key and --all.", "--all");
  // There must be a log to clear from: a mistyped name would otherwise make one and say that nothing is held.
  if (!isPostgresUrl(context.file)) loadStatus(context.file, context.directory);
  return change(context, (status) =>
    keysToClear(status, hospital, key, args.get("all")).map(
      (one): StatusChange => ({ kind: "clear", hospital, key: one, ...statedBy(args) }),
    ),
  );
}

/** Which restrictions a clearance means. Several are never ended by a command that may have meant one. */
function keysToClear(status: Status, hospital: string, key: string | undefined, all: boolean): readonly string[] {
  if (key !== undefined) return [key];
  const held = status
    .view()
    .restrictionsOf(hospital)
    .map((restriction) => restriction.key);
  if (held.length === 1 || (all && held.length > 1)) return held;
  if (held.length === 0) return [FLAG_KEY];
  throw badUsage(`${hospital} holds ${held.join(", ")}; name one with --key, or clear them with --all.`, "--key");
}

export async function list({ args, terminal, file, directory }: StatusContext): Promise<void> {
  const when = args.get("when");
  const status = await loadForReading(terminal, file, directory, when !== undefined);
  const atMs = when?.epochMs ?? terminal.now().getTime();
  const offsetMinutes = TimeZone.of(ENGLAND_DEFAULT.timeZone).offsetMinutes(atMs);
  const at = when?.text ?? formatInstant(atMs, offsetMinutes);
  const view = when === undefined ? status.view() : status.viewAt({ at: atMs });
  const restrictions = view.all().map((restriction) => ({ ...restriction, inForce: inForceAt(restriction, atMs) }));
  await writeText(
    terminal.stdout,
    args.get("json")
      ? documentOf({ version: view.version, at, restrictions, overrules: view.overrules() })
      : statusTable(view, directory, { atMs, offsetMinutes }, at),
  );
}

export async function history({ args, terminal, file, directory }: StatusContext): Promise<void> {
  const status = await loadForReading(terminal, file, directory, true);
  const { version } = status;
  const events = status.history();
  await writeText(terminal.stdout, args.get("json") ? documentOf({ version, events }) : historyTable(events));
}

/** What mends and shortens files leaves a database alone. */
function requireFile(named: string, action: string): void {
  if (!isPostgresUrl(named)) return;
  throw badUsage(
    `status ${action} works on a file, and a database is named; write one by \`status export\`.`,
    "--status",
  );
}

export async function compact({ args, terminal, file }: StatusContext): Promise<void> {
  requireFile(file, "compact");
  const done = compactStatus(file, lockOptions(args, terminal));
  const { archive, version, changesBefore, changesAfter } = done;
  const text =
    archive === undefined
      ? `version ${version}: nothing to move; each of the ${grouped(changesBefore)} changes is the last for its ED and key`
      : `version ${version}: ${grouped(changesBefore)} changes archived in ${archive}, ${grouped(changesAfter)} carried over; keep the archive beside the log`;
  await writeText(terminal.stdout, `${args.get("json") ? JSON.stringify(done) : text}\n`);
}

export async function verify({ args, terminal, file }: StatusContext): Promise<number> {
  requireFile(file, "verify");
  const found = verifyStatus(file, terminal.now().getTime());
  const { version, changes, damage, torn, ahead } = found;
  const text = [
    damage === undefined
      ? `whole: ${grouped(changes)} changes up to version ${version}`
      : `${damage.message.replace(" Restore the file from a copy.", "")} Before it are ${grouped(changes)} changes up to version ${version}; restore the file from a copy, or keep those by \`status recover\`.`,
    ...(torn === undefined
      ? []
      : [`a writer died in line ${torn.row}; it was not acknowledged, and the next writer cuts it off`]),
    ...(ahead === 0
      ? []
      : [
          `${grouped(ahead)} changes were received after now; if a clock was ahead then, \`status recover --clock-was-ahead\` brings them back`,
        ]),
  ].join("\n");
  await writeText(terminal.stdout, `${args.get("json") ? JSON.stringify(found) : text}\n`);
  return damage === undefined ? EXIT.done : EXIT.no;
}

export async function recover({ args, terminal, file }: StatusContext): Promise<void> {
  requireFile(file, "recover");
  const done = recoverStatus(file, {
    nowMs: terminal.now().getTime(),
    clockWasAhead: args.get("clock-was-ahead"),
    lock: lockOptions(args, terminal),
  });
  const { keptAside, version, linesLost, broughtBack } = done;
  const text =
    keptAside === undefined
      ? `version ${version}: nothing is wrong with the log`
      : `version ${version}: the log as it was is kept in ${keptAside}; ${grouped(linesLost)} lines from the damage on are there alone, ${grouped(broughtBack)} changes count as received now`;
  await writeText(terminal.stdout, `${args.get("json") ? JSON.stringify(done) : text}\n`);
}

/** Reads a log, and warns of what is missing from it. @param archives whether old versions will be asked for */
export async function loadForReading(
  terminal: Terminal,
  file: string,
  directory: HospitalDirectory,
  archives: boolean,
): Promise<Status> {
  const { status, torn, missingArchive } = await readStatus(file, directory, {
    archives,
    clock: () => terminal.now().getTime(),
  });
  warnOfTornLine(terminal, shownUrl(file), torn);
  warnOfClock(terminal, shownUrl(file), status);
  if (missingArchive !== undefined) {
    terminal.stderr.write(
      `ambulance-diversion: ${missingArchive}: This archive is not there; changes before version ${status.archivedTo + 1} are told only as far as the log repeats them.\n`,
    );
  }
  return status;
}

const documentOf = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const statedBy = (args: StatusArguments): ClearOptions =>
  defined({
    reason: args.get("reason"),
    by: args.get("by"),
    source: args.get("source"),
    observedAt: args.get("observed-at")?.text,
  });
