import { DiversionError } from "../core/errors";
import { type Arguments, flag, type Option, type OptionTable, parseArguments } from "./options";

/** Exit statuses of the contract. */
export const EXIT = { done: 0, no: 1, badInput: 2 } as const;

/** What ends a command with the answer "no": nothing is wrong with how it was called. */
export class AnswerIsNo extends DiversionError {}

/** The streams a command talks to; tests pass their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Whether stderr is a terminal: progress is drawn there and nowhere else. */
  readonly showsProgress: boolean;
  /** The time of the question when none is given. */
  readonly now: () => Date;
}

/** One of the things a command with several does, for its own page of help. */
export interface CommandAction {
  /** The action's name and what stands after it. */
  readonly usage: string;
  readonly summary: string;
  /** Those of the command's options that go with it. */
  readonly options: readonly string[];
}

export interface Command {
  readonly name: string;
  /** What stands after the name in the help, for instance `<roads> -o FILE`. */
  readonly usage: string;
  readonly summary: string;
  /** Further paragraphs of the command's own help. */
  readonly details?: readonly string[];
  readonly options: Readonly<Record<string, Option<unknown>>>;
  /** By name; the first argument chooses one. */
  readonly actions?: Readonly<Record<string, CommandAction>>;
  /** Resolves to the exit status. @throws DiversionError `invalid-argument` for what is no command line of this command. */
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
}

/** A command of these options: what it reads has the types of their table. */
export function command<V extends Readonly<Record<string, unknown>>>({
  options,
  run,
  ...rest
}: Omit<Command, "options" | "run"> & {
  readonly options: OptionTable<V>;
  /** Resolves to the exit status. */
  run(args: Arguments<V>, terminal: Terminal): Promise<number>;
}): Command {
  return { ...rest, options, run: (argv, terminal) => run(parseArguments(rest.name, options, argv), terminal) };
}

/** @param topic the first argument, which may name one of the command's actions. */
export function helpOf(command: Command, topic = ""): string {
  const { actions = {}, options } = command;
  const action = Object.hasOwn(actions, topic) ? actions[topic] : undefined;
  if (action === undefined) return helpPage(command);
  const { usage, summary } = action;
  const own = Object.entries(options).filter(([name]) => action.options.includes(name));
  return helpPage({ name: command.name, usage, summary, options: Object.fromEntries(own) });
}

function helpPage(command: Omit<Command, "run">): string {
  const options = Object.entries({ ...command.options, help: flag({ short: "h", help: "Show this help." }) });
  const rows = options.map(([name, { short, value, help }]): readonly [string, string] => {
    const written = short === undefined ? `    --${name}` : `-${short}, --${name}`;
    return [value === undefined ? written : `${written} ${value}`, help];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    command.summary,
    "",
    `Usage: ambulance-diversion ${command.name} ${command.usage}`.trimEnd(),
    ...(command.details ?? []).flatMap((paragraph) => ["", paragraph]),
    "",
    "Options:",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    "",
  ].join("\n");
}
