import { describe, expect, it } from "vitest";
import { DiversionError, type ErrorCode } from "../../src/core/errors";
import { inflate } from "../../src/node/files/open-osm-source";
import { OsmPbfSource } from "../../src/roads/sources/osm-pbf";
import { byteSource, collect, noElements } from "../support/osm-elements";
import {
  blob,
  bytesField,
  framed,
  headerBlob,
  integerField,
  pbfFile,
  primitiveBlock,
  type SampleBlock,
} from "../support/osm-pbf-encoder";

const HUGE = 9_007_199_254_740_991;

const sample: SampleBlock = {
  nodes: [
    { id: 1, lon: 4_690_000, lat: 517_356_000, tags: { highway: "traffic_signals" } },
    { id: 7, lon: -4_690_001, lat: -517_356_001 },
    { id: 12_000_000_005, lon: 1_800_000_000, lat: 900_000_000, tags: { name: "Größe 道", ele: "" } },
    { id: -3, lon: -1_800_000_000, lat: -900_000_000 },
  ],
  ways: [
    { id: 5_000_000_000, nodes: [1, 7, 12_000_000_005, -3, 1], tags: { highway: "primary", name: "London Road" } },
    { id: -9, nodes: [], tags: {} },
  ],
  relations: [
    {
      id: 99,
      tags: { type: "restriction", restriction: "no_left_turn" },
      members: [
        { type: "way", ref: 5_000_000_000, role: "from" },
        { type: "node", ref: 7, role: "via" },
        { type: "relation", ref: -9, role: "" },
      ],
    },
  ],
};

const expected = {
  nodes: sample.nodes!.map((node) => ({ tags: undefined, ...node })),
  ways: sample.ways,
  relations: sample.relations,
};

const read = (bytes: Uint8Array) => collect(new OsmPbfSource(byteSource(bytes), inflate));

async function failure(bytes: ArrayLike<number>): Promise<DiversionError> {
  const error = await read(Uint8Array.from(bytes)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DiversionError);
  return error as DiversionError;
}

async function expectFailure(bytes: ArrayLike<number>, code: ErrorCode, text: RegExp, byte?: number): Promise<void> {
  const error = await failure(bytes);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(text);
  expect(error.place.file).toBe("memory.osm.pbf");
  if (byte !== undefined) expect(error.place.byte).toBe(byte);
}

/** A file of one data blob whose primitive block is given byte by byte. */
const fileOf = (block: ArrayLike<number>, compression: "raw" | "zlib" = "zlib") => [
  ...headerBlob(),
  ...framed("OSMData", blob(block, compression)),
];

describe("reading PBF", () => {
  for (const dense of [true, false]) {
    for (const compression of ["raw", "zlib"] as const) {
      it(`reads ${dense ? "dense" : "plain"} nodes, ways and relations from ${compression} blobs`, async () => {
        expect(await read(pbfFile([{ ...sample, dense }], compression))).toEqual(expected);
      });
    }
  }

  it("keeps ids exact up to 2^53 - 1 in every kind of element", async () => {
    for (const dense of [true, false]) {
      const block: SampleBlock = {
        dense,
        nodes: [
          { id: HUGE, lon: 0, lat: 0 },
          { id: HUGE - 1, lon: 0, lat: 0 },
          { id: 2 ** 52 + 1, lon: 0, lat: 0 },
        ],
        ways: [{ id: HUGE, nodes: [HUGE, 1, HUGE - 2, -1, -HUGE + 1], tags: {} }],
        relations: [{ id: -HUGE, tags: {}, members: [{ type: "node", ref: -HUGE, role: "" }] }],
      };
      const elements = await read(pbfFile([block]));
      expect(elements.nodes.map((node) => node.id)).toEqual([HUGE, HUGE - 1, 2 ** 52 + 1]);
      expect(elements.ways).toEqual(block.ways);
      expect(elements.relations).toEqual(block.relations);
    }
  });

  it("refuses ids beyond 2^53 instead of rounding them", async () => {
    const way = bytesField(2, bytesField(3, integerField(1, 2n ** 53n + 1n)));
    await expectFailure(fileOf(way), "invalid-osm", /beyond ±2\^53/);
    const node = { id: 1, lon: 0, lat: 0 };
    for (const dense of [true, false]) {
      const beyond = primitiveBlock({
        dense,
        nodes: [
          { ...node, id: HUGE },
          { ...node, id: HUGE + 1 },
        ],
      });
      await expectFailure(fileOf(beyond), "invalid-osm", /beyond ±2\^53/);
    }
  });

  it("refuses a step between ids that is not exact, though both ends would be", async () => {
    const nodes = [-5, HUGE - 1].map((id) => ({ id, lon: 0, lat: 0 }));
    await expectFailure(fileOf(primitiveBlock({ nodes })), "invalid-osm", /beyond ±2\^53/);
  });

  it("honours granularity and offsets to the last 1e-7 degree", async () => {
    const nodes = [{ id: 1, lon: 469, lat: -51_735 }];
    const positionOf = async (block: SampleBlock) => {
      const [node] = (await read(pbfFile([{ nodes, ...block }]))).nodes;
      return [node!.lon, node!.lat];
    };
    expect(await positionOf({})).toEqual([469, -51_735]);
    expect(await positionOf({ granularity: 1000 })).toEqual([4690, -517_350]);
    expect(await positionOf({ granularity: 1000, lonOffset: -100_000_000, latOffset: 52_000_000_000 })).toEqual([
      -995_310, 519_482_650,
    ]);
    // 469 nanodegrees are 4.69 units, -51,735 are -517.35; the offsets add 0.6 and -0.2 of a unit.
    expect(await positionOf({ granularity: 1 })).toEqual([5, -517]);
    expect(await positionOf({ granularity: 1, lonOffset: 60, latOffset: -20 })).toEqual([5, -518]);
    // A granularity of 1 needs 38 bits for a longitude.
    const fine = [{ id: 1, lon: 179_999_999_949, lat: -89_999_999_951 }];
    expect(await positionOf({ nodes: fine, granularity: 1 })).toEqual([1_799_999_999, -900_000_000]);
  });

  it("never says minus zero", async () => {
    const { nodes } = await read(pbfFile([{ nodes: [{ id: 1, lon: -3, lat: -3 }], granularity: 1 }]));
    expect(Object.is(nodes[0]!.lon, 0) && Object.is(nodes[0]!.lat, 0)).toBe(true);
  });

  it("hands over blocks in file order, with each block's own strings", async () => {
    const blocks = Array.from({ length: 5 }, (_, i) => ({
      ways: [{ id: i, nodes: [i, i + 1], tags: { name: `Road ${i}`, [`key${i}`]: "x" } }],
    }));
    expect((await read(pbfFile(blocks))).ways).toEqual(blocks.map((block) => block.ways[0]));
  });

  it("reads elements with more tags than any before them", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key ${i}`, `value ${i}`]));
    const ways = [
      { id: 1, nodes: [1], tags: { a: "b" } },
      { id: 2, nodes: [2], tags: many },
    ];
    expect((await read(pbfFile([{ ways }]))).ways).toEqual(ways);
  });

  it("reads names in Latin-1 as such, and counts them", async () => {
    const names = ["Gro\u00dfe Gasse", "Stra\u00dfe \u20ac", "\ufffd", "Gr\u00f6\u00dfe \u9053"];
    const ways = names.map((name, i) => ({ id: i + 1, nodes: [1], tags: { name: `<${name}>` } }));
    // Written as UTF-8 first, then the letters of the first two in one byte each, with lengths to match.
    const latin = (text: string): number[] =>
      Array.from(text, (letter) => (letter === "\u20ac" ? 0x80 : letter.charCodeAt(0)));
    const swap = (bytes: readonly number[], text: string): number[] => {
      const utf8 = [...new TextEncoder().encode(`<${text}>`)];
      const single = latin(`<${text}>`);
      // Padded to the same length, so that no other length changes.
      const padded = [...single, ...Array(utf8.length - single.length).fill(0x20)];
      const at = bytes.findIndex((_, i) => utf8.every((byte, j) => bytes[i + j] === byte));
      return [...bytes.slice(0, at), ...padded, ...bytes.slice(at + utf8.length)];
    };
    const block = names.slice(0, 2).reduce<readonly number[]>(swap, primitiveBlock({ ways }));
    const file = Uint8Array.from([...headerBlob(), ...framed("OSMData", blob(block, "raw"))]);
    const source = new OsmPbfSource(byteSource(file), inflate);
    const read = (await collect(source)).ways.map((way) => way.tags.name!.trim());
    expect(read).toEqual(names.map((name) => `<${name}>`));
    expect(source.statistics().latinTexts).toEqual({
      count: 2,
      examples: ["<Gro\u00dfe Gasse> ", "<Stra\u00dfe \u20ac>   "],
    });
  });

  it("skips blob types it does not know", async () => {
    const bytes = [
      ...headerBlob(),
      ...framed("Weather", [1, 2, 3]),
      ...framed("OSMData", blob(primitiveBlock(sample), "raw")),
    ];
    expect(await read(Uint8Array.from(bytes))).toEqual(expected);
  });

  it("gives the same elements again, and reads only blobs of the wanted kind then", async () => {
    const nodes = Array.from({ length: 2000 }, (_, i) => ({ id: i * 7919, lon: i * 31, lat: i * 17 }));
    const more = nodes.map((node) => ({ ...node, id: node.id + 7919 * 2000 }));
    const bytes = byteSource(
      pbfFile([{ nodes }, { nodes: more }, { ways: sample.ways!.slice(0, 1) }, { relations: sample.relations! }]),
    );
    const source = new OsmPbfSource(bytes, inflate);
    const first = await collect(source);
    expect(await collect(source)).toEqual(first);
    let inflated = 0;
    const counting = new OsmPbfSource(bytes, (packed, length) => {
      inflated++;
      return inflate(packed, length);
    });
    await counting.read({});
    expect(inflated).toBe(4);
    const relations: number[] = [];
    await counting.read({ relation: (id) => void relations.push(id) });
    expect([inflated, relations]).toEqual([5, [99]]);
  });

  it("lets a handler's own error through untouched", async () => {
    const source = new OsmPbfSource(byteSource(pbfFile([sample])), inflate);
    const own = new Error("stop");
    const stop = () => {
      throw own;
    };
    for (const handler of [{ node: stop }, { way: stop }, { relation: stop }]) {
      await expect(source.read(handler)).rejects.toBe(own);
    }
  });
});

describe("refusing PBF", () => {
  it("refuses files whose required features it lacks", async () => {
    for (const feature of ["HistoricalInformation", "LocationsOnWays-2"]) {
      await expectFailure(headerBlob(["OsmSchema-V0.6", feature]), "unsupported-osm-feature", new RegExp(feature), 0);
    }
  });

  it("names the compression it does not have, and what to do", async () => {
    for (const [field, name] of [
      [4, "lzma"],
      [6, "lz4"],
      [7, "zstd"],
    ] as const) {
      const bytes = [...headerBlob(), ...framed("OSMData", [...integerField(2, 3), ...bytesField(field, [1, 2, 3])])];
      await expectFailure(bytes, "unsupported-osm-feature", new RegExp(`${name}.*osmium cat`), headerBlob().length);
    }
  });

  it("says at which byte the damaged blob starts", async () => {
    const at = headerBlob().length;
    const node = { id: 1, lon: 0, lat: 0 };
    const way = (...fields: number[][]) =>
      fileOf([...bytesField(1, bytesField(1, [])), ...bytesField(2, bytesField(3, fields.flat()))]);
    const cases: [bytes: ArrayLike<number>, text: RegExp, byte: number][] = [
      [[], /empty/, 0],
      [[0, 0, 0], /ends in the length/, 0],
      [[255, 255, 255, 255, 1], /header of 4294967295 bytes/, 0],
      [[0, 1, 0, 0, 1], /header of 65536 bytes/, 0],
      [[0, 0, 0, 0], /header of 0 bytes/, 0],
      [new TextEncoder().encode("<?xml version='1.0'?><osm/>"), /blob header of/, 0],
      [framed("OSMData", blob(primitiveBlock(sample), "raw")), /starts with a blob of type "OSMData"/, 0],
      [[...headerBlob(), ...framed("OSMData", [], 33_554_433)], /blob of 33554433 bytes/, at],
      [[...headerBlob(), ...framed("OSMData", [], -5)], /blob of -5 bytes/, at],
      [[...headerBlob(), ...framed("OSMData", [1, 2], 3)], /ends in a blob of 3 bytes/, at],
      [[...headerBlob(), ...framed("OSMData", integerField(2, 4))], /no data/, at],
      [[...headerBlob(), ...framed("OSMData", bytesField(3, [1, 2, 3]))], /does not say its unpacked size/, at],
      [
        [...headerBlob(), ...framed("OSMData", blob([1, 2, 3], "zlib", 33_554_433))],
        /33554433 bytes when unpacked/,
        at,
      ],
      [[...headerBlob(), ...framed("OSMData", blob([1, 2, 3], "zlib", 4))], /unpacks to 3 bytes instead of 4/, at],
      [
        [...headerBlob(), ...framed("OSMData", [...integerField(2, 3), ...bytesField(3, [1, 2, 3])])],
        /does not unpack/,
        at,
      ],
      [way(), /a way without an id/, at],
      [
        way(integerField(1, 5), bytesField(2, [7]), bytesField(3, [0])),
        /string 7 is asked for, the block's table holds 1/,
        at,
      ],
      [way(integerField(1, 5), bytesField(2, [0, 0]), bytesField(3, [0])), /1 tag values where 2 belong/, at],
      [way(integerField(1, 5), bytesField(8, [2, 0x80])), /unreadable the nodes of way 5/, at],
      [way(integerField(1, 5), bytesField(8, [2]), bytesField(8, [2])), /given twice/, at],
      [way(integerField(1, 5), integerField(8, 2)), /wire type 0 instead of 2/, at],
      [fileOf(primitiveBlock({ nodes: [{ ...node, lat: 900_000_001 }] })), /node 1 has latitude 90.0000001/, at],
      [fileOf(primitiveBlock({ nodes: [{ ...node, lon: -1_800_000_001 }] })), /longitude -180.0000001/, at],
      [fileOf(primitiveBlock({ nodes: [node], granularity: 0 })), /granularity of 0/, at],
      [
        fileOf(
          bytesField(2, bytesField(2, [...bytesField(1, [2, 2]), ...bytesField(8, [2, 2]), ...bytesField(9, [2])])),
        ),
        /1 longitudes for 2 dense nodes/,
        at,
      ],
      [
        fileOf(
          bytesField(
            2,
            bytesField(4, [
              ...integerField(1, 1),
              ...bytesField(8, [0]),
              ...bytesField(9, [2]),
              ...bytesField(10, [3]),
            ]),
          ),
        ),
        /member of type 3/,
        at,
      ],
      // A length of -12 would send the reader back to where it came from, for ever.
      [fileOf(integerField(2, -12).with(0, 0x12)), /a field of -12 bytes/, at],
      [fileOf([10, 200, 1, 1]), /runs past the end/, at],
      [fileOf([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), /unreadable bytes/, at],
    ];
    for (const [bytes, text, byte] of cases) await expectFailure(bytes, "invalid-osm", text, byte);
  });

  it("refuses dense tags that end too early or go on too long", async () => {
    const dense = (tags: number[]) =>
      fileOf([
        ...bytesField(
          1,
          ["", "k", "v"].flatMap((text) => bytesField(1, new TextEncoder().encode(text))),
        ),
        ...bytesField(
          2,
          bytesField(2, [
            ...bytesField(1, [2, 2]),
            ...bytesField(8, [2, 2]),
            ...bytesField(9, [2, 2]),
            ...bytesField(10, tags),
          ]),
        ),
      ]);
    expect((await read(Uint8Array.from(dense([1, 2, 0, 0])))).nodes.map((node) => node.tags)).toEqual([
      { k: "v" },
      undefined,
    ]);
    await expectFailure(dense([1, 2, 0]), "invalid-osm", /end at node 2 of 2/);
    await expectFailure(dense([1, 2, 0, 1]), "invalid-osm", /end after a key/);
    await expectFailure(dense([1, 2, 0, 0, 0]), "invalid-osm", /go on after the last node/);
    await expectFailure(dense([1, 3, 0, 0]), "invalid-osm", /string 3 is asked for/);
  });

  it("stops a decompression bomb at the stated size", async () => {
    const bomb = blob(new Uint8Array(20_000_000), "zlib", 1000);
    await expectFailure(
      [...headerBlob(), ...framed("OSMData", bomb)],
      "invalid-osm",
      /does not unpack to its 1000 bytes/,
    );
  });

  it("stops a small blob that unpacks to millions of elements", async () => {
    const zeros = new Uint8Array(5_000_000);
    const length = [0xc0, 0x96, 0xb1, 0x02]; // 5,000,000 as a varint
    const refs = Uint8Array.from([0x42, ...length, ...zeros]);
    const way = new Uint8Array(2 + refs.length);
    way.set(integerField(1, 1));
    way.set(refs, 2);
    const wrap = (field: number, bytes: Uint8Array) => {
      const head = [
        field * 8 + 2,
        ...Array.from({ length: 4 }, (_, i) => ((bytes.length >>> (7 * i)) & 127) | (i < 3 ? 128 : 0)),
      ];
      const out = new Uint8Array(head.length + bytes.length);
      out.set(head);
      out.set(bytes, head.length);
      return out;
    };
    const block = wrap(2, wrap(3, way));
    await expectFailure(fileOf(block), "invalid-osm", /unpacks to 5000017, more than 32 times as many/);
    await expectFailure(fileOf(block, "raw"), "invalid-osm", /5000000 nodes of one way, more than 4194304/);
  });

  it("reports every truncation, or reads just the blobs that are whole", async () => {
    const first = { nodes: sample.nodes! };
    const whole = pbfFile([first, { ways: sample.ways! }]);
    const boundaries = new Map([
      [headerBlob().length, noElements()],
      [pbfFile([first]).length, { ...noElements(), nodes: expected.nodes }],
    ]);
    for (let length = 0; length < whole.length; length++) {
      const prefix = whole.slice(0, length);
      const complete = boundaries.get(length);
      if (complete !== undefined) expect(await read(prefix), `${length} bytes`).toEqual(complete);
      else expect((await failure(prefix)).code, `${length} bytes`).toBe("invalid-osm");
    }
  });
});
