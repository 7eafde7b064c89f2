import { describe, expect, it } from "vitest";
import { openFileSource } from "../../../src/node/files/file-source";
import { inflate, openOsmSource } from "../../../src/node/files/open-osm-source";
import { OsmPbfSource } from "../../../src/roads/sources/osm-pbf";
import { OsmXmlSource } from "../../../src/roads/sources/osm-xml";
import { countNetwork } from "../../support/network-counts";
import { collect } from "../../support/osm-elements";
import { osmXml, textChunks } from "../../support/osm-text";
import { needsSharedData, sharedData } from "../../support/shared-data";

/** `cars` and the turn restrictions are the figures stated beside the files, found with another reader. */
const EXTRACTS = [
  {
    file: "rutland-2022",
    cars: { ways: 4_643, nodes: 30_032, junctions: 7_472 },
    nodes: 170_885,
    ways: 16_730,
    highways: 6_665,
    relations: 287,
    restrictions: 3,
  },
  {
    file: "porto",
    cars: { ways: 43_363, nodes: 276_049, junctions: 63_794 },
    nodes: 347_944,
    ways: 51_458,
    highways: 51_349,
    relations: 357,
    restrictions: 357,
  },
  {
    file: "portland",
    cars: { nodes: 80_141, junctions: 16_063 },
    nodes: 124_714,
    ways: 16_458,
    highways: 15_628,
    relations: 1003,
    restrictions: 779,
  },
  {
    file: "liechtenstein",
    cars: { nodes: 25_345, junctions: 5_789 },
    nodes: 306_700,
    ways: 32_585,
    highways: 7_506,
    relations: 890,
    restrictions: 83,
  },
  {
    file: "monaco",
    cars: { nodes: 7_092, junctions: 1_284 },
    nodes: 38_995,
    ways: 5_708,
    highways: 3_296,
    relations: 308,
    restrictions: 46,
  },
] as const;

describe("real extracts", () => {
  for (const { file, cars, ...expected } of EXTRACTS) {
    const path = sharedData(`osm/${file}.osm.pbf`);
    it.skipIf(path === undefined)(`counts the elements of ${file} ${needsSharedData}`, async () => {
      const bytes = await openFileSource(path!);
      try {
        const source = new OsmPbfSource(bytes, inflate);
        const ids = new Set<number>();
        const found = { nodes: 0, ways: 0, highways: 0, relations: 0, restrictions: 0 };
        let positions = 0;
        await source.read({
          node(id, lon, lat) {
            found.nodes++;
            ids.add(id);
            positions += lon + lat;
          },
          way(_id, _nodes, tags) {
            found.ways++;
            if (tags.has("highway")) found.highways++;
          },
          relation(_id, _members, tags) {
            found.relations++;
            if (tags.get("type") === "restriction") found.restrictions++;
          },
        });
        expect(found).toEqual(expected);
        expect(ids.size).toBe(found.nodes);
        expect(await countNetwork(source)).toMatchObject(cars);

        // Skipping blobs and kinds changes nothing about what is read.
        let waysAlone = 0;
        let nodesAlone = 0;
        let positionsAlone = 0;
        await source.read({ way: () => void waysAlone++ });
        await source.read({
          node(_id, lon, lat) {
            nodesAlone++;
            positionsAlone += lon + lat;
          },
        });
        expect([nodesAlone, positionsAlone, waysAlone]).toEqual([found.nodes, positions, found.ways]);
      } finally {
        await bytes.close();
      }
    });
  }

  const monaco = sharedData("osm/monaco.osm.pbf");
  it.skipIf(monaco === undefined)(
    `reads Monaco's elements again from XML written of them ${needsSharedData}`,
    async () => {
      const elements = await collect(await openOsmSource(monaco!));
      expect(await collect(new OsmXmlSource("monaco.osm", textChunks(osmXml(elements), 1 << 16)))).toEqual(elements);
    },
  );

  const porto = sharedData("osm/porto.osm.pbf");
  it.skipIf(porto === undefined)(`finds every node of Porto's streets in the file ${needsSharedData}`, async () => {
    const bytes = await openFileSource(porto!);
    const nodes = new Set<number>();
    let missing = 0;
    await new OsmPbfSource(bytes, inflate).read({
      node: (id) => void nodes.add(id),
      way(_id, refs) {
        for (let i = 0; i < refs.length; i++) if (!nodes.has(refs[i]!)) missing++;
      },
    });
    await bytes.close();
    expect(missing).toBe(0);
  });
});
