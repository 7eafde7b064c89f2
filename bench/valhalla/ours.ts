import type { Position } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { VehicleProfile } from "../../src/roads/profile/profile";
import { DEFAULT_SNAP_LIMIT_METRES, type RoadIndex } from "../../src/roads/road-index";
import { type DrivenPath, routeOf } from "../../src/roads/route/route";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import type { OsmSource } from "../../src/roads/sources/osm-source";
import type { Path, ShortestPathEngine } from "../../src/shortest-path/engine";

/** What one of the two engines answers. */
export interface DrivenRoute {
  readonly seconds: number;
  readonly line: readonly Position[];
  /** What Valhalla minimises: seconds with surcharges, or metres. Ours minimises its seconds. */
  readonly cost?: number;
}

/** The product, asked from one point to another. */
export class OurRouter {
  readonly roads: RoadIndex;
  private readonly engine: ShortestPathEngine;
  private readonly departs: (segment: number) => boolean;
  private readonly arrives: (segment: number) => boolean;

  private constructor(roads: RoadIndex) {
    this.roads = roads;
    this.engine = roads.createEngine();
    const { connections } = roads;
    const leading = connections.leadingTo(connections.usable);
    const reached = connections.reachedFrom(connections.usable);
    this.departs = (segment) => connections.isLeftFor(segment, leading);
    this.arrives = (segment) => connections.isEnteredFrom(segment, reached);
  }

  static async over(source: OsmSource, profile: VehicleProfile): Promise<OurRouter> {
    const { roads } = await buildRoadGraph(source, { profile });
    return new OurRouter(indexRoads(roads, { source: source.name, profile: profile.name }));
  }

  /** Where a drive from there begins: places are nodes of roads, and no road beside them is meant. */
  departure(location: Position): RoadPoint | undefined {
    return this.roads.trySnap(location, DEFAULT_SNAP_LIMIT_METRES, this.departs);
  }

  /** Where a drive to there ends. */
  arrival(location: Position): RoadPoint | undefined {
    return this.roads.trySnap(location, DEFAULT_SNAP_LIMIT_METRES, this.arrives);
  }

  /** Milliseconds to each target; undefined where there is no way. */
  toEach(from: RoadPoint, targets: readonly (RoadPoint | undefined)[]): (number | undefined)[] {
    return targets.map((to) => to && this.drive(from, to)?.path.milliseconds);
  }

  /** Undefined when there is no way, or one end is off the roads. */
  route(from: RoadPoint | undefined, to: RoadPoint | undefined): (DrivenRoute & { milliseconds: number }) | undefined {
    if (from === undefined || to === undefined) return undefined;
    const drive = this.drive(from, to);
    if (drive === undefined) return undefined;
    const { milliseconds, positions } = routeOf(this.roads.graph, this.roads.weights, drive);
    return { milliseconds, seconds: milliseconds / 1000, line: positions };
  }

  private drive(from: RoadPoint, to: RoadPoint): DrivenPath | undefined {
    const { graph, weights } = this.roads;
    const departures = departureAccessPoints(graph, weights, from);
    const arrivals = arrivalAccessPoints(graph, weights, to);
    const direct = directDrive(graph, weights, from, to);
    let path = this.engine.pathBetween({ accessPoints: departures }, arrivals);
    if (direct !== undefined && (path === undefined || direct.milliseconds <= path.milliseconds)) {
      path = withoutNodes(direct.milliseconds);
    }
    return path && { path, from, to, departures, arrivals, direct };
  }
}

const withoutNodes = (milliseconds: number): Path => ({
  milliseconds,
  nodes: new Int32Array(0),
  arcs: new Int32Array(0),
  originAccessPoint: undefined,
  targetAccessPoint: undefined,
});
