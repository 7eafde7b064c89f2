import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { inflate } from "../../src/node/files/open-osm-source";
import { OsmPbfSource } from "../../src/roads/sources/osm-pbf";
import { byteSource, collect, noElements } from "../support/osm-elements";
import { blob, framed, headerBlob, pbfFile, primitiveBlock, type SampleBlock } from "../support/osm-pbf-encoder";

const block: SampleBlock = {
  nodes: Array.from({ length: 12 }, (_, i) => ({
    id: i * 900_000_000 + 1,
    lon: i * 12_345_678,
    lat: 500_000_000 - i,
    ...(i % 3 === 0 ? { tags: { highway: "crossing", name: `Crossing ${i}` } } : {}),
  })),
  ways: [{ id: 5, nodes: [1, 900_000_001, 1_800_000_001], tags: { highway: "trunk", oneway: "yes" } }],
  relations: [{ id: 6, members: [{ type: "way", ref: 5, role: "from" }], tags: { type: "restriction" } }],
};

/** Reads damaged bytes: true when the damage was reported, false when it went unseen; any other error is thrown on. */
async function reported(bytes: Uint8Array): Promise<boolean> {
  try {
    await collect(new OsmPbfSource(byteSource(bytes), inflate));
    return false;
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    expect(["invalid-osm", "unsupported-osm-feature"]).toContain(error.code);
    return true;
  }
}

describe("damaged PBF", () => {
  for (const dense of [true, false]) {
    it(`never meets anything but a DiversionError in flipped bits of ${dense ? "dense" : "plain"} raw blocks`, async () => {
      const whole = pbfFile(
        [
          { nodes: block.nodes!, dense },
          { ways: block.ways!, relations: block.relations! },
        ],
        "raw",
      );
      let seen = 0;
      for (let seed = 1; seed <= 4000; seed++) {
        const random = new SeededRandom(seed);
        const bytes = whole.slice();
        for (let flips = 1 + random.integer(4); flips > 0; flips--) {
          bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
        }
        const outcome = await reported(bytes).catch((error: unknown) => {
          throw new Error(`seed ${seed}`, { cause: error });
        });
        if (outcome) seen++;
      }
      // Flips in a text or a coordinate make other valid data; those in the structure do not.
      expect(seen).toBeGreaterThan(1500);
    });
  }

  it("sees every single flipped bit of a compressed blob's stream", async () => {
    const content = primitiveBlock(block);
    const head = [...headerBlob()];
    const whole = Uint8Array.from([...head, ...framed("OSMData", blob(content, "zlib"))]);
    // The stream is the last field of the file; its first bytes are the zlib header 0x78 0x9c.
    const stream = whole.findLastIndex((byte, i) => byte === 0x78 && whole[i + 1] === 0x9c);
    expect(stream).toBeGreaterThan(head.length);
    for (let bit = stream * 8; bit < whole.length * 8; bit++) {
      const bytes = whole.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      // 0x78 ^ 0x80 and flips of the level hint in the second byte fail the header's own checksum too.
      expect(await reported(bytes), `bit ${bit}`).toBe(true);
    }
  });

  it("reports random bytes, alone and behind a good header", async () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = new SeededRandom(seed);
      const noise = Uint8Array.from({ length: 1 + random.integer(200) }, () => random.integer(256));
      expect(await reported(noise), `seed ${seed}`).toBe(true);
      const behind = Uint8Array.from([...headerBlob(), ...framed("OSMData", blob(noise, "raw"))]);
      await reported(behind).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
    }
  });

  it("hands on nothing of a file in which an id cannot be read, however often it is asked", async () => {
    const good = pbfFile([{ ways: block.ways! }]);
    const bytes = Uint8Array.from([...good, ...framed("OSMData", blob([0x0a, 0x7f], "raw"))]);
    const elements = noElements();
    const source = new OsmPbfSource(byteSource(bytes), inflate);
    await expect(collect(source, elements)).rejects.toMatchObject({
      code: "invalid-osm",
      place: { byte: good.length },
    });
    expect(elements).toEqual(noElements());
    // A pass that failed leaves nothing remembered: the next one fails alike.
    await expect(collect(source)).rejects.toMatchObject({ code: "invalid-osm", place: { byte: good.length } });
  });

  it("unpacks no blob that was made to fill memory, and says by how much it is too much", async () => {
    for (const length of [300_000, 4_800_000]) {
      const bomb = Uint8Array.from([...headerBlob(), ...framed("OSMData", blob(new Uint8Array(length), "zlib"))]);
      expect(bomb.length).toBeLessThan(length / 32);
      const inflating = async (): Promise<never> => {
        throw new Error("unpacked all the same");
      };
      await expect(collect(new OsmPbfSource(byteSource(bomb), inflating))).rejects.toMatchObject({
        code: "invalid-osm",
        message: expect.stringContaining(`unpacks to ${length}, more than 32 times as many`),
      });
    }
    const small = Uint8Array.from([...headerBlob(), ...framed("OSMOther", blob(new Uint8Array(200_000), "zlib"))]);
    expect(await collect(new OsmPbfSource(byteSource(small), inflate)).then(() => "read")).toBe("read");
  });

  const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
  const repeated = (field: readonly number[], times: number): Uint8Array => {
    const out = new Uint8Array(field.length * times);
    for (let i = 0; i < out.length; i++) out[i] = field[i % field.length]!;
    return out;
  };
  const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  const inside = (field: number, content: Uint8Array): Uint8Array =>
    joined(Uint8Array.from([(field << 3) | 2, ...varint(content.length)]), content);
  const listed = (field: number, count: number): Uint8Array =>
    joined(Uint8Array.of(8, 1), inside(field, new Uint8Array(count)));

  // Each is of a few megabytes, which a file may well hold, and would take tens of times as many in memory.
  it.each([
    ["groups", repeated([0x12, 0], 70_000), "more than 65536 groups in one block"],
    ["texts", inside(1, repeated([0x0a, 0], 2_100_000)), "more than 2097152 texts in one block"],
    [
      "dense nodes",
      inside(2, inside(2, inside(1, new Uint8Array(4_200_000)))),
      "4200000 dense nodes, more than 4194304",
    ],
    ["members", inside(2, inside(4, listed(9, 270_000))), "270000 members of one relation, more than 262144"],
    ["tags", inside(2, inside(3, listed(2, 70_000))), "70000 tags of one element, more than 65536"],
    ["nodes", inside(2, inside(3, listed(8, 4_200_000))), "4200000 nodes of one way, more than 4194304"],
  ])("takes no block of more %s than memory is for", async (_, content, message) => {
    const data = inside(1, content);
    const type = inside(1, new TextEncoder().encode("OSMData"));
    const header = [...type, 24, ...varint(data.length)];
    const bytes = joined(Uint8Array.from([...headerBlob(), 0, 0, 0, header.length, ...header]), data);
    await expect(collect(new OsmPbfSource(byteSource(bytes), inflate))).rejects.toMatchObject({
      code: "invalid-osm",
      message: expect.stringContaining(message),
    });
  });
});
