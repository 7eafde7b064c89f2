import * as z from "zod/mini";
import standardCapabilities from "../../../data/capabilities.json";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { didYouMean } from "../../core/near-matches";
import { safeParse } from "../../core/safe-parse";
import { firstProblem } from "./schema-problems";

/** What every hospital of a directory offers and every patient needs, said or not: a full emergency department. */
export const EMERGENCY = "emergency";

const Word = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      "a word is lower-case letters, digits and single hyphens, such as major-trauma",
    ),
  );

const VocabularyFile = z.strictObject({
  about: z.optional(z.string()),
  capabilities: z
    .array(
      z.strictObject({ word: Word, meaning: z.string().check(z.minLength(1)), implies: z.optional(z.array(Word)) }),
    )
    .check(z.minLength(1)),
});

/** A word of the vocabulary: what it means, and which other words it implies. */
interface CapabilityDefinition {
  readonly word: string;
  readonly meaning: string;
  readonly implies: readonly string[];
}

/**
 * The words for what patients need and hospitals offer. Implication runs the same way for both: a major trauma centre is
 * a trauma unit, and a patient who needs major trauma care is a trauma patient, so that a trauma divert concerns both.
 */
export class CapabilityVocabulary {
  /** The words of `data/capabilities.json`. */
  static readonly standard: CapabilityVocabulary = CapabilityVocabulary.parse(standardCapabilities);

  /** Ordered by word. */
  readonly definitions: readonly CapabilityDefinition[];
  readonly #closures: ReadonlyMap<string, ReadonlySet<string>>;

  private constructor(definitions: readonly CapabilityDefinition[]) {
    this.definitions = [...definitions].sort((a, b) => (a.word < b.word ? -1 : 1));
    const byWord = new Map(definitions.map((definition) => [definition.word, definition]));
    this.#closures = new Map(definitions.map(({ word }) => [word, closureOf(word, byWord)]));
  }

  /** Reads a vocabulary of the form of `data/capabilities.json`. @throws DiversionError `invalid-hospitals`. */
  static parse(json: unknown): CapabilityVocabulary {
    const result = safeParse(VocabularyFile, json);
    if (!result.success) {
      const problem = firstProblem(result.error.issues, json);
      throw invalidVocabulary(problem.message, problem.field);
    }
    return CapabilityVocabulary.#from(result.data.capabilities);
  }

  /** This vocabulary with further words. @throws DiversionError `invalid-hospitals` when one is already defined. */
  extendedBy(
    definitions: readonly { word: string; meaning: string; implies?: readonly string[] }[],
  ): CapabilityVocabulary {
    return CapabilityVocabulary.parse({
      capabilities: [...this.definitions, ...definitions].map(({ word, meaning, implies }) => ({
        word,
        meaning,
        implies: [...(implies ?? [])],
      })),
    });
  }

  static #from(
    capabilities: readonly { word: string; meaning: string; implies?: string[] | undefined }[],
  ): CapabilityVocabulary {
    const words = new Set<string>();
    for (const { word } of capabilities) {
      if (words.has(word)) throw invalidVocabulary(`The word ${word} is defined twice; define it once.`, "word");
      words.add(word);
    }
    if (!words.has(EMERGENCY))
      throw invalidVocabulary(`The word ${EMERGENCY} is missing; every vocabulary has it.`, "word");
    for (const { word, implies = [] } of capabilities) {
      const stranger = implies.find((implied) => !words.has(implied));
      if (stranger !== undefined) {
        throw invalidVocabulary(
          `${word} implies ${stranger}, which is not defined; define it or leave it out.`,
          "implies",
        );
      }
    }
    return new CapabilityVocabulary(
      capabilities.map(({ word, meaning, implies = [] }) => ({ word, meaning, implies })),
    );
  }

  get words(): readonly string[] {
    return this.definitions.map(({ word }) => word);
  }

  has(word: string): boolean {
    return this.#closures.has(word);
  }

  /** The word itself, all it implies directly or through others, and `emergency`. A word not known implies only itself. */
  implied(word: string): ReadonlySet<string> {
    return this.#closures.get(word) ?? new Set([EMERGENCY, word]);
  }

  /** All that the words imply, themselves and `emergency` included. */
  impliedByAll(words: Iterable<string>): ReadonlySet<string> {
    const all = new Set([EMERGENCY]);
    for (const word of words) for (const implied of this.implied(word)) all.add(implied);
    return all;
  }

  /** A sentence about a word that is not known, listing those that are; undefined when it is known. */
  complaintAbout(word: string): string | undefined {
    if (this.has(word)) return undefined;
    return `${JSON.stringify(word)} is not a known capability.${didYouMean(word, this.words)} Known are ${this.words.join(", ")}.`;
  }

  /** @throws DiversionError with `code` when a word is not known. */
  requireKnown(words: Iterable<string>, code: ErrorCode, field: string): void {
    for (const word of words) {
      const complaint = this.complaintAbout(word);
      if (complaint !== undefined) throw new DiversionError(code, complaint, { field });
    }
  }
}

function closureOf(word: string, byWord: ReadonlyMap<string, CapabilityDefinition>): ReadonlySet<string> {
  const closure = new Set([EMERGENCY, word]);
  // A Set is iterated in insertion order, additions made on the way included: this is the whole breadth-first search.
  for (const reached of closure) for (const implied of byWord.get(reached)?.implies ?? []) closure.add(implied);
  return closure;
}

const invalidVocabulary = (message: string, field: string | undefined): DiversionError =>
  new DiversionError("invalid-hospitals", `The capability vocabulary is not usable. ${message}`, { field });
