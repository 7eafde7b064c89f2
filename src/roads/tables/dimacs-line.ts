import { DiversionError } from "../../core/errors";

const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

/** One line of a DIMACS file, read word by word from its bytes; reused, since files have millions of lines. */
export class DimacsLine {
  readonly #file: string;
  /** The first word: `c`, `p`, `a` or `v` in a sound file; empty for a blank line. */
  kind = "";
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  #row = 0;

  constructor(file: string) {
    this.#file = file;
  }

  start(bytes: Uint8Array, row: number): void {
    this.#bytes = bytes;
    this.#position = 0;
    this.#row = row;
    this.kind = this.#next();
  }

  /** Reads the given word, or fails. */
  word(expected: string): void {
    const found = this.#next();
    if (found !== expected) this.fail(`has "${found}" where "${expected}" belongs`);
  }

  /** Reads a whole number between `minimum` and `maximum`, or fails. */
  integer(what: string, minimum: number, maximum: number): number {
    this.#skipBlanks();
    const bytes = this.#bytes;
    const begin = this.#position;
    let at = begin;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const firstDigit = at;
    let value = 0;
    for (; at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= NINE; at++) value = value * 10 + bytes[at]! - ZERO;
    if (at === firstDigit || (at < bytes.length && !isBlank(bytes[at]!))) {
      return this.fail(`has "${this.#next()}" where the ${what} belongs; expected a whole number`);
    }
    this.#position = at;
    if (negative) value = -value;
    if (value < minimum || value > maximum) {
      return this.fail(`has ${what} ${value}, which is not within ${minimum} to ${maximum}`);
    }
    return value;
  }

  /** Checks that the line holds nothing more. */
  end(): void {
    const rest = this.#next();
    if (rest !== "") this.fail(`has "${rest}" after the end of the line's fields`);
  }

  /** @param what completes "The file …". */
  fail(what: string): never {
    throw new DiversionError("invalid-dimacs", `${this.#file} ${what}. Correct the file or fetch it again.`, {
      file: this.#file,
      row: this.#row,
    });
  }

  #next(): string {
    this.#skipBlanks();
    const begin = this.#position;
    while (this.#position < this.#bytes.length && !isBlank(this.#bytes[this.#position]!)) this.#position++;
    // Nothing longer is ever valid, and messages quote what they find.
    const shown = this.#bytes.subarray(begin, Math.min(this.#position, begin + LONGEST_WORD));
    return String.fromCharCode(...shown);
  }

  #skipBlanks(): void {
    while (this.#position < this.#bytes.length && isBlank(this.#bytes[this.#position]!)) this.#position++;
  }
}

const LONGEST_WORD = 40;

const isBlank = (byte: number): boolean => byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
