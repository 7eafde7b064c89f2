import { distanceMetres } from "../../src/core/geometry";
import type { Position } from "../../src/core/units";
import type { RawExtract, RawWay } from "./raw-extract";

/** A piece of a line that is a piece of a way: from one of its nodes to a neighbouring one. */
export interface RawPiece {
  readonly way: RawWay;
  readonly from: number;
  readonly to: number;
  /** With the way's drawing direction. */
  readonly along: boolean;
}

/** Consecutive driving on one way. */
export interface RawStretch {
  readonly way: RawWay;
  readonly metres: number;
}

/** Finds the ways a line of 6 or 7 decimals runs on. */
export class RawLineIndex {
  private readonly nodesAt = new Map<string, number[]>();
  private readonly waysOf = new Map<number, RawWay[]>();

  constructor(raw: RawExtract) {
    for (const way of raw.ways.values()) {
      for (const node of new Set(way.nodes)) {
        const ways = this.waysOf.get(node);
        if (ways === undefined) this.waysOf.set(node, [way]);
        else ways.push(way);
      }
    }
    for (const node of this.waysOf.keys()) {
      const place = raw.places.get(node);
      if (place === undefined) continue;
      for (const lon of roundings(place[0])) {
        for (const lat of roundings(place[1])) {
          const key = `${lon},${lat}`;
          this.nodesAt.set(key, [...(this.nodesAt.get(key) ?? []), node]);
        }
      }
    }
  }

  /** The piece between two neighbouring points of a line; undefined where a point is no node, as at a line's ends. */
  pieceBetween(a: Position, b: Position): RawPiece | undefined {
    const starts = this.nodesAround(a);
    const ends = new Set(this.nodesAround(b));
    for (const from of starts) {
      for (const way of this.waysOf.get(from) ?? []) {
        const { nodes } = way;
        for (let i = 0; i < nodes.length; i++) {
          if (nodes[i] !== from) continue;
          if (ends.has(nodes[i + 1] ?? Number.NaN)) return { way, from, to: nodes[i + 1]!, along: true };
          if (ends.has(nodes[i - 1] ?? Number.NaN)) return { way, from, to: nodes[i - 1]!, along: false };
        }
      }
    }
    return undefined;
  }

  /** The ways driven, in order; pieces that lie on none are left out. */
  stretches(line: readonly Position[]): RawStretch[] {
    const stretches: { way: RawWay; metres: number }[] = [];
    for (let i = 1; i < line.length; i++) {
      const piece = this.pieceBetween(line[i - 1]!, line[i]!);
      if (piece === undefined) continue;
      const metres = distanceMetres(line[i - 1]!, line[i]!);
      const last = stretches.at(-1);
      if (last?.way === piece.way) last.metres += metres;
      else stretches.push({ way: piece.way, metres });
    }
    return stretches;
  }

  /** Every way that has the node. */
  waysAt(node: number): readonly RawWay[] {
    return this.waysOf.get(node) ?? [];
  }

  /** How many pieces of drawn ways end at the node. */
  degree(node: number, counts: (way: RawWay) => boolean): number {
    let degree = 0;
    for (const way of this.waysAt(node)) {
      if (!counts(way)) continue;
      way.nodes.forEach((other, i) => {
        if (other === node) degree += (i > 0 ? 1 : 0) + (i + 1 < way.nodes.length ? 1 : 0);
      });
    }
    return degree;
  }

  /** Nodes at a point; of a line's end, found by projection, also those one unit of the 6th decimal away. */
  private nodesAround([lon, lat]: Position): number[] {
    const [x, y] = [Math.round(lon * 1e6), Math.round(lat * 1e6)];
    const here = this.nodesAt.get(`${x},${y}`);
    if (here !== undefined) return here;
    return [-1, 0, 1].flatMap((dx) => [-1, 0, 1].flatMap((dy) => this.nodesAt.get(`${x + dx},${y + dy}`) ?? []));
  }
}

/** 1e-7 degrees in 1e-6 degrees, both ways near the half: the other side rounds binary fractions. */
function roundings(units: number): number[] {
  const down = Math.floor(units / 10);
  const rest = units - down * 10;
  return rest < 4 ? [down] : rest > 6 ? [down + 1] : [down, down + 1];
}

/** What people call the way: its number, its name, or its class. */
export const roadLabel = ({ tags }: RawWay): string =>
  [tags.get("ref"), tags.get("name")].filter((text) => text !== undefined).join(" ") || `(${tags.get("highway")})`;

/** The roads of a drive in order, with metres; the small ones between are left out when there are many. */
export function roadSummary(stretches: readonly RawStretch[], most = 8): string {
  const roads: { label: string; metres: number }[] = [];
  for (const { way, metres } of stretches) {
    const label = roadLabel(way);
    if (roads.at(-1)?.label === label) roads.at(-1)!.metres += metres;
    else roads.push({ label, metres });
  }
  const least = roads.map(({ metres }) => metres).sort((a, b) => b - a)[most - 1] ?? 0;
  return roads
    .filter(({ metres }) => metres >= least)
    .map(({ label, metres }) => `${label} ${Math.round(metres)} m`)
    .join(", ");
}
