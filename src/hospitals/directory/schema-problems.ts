import type * as z from "zod/mini";
import { nearMatches } from "../../core/near-matches";

/** One thing wrong with an input: the path of the field, dotted, and a full sentence. */
interface SchemaProblem {
  /** Such as `location.0` or `capabilities.2.minAge`; empty for the value as a whole. */
  readonly field: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Turns zod's findings into sentences a person can act on: the field, the value that was given, and what is wanted.
 *
 * @param input what was validated, so that the offending value can be quoted
 * @param fieldsAt names of the fields known at a path, offered when an unknown one is met
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  fieldsAt: (path: readonly (string | number)[]) => readonly string[] = () => [],
): SchemaProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknownField([...path, key], key, fieldsAt(path)));
    }
    if (issue.code === "invalid_union") return unionProblems(issue, path, input, fieldsAt);
    return [problemAt(path, valueAt(input, path), issue.message)];
  });
}

/** The first of {@link schemaProblems}: there is always one when validation failed. */
export function firstProblem(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  fieldsAt?: (path: readonly (string | number)[]) => readonly string[],
): SchemaProblem {
  return schemaProblems(issues, input, fieldsAt)[0]!;
}

/** How a value is quoted in a message: JSON, cut to a length that keeps the sentence readable. */
export function quote(value: unknown): string {
  // JSON would show NaN and the infinities as null.
  const text = typeof value === "number" ? String(value) : (jsonOf(value) ?? String(value));
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** Undefined for what JSON does not write: nothing, circles, and what is nested beyond all bounds. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function unionProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly (string | number)[],
  input: unknown,
  fieldsAt: (path: readonly (string | number)[]) => readonly string[],
): SchemaProblem[] {
  // The branch that failed deepest is the one the writer meant: an object with a bad member was not meant as a string.
  const depth = (branch: readonly z.core.$ZodIssue[]): number =>
    Math.max(0, ...branch.map((inner) => inner.path.length + (inner.code === "unrecognized_keys" ? 1 : 0)));
  const meant = issue.errors.reduce<readonly z.core.$ZodIssue[]>(
    (best, branch) => (depth(branch) > depth(best) ? branch : best),
    [],
  );
  if (depth(meant) === 0) return [problemAt(path, valueAt(input, path), unionMessage(issue))];
  const nested = meant.map((inner) => ({ ...inner, path: [...path, ...inner.path] }) as z.core.$ZodIssue);
  return schemaProblems(nested, input, fieldsAt);
}

/** zod says only "Invalid input" about a union without a message of its own; the branches say what each wanted. */
function unionMessage(issue: z.core.$ZodIssueInvalidUnion): string {
  if (issue.message !== "Invalid input") return issue.message;
  const wanted = issue.errors.flat().map(({ message }) => withoutPreamble(message));
  return [...new Set(wanted)].join(" or ");
}

function unknownField(path: readonly (string | number)[], key: string, known: readonly string[]): SchemaProblem {
  const near = nearMatches(key, known, 1)[0];
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const list = known.length === 0 ? "" : ` Known fields are ${known.join(", ")}.`;
  return { field: path.join("."), path, message: `${quote(key)} is not a known field.${hint}${list}` };
}

function problemAt(path: readonly (string | number)[], value: unknown, message: string): SchemaProblem {
  const field = path.join(".");
  const name = field === "" ? "The value" : field;
  const text =
    value === undefined
      ? `${name} is missing; ${withoutPreamble(message)}.`
      : `${name} is ${quote(value)}; ${withoutPreamble(message)}.`;
  return { field, path, message: text };
}

/** "Invalid input: expected string, received number" says twice what the quoted value already shows. */
const withoutPreamble = (message: string): string =>
  message
    .split(", received ", 1)[0]!
    .replace(/^Invalid input: /, "")
    .replace(/^Invalid option: /, "")
    .replace(/^Too (small|big): /, "");

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[step] : undefined,
    input,
  );
}
