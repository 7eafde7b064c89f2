import type { Position } from "../../core/units";
import type { RoadIndex } from "../../roads/road-index";
import { type PassedBy, type PlaceFinder, walkedBetween } from "../../roads/snap/place-finder";
import type { Components } from "../../roads/snap/road-connections";
import { arrivalAccessPoints, directDrive } from "../../roads/snap/road-point";
import type { RoadPoint } from "../../roads/snap/snap-index";

/** Where a hospital stands on the roads while nothing is closed. */
export interface SiteHome {
  readonly point: RoadPoint;
  /** The nearest road, where another had to be used. */
  readonly passedBy: PassedBy | undefined;
}

/**
 * Finds where hospitals stand on the roads, and where journeys to them begin. Both are matters of the roads as they are
 * built: who is shut in or out by a closure walks, so that no closure lets a drive begin or end nearer.
 */
export class HomeFinder {
  readonly #roads: RoadIndex;
  readonly #limitMetres: number;
  readonly #entrances: PlaceFinder;

  constructor(roads: RoadIndex, limitMetres: number) {
    this.#roads = roads;
    this.#limitMetres = limitMetres;
    this.#entrances = this.#enteredFrom(roads.connections.reachedFrom(roads.connections.usable));
  }

  /**
   * Of an entrance the nearest place that one can drive to; in a pocket that nobody drives into from the networks beside it
   * also the nearest of those, from where one walks. None where no road is near.
   */
  homesOf(location: Position): SiteHome[] {
    const { candidates, passedBy } = this.#entrances.places(location, { limitMetres: this.#limitMetres });
    const [first] = candidates;
    if (first === undefined) return [];
    const outside = this.#outsideOf(first.point, location);
    return [{ point: first.point, passedBy }, ...(outside === undefined ? [] : [outside])];
  }

  /**
   * Finds where journeys begin: on the nearest road from which any of these places can be reached. Who is on an island
   * without one stays there, with no way.
   */
  startsTo(homes: readonly RoadPoint[]): PlaceFinder {
    const roads = this.#roads;
    const { graph, connections, weights } = roads;
    const goals = connections.holding(
      homes.flatMap((home) => arrivalAccessPoints(graph, weights, home).map(({ node }) => node)),
    );
    if (!goals.includes(1)) return roads.placeFinder({ accepts: (one) => roads.isUsable(one), isEntrance: false });
    for (const [component, isIsland] of connections.islands.entries()) if (isIsland === 1) goals[component] = 1;
    const leading = connections.leadingTo(goals);
    const bySegment = new Map<number, RoadPoint[]>();
    for (const home of homes) bySegment.set(home.segment, [...(bySegment.get(home.segment) ?? []), home]);
    return roads.placeFinder({
      accepts: (segment) => connections.isLeftFor(segment, leading),
      // On a road that leads out of all, one may still drive on to a hospital on it.
      inPart: {
        has: (segment) => bySegment.has(segment),
        accepts: (point) =>
          (bySegment.get(point.segment) ?? []).some((home) => directDrive(graph, weights, point, home) !== undefined),
      },
      fallback: (segment) => roads.isUsable(segment),
      isEntrance: false,
    });
  }

  #enteredFrom(from: Components): PlaceFinder {
    const { connections } = this.#roads;
    return this.#roads.placeFinder({
      accepts: (segment) => connections.isEnteredFrom(segment, from),
      isEntrance: true,
    });
  }

  #outsideOf(home: RoadPoint, location: Position): SiteHome | undefined {
    const { graph, connections, weights, onFootKmh } = this.#roads;
    const own = arrivalAccessPoints(graph, weights, home).map(({ node }) => node);
    const reached = connections.outside(connections.holding(own));
    const outside = reached && this.#enteredFrom(reached).find(location, this.#limitMetres);
    if (outside === undefined) return undefined;
    const road = graph.roads[graph.columns.segmentRoad[home.segment]!]!;
    return {
      point: walkedBetween(home.onFoot?.place ?? home, outside, onFootKmh),
      passedBy: { road, distanceMetres: home.distanceMetres, why: "not-connected" },
    };
  }
}
