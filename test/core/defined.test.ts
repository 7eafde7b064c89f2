import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { defined } from "../../src/core/defined";

describe("defined", () => {
  it("writes the same JSON, and holds no key that is undefined", () => {
    const members = fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }));
    fc.assert(
      fc.property(members, (value) => {
        const kept = defined(value);
        expect(JSON.stringify(kept)).toBe(JSON.stringify(value));
        expect(Object.values(kept)).not.toContain(undefined);
      }),
      { seed: 20170512 },
    );
  });

  it("says of what may be undefined that it may be absent, and of nothing else", () => {
    const by = "duty officer" as string | undefined;
    expectTypeOf(defined({ kind: "closure", version: 3, by })).toEqualTypeOf<
      { readonly kind: "closure"; readonly version: 3 } & { readonly by?: string }
    >();
  });
});
