import { distanceMetres } from "../../src/core/geometry";
import type { Position } from "../../src/core/units";
import { followLine } from "./follow";
import type { DrivenRoute, OurRouter } from "./ours";
import type { Pair } from "./places";
import { lineMetres } from "./raw-extract";
import { type RawLineIndex, roadSummary } from "./raw-line";
import type { Refusal, RefusalReader } from "./refusal";
import { type Objective, SAME_PLACE_METRES } from "./settings";
import type { TheirRouter } from "./theirs";

/** One engine's answer, measured with one ruler for both. */
export interface Side {
  /** By the engine's own clock. */
  readonly seconds: number;
  readonly metres: number;
  /** As in {@link DrivenRoute}. */
  readonly cost?: number;
  readonly start: Position;
  readonly end: Position;
  readonly roads: string;
  /** Places at which the drive goes back the way it came. */
  readonly turnsRound: readonly Position[];
}

/** Their route judged by our rules and weights. Under `shortest` a second of ours stands for ten metres. */
export type Verdict =
  /** By our weights no better and no worse than ours. */
  | { readonly kind: "equal" }
  | { readonly kind: "slower"; readonly seconds: number }
  /** Better than ours by our own weights: ours was not the best. There must be none. */
  | { readonly kind: "faster"; readonly seconds: number }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** Begins or ends elsewhere, so that the two cannot be set against each other. */
  | { readonly kind: "other-ends"; readonly startApartMetres: number; readonly endApartMetres: number };

export interface ComparedPair extends Pair {
  readonly extract: string;
  readonly objective: Objective;
  readonly ours: Side | undefined;
  readonly theirs: Side | undefined;
  readonly theirsByOurs: Verdict | undefined;
  /**
   * Our route by their clock and cost; undefined where Valhalla cannot follow it: a piece is not open to it, or one of
   * its own shapes lacks a vertex there. It checks no turn restriction on the way.
   */
  readonly oursByTheirs: { readonly seconds: number; readonly cost: number } | undefined;
}

export interface Contest {
  readonly extract: string;
  readonly objective: Objective;
  readonly ours: OurRouter;
  readonly theirs: TheirRouter;
  readonly lines: RawLineIndex;
  readonly refusals: RefusalReader;
}

export async function comparePair(contest: Contest, pair: Pair): Promise<ComparedPair> {
  const { extract, objective, ours, theirs, lines } = contest;
  const from = ours.departure(pair.from);
  const to = ours.arrival(pair.to);
  const our = ours.route(from, to);
  const their = await theirs.route(pair.from, pair.to);
  const side = (route: DrivenRoute | undefined): Side | undefined =>
    route && {
      seconds: rounded(route.seconds, 3),
      metres: rounded(lineMetres(route.line), 1),
      ...(route.cost === undefined ? {} : { cost: rounded(route.cost, 1) }),
      start: route.line[0]!,
      end: route.line.at(-1)!,
      roads: roadSummary(lines.stretches(route.line)),
      turnsRound: turnsRound(route.line),
    };
  const driven = our && their && (await theirs.drive(our.line));
  return {
    ...pair,
    extract,
    objective,
    ours: side(our),
    theirs: side(their),
    theirsByOurs: our && their && judge(),
    oursByTheirs: driven && { seconds: rounded(driven.seconds, 3), cost: rounded(driven.cost ?? 0, 1) },
  };

  function judge(): Verdict {
    const startApartMetres = rounded(distanceMetres(our!.line[0]!, their!.line[0]!), 1);
    const endApartMetres = rounded(distanceMetres(our!.line.at(-1)!, their!.line.at(-1)!), 1);
    if (Math.max(startApartMetres, endApartMetres) > SAME_PLACE_METRES) {
      return { kind: "other-ends", startApartMetres, endApartMetres };
    }
    const followed = followLine(ours.roads, their!.line, from!, to!);
    if ("refusedAt" in followed) {
      return { kind: "refused", refusal: contest.refusals.read(their!.line, followed.refusedAt) };
    }
    const apart = followed.milliseconds - our!.milliseconds;
    if (apart === 0) return { kind: "equal" };
    return { kind: apart > 0 ? "slower" : "faster", seconds: followed.milliseconds / 1000 };
  }
}

function turnsRound(line: readonly Position[]): Position[] {
  return line.filter((_, i) => {
    const [before, after] = [line[i - 1], line[i + 1]];
    return before !== undefined && after !== undefined && before[0] === after[0] && before[1] === after[1];
  });
}

export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
