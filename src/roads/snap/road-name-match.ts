import type { RoadNames } from "../graph/road-graph";

/** Words written in several ways, each reduced to its shortest. `st` is a street at the end of a name, a saint before. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  av: "ave",
  avenue: "ave",
  boulevard: "blvd",
  close: "cl",
  court: "ct",
  crescent: "cres",
  drive: "dr",
  gardens: "gdns",
  grove: "gr",
  highway: "hwy",
  lane: "ln",
  motorway: "mwy",
  place: "pl",
  road: "rd",
  saint: "st",
  square: "sq",
  street: "st",
  terrace: "ter",
};

/** Lower-case words without accents and punctuation; `A1(M)` is one word. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/ ?\(m\)/g, "m")
    .replace(/['’]/g, "");
  return (plain.match(/[\p{Letter}\p{Number}]+/gu) ?? []).map((word) => SHORT_FORMS[word] ?? word);
}

/** Whether the words of `part` follow one another in `whole`. */
function holds(whole: readonly string[], part: readonly string[]): boolean {
  return part.length > 0 && whole.some((_, at) => part.every((word, i) => whole[at + i] === word));
}

/** What a caller calls a road, ready to be compared with many. */
export class RoadNameMatcher {
  readonly #words: readonly string[];
  /** Words alone and two by two: `M 25` is `M25`. */
  readonly #numbers: ReadonlySet<string>;

  constructor(text: string) {
    this.#words = wordsOf(text);
    this.#numbers = new Set(this.#words.flatMap((word, i) => [word, word + (this.#words[i + 1] ?? "")]));
  }

  /**
   * How much of a road the text names: 0 nothing, 1 a part of its name, 2 its name or its number, more for both. Case,
   * accents, punctuation and usual abbreviations make no difference, and other words of the text none either
   * (`A12 northbound`).
   */
  score({ name, ref }: RoadNames): number {
    const isNumber = ref.split(/[;,]/).some((one) => this.#numbers.has(wordsOf(one).join("")));
    const nameWords = wordsOf(name);
    const ofName = holds(this.#words, nameWords) ? 2 : holds(nameWords, this.#words) ? 1 : 0;
    return (isNumber ? 2 : 0) + ofName;
  }
}
