import type { PlainHospital, PlainService, Question, World } from "./world";

/** The words of data/capabilities.json that imply another beside `emergency`. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = { "major-trauma": ["trauma"] };
const EMERGENCY = "emergency";

const impliedBy = (word: string): string[] => [word, ...(IMPLIED[word] ?? [])];

export type Way = ReadonlySet<string>;

/** A word with all that it implies, `emergency` too. */
export const withImplied = (word: string): Way => new Set([EMERGENCY, ...impliedBy(word)]);

/** The ways to meet needs: one of each anyOf, with what is implied. A way that only asks more than another is left out. */
export function waysOf(needs: Question["needs"]): Way[] {
  let ways: string[][] = [[EMERGENCY]];
  for (const need of needs) {
    const options = typeof need === "string" ? [need] : need.anyOf;
    ways = ways.flatMap((way) => options.map((option) => [...way, ...impliedBy(option)]));
  }
  const sets = ways.map((way) => new Set(way));
  const holds = (a: Way, b: Way): boolean => [...b].every((word) => a.has(word));
  return sets.filter(
    (set, i) => !sets.some((other, j) => j !== i && holds(set, other) && (!holds(other, set) || j < i)),
  );
}

/** All that a hospital offers: what it states, and with the same limits what that implies and it does not state. */
export function servicesOf({ services }: PlainHospital): PlainService[] {
  const stated = new Set(services.map(({ capability }) => capability));
  const implied = services.flatMap((service) =>
    impliedBy(service.capability)
      .filter((word) => !stated.has(word))
      .map((capability) => ({ ...service, capability })),
  );
  // Every ED has `emergency`, without limits unless it says so.
  const emergency = stated.has(EMERGENCY) ? [] : [{ capability: EMERGENCY }];
  return [...services, ...implied, ...emergency];
}

/**
 * Rule 21: whether a list says anything about a word at a hospital: by what the list or the hospital says it records, or
 * where nothing of it says, because some hospital carries the word.
 */
export function isRecorded(
  { hospitals, recorded }: World,
  { recorded: own = [] }: PlainHospital,
  word: string,
): boolean {
  const isSaid = recorded !== undefined || hospitals.some((one) => one.recorded !== undefined);
  const isCarried = (): boolean =>
    hospitals.some((one) => servicesOf(one).some(({ capability }) => capability === word));
  return own.includes(word) || (isSaid ? (recorded ?? []).includes(word) : isCarried());
}
