/** A fenced code block of a Markdown file. */
export interface Block {
  /** The first word after the fence: `sh`, `ts`, `text`, `json`. */
  readonly language: string;
  /** The words after it. */
  readonly flags: readonly string[];
  /** Where its fence opens, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The fenced code blocks of a Markdown text, in order. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split(/\r?\n/);
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const opening = /^( *)(`{3,}|~{3,})(.*)$/.exec(lines[i]!);
    if (opening === null) continue;
    const [, indent, fence, info] = opening as unknown as [string, string, string, string];
    const start = i;
    const inside: string[] = [];
    for (i++; !(lines[i]?.trimStart().startsWith(fence) ?? false); i++) {
      if (i >= lines.length) throw new Error(`The code block of line ${start + 1} is never closed.`);
      inside.push(lines[i]!.startsWith(indent) ? lines[i]!.slice(indent.length) : lines[i]!.trimStart());
    }
    const [language = "", ...flags] = info.trim().split(/\s+/);
    blocks.push({ language, flags, line: start + 1, text: inside.join("\n") });
  }
  return blocks;
}

/** What the README writes where an output is longer or changes from run to run. */
export const ELLIPSIS = "…";

const escapeForPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** A pattern for a text in which `…` stands for any run of characters within a line. */
const patternOf = (text: string): RegExp => new RegExp(`^${text.split(ELLIPSIS).map(escapeForPattern).join(".*")}$`);

/**
 * Whether an output shows what the README says: its lines, one directly after the other but where a line of `…` stands
 * for any number of lines, trailing blanks aside. What comes before the first and after the last does not matter.
 */
export function shows(output: string, shown: string): boolean {
  const tidy = (text: string): string[] =>
    text
      .replace(/\s+$/, "")
      .split("\n")
      .map((line) => line.trimEnd());
  const lines = tidy(output);
  const parts: RegExp[][] = [[]];
  for (const line of tidy(shown)) {
    if (line.trim() === ELLIPSIS) parts.push([]);
    else parts.at(-1)!.push(patternOf(line));
  }
  let from = 0;
  for (const part of parts) {
    const at = lines.findIndex((_, i) => i >= from && part.every((pattern, k) => pattern.test(lines[i + k] ?? "\n")));
    if (at < 0 && part.length > 0) return false;
    from = at < 0 ? from : at + part.length;
  }
  return true;
}

/** Parses JSON in which `//` comments may stand at a line's end. */
export const parseCommentedJson = (text: string): unknown =>
  JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|\/\/.*$/gm, (_, string: string | undefined) => string ?? ""));

/**
 * Where a value departs from the one the README shows, or undefined. Members the README leaves out may be there; `"…"`
 * stands for any value, as the last element of an array for any further ones, and `…` within a string for any text.
 */
export function departure(actual: unknown, shown: unknown, path = "$"): string | undefined {
  if (shown === ELLIPSIS) return undefined;
  const differs = `${path}: the README shows ${JSON.stringify(shown)}, the program printed ${JSON.stringify(actual)}`;
  if (typeof shown === "string") {
    return typeof actual === "string" && patternOf(shown).test(actual) ? undefined : differs;
  }
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual)) return differs;
    const open = shown.at(-1) === ELLIPSIS;
    const elements = open ? shown.slice(0, -1) : shown;
    if (open ? actual.length < elements.length : actual.length !== elements.length) return differs;
    return firstDefined(elements.map((element, i) => departure(actual[i], element, `${path}[${i}]`)));
  }
  if (typeof shown === "object" && shown !== null) {
    if (typeof actual !== "object" || actual === null) return differs;
    const members = Object.entries(shown);
    return firstDefined(
      members.map(([key, value]) => departure((actual as Record<string, unknown>)[key], value, `${path}.${key}`)),
    );
  }
  return actual === shown ? undefined : differs;
}

const firstDefined = (found: readonly (string | undefined)[]): string | undefined =>
  found.find((entry) => entry !== undefined);
