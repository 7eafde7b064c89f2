import { defined } from "../../core/defined";
import { fixedDistanceMetres } from "../../core/geometry";
import { GrowableFloat64, GrowableInt32, lengthened } from "../../core/growable";
import type { AttributeRows, RoadTable } from "../graph/attribute-rows";
import { MISSING, type Points, type WayTable } from "../graph/fold-chains";
import type { RoadNames } from "../graph/road-graph";
import type { BarrierPassage, BarrierVerdict } from "../profile/barrier";

/** Barriers met on driven roads, by what became of them. */
export interface BarrierCounts {
  /** Roads end on both sides. */
  readonly shut: number;
  /** Passing takes time. */
  readonly delayed: number;
  /**
   * Left out because three or more pieces of road meet there: the data does not say which of them it bars. Shutting all
   * would cut main roads at every gate that was drawn on the kerb instead of behind it.
   */
  readonly atJunctions: number;
}

/** Barriers collected while nodes are read: what each does at its point. */
export class Barriers {
  readonly #verdicts = new Map<number, BarrierVerdict>();

  /** @param point index into the point columns. */
  add(point: number, verdict: BarrierVerdict): void {
    if (verdict !== "open") this.#verdicts.set(point, verdict);
  }

  /**
   * Puts the barriers into the ways.
   *
   * A shut one ends each road that comes to it at a point of its own, in the same place: two dead ends, and nothing
   * passes, exactly. A delay is spread over one straight piece of road beside the barrier, which becomes a segment of its
   * own and so much slower: whoever passes pays exactly the delay, in each direction; only a trip that begins or ends on
   * that very piece pays a part of it. What drivers are told of the barrier is told of that piece. A barrier at a dead
   * end does nothing.
   */
  cut(
    ways: WayTable,
    points: Points,
    rows: AttributeRows,
    roadTable: RoadTable,
  ): { ways: WayTable; points: Points; counts: BarrierCounts } {
    if (this.#verdicts.size === 0) return { ways, points, counts: { shut: 0, delayed: 0, atJunctions: 0 } };
    return new BarrierCutter(this.#verdicts, ways, points, rows, roadTable).cut();
  }
}

/** Piece p is the line between points p and p + 1 of one way, as in {@link WayTable}. */
class BarrierCutter {
  readonly #verdicts: ReadonlyMap<number, BarrierVerdict>;
  readonly #ways: WayTable;
  readonly #points: Points;
  readonly #rows: AttributeRows;
  readonly #roadTable: RoadTable;
  /** Pieces that end at each barrier, in source order. */
  readonly #piecesAt = new Map<number, number[]>();
  readonly #shutPoints = new Set<number>();
  readonly #passageOfPiece = new Map<number, BarrierPassage>();

  readonly #firstPoint = new GrowableInt32();
  readonly #wayPoint = new GrowableInt32();
  readonly #row = new GrowableInt32();
  readonly #wayId = new GrowableFloat64();
  readonly #copyOf: number[] = [];
  readonly #usedShutPoints = new Set<number>();

  constructor(
    verdicts: ReadonlyMap<number, BarrierVerdict>,
    ways: WayTable,
    points: Points,
    rows: AttributeRows,
    roadTable: RoadTable,
  ) {
    this.#verdicts = verdicts;
    this.#ways = ways;
    this.#points = points;
    this.#rows = rows;
    this.#roadTable = roadTable;
  }

  cut(): { ways: WayTable; points: Points; counts: BarrierCounts } {
    this.#findPieces();
    const counts = this.#decide();
    for (let way = 0; way + 1 < this.#ways.firstPoint.length; way++) this.#emitWay(way);
    this.#firstPoint.push(this.#wayPoint.length);
    return {
      ways: {
        wayId: this.#wayId.toArray(),
        firstPoint: this.#firstPoint.toArray(),
        wayPoint: this.#wayPoint.toArray(),
        row: this.#row.toArray(),
      },
      points: { lon: this.#withCopies(this.#points.lon), lat: this.#withCopies(this.#points.lat) },
      counts,
    };
  }

  #findPieces(): void {
    const { firstPoint, wayPoint } = this.#ways;
    for (let way = 0; way + 1 < firstPoint.length; way++) {
      for (let piece = firstPoint[way]!; piece < firstPoint[way + 1]! - 1; piece++) {
        if (this.#isMissing(wayPoint[piece]!) || this.#isMissing(wayPoint[piece + 1]!)) continue;
        this.#noteEnd(wayPoint[piece]!, piece);
        this.#noteEnd(wayPoint[piece + 1]!, piece);
      }
    }
  }

  #noteEnd(point: number, piece: number): void {
    if (!this.#verdicts.has(point)) return;
    const pieces = this.#piecesAt.get(point);
    if (pieces === undefined) this.#piecesAt.set(point, [piece]);
    else pieces.push(piece);
  }

  #decide(): BarrierCounts {
    let shut = 0;
    let delayed = 0;
    let atJunctions = 0;
    for (const [point, pieces] of this.#piecesAt) {
      if (pieces.length < 2) continue;
      if (pieces.length > 2) {
        atJunctions++;
        continue;
      }
      const verdict = this.#verdicts.get(point)!;
      if (verdict === "shut") {
        shut++;
        this.#shutPoints.add(point);
      } else if (verdict !== "open") {
        const piece = pieces.find((candidate) => this.#drawnMetres(candidate) > 0);
        if (piece === undefined) continue;
        if (verdict.delaySeconds > 0) delayed++;
        this.#passageOfPiece.set(piece, both(this.#passageOfPiece.get(piece), verdict));
      }
    }
    return { shut, delayed, atJunctions };
  }

  /** The way again, in as many parts as shut points and delayed pieces divide it into. */
  #emitWay(way: number): void {
    const { firstPoint, wayPoint } = this.#ways;
    const first = firstPoint[way]!;
    const last = firstPoint[way + 1]! - 1;
    this.#beginPart(way, first);
    this.#wayPoint.push(this.#endPoint(wayPoint[first]!));
    for (let p = first + 1; p < last; p++) {
      const point = wayPoint[p]!;
      this.#wayPoint.push(point);
      const isShut = this.#shutPoints.has(point);
      if (!isShut && !this.#passageOfPiece.has(p - 1) && !this.#passageOfPiece.has(p)) continue;
      this.#beginPart(way, p);
      this.#wayPoint.push(isShut ? this.#copy(point) : point);
    }
    this.#wayPoint.push(this.#endPoint(wayPoint[last]!));
  }

  #beginPart(way: number, firstPiece: number): void {
    const row = this.#ways.row[way]!;
    this.#firstPoint.push(this.#wayPoint.length);
    this.#wayId.push(this.#ways.wayId[way]!);
    const passage = this.#passageOfPiece.get(firstPiece);
    this.#row.push(passage === undefined ? row : this.#passageRow(row, firstPiece, passage));
  }

  /** A way that begins or ends at a shut point keeps it when it is the first to come, and gets a copy otherwise. */
  #endPoint(point: number): number {
    if (!this.#shutPoints.has(point)) return point;
    if (this.#usedShutPoints.has(point)) return this.#copy(point);
    this.#usedShutPoints.add(point);
    return point;
  }

  #copy(point: number): number {
    return this.#points.lon.length + this.#copyOf.push(point) - 1;
  }

  #passageRow(row: number, piece: number, { delaySeconds, cautions }: BarrierPassage): number {
    const { forwardKmh, backwardKmh, road, lengthScale } = this.#rows;
    const scale = lengthScale[row]!;
    const metres = this.#drawnMetres(piece) * scale;
    const slowed = (kmh: number): number => (kmh === 0 ? 0 : (metres * 3.6) / ((metres * 3.6) / kmh + delaySeconds));
    const named = this.#roadTable.intern(withCautions(this.#roadTable.rows[road[row]!]!, cautions));
    const own = this.#rows.own(slowed(forwardKmh[row]!), slowed(backwardKmh[row]!), named);
    this.#rows.rescale(own, scale, undefined);
    return own;
  }

  #drawnMetres(piece: number): number {
    const { lon, lat } = this.#points;
    const a = this.#ways.wayPoint[piece]!;
    const b = this.#ways.wayPoint[piece + 1]!;
    return fixedDistanceMetres(lon[a]!, lat[a]!, lon[b]!, lat[b]!);
  }

  #isMissing(point: number): boolean {
    return this.#points.lat[point] === MISSING;
  }

  #withCopies(column: Int32Array): Int32Array {
    const extended = lengthened(column, column.length + this.#copyOf.length);
    for (const [i, point] of this.#copyOf.entries()) extended[column.length + i] = column[point]!;
    return extended;
  }
}

/** A piece between two barriers. */
const both = (first: BarrierPassage | undefined, second: BarrierPassage): BarrierPassage =>
  first === undefined
    ? second
    : {
        delaySeconds: first.delaySeconds + second.delaySeconds,
        cautions: joined(first.cautions, second.cautions),
      };

const joined = (
  { ford, barriers = [] }: BarrierPassage["cautions"],
  other: BarrierPassage["cautions"],
): BarrierPassage["cautions"] => {
  const all = [...barriers, ...(other.barriers ?? [])];
  return defined({
    ford: ford || other.ford ? (true as const) : undefined,
    barriers: all.length === 0 ? undefined : all,
  });
};

function withCautions(road: RoadNames, more: BarrierPassage["cautions"]): RoadNames {
  const { access, ford, ferry } = road.cautions ?? {};
  const told = joined(ford ? { ford } : {}, more);
  if (Object.keys(told).length === 0) return road;
  const cautions = { ...defined({ access }), ...told, ...defined({ ferry }) };
  return { ...road, cautions };
}
