import { toFixedDegrees } from "../../src/core/units";
import type { OsmMember, OsmSource } from "../../src/roads/sources/osm-source";

export interface FixtureWay {
  readonly id?: number;
  readonly nodes: readonly number[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface OsmFixture {
  /** Position of each node, in degrees. */
  readonly nodes: Readonly<Record<number, readonly [lon: number, lat: number]>>;
  /** Ids default to 1, 2, … in order; tags to a residential street. */
  readonly ways: readonly FixtureWay[];
  readonly nodeTags?: Readonly<Record<number, Readonly<Record<string, string>>>>;
  readonly relations?: readonly {
    readonly id: number;
    readonly members: readonly OsmMember[];
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

/** OpenStreetMap data written down in a test. */
export function osmFixture({ nodes, ways, nodeTags = {}, relations = [] }: OsmFixture): OsmSource {
  return {
    name: "fixture",
    async read(handler) {
      for (const [id, [lon, lat]] of Object.entries(nodes)) {
        const tags = nodeTags[Number(id)];
        const tagMap = tags === undefined ? undefined : new Map(Object.entries(tags));
        handler.node?.(Number(id), toFixedDegrees(lon), toFixedDegrees(lat), tagMap);
      }
      ways.forEach((way, i) => {
        handler.way?.(way.id ?? i + 1, way.nodes, new Map(Object.entries(way.tags ?? { highway: "residential" })));
      });
      for (const { id, members, tags } of relations) {
        handler.relation?.(id, members, new Map(Object.entries(tags)));
      }
    },
  };
}
