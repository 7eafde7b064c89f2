import { describe, expect, it } from "vitest";
import { DiversionError, type ErrorCode } from "../../src/core/errors";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { collect } from "../support/osm-elements";
import { osmXml, textChunks } from "../support/osm-text";

const read = (text: string | Uint8Array, size?: number) => collect(new OsmXmlSource("t.osm", textChunks(text, size)));

const wrap = (body: string) => `<osm version="0.6">\n${body}\n</osm>`;

async function expectFailure(text: string | Uint8Array, code: ErrorCode, message: RegExp, row?: number): Promise<void> {
  const error = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DiversionError);
  const { code: found, message: sentence, place } = error as DiversionError;
  expect([found, place.file]).toEqual([code, "t.osm"]);
  expect(sentence).toMatch(message);
  if (row !== undefined) expect(place.row, sentence).toBe(row);
}

describe("reading OSM XML", () => {
  const elements = {
    nodes: [
      { id: 1, lon: 4_690_000, lat: 517_356_000, tags: undefined },
      { id: -2, lon: -1_800_000_000, lat: -900_000_000, tags: { name: `"Größe" & <道> 'x'` } },
      { id: 9_007_199_254_740_991, lon: -1, lat: 1, tags: undefined },
    ],
    ways: [{ id: 5_000_000_000, nodes: [1, -2, 9_007_199_254_740_991], tags: { highway: "primary" } }],
    relations: [{ id: 7, members: [{ type: "way", ref: 5_000_000_000, role: "from" }], tags: { type: "restriction" } }],
  };

  it("gives the same elements however the bytes are cut", async () => {
    const text = osmXml(elements);
    for (const size of [1, 2, 3, 7, 1000, 1 << 20])
      expect(await read(text, size), `pieces of ${size}`).toEqual(elements);
  });

  it("gives the same elements again on a second pass", async () => {
    const source = new OsmXmlSource("t.osm", textChunks(osmXml(elements)));
    expect(await collect(source)).toEqual(await collect(source));
  });

  it("keeps 7 decimals exactly", async () => {
    const nodes = Array.from({ length: 500 }, (_, i) => {
      const units = (i * 7_654_321) % 900_000_001;
      return { id: i, lon: -units * 2, lat: units, tags: undefined };
    });
    expect((await read(osmXml({ nodes, ways: [], relations: [] }), 4096)).nodes).toEqual(
      nodes.map((node) => ({ ...node, lon: node.lon + 0 })),
    );
  });

  it("passes over what is not a node, way or relation, and over kinds nobody asked for", async () => {
    const text = wrap(
      `<note>Overpass</note><meta/><bounds minlat="1"/><node id="7"/>
       <way id="1"><bounds/><nd ref="2" lat="1" lon="1"/><tag k="a" v="b"/></way><changeset id="9"><tag k="c" v="d"/></changeset>`,
    );
    const ways: unknown[] = [];
    await new OsmXmlSource("t.osm", textChunks(text)).read({
      way: (id, nodes, tags) => void ways.push([id, Array.from(nodes), [...tags]]),
    });
    expect(ways).toEqual([[1, [2], [["a", "b"]]]]);
  });

  it("reads UTF-16 with and without its mark, and names what it does not read", async () => {
    const body = wrap(`<way id="1"><nd ref="1"/><tag k="name" v="Größe"/></way>`);
    const text = `<?xml version="1.0" encoding="UTF-16"?>${body}`;
    for (const mark of ["", "\ufeff"]) {
      const source = new OsmXmlSource("t.osm", textChunks(Buffer.from(`${mark}${text}`, "utf16le")));
      expect((await collect(source)).ways[0]!.tags).toEqual({ name: "Größe" });
    }
    const latin = new OsmXmlSource("t.osm", textChunks(Buffer.from(text.replace("UTF-16", "ISO-8859-1"), "latin1")));
    await expect(collect(latin)).rejects.toMatchObject({
      code: "invalid-osm",
      message: expect.stringMatching(/ISO-8859-1|UTF-8/),
    });
  });

  it("leaves out what JOSM marked as deleted", async () => {
    const text = wrap(`<way id="1" action="delete"><nd ref="1"/></way><way id="2" action="modify"><nd ref="1"/></way>`);
    expect((await read(text)).ways.map((way) => way.id)).toEqual([2]);
  });

  it("lets a handler's own error through untouched", async () => {
    const own = new Error("stop");
    const source = new OsmXmlSource("t.osm", textChunks(osmXml(elements)));
    const stop = () => {
      throw own;
    };
    for (const handler of [{ node: stop }, { way: stop }, { relation: stop }]) {
      await expect(source.read(handler)).rejects.toBe(own);
    }
  });
});

describe("refusing OSM XML", () => {
  it("names the line of what is wrong", async () => {
    const cases: [text: string, message: RegExp, row: number][] = [
      ["", /must contain a root element/, 1],
      [wrap("<node id='1' lat='1' lon='1'>"), /unexpected close tag/, 3],
      ["<osm>\n<node id='1' lat='1' lon='1'/>", /unclosed tag: osm/, 2],
      [wrap("<way id=1/>"), /unquoted attribute value/, 2],
      [wrap("<way id='1' id='2'/>"), /duplicate attribute/, 2],
      [wrap("<way id='1'><tag k='a' v='&bomb;'/></way>"), /undefined entity/, 2],
      ["<html>\n</html>", /root element is <html>/, 1],
      [wrap("\n<node lat='1' lon='1'/>"), /<node> has no id/, 3],
      [wrap("<node id='1' lon='1'/>"), /Node 1 has no lat /, 2],
      [wrap("<node id='1' lat='' lon='1'/>"), /Node 1 has lat="" /, 2],
      [wrap("<node id='1' lat='0x10' lon='1'/>"), /lat="0x10"/, 2],
      [wrap("<node id='1' lat='90.0000001' lon='1'/>"), /lat="90.0000001" instead of degrees from -90 to 90/, 2],
      [wrap("<node id='1' lat='1' lon='-181'/>"), /lon="-181"/, 2],
      [wrap("<node id='1' lat='NaN' lon='1'/>"), /lat="NaN"/, 2],
      [wrap("<way id='9007199254740993'/>"), /below 2\^53/, 2],
      [wrap("<way id='1'><nd/></way>"), /<nd> has no ref/, 2],
      [wrap("<way id='1'><nd ref='1.5'/></way>"), /ref="1.5"/, 2],
      [wrap("<way id='1'><tag k='a'/></way>"), /A <tag> of way 1 has no v/, 2],
      [wrap("<relation id='1'><member type='area' ref='1' role=''/></relation>"), /type "area"/, 2],
      [wrap("<way id='1'><node id='2' lat='1' lon='1'/></way>"), /<node> lies inside another element/, 2],
      [wrap("<a><b><c><d/></c></b></a>"), /<d> lies 5 elements deep/, 2],
      [`<?xml version="1.0" encoding="ISO-8859-1"?>\n<osm/>`, /encoded in ISO-8859-1/, 1],
    ];
    for (const [text, message, row] of cases) await expectFailure(text, "invalid-osm", message, row);
  });

  it("refuses document types, where entity bombs live", async () => {
    const bomb = `<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n<osm>&b;</osm>`;
    await expectFailure(bomb, "invalid-osm", /document type declaration/, 1);
  });

  it("refuses bytes that are not UTF-8, and a text cut inside a character", async () => {
    await expectFailure(
      Uint8Array.from([...new TextEncoder().encode("<osm><a b='"), 0xe9, 0x20]),
      "invalid-osm",
      /not UTF-8/,
    );
    await expectFailure(new TextEncoder().encode("<osm>é").slice(0, -1), "invalid-osm", /not UTF-8/);
  });

  it("refuses other versions of the format and histories", async () => {
    await expectFailure(`<osm version="0.5"/>`, "unsupported-osm-feature", /version 0.5/);
    await expectFailure(wrap(`<node id="1" visible="false"/>`), "unsupported-osm-feature", /a history/, 2);
  });

  it("stops gathering when no element ends, be it comment, text or document type", async () => {
    for (const start of ["<osm><!-- ", "<osm> text ", "<!DOCTYPE osm [", "<osm><way id='"]) {
      let taken = 0;
      const endless = async function* () {
        yield new TextEncoder().encode(start);
        for (; taken < 64; taken++) yield new Uint8Array(1 << 17).fill(0x61);
      };
      await expect(new OsmXmlSource("t.osm", endless).read({}), start).rejects.toMatchObject({ code: "invalid-osm" });
      expect(taken, start).toBeLessThan(16);
    }
  });

  it("reports every truncation", async () => {
    const text = osmXml({
      nodes: [{ id: 1, lon: 10, lat: 10, tags: { a: "b" } }],
      ways: [{ id: 2, nodes: [1], tags: { highway: "x" } }],
      relations: [],
    }).trimEnd();
    for (let length = 0; length < text.length; length++) {
      const error = await read(text.slice(0, length)).catch((thrown: unknown) => thrown);
      expect(error, `${length} characters`).toBeInstanceOf(DiversionError);
    }
  });
});
