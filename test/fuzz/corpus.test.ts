import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { minimal } from "./minimal";
import type { Target } from "./target";
import { faultOf, inputOf, TARGETS } from "./targets";

const CORPUS = fileURLToPath(new URL("corpus/", import.meta.url));
const ITERATIONS = 150;

describe.each(Object.keys(TARGETS))("the fuzz target %s", (name) => {
  const kept = readdirSync(CORPUS).filter((file) => file.startsWith(`${name}.`));

  it("takes its samples", async () => {
    const target = TARGETS[name]!();
    if (target.mutate === undefined)
      for (const sample of target.samples) expect(await faultOf(target, sample)).toBeUndefined();
  });

  it(`reads or refuses ${ITERATIONS} inputs or fewer of seed 1 and the ${kept.length} kept`, async () => {
    const target = TARGETS[name]!();
    for (const file of kept) expect(await faultOf(target, readFileSync(`${CORPUS}${file}`)), file).toBeUndefined();
    for (let iteration = 0; iteration < (target.iterations ?? ITERATIONS); iteration++) {
      expect(await faultOf(target, inputOf(target, 1, iteration)), `input ${iteration}`).toBeUndefined();
    }
  });
});

describe("fuzzing", () => {
  it("gives the same inputs for the same seed, and tells a fault, as small as it gets", async () => {
    const target: Target = {
      samples: [new TextEncoder().encode('{"a":[1,2,3]}')],
      run(input) {
        if (input.includes(0x2c)) throw new TypeError("a comma");
      },
    };
    const inputs = (seed: number) =>
      Array.from({ length: 50 }, (_, at) => Buffer.from(inputOf(target, seed, at)).toString("base64"));
    expect(inputs(3)).toEqual(inputs(3));
    expect(inputs(3)).not.toEqual(inputs(4));
    expect(await faultOf(target, target.samples[0]!)).toMatch(/a comma/);
    const least = await minimal(target.samples[0]!, async (part) => (await faultOf(target, part)) !== undefined);
    expect(new TextDecoder().decode(least)).toBe(",");
  });
});
