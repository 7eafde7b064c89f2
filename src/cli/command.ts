import { type ParseArgsConfig, parseArgs } from "node:util";
import { DiversionError } from "../core/errors";

/** Exit statuses of the contract. */
export const EXIT = { done: 0, no: 1, badInput: 2 } as const;

export interface OptionSpec {
  /** What stands after the option in the help, for instance `FILE`; absent for a flag. */
  readonly value?: string;
  readonly short?: string;
  readonly repeatable?: boolean;
  readonly help: string;
}

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

export interface Arguments {
  readonly positionals: readonly string[];
  /** The option's value; undefined when it was not given. */
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A number within bounds; a DiversionError names the option otherwise. */
  number(name: string, bounds: { min: number; max: number; integer?: boolean }): number | undefined;
  /** Splits `a,b` (and repeated options) into parts. */
  list(name: string): readonly string[];
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
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** By name; the first argument chooses one. */
  readonly actions?: Readonly<Record<string, CommandAction>>;
  /** Resolves to the exit status. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

/**
 * Node's own parser takes `--at -0.1,51.5` for two options: a value that is a negative number is tied to the option
 * before it.
 */
function tieNegativeValues(argv: readonly string[], options: Command["options"]): string[] {
  const tied: string[] = [];
  for (const word of argv) {
    const before = tied.at(-1);
    const name = before?.startsWith("--") ? before.slice(2) : undefined;
    const takesValue = name !== undefined && options[name]?.value !== undefined;
    if (takesValue && /^-\.?\d/.test(word)) tied[tied.length - 1] = `${before}=${word}`;
    else tied.push(word);
  }
  return tied;
}

/** @throws DiversionError `invalid-argument` for an unknown option, a missing value or one too many. */
export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const config: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const [name, spec] of Object.entries(command.options)) {
    config[name] = {
      type: spec.value === undefined ? "boolean" : "string",
      multiple: true,
      ...(spec.short === undefined ? {} : { short: spec.short }),
    };
  }
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: tieNegativeValues(argv, command.options),
      options: config,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    const reason = (error as Error).message.split(". ")[0];
    throw badUsage(`${reason}. See \`ambulance-diversion ${command.name} --help\`.`);
  }

  const texts = (name: string): readonly string[] => (parsed.values[name] as string[] | undefined) ?? [];
  for (const [name, spec] of Object.entries(command.options)) {
    if (!spec.repeatable && texts(name).length > 1) throw badUsage(`--${name} is given more than once.`, `--${name}`);
  }
  const text = (name: string): string | undefined => texts(name)[0];
  return {
    positionals: parsed.positionals,
    text,
    texts,
    flag: (name) => parsed.values[name] !== undefined,
    number(name, { min, max, integer = false }) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = value.trim() === "" ? Number.NaN : Number(value);
      if (number >= min && number <= max && (!integer || Number.isInteger(number))) return number;
      const kind = integer ? "a whole number" : "a number";
      throw badUsage(`--${name} takes ${kind} from ${min} to ${max}, not "${value}".`, `--${name}`);
    },
    list: (name) =>
      texts(name)
        .flatMap((value) => value.split(","))
        .map((part) => part.trim())
        .filter((part) => part !== ""),
  };
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
  const rows = Object.entries({ ...command.options, help: { short: "h", help: "Show this help." } as OptionSpec }).map(
    ([name, spec]) => {
      const flag = spec.short === undefined ? `    --${name}` : `-${spec.short}, --${name}`;
      return [spec.value === undefined ? flag : `${flag} ${spec.value}`, spec.help] as const;
    },
  );
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
