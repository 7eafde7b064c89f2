import { describe, expect, it } from "vitest";
import { assert, assertThoroughly, setThorough } from "../../src/core/assert";
import { DiversionError } from "../../src/core/errors";

describe("assert", () => {
  it("throws a plain error that says the broken invariant", () => {
    let thrown: unknown;
    try {
      assert(false, "heads ascend");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).not.toBeInstanceOf(DiversionError);
    expect((thrown as Error).message).toBe("Broken invariant: heads ascend");
  });

  it("builds the text only for an invariant that does not hold", () => {
    let built = 0;
    const text = (): string => `built ${++built}`;
    assert(true, text);
    expect(built).toBe(0);
    expect(() => assert(undefined, text)).toThrow("Broken invariant: built 1");
  });

  it("narrows", () => {
    const found = [3].find((value) => value > 2);
    assert(found !== undefined, "there is a greater one");
    const narrowed: number = found;
    expect(narrowed).toBe(3);
  });

  it("runs thorough checks only where they are switched on, as in these tests", () => {
    const check = (): void => assert(false, "both agree");
    expect(() => assertThoroughly(check)).toThrow("both agree");
    try {
      setThorough(false);
      expect(() => assertThoroughly(check)).not.toThrow();
    } finally {
      setThorough(true);
    }
  });
});
