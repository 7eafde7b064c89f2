import { existsSync } from "node:fs";
import { DiversionError } from "../core/errors";
import { nearMatches } from "../core/near-matches";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { englandHospitals } from "../node/files/embedded";
import { openHospitals } from "../node/files/text-file";
import { loadStatus } from "../node/logs/status-file";
import { isPostgresUrl } from "../postgres/postgres-url";
import { type CommandAction, command, EXIT, type Terminal } from "./command";
import { unknownHospitals } from "./common-options";
import { readStatus } from "./shared-status";
import {
  clear,
  compact,
  history,
  list,
  overrule,
  recover,
  report,
  type StatusContext,
  setOpen,
  verify,
} from "./status-actions";
import { STATUS_OPTIONS, type StatusArguments } from "./status-options";
import { statistics } from "./status-statistics";
import { storeExport, storeImport, storePutBack, storeSetup } from "./status-store";

interface Action extends CommandAction {
  readonly positionals: readonly string[];
  required(args: StatusArguments): readonly string[];
  /** Resolves to the exit status; to nothing when it is done. */
  run(context: StatusContext): Promise<unknown>;
}

const STATED = ["reason", "by", "source", "observed-at", "take-over", "json"];

/** Options of every action. */
const EVERYWHERE = ["status", "hospitals"];

const ACTIONS: Readonly<Record<string, Action>> = {
  report: {
    usage:
      "report ID --effect divert|refuse|inform --reason TEXT | --status-code CODE --policy NAME  --by WHO --status FILE",
    summary: "Hold a restriction: divert is a request, refuse is absolute, inform changes no ranking.",
    positionals: ["ID"],
    options: [
      ...[
        "status-code",
        "policy",
        "effect",
        "needs",
        "except-needs",
        "min-age",
        "max-age",
        "acuity",
        "divert-to",
        "from",
        "until",
        "key",
        "weakens",
      ],
      ...STATED,
      ...EVERYWHERE,
    ],
    required: ({ given }) => (given("status-code").length > 0 ? ["by"] : ["effect", "reason", "by"]),
    run: report,
  },
  "set-open": {
    usage: "set-open ID true|false --status FILE",
    summary: "Set the plain flag: false holds a divert for everyone, true ends it; other restrictions stay.",
    positionals: ["ID", "true|false"],
    options: ["effect", "weakens", ...STATED, ...EVERYWHERE],
    required: () => [],
    run: setOpen,
  },
  overrule: {
    usage: "overrule ID --by WHO --reason TEXT --until TIME --status FILE",
    summary: "Hold a person's word against that of feeds, until an end: they are shown and do not count.",
    positionals: ["ID"],
    options: ["until", ...STATED, ...EVERYWHERE],
    required: () => ["by", "reason", "until"],
    run: overrule,
  },
  clear: {
    usage: "clear ID [--key KEY | --all] --status FILE",
    summary: "End what is held: the one restriction there is, the one named by --key, or --all.",
    positionals: ["ID"],
    options: ["key", "all", ...STATED, ...EVERYWHERE],
    required: () => [],
    run: clear,
  },
  list: {
    usage: "list [--when TIME] --status FILE",
    summary: "Show what is held; with --when what was known then.",
    positionals: [],
    options: ["when", "json", ...EVERYWHERE],
    required: () => [],
    run: list,
  },
  history: {
    usage: "history --status FILE",
    summary: "Show every change, those in archives beside the log included.",
    positionals: [],
    options: ["json", ...EVERYWHERE],
    required: () => [],
    run: history,
  },
  statistics: {
    usage: "statistics --from TIME --until TIME [--decisions LOG] --status FILE",
    summary: "Minutes on divert per ED and day, how many EDs at once, how long each lasted.",
    positionals: [],
    options: ["from", "until", "decisions", "policy", "json", ...EVERYWHERE],
    required: () => ["from", "until"],
    run: statistics,
  },
  verify: {
    usage: "verify --status FILE",
    summary: "Read the log from end to end: its lines, their chain, their order. Exit status 1 when it is damaged.",
    positionals: [],
    options: ["json", ...EVERYWHERE],
    required: () => [],
    run: verify,
  },
  recover: {
    usage: "recover [--clock-was-ahead] --status FILE",
    summary: "Keep the good beginning of a damaged log, and the log as it was beside it.",
    positionals: [],
    options: ["clock-was-ahead", "take-over", "json", ...EVERYWHERE],
    required: () => [],
    run: recover,
  },
  compact: {
    usage: "compact --status FILE",
    summary: "Move old changes to an archive beside the log, which keeps the audit whole.",
    positionals: [],
    options: ["take-over", "json", ...EVERYWHERE],
    required: () => [],
    run: compact,
  },
  store: {
    usage: "store setup [--role NAME] [--print] --status URL",
    summary: "Make the table in a PostgreSQL database that is to hold the log, or print the SQL that makes it.",
    positionals: ["setup"],
    options: ["role", "print", ...EVERYWHERE],
    required: () => [],
    run: storeSetup,
  },
  import: {
    usage: "import FILE --status URL",
    summary: "Fill an empty database from a log, with the versions it has, those in archives beside it included.",
    positionals: ["FILE"],
    options: EVERYWHERE,
    required: () => [],
    run: storeImport,
  },
  export: {
    usage: "export -o FILE --status URL",
    summary: "Write what the database holds as a log.",
    positionals: [],
    options: ["out", ...EVERYWHERE],
    required: () => ["out"],
    run: storeExport,
  },
  "put-back": {
    usage: "put-back MIRROR --status URL",
    summary: "Make again, as of their own moments, the changes of a mirror that the database lost.",
    positionals: ["MIRROR"],
    options: ["json", ...EVERYWHERE],
    required: () => [],
    run: storePutBack,
  },
};

export const statusCommand = command({
  name: "status",
  usage: `${Object.keys(ACTIONS).join("|")} ... --status FILE|URL`,
  summary: "Keep the log of what EDs ask or refuse: who said so, why, and until when.",
  details: [
    Object.values(ACTIONS)
      .map(({ usage }) => `  ambulance-diversion status ${usage}`)
      .join("\n"),
    "report holds a restriction: divert is a request, refuse is absolute, inform changes no ranking. Without --needs,\n" +
      "ages and --acuity it is about everyone, but for those whom --except-needs leaves out. The same ED saying the same\n" +
      "about the same patients again replaces it; --key tells restrictions apart otherwise. Without --until a divert lapses as the\n" +
      "policy says (4 hours by england-default); refusals and the plain flag hold until cleared.",
    "--status-code is a hospital's own word for its status, as the policy defines it: effect and patients follow from it,\n" +
      "and the reason is its title unless another is given. It is held as code:CODE, the --key by which clear ends it.",
    "set-open is the plain flag: false holds a divert for everyone, true ends it; other restrictions stay.\n" +
      "clear ends what is held: the one there is, the one named by --key, or --all.",
    "A weaker effect under the same key (divert for refuse, inform for either) must be said to be one by --weakens; the flag\n" +
      "of an ED that refuses goes on refusing when it is set to false again.",
    "overrule holds a person's word against that of feeds: while it lasts, what they report of the ED is shown and does not\n" +
      "count. It ends by itself, or by clear --key overrule.",
    "list shows what is held, with --when what was known then; history shows every change. Nothing is ever removed:\n" +
      "compact moves old changes to an archive beside the log, from where history and replay-decision read them.",
    "statistics counts a divert or refusal from when it was known to when it was replaced, cleared or over, by what was known\n" +
      "at each moment, in days of the policy's time zone. What feeds said without an end counts as lapsing by the policy.",
    "A change is on disk before it is acknowledged by one line. A report older than what is held (late), or the same\n" +
      "again (duplicate), changes nothing and says so; that is no error.",
    "verify says whether a log is whole. recover keeps its beginning up to the first damage, and the log as it was beside it:\n" +
      "what was changed after the damage is in that file alone, and has to be reported again. With --clock-was-ahead changes\n" +
      "that were received in the future, by a clock that was wrong, count as received now.",
    "One process writes a log at a time. One that was killed, or lost its power, is taken over: at once where the system\n" +
      "tells that it is gone, after 20 seconds without a sign of life where it cannot be asked, such as in another container.\n" +
      "--take-over waits for nothing: the other writer, be it alive, then refuses to write.",
    "--status postgres://USER@HOST/NAME, in place of a file, is a log that several machines keep in one database; several hosts\n" +
      "are named with commas. store setup makes its table; import fills it from a log and export writes it as one. When a\n" +
      "fail-over lost changes, each server still has them in its mirror: put-back makes them again, and keeps what is newer.",
    "Example: ambulance-diversion status report RQ8L0 --effect divert --needs trauma --divert-to RAJ01 \\\n" +
      '           --reason "IT outage" --by "duty manager" --until 2017-05-16T18:00:00+01:00 --status status.log',
  ],
  actions: ACTIONS,
  options: STATUS_OPTIONS,
  async run(args, terminal) {
    const [name = "", ...positionals] = args.positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      const given = name === "" ? "status needs an action" : `status has no action "${name}"`;
      throw badUsage(`${given}; the actions are ${Object.keys(ACTIONS).join(", ")}.`);
    }
    checkUsage(name, action, positionals, args);
    const file = args.get("status");
    if (file === undefined) throw badUsage("Name the status log with --status FILE.", "--status");
    const hospitals = args.get("hospitals");
    const namesNobody = ["verify", "recover", "compact", "store", "import", "export"].includes(name);
    const directory = await (hospitals !== undefined
      ? openHospitals(hospitals)
      : namesNobody
        ? englandHospitals()
        : withoutList(args, terminal, file));
    const status = await action.run({ args, terminal, file, directory });
    return typeof status === "number" ? status : EXIT.done;
  },
});

/**
 * The hospitals a log may speak of when no list is given: England's, and whatever ids the log or the command names beside
 * them, which cannot be checked and are said to be unchecked. An id that comes near a known one is taken for a slip.
 */
async function withoutList(args: StatusArguments, terminal: Terminal, file: string): Promise<HospitalDirectory> {
  const england = await englandHospitals();
  const ids = england.hospitals.map(({ id }) => id);
  const named = args.positionals[0] === "put-back" ? undefined : args.positionals[1];
  const given = [named, args.get("divert-to")].filter((id) => id !== undefined);
  const unchecked = given.filter((id) => england.get(id) === undefined && nearMatches(id, ids).length === 0);
  for (const id of new Set(unchecked)) {
    terminal.stderr.write(
      `ambulance-diversion: ${id} is not among England's EDs; it is taken as it is. Give --hospitals FILE to have ids checked.\n`,
    );
  }
  const isThere = isPostgresUrl(file) || existsSync(file);
  const { status } = isThere ? await readStatus(file, england, { clock: () => terminal.now().getTime() }) : {};
  const mirror = args.positionals[0] === "put-back" ? args.positionals[1] : undefined;
  const mirrored = mirror !== undefined && existsSync(mirror) ? loadStatus(mirror, england).status : undefined;
  const logged = [status, mirrored].flatMap((one) => (one === undefined ? [] : unknownHospitals(one)));
  // Only ids matter to a status log: name and place stand in and go nowhere.
  return [...new Set([...unchecked, ...logged])].reduce(
    (directory, id) => directory.with({ id, name: id, location: [...england.hospitals[0]!.location] }),
    england,
  );
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

function checkUsage(name: string, action: Action, positionals: readonly string[], args: StatusArguments): void {
  if (positionals.length !== action.positionals.length) {
    throw badUsage(`The form is \`ambulance-diversion status ${action.usage}\`.`);
  }
  const misplaced = Object.keys(STATUS_OPTIONS).find(
    (option) => args.given(option).length > 0 && !action.options.includes(option),
  );
  if (misplaced !== undefined) throw badUsage(`--${misplaced} does not go with status ${name}.`, `--${misplaced}`);
  const missing = action.required(args).filter((option) => (args.given(option)[0] ?? "").trim() === "");
  if (missing.length > 0) {
    const options = missing.map((option) => `--${option}`).join(", ");
    throw badUsage(
      `status ${name} needs ${options}: the log records what is asked, why, and who says so.`,
      `--${missing[0]}`,
    );
  }
}
