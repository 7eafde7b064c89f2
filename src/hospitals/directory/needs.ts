import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { CapabilityVocabulary } from "./capabilities";

/** One thing a patient needs: a capability, or any one of several. */
export type Need = string | { readonly anyOf: readonly string[] };

/** Everything a patient needs: all of it, at one hospital. Empty means a full emergency department and no more. */
export type Needs = readonly Need[];

/** Longer than any word of a vocabulary, more than a patient needs or a scope names: what is longer is something else. */
export const LONGEST_WORD = 64;
export const MOST_WORDS = 50;

/** A capability's word at a boundary. */
export const WordSchema = z
  .string()
  .check(z.minLength(1), z.maxLength(LONGEST_WORD, `a word has at most ${LONGEST_WORD} characters`));

/** The form of needs at a boundary; whether the words are known is asked of a vocabulary by {@link waysToMeet}. */
export const NeedsSchema = z
  .array(
    z.union(
      [
        WordSchema,
        z.strictObject({
          anyOf: z
            .array(WordSchema)
            .check(z.minLength(1), z.maxLength(MOST_WORDS, `write at most ${MOST_WORDS} words`)),
        }),
      ],
      {
        error: `a need is a capability such as "trauma", or { "anyOf": ["trauma", "burns"] } with at most ${MOST_WORDS} words of ${LONGEST_WORD} letters`,
      },
    ),
  )
  .check(z.maxLength(MOST_WORDS, `write at most ${MOST_WORDS} needs`));

/** More ways than this to meet one patient's needs is a mistake in the input, and a search that would grow with it. */
export const MAXIMUM_WAYS = 64;

/**
 * The ways in which needs may be met, as sets of capabilities a hospital must offer together: the disjunctive normal
 * form of the needs. Each set is closed under implication and holds `emergency`. Ways that only ask more than another do
 * are left out, so `[{ anyOf: ["trauma", "major-trauma"] }]` is one way. Order follows the input.
 *
 * @throws DiversionError `invalid-incident` for a word not in the vocabulary, or more than {@link MAXIMUM_WAYS} ways.
 */
export function waysToMeet(
  needs: Needs,
  vocabulary: CapabilityVocabulary = CapabilityVocabulary.standard,
): readonly ReadonlySet<string>[] {
  let ways: (readonly string[])[] = [[]];
  needs.forEach((need, index) => {
    const options = typeof need === "string" ? [need] : need.anyOf;
    vocabulary.requireKnown(options, "invalid-incident", `needs.${index}`);
    ways = ways.flatMap((way) => options.map((option) => [...way, option]));
    if (ways.length > MAXIMUM_WAYS) {
      throw new DiversionError(
        "invalid-incident",
        `The needs can be met in more than ${MAXIMUM_WAYS} ways; ask for fewer alternatives.`,
        { field: `needs.${index}` },
      );
    }
  });
  return withoutSupersets(ways.map((way) => vocabulary.impliedByAll(way)));
}

function withoutSupersets(sets: readonly ReadonlySet<string>[]): readonly ReadonlySet<string>[] {
  return sets.filter(
    (set, index) =>
      !sets.some((other, at) => at !== index && contains(set, other) && (other.size < set.size || at < index)),
  );
}

/** Whether `set` holds every word of `part`. */
function contains(set: ReadonlySet<string>, part: ReadonlySet<string>): boolean {
  for (const word of part) if (!set.has(word)) return false;
  return true;
}
