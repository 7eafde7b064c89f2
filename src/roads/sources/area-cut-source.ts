import type { BoundingBox } from "../../core/bounding-box";
import { DiversionError } from "../../core/errors";
import { fromFixedDegrees } from "../../core/units";
import type { CutArea } from "./cut-area";
import { IdSet } from "./id-set";
import type { OsmHandler, OsmSource, SourceStatistics } from "./osm-source";

/**
 * The part of a source that lies in an area: ways with at least one node in it or on its border, whole, with all their
 * nodes. Roads are not cut at the border: they go on to their last node, so that turn restrictions, and the lengths and
 * durations of ferries, hold as in the whole. Two parts cut at a common border join on again. What crosses the area
 * without a node in it is left out: OpenStreetMap puts nodes so close on roads that this takes an area, or a corner of
 * one, smaller than the gap between two of them.
 *
 * Besides come the nodes inside that no way uses, and the relations with a member among all these.
 *
 * Nodes must be known before ways can be chosen, so the source is read once more than without, before the first
 * {@link read}, and twice more when its ways come before its nodes. Memory: about a bit per node inside, a few bytes where
 * those lie far apart in the numbering.
 */
export class AreaCutSource implements OsmSource {
  readonly #source: OsmSource;
  readonly #area: CutArea;
  readonly name: string;
  #chosen: Chosen | undefined;

  constructor(source: OsmSource, area: CutArea) {
    this.#source = source;
    this.#area = area;
    this.name = source.name;
  }

  /** Rejects with `invalid-area` when no way has a node in the area. */
  async read(handler: OsmHandler): Promise<void> {
    let earlierBytes = 0;
    if (this.#chosen === undefined) {
      this.#chosen = await choose(this.#source, this.#area, async (doneBytes, totalBytes) => {
        earlierBytes = totalBytes;
        // The pass that follows reads as much again, at most.
        await handler.piece?.(doneBytes, totalBytes * 2);
      });
    }
    const { nodes, completing, ways } = this.#chosen;
    const keepsNode = (id: number): boolean => nodes.has(id) || completing.has(id);
    const { node, way, relation } = handler;
    await this.#source.read({
      ...(node && {
        node: (id, lon, lat, tags) => {
          if (keepsNode(id)) node(id, lon, lat, tags);
        },
      }),
      ...(way && {
        way: (id, refs, tags, version) => {
          if (ways.has(id)) way(id, refs, tags, version);
        },
      }),
      ...(relation && {
        relation: (id, members, tags, version) => {
          const isInside = members.some(({ type, ref }) =>
            type === "way" ? ways.has(ref) : type === "node" && keepsNode(ref),
          );
          if (isInside) relation(id, members, tags, version);
        },
      }),
      piece: (doneBytes, totalBytes) => handler.piece?.(earlierBytes + doneBytes, earlierBytes + totalBytes),
    });
  }

  statistics(): SourceStatistics {
    const { nodes, ways, waysRead } = this.#chosen ?? { nodes: { size: 0 }, ways: { size: 0 }, waysRead: 0 };
    return {
      ...this.#source.statistics?.(),
      cut: {
        area: this.#area.name,
        nodesInside: nodes.size,
        waysKept: ways.size,
        waysLeftOut: waysRead - ways.size,
      },
    };
  }
}

interface Chosen {
  /** Inside the area. */
  readonly nodes: IdSet;
  /** Outside, on ways that are kept. */
  readonly completing: IdSet;
  readonly ways: IdSet;
  readonly waysRead: number;
}

async function choose(source: OsmSource, area: CutArea, piece: NonNullable<OsmHandler["piece"]>): Promise<Chosen> {
  const nodes = new IdSet();
  const completing = new IdSet();
  const ways = new IdSet();
  const extent = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  let waysRead = 0;
  let hasLateNodes = false;
  const way = (id: number, refs: ArrayLike<number>): void => {
    waysRead++;
    let isInside = false;
    for (let i = 0; i < refs.length && !isInside; i++) isInside = nodes.has(refs[i]!);
    if (!isInside) return;
    ways.add(id);
    for (let i = 0; i < refs.length; i++) if (!nodes.has(refs[i]!)) completing.add(refs[i]!);
  };
  await source.read({
    node(id, lon, lat) {
      if (waysRead > 0) hasLateNodes = true;
      if (lon < extent.west) extent.west = lon;
      if (lon > extent.east) extent.east = lon;
      if (lat < extent.south) extent.south = lat;
      if (lat > extent.north) extent.north = lat;
      if (area.covers(lon, lat)) nodes.add(id);
    },
    way,
    piece,
  });
  if (hasLateNodes) {
    waysRead = 0;
    await source.read({ way });
  }
  if (ways.size === 0) {
    const { west, south, east, north } = extent;
    const covered = {
      west: fromFixedDegrees(west),
      south: fromFixedDegrees(south),
      east: fromFixedDegrees(east),
      north: fromFixedDegrees(north),
    };
    throw nothingInside(area, covered, source.name);
  }
  return { nodes, completing, ways, waysRead };
}

function nothingInside({ name, bounds }: CutArea, covered: BoundingBox, file: string): DiversionError {
  const { west, south, east, north } = bounds;
  const swapped = { west: south, south: west, east: north, north: east };
  const isSwapped = meet(swapped, covered) && !meet(bounds, covered);
  const where = Number.isFinite(covered.west)
    ? `${file} covers longitude ${covered.west} to ${covered.east}, latitude ${covered.south} to ${covered.north}`
    : `${file} has no nodes`;
  const advice = isSwapped ? "; longitude and latitude seem swapped: longitude comes first" : "";
  return new DiversionError("invalid-area", `No way has a node in the area (${name}); ${where}${advice}.`, { file });
}

const meet = (a: BoundingBox, b: BoundingBox): boolean =>
  a.west <= b.east && a.east >= b.west && a.south <= b.north && a.north >= b.south;
