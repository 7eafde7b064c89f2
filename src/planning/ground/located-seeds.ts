import { INFINITE_MS, type Position } from "../../core/units";
import type { RoadIndex } from "../../roads/road-index";
import { departureSeeds, directDrive, drivableEdges } from "../../roads/snap/road-point";
import { type RoadPoint, SnapIndex } from "../../roads/snap/snap-index";
import type { ArcWeights } from "../../shortest-path/graph";

/** A location meets the graph at two nodes at most, one for each direction of its road. */
const SEEDS = 2;

/**
 * Where journeys from many locations meet the graph, found once, for questions about one destination after another. A
 * location on a closed road is taken to the nearest open one.
 */
export class LocatedSeeds {
  private readonly roads: RoadIndex;
  private readonly weights: ArcWeights;
  private readonly locations: Float64Array;
  private readonly limitMetres: number;
  private readonly snap: SnapIndex;
  /** Int32[2 * n]: node, -1 for none. */
  private readonly nodes: Int32Array;
  /** Int32[2 * n]: milliseconds from the location to the node. */
  private readonly offsets: Int32Array;
  /** By segment: the locations on it, between its ends. */
  private readonly onSegment = new Map<number, number[]>();

  /** @param locations Float64[2 * n]: longitude and latitude in degrees, alternating. */
  constructor(roads: RoadIndex, weights: ArcWeights, locations: Float64Array, limitMetres: number) {
    this.roads = roads;
    this.weights = weights;
    this.locations = locations;
    this.limitMetres = limitMetres;
    this.snap = new SnapIndex(roads.graph, roads.snapColumns);
    this.nodes = new Int32Array(SEEDS * this.count).fill(-1);
    this.offsets = new Int32Array(SEEDS * this.count);
    for (let i = 0; i < this.count; i++) this.locate(i);
  }

  get count(): number {
    return this.locations.length / 2;
  }

  /**
   * @param nodeTimes Int32[nodes]: milliseconds from each node to a destination.
   * @param entrances of that destination, for drives along one road that pass no node.
   * @returns Int32[n]: milliseconds from each location; INFINITE_MS where there is no way, or no road.
   */
  timesTo(nodeTimes: Int32Array, entrances: readonly RoadPoint[]): Int32Array {
    const times = new Int32Array(this.count).fill(INFINITE_MS);
    for (let seed = 0; seed < this.nodes.length; seed++) {
      const node = this.nodes[seed]!;
      if (node < 0 || nodeTimes[node]! >= INFINITE_MS) continue;
      const i = (seed / SEEDS) | 0;
      times[i] = Math.min(times[i]!, nodeTimes[node]! + this.offsets[seed]!);
    }
    for (const entrance of entrances) {
      for (const i of this.onSegment.get(entrance.segment) ?? []) {
        const drive = directDrive(this.roads.graph, this.weights, this.pointAt(i)!, entrance);
        if (drive !== undefined) times[i] = Math.min(times[i]!, drive.milliseconds);
      }
    }
    return times;
  }

  private locate(i: number): void {
    const point = this.pointAt(i);
    if (point === undefined) return;
    departureSeeds(this.roads.graph, this.weights, point).forEach(({ node, milliseconds }, at) => {
      this.nodes[SEEDS * i + at] = node;
      this.offsets[SEEDS * i + at] = milliseconds;
    });
    if (point.node >= 0) return;
    const others = this.onSegment.get(point.segment);
    if (others === undefined) this.onSegment.set(point.segment, [i]);
    else others.push(i);
  }

  private pointAt(i: number): RoadPoint | undefined {
    const { roads, weights, limitMetres } = this;
    const location: Position = [this.locations[2 * i]!, this.locations[2 * i + 1]!];
    const isOpen = (segment: number): boolean => drivableEdges(roads.graph, weights, { segment }).length > 0;
    const nearest = this.snap.snap(location, limitMetres);
    if (nearest === undefined || weights === roads.weights || isOpen(nearest.segment)) return nearest;
    return this.snap.snap(location, limitMetres, isOpen);
  }
}
