import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../../../src/", import.meta.url));

interface Found {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression of the product. */
function regularExpressions(): Found[] {
  const found: Found[] = [];
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  for (const file of files.sort()) {
    if (file.endsWith(".config.ts")) continue;
    const source = ts.createSourceFile(file, readFileSync(join(SRC, file), "utf8"), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf("/");
        const row = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
        found.push({ place: `${file}:${row}`, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
      }
      if (ts.isNewExpression(node) && node.expression.getText(source) === "RegExp") {
        throw new Error(`${file} makes a regular expression at run time, which cannot be listed; write a literal.`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** Letters that classes of expressions take in, each to be repeated without end. */
const PUMPS = ["0", "a", " ", "\t", '"', ".", ",", ";", ":", "-", "+", "/", "\u0301"];

/** Several letters, where an expression repeats a group. */
const PUMPED_GROUPS = ['""', "a-", "/a", "0.", ", ", "(m)"];

/**
 * Beginnings that lead into the repetitions of an expression: its own text up to each of them, taken literally.
 */
function beginningsOf(source: string): string[] {
  const literal = source
    .replace(/^\^/, "")
    .replace(/\\d/g, "0")
    .replace(/\\s/g, " ")
    .replace(/\\([^dswDSWpPbBux])/g, "$1")
    .replace(/\[[^\]]*\]|\(\?[:=!<]+|[()?*+{}|$]/g, "\u0000");
  const plain = literal.split("\u0000");
  const begun = plain.map((_, index) => plain.slice(0, index + 1).join(""));
  return [...new Set(["", '"', "0,", ...plain.slice(0, 1), ...begun])].filter((text) => text.length < 40).slice(0, 8);
}

/** Texts of so many letters: an expression that takes time by their square takes minutes, one by the length itself none. */
const LONG = 1 << 20;
const LONG_ENOUGH = 1 << 17;

/**
 * Of the processor's time, so that a machine that does other things too makes no difference: a hang, no measure, tens of
 * times what all texts together take where no expression is at fault.
 */
const HANG_CPU_MS = 3000;
const GIVE_UP_MS = 60_000;

const ATTACK = new Script(`
  const expression = new RegExp(source, flags);
  for (const text of texts) {
    if (expression.global) text.replace(expression, "x");
    else expression.test(text);
  }
`);

function hangsOn({ source, flags }: Pick<Found, "source" | "flags">, texts: Iterable<string>): boolean {
  const before = process.cpuUsage();
  try {
    ATTACK.runInContext(createContext({ source, flags, texts }), { timeout: GIVE_UP_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return true;
    throw error;
  }
  return process.cpuUsage(before).user / 1000 > HANG_CPU_MS;
}

const pumped = (pump: string, length: number): string => pump.repeat(Math.ceil(length / pump.length));
const MEGABYTES = PUMPS.map((pump) => `${pumped(pump, LONG)}\u0001`);
const ENDS = [...PUMPS, ...PUMPED_GROUPS].map((pump) => `${pumped(pump, LONG_ENOUGH)}\u0001`);

/** Each ends in what no expression takes in, so that the whole does not match and every way of matching is tried. */
function* attacksOn(source: string): Generator<string> {
  yield* MEGABYTES;
  for (const beginning of beginningsOf(source)) for (const end of ENDS) yield beginning + end;
}

describe("regular expressions", () => {
  const all = regularExpressions();

  it("are all found", () => {
    expect(all.length).toBeGreaterThan(100);
  });

  it.each([
    ["^[+-]?(\\d+\\.?\\d*|\\.\\d+)$", ""],
    ["\\s*\\(m\\)", "g"],
    ["^(\\w+,?)+$", ""],
  ])("that take time by the square of a text or worse are told: %s", (source, flags) => {
    const texts = ["0", " ", "a"].map((pump) => `${pumped(pump, LONG)}\u0001`);
    const hangs = texts.map((text) => {
      try {
        ATTACK.runInContext(createContext({ source, flags, texts: [text] }), { timeout: 500 });
        return false;
      } catch {
        return true;
      }
    });
    expect(hangs).toContain(true);
  });

  it.each(all)("$place is through with a megabyte: /$source/$flags", ({ source, flags }) => {
    expect(hangsOn({ source, flags }, attacksOn(source))).toBe(false);
  });
});
