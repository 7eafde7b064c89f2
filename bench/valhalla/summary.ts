import type { ComparedPair } from "./compare";
import type { NearestCount } from "./nearest";
import type { RefusalKind } from "./refusal";
import type { Objective } from "./settings";
import { countBy, distribution, worstByRatio } from "./statistics";

/** How many of the worst disagreements of each objective are explained one by one. */
export const WORST = 10;

export interface Summary {
  readonly extract: string;
  readonly objective: Objective;
  readonly pairs: number;
  readonly answeredByBoth: number;
  readonly onlyOurs: number;
  readonly onlyTheirs: number;
  /** Their routes by what our rules and weights make of them. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Partial<Record<RefusalKind, number>>>;
  /** Their route by our weights over ours, where ours may drive it. */
  readonly theirsByOurs: readonly number[] | undefined;
  /** Ours over theirs, each by its own clock. */
  readonly times: readonly number[] | undefined;
  readonly lengths: readonly number[] | undefined;
  /** Shares of pairs whose lengths differ by at most 0.1 %, 1 % and 5 %. */
  readonly alikeLengths: readonly [number, number, number];
  readonly oursTurnRound: number;
  readonly theirsTurnRound: number;
  /** Under `fastest` only: nearest is by time. */
  readonly nearest?: NearestCount;
}

const answered = (pair: ComparedPair): boolean => pair.ours !== undefined && pair.theirs !== undefined;
export const timeRatio = ({ ours, theirs }: ComparedPair): number => ours!.seconds / theirs!.seconds;
export const lengthRatio = ({ ours, theirs }: ComparedPair): number => ours!.metres / theirs!.metres;

export function summarize(
  extract: string,
  objective: Objective,
  pairs: readonly ComparedPair[],
  nearest: NearestCount | undefined,
): Summary {
  const both = pairs.filter(answered);
  const alike = (share: number): number =>
    both.filter((pair) => Math.abs(lengthRatio(pair) - 1) <= share).length / both.length;
  return {
    extract,
    objective,
    pairs: pairs.length,
    answeredByBoth: both.length,
    onlyOurs: pairs.filter(({ ours, theirs }) => ours !== undefined && theirs === undefined).length,
    onlyTheirs: pairs.filter(({ ours, theirs }) => ours === undefined && theirs !== undefined).length,
    verdicts: countBy(both, ({ theirsByOurs }) => theirsByOurs!.kind),
    refusals: countBy(both, ({ theirsByOurs: verdict }) =>
      verdict?.kind === "refused" ? verdict.refusal.kind : undefined,
    ),
    theirsByOurs: distribution(
      both.flatMap(({ theirsByOurs: verdict, ours }) => {
        if (verdict?.kind === "equal") return 1;
        return verdict?.kind === "slower" || verdict?.kind === "faster" ? verdict.seconds / ours!.seconds : [];
      }),
    ),
    times: distribution(both.map(timeRatio)),
    lengths: distribution(both.map(lengthRatio)),
    alikeLengths: [alike(0.001), alike(0.01), alike(0.05)],
    oursTurnRound: both.filter(({ ours }) => ours!.turnsRound.length > 0).length,
    theirsTurnRound: both.filter(({ theirs }) => theirs!.turnsRound.length > 0).length,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** The worst of all extracts: by lengths under `shortest`, where both measure alike, by times under `fastest`. */
export function worstPairs(pairs: readonly ComparedPair[], objective: Objective): ComparedPair[] {
  const candidates = pairs.filter((pair) => pair.objective === objective && answered(pair));
  return worstByRatio(candidates, objective === "shortest" ? lengthRatio : timeRatio, WORST);
}

/** Routes of theirs that our own weights call better than ours: each is a defect. */
export const oursBeaten = (pairs: readonly ComparedPair[]): ComparedPair[] =>
  pairs.filter(({ theirsByOurs }) => theirsByOurs?.kind === "faster");
