import polyline from "@mapbox/polyline";
import type { Position } from "../../src/core/units";
import type { ValhallaActor } from "./install";
import type { DrivenRoute } from "./ours";

interface Trip {
  readonly legs: readonly {
    readonly shape: string;
    readonly summary: { readonly time: number; readonly cost: number };
  }[];
}

/** Valhalla writes shapes with 6 decimals. */
const DECIMALS = 6;

/** Codes of Valhalla's table of errors that are answers: no path (442, 171 …), or no exact match of a given line (443, 444). */
const NO_ANSWER = /no (suitable|path)|could not be found|failed to find/i;

/** Valhalla with one set of costing options, asked as {@link OurRouter} is. */
export class TheirRouter {
  constructor(
    private readonly actor: ValhallaActor,
    private readonly costing: Readonly<Record<string, unknown>>,
  ) {}

  async route(from: Position, to: Position): Promise<DrivenRoute | undefined> {
    return answerOrNothing(async () => {
      const query = { locations: [from, to].map(latLon), directions_type: "none", ...auto(this.costing) };
      return drivenRoute(await this.actor.route(query));
    });
  }

  /** Drives a given line, point by point; undefined where one of its roads or turns is not open to Valhalla. */
  async drive(line: readonly Position[]): Promise<DrivenRoute | undefined> {
    return answerOrNothing(async () => {
      const encoded_polyline = polyline.encode(
        line.map(([lon, lat]) => [lat, lon]),
        DECIMALS,
      );
      // Valhalla 3.6.1 crashes when asked to trace without pruning; a walk along a given line prunes nothing anyway.
      const { disable_hierarchy_pruning: _, ...costing } = this.costing;
      const query = { encoded_polyline, shape_match: "edge_walk", directions_type: "none", ...auto(costing) };
      return drivenRoute(await this.actor.traceRoute(query));
    });
  }

  /** Seconds to each target; undefined where there is no way. */
  async toEach(from: Position, targets: readonly Position[]): Promise<(number | undefined)[]> {
    // The verbose answer of 3.6.1 is no JSON where a heading is unknown.
    const query = { sources: [latLon(from)], targets: targets.map(latLon), verbose: false, ...auto(this.costing) };
    const answer = await answerOrNothing(() => this.actor.matrix(query));
    const { durations } = (answer?.sources_to_targets ?? { durations: [] }) as { durations: (number | null)[][] };
    return targets.map((_, i) => durations[0]?.[i] ?? undefined);
  }
}

const auto = (costing: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  costing: "auto",
  costing_options: { auto: costing },
});

/**
 * Valhalla moves a place to a junction within 5 m, ours never. At 0 it would take a place at a junction for the end of one
 * of its roads only, and come by no other; 1 m tells a junction from the next point of a road.
 */
const latLon = ([lon, lat]: Position): Record<string, number> => ({ lat, lon, node_snap_tolerance: 1 });

function drivenRoute(answer: Readonly<Record<string, unknown>>): DrivenRoute {
  const { legs } = answer.trip as Trip;
  const line: Position[] = [];
  let seconds = 0;
  let cost = 0;
  for (const { shape, summary } of legs) {
    seconds += summary.time;
    cost += summary.cost;
    for (const [lat, lon] of polyline.decode(shape, DECIMALS)) line.push([lon, lat]);
  }
  return { seconds, line, cost };
}

async function answerOrNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && NO_ANSWER.test(error.message)) return undefined;
    throw error;
  }
}
