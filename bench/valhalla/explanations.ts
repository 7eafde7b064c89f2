/** Why the two engines differ on a pair, in plain English, by the pair's key. Written by hand: see explanations.json. */
export type Explanations = Readonly<Record<string, string>>;

export interface PairName {
  readonly objective: string;
  readonly extract: string;
  readonly number: number;
}

/** `shortest/porto/139` */
export const pairKey = ({ objective, extract, number }: PairName): string => `${objective}/${extract}/${number}`;

/** What is wrong with the explanations: pairs among the worst without one, and ones whose pair is not among the worst. */
export function explanationFaults(worst: readonly PairName[], explanations: Explanations): string[] {
  const keys = new Set(worst.map(pairKey));
  const missing = [...keys].filter((key) => (explanations[key] ?? "").trim() === "");
  const stale = Object.keys(explanations).filter((key) => !keys.has(key));
  return [
    ...missing.map((key) => `${key} is among the worst and has no explanation: look at it and write one.`),
    ...stale.map((key) => `${key} is explained and no longer among the worst: take its explanation out.`),
  ];
}
