import { describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import "../../src/node/index";
import { at, hospitalsAt, NOON, smallCounty } from "../support/small-county";

describe("engines by name, where Node's files are at hand", () => {
  it.each(["cch", "dijkstra", "reference"] as const)("%s answers as the others do", (engine) => {
    const roads = smallCounty();
    const router = new DiversionRouter({ roads, hospitals: hospitalsAt({ A: 12, B: 30 }), engine });
    expect(router.engineName).toBe(engine);
    expect(router.recommend({ location: at(25), at: NOON }).destination).toMatchObject({
      hospital: { id: "B" },
      driveSeconds: 300,
    });
  });

  it("a name that is none is refused", () => {
    const parts = { roads: smallCounty(), hospitals: hospitalsAt({ A: 12 }), engine: "a-star" as never };
    expect(() => new DiversionRouter(parts)).toThrow("engine is not what a router takes");
  });
});
