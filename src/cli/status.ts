import { existsSync } from "node:fs";
import { DiversionError } from "../core/errors";
import { formatInstant } from "../core/instant";
import { nearMatches } from "../core/near-matches";
import { TimeZone } from "../core/time-zone";
import { ENGLAND_DEFAULT } from "../diversion/policy";
import type { HospitalDirectory } from "../hospitals/directory";
import { ACUITIES, EFFECTS, inForceAt } from "../hospitals/restriction";
import { type ClearOptions, FLAG_KEY, type Status, type StatusResult } from "../hospitals/status";
import { StatusBoard } from "../hospitals/status-board";
import { englandHospitals } from "../node/embedded";
import { openHospitals } from "../node/hospital-files";
import { loadStatus, openStatus } from "../node/status-file";
import { type Arguments, type Command, EXIT, type Terminal } from "./command";
import { HOSPITALS_OPTION, instantOption, oneOf, PATIENT_OPTIONS, warnOfTornLine } from "./common-options";
import { strangersIn } from "./status-strangers";
import { acknowledgement, besideFlag, flagAcknowledgement, historyTable, statusTable } from "./status-text";
import { writeText } from "./write-text";

interface Context {
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly file: string;
  readonly directory: HospitalDirectory;
}

interface Action {
  /** What stands after the action's name. */
  readonly usage: string;
  readonly positionals: readonly string[];
  /** Options beside --status and --hospitals. */
  readonly options: readonly string[];
  readonly required: readonly string[];
  run(context: Context): Promise<void>;
}

const STATED = ["reason", "by", "source", "observed-at", "json"];

const ACTIONS: Readonly<Record<string, Action>> = {
  report: {
    usage: "report ID --effect divert|refuse|inform --reason TEXT --by WHO",
    positionals: ["ID"],
    options: ["effect", "needs", "min-age", "max-age", "acuity", "divert-to", "from", "until", "key", ...STATED],
    required: ["effect", "reason", "by"],
    run: report,
  },
  "set-open": {
    usage: "set-open ID true|false",
    positionals: ["ID", "true|false"],
    options: ["effect", ...STATED],
    required: [],
    run: setOpen,
  },
  clear: {
    usage: "clear ID [--key KEY | --all]",
    positionals: ["ID"],
    options: ["key", "all", ...STATED],
    required: [],
    run: clear,
  },
  list: { usage: "list [--when TIME]", positionals: [], options: ["when", "json"], required: [], run: list },
  history: { usage: "history", positionals: [], options: ["json"], required: [], run: history },
};

export const statusCommand: Command = {
  name: "status",
  usage: `${Object.keys(ACTIONS).join("|")} ... --status FILE`,
  summary: "Keep the log of what EDs ask or refuse: who said so, why, and until when.",
  details: [
    Object.values(ACTIONS)
      .map(({ usage }) => `  ambulance-diversion status ${usage} --status FILE`)
      .join("\n"),
    "report holds a restriction: divert is a request, refuse is absolute, inform changes no ranking. Without --needs,\n" +
      "ages and --acuity it is about everyone. The same ED saying the same about the same patients again replaces it;\n" +
      "--key tells restrictions apart otherwise. Without --until it is held until cleared.",
    "set-open is the plain flag: false holds a divert for everyone, true ends it; other restrictions stay.\n" +
      "clear ends what is held: the one there is, the one named by --key, or --all.",
    "list shows what is held, with --when what was known then; history shows every change. Nothing is ever removed from\n" +
      "the log. A change is on disk before it is acknowledged by one line. A report older than what is held (late), or the\n" +
      "same again (duplicate), changes nothing and says so; that is no error.",
    "Example: ambulance-diversion status report RQ8L0 --effect divert --needs trauma --divert-to RAJ01 \\\n" +
      '           --reason "IT outage" --by "duty manager" --until 2017-05-16T18:00:00+01:00 --status status.log',
  ],
  options: {
    status: { value: "FILE", help: "The log; report and set-open make it when there is none." },
    effect: { value: "EFFECT", help: `${EFFECTS.join(", ")}; for set-open divert (the default) or refuse.` },
    needs: { ...PATIENT_OPTIONS.needs, help: "Only patients who need any of these, such as trauma,stroke." },
    "min-age": { value: "YEARS", help: "Only patients of this age and over." },
    "max-age": { value: "YEARS", help: "Only patients up to and including this age." },
    acuity: { value: "A,B", repeatable: true, help: `Only patients of these: ${ACUITIES.join(", ")}.` },
    "divert-to": { value: "ID", help: "The ED named to take these patients." },
    from: { value: "TIME", help: "In force from then, such as 2017-05-15T17:00:00+01:00. Default: at once." },
    until: { value: "TIME", help: "No longer in force from then. Default: until cleared." },
    key: { value: "KEY", help: "What the restriction is called. Default: from its effect and patients." },
    all: { help: "Clear everything held for the ED." },
    reason: { value: "TEXT", help: "Why. Nothing that identifies a patient." },
    by: { value: "WHO", help: "Who says so: a role, or a name on the staff." },
    source: { value: "WHO", help: "Through which feed or person it was heard." },
    "observed-at": { value: "TIME", help: "When it was true. Default: now." },
    when: { value: "TIME", help: "list as it was known then." },
    ...HOSPITALS_OPTION,
    json: { help: "JSON on standard output, and nothing else." },
  },
  async run(args, terminal) {
    const [name = "", ...positionals] = args.positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      const given = name === "" ? "status needs an action" : `status has no action "${name}"`;
      throw badUsage(`${given}; the actions are ${Object.keys(ACTIONS).join(", ")}.`);
    }
    checkUsage(name, action, positionals, args);
    const file = args.text("status");
    if (file === undefined) throw badUsage("Name the status log with --status FILE.", "--status");
    const hospitals = args.text("hospitals");
    const directory = await (hospitals === undefined ? withoutList(args, terminal, file) : openHospitals(hospitals));
    await action.run({ args, terminal, file, directory });
    return EXIT.done;
  },
};

/**
 * The hospitals a log may speak of when no list is given: England's, and whatever ids the log or the command names beside
 * them, which cannot be checked and are said to be unchecked. An id that comes near a known one is taken for a slip.
 */
async function withoutList(args: Arguments, terminal: Terminal, file: string): Promise<HospitalDirectory> {
  const england = await englandHospitals();
  const ids = england.hospitals.map(({ id }) => id);
  const given = [args.positionals[1], args.text("divert-to")].filter((id) => id !== undefined);
  const unchecked = given.filter((id) => england.get(id) === undefined && nearMatches(id, ids).length === 0);
  for (const id of new Set(unchecked)) {
    terminal.stderr.write(
      `ambulance-diversion: ${id} is not among England's EDs; it is taken as it is. Give --hospitals FILE to have ids checked.\n`,
    );
  }
  const logged = existsSync(file) ? strangersIn(loadStatus(file, england).status) : [];
  // Only ids matter to a status log: name and place stand in and go nowhere.
  return [...new Set([...unchecked, ...logged])].reduce(
    (directory, id) => directory.with({ id, name: id, location: [...england.hospitals[0]!.location] }),
    england,
  );
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

function checkUsage(name: string, action: Action, positionals: readonly string[], args: Arguments): void {
  if (positionals.length !== action.positionals.length) {
    throw badUsage(`The form is \`ambulance-diversion status ${action.usage} --status FILE\`.`);
  }
  const allowed = ["status", "hospitals", ...action.options];
  const stranger = Object.keys(statusCommand.options).find((option) => args.flag(option) && !allowed.includes(option));
  if (stranger !== undefined) throw badUsage(`--${stranger} does not go with status ${name}.`, `--${stranger}`);
  const missing = action.required.filter((option) => (args.text(option) ?? "").trim() === "");
  if (missing.length > 0) {
    const options = missing.map((option) => `--${option}`).join(", ");
    throw badUsage(
      `status ${name} needs ${options}: the log records what is asked, why, and who says so.`,
      `--${missing[0]}`,
    );
  }
}

/** Makes changes to the log while no other process can, and acknowledges them once they are on disk. */
async function change(
  { args, terminal, file, directory }: Context,
  make: (status: Status) => readonly StatusResult[],
  acknowledge: (result: StatusResult, status: Status) => string = acknowledgement,
): Promise<void> {
  // Rehearsed on an empty board: a mistake is told before the log is opened, which would make it.
  make(new StatusBoard(directory));
  const status = openStatus(file, directory, {
    clock: () => terminal.now().getTime(),
    timeZone: ENGLAND_DEFAULT.timeZone,
  });
  try {
    warnOfTornLine(terminal, file, status.torn);
    for (const result of make(status)) {
      const line = args.flag("json") ? JSON.stringify(result) : acknowledge(result, status);
      await writeText(terminal.stdout, `${line}\n`);
    }
  } finally {
    status.close();
  }
}

function report(context: Context): Promise<void> {
  const { args } = context;
  const ages = { min: 0, max: 150, integer: true };
  const needs = args.list("needs");
  const acuity = wordsOf(args, "acuity", ACUITIES);
  const scope = given({
    needs: needs.length === 0 ? undefined : [...needs],
    minAge: args.number("min-age", ages),
    maxAge: args.number("max-age", ages),
    acuity: acuity.length === 0 ? undefined : acuity,
  });
  const statement = {
    hospital: args.positionals[1]!,
    effect: oneOf(args, "effect", EFFECTS)!,
    scope,
    reason: args.text("reason")!,
    ...given({
      key: args.text("key"),
      divertTo: args.text("divert-to"),
      from: instantOption(args, "from")?.text,
      until: instantOption(args, "until")?.text,
      authorisedBy: args.text("by"),
      source: args.text("source"),
      observedAt: instantOption(args, "observed-at")?.text,
    }),
  };
  return change(context, (status) => [status.report(statement)]);
}

function setOpen(context: Context): Promise<void> {
  const { args } = context;
  const [, hospital = "", word = ""] = args.positionals;
  if (word !== "true" && word !== "false") throw badUsage(`set-open takes true or false, not "${word}".`);
  const effect = oneOf(args, "effect", ["divert", "refuse"]);
  return change(
    context,
    (status) => [status.setOpen(hospital, word === "true", { ...statedBy(args), ...given({ effect }) })],
    (result, status) => flagAcknowledgement(result, besideFlag(status.view().restrictionsOf(hospital))),
  );
}

function clear(context: Context): Promise<void> {
  const { args } = context;
  const hospital = args.positionals[1]!;
  const key = args.text("key");
  if (key !== undefined && args.flag("all")) throw badUsage("Choose one of --key and --all.", "--all");
  // There must be a log to clear from: a mistyped name would otherwise make one and say that nothing is held.
  loadStatus(context.file, context.directory);
  return change(context, (status) =>
    keysToClear(status, hospital, key, args.flag("all")).map((one) => status.clear(hospital, one, statedBy(args))),
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

async function list({ args, terminal, file, directory }: Context): Promise<void> {
  const { status, torn } = loadStatus(file, directory);
  warnOfTornLine(terminal, file, torn);
  const when = instantOption(args, "when");
  const atMs = when?.epochMs ?? terminal.now().getTime();
  const offsetMinutes = TimeZone.of(ENGLAND_DEFAULT.timeZone).offsetMinutes(atMs);
  const at = when?.text ?? formatInstant(atMs, offsetMinutes);
  const view = when === undefined ? status.view() : status.viewAt({ at: atMs });
  const restrictions = view.all().map((restriction) => ({ ...restriction, inForce: inForceAt(restriction, atMs) }));
  await writeText(
    terminal.stdout,
    args.flag("json")
      ? documentOf({ version: view.version, at, restrictions })
      : statusTable(view, directory, { atMs, offsetMinutes }, at),
  );
}

async function history({ args, terminal, file, directory }: Context): Promise<void> {
  const { status, torn } = loadStatus(file, directory);
  warnOfTornLine(terminal, file, torn);
  const { version } = status;
  const events = status.history();
  await writeText(terminal.stdout, args.flag("json") ? documentOf({ version, events }) : historyTable(events));
}

const documentOf = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const statedBy = (args: Arguments): ClearOptions =>
  given({
    reason: args.text("reason"),
    by: args.text("by"),
    source: args.text("source"),
    observedAt: instantOption(args, "observed-at")?.text,
  });

/** Without the fields that are undefined: schemas tell a field left out from one that says nothing. */
function given<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof T]?: Exclude<T[Field], undefined>;
  };
}

function wordsOf<const Word extends string>(args: Arguments, name: string, words: readonly Word[]): Word[] {
  return args.list(name).map((text) => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw badUsage(`--${name} is "${text}"; it takes ${words.join(", ")}.`, `--${name}`);
  });
}
