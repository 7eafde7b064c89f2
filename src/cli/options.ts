import { type ParseArgsConfig, parseArgs } from "node:util";
import { DiversionError } from "../core/errors";
import { type Instant, parseInstant } from "../core/instant";

/** What the help says of an option. */
interface OptionHelp {
  readonly short?: string;
  readonly help: string;
}

interface ValueHelp extends OptionHelp {
  /** What stands after the option in the help, for instance `FILE`. */
  readonly value: string;
}

/** An option, declared once: how it is written, what the help says of it, and what a command reads. */
export interface Option<T> extends OptionHelp {
  /** As in the help; absent for a flag. */
  readonly value?: string;
  readonly isRepeatable?: boolean;
  /**
   * @param texts what was given, once for each time; empty when it was not.
   * @throws DiversionError `invalid-argument` naming the option.
   */
  read(texts: readonly string[], name: string): T;
}

/** Options by name; the type is what commands read. */
export type OptionTable<V> = { readonly [Name in keyof V]: Option<V[Name]> };

/** What commands read of a table. */
export type ValuesOf<Table> = { readonly [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never };

/** What the command line of a command says. */
export interface Arguments<V> {
  readonly positionals: readonly string[];
  /** @throws DiversionError `invalid-argument` for a value that is none. */
  get<Name extends keyof V>(name: Name): V[Name];
  /** As it was written, once for each time. */
  given(name: string): readonly string[];
}

const badUsage = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });

export const flag = (spec: OptionHelp): Option<boolean> => ({ ...spec, read: (texts) => texts.length > 0 });

/** One text, read in some way. */
const single = <T>(spec: ValueHelp, read: (text: string, name: string) => T): Option<T | undefined> => ({
  ...spec,
  read: ([text], name) => (text === undefined ? undefined : read(text, name)),
});

export const text = (spec: ValueHelp): Option<string | undefined> => single(spec, (given) => given);

/** May be given several times. */
export const texts = (spec: ValueHelp): Option<readonly string[]> => ({
  ...spec,
  isRepeatable: true,
  read: (given) => given,
});

/** Parts split by commas; may be given several times. */
export const list = (spec: ValueHelp): Option<readonly string[]> => ({
  ...spec,
  isRepeatable: true,
  read: (given) =>
    given
      .flatMap((value) => value.split(","))
      .map((part) => part.trim())
      .filter((part) => part !== ""),
});

export const number = ({
  min,
  max,
  isWhole = false,
  ...spec
}: ValueHelp & { readonly min: number; readonly max: number; readonly isWhole?: boolean }): Option<
  number | undefined
> =>
  single(spec, (given, name) => {
    const value = given.trim() === "" ? Number.NaN : Number(given);
    if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
    const kind = isWhole ? "a whole number" : "a number";
    throw badUsage(`--${name} takes ${kind} from ${min} to ${max}, not "${given}".`, `--${name}`);
  });

export const instant = (spec: ValueHelp): Option<Instant | undefined> =>
  single(spec, (given, name) => parseInstant(given, `--${name}`));

function wordOf<Word extends string>(words: readonly Word[], given: string, name: string): Word {
  const word = words.find((known) => known === given);
  if (word !== undefined) return word;
  throw badUsage(`--${name} is "${given}"; it takes ${words.join(", ")}.`, `--${name}`);
}

export const oneOf = <const Word extends string>({
  words,
  ...spec
}: ValueHelp & { readonly words: readonly Word[] }): Option<Word | undefined> =>
  single(spec, (given, name) => wordOf(words, given, name));

/** Several of some words, split by commas; may be given several times. */
export const someOf = <const Word extends string>({
  words,
  ...spec
}: ValueHelp & { readonly words: readonly Word[] }): Option<readonly Word[]> => {
  const { read, ...rest } = list(spec);
  return { ...rest, read: (given, name) => read(given, name).map((word) => wordOf(words, word, name)) };
};

/**
 * Node's own parser takes `--at -0.1,51.5` for two options: a value that is a negative number is tied to the option
 * before it.
 */
function tieNegativeValues(argv: readonly string[], takesValue: ReadonlySet<string>): string[] {
  const tied: string[] = [];
  for (const word of argv) {
    const before = tied.at(-1);
    if (before?.startsWith("--") && takesValue.has(before.slice(2)) && /^-\.?\d/.test(word)) {
      tied[tied.length - 1] = `${before}=${word}`;
    } else tied.push(word);
  }
  return tied;
}

/** @throws DiversionError `invalid-argument` for an unknown option, a missing value or one too many. */
export function parseArguments<V extends Readonly<Record<string, unknown>>>(
  command: string,
  options: OptionTable<V>,
  argv: readonly string[],
): Arguments<V> {
  const table = Object.entries<Option<unknown>>(options);
  const config: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const [name, { value, short }] of table) {
    const type = value === undefined ? "boolean" : "string";
    config[name] = short === undefined ? { type, multiple: true } : { type, multiple: true, short };
  }
  const takesValue = new Set(table.filter(([, { value }]) => value !== undefined).map(([name]) => name));
  const { values, positionals } = parsed(command, {
    args: tieNegativeValues(argv, takesValue),
    options: config,
    allowPositionals: true,
    strict: true,
  });
  // Of a flag Node gives `true` each time.
  const given = (name: string): readonly string[] => [values[name] ?? []].flat().map(String);
  for (const [name, { isRepeatable }] of table) {
    if (isRepeatable !== true && given(name).length > 1) {
      throw badUsage(`--${name} is given more than once.`, `--${name}`);
    }
  }
  return { positionals, given, get: (name) => options[name].read(given(String(name)), String(name)) };
}

function parsed(command: string, config: ParseArgsConfig) {
  try {
    return parseArgs(config);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw badUsage(`${reason}. See \`ambulance-diversion ${command} --help\`.`);
  }
}
