import { afterEach, describe, expect, it, vi } from "vitest";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { firstFault } from "./simulation";

afterEach(() => vi.restoreAllMocks());

describe("a server that lives on, beside a naive decision maker", () => {
  it("agrees on every question of 3,000 steps of seed 11", () => {
    expect(firstFault(11, 3000)).toBeUndefined();
  });

  it("is told by a short script where it does not", () => {
    const clear = StatusBoard.prototype.clear;
    // A clearance that is acknowledged and lost.
    vi.spyOn(StatusBoard.prototype, "clear").mockImplementation(function (this: StatusBoard, hospital, key, options) {
      const held = this.view()
        .restrictionsOf(hospital)
        .find((one) => one.key === key);
      if (held?.effect !== "refuse") return clear.call(this, hospital, key, options);
      return { outcome: "accepted", version: this.version, hospital, key };
    });
    const fault = firstFault(11, 20_000);
    expect(fault).toMatch(/^seed 11, world \d+: played\(\d+, \[\n/);
    expect(fault).toContain('"does":"clear"');
    expect(fault!.split("\n").filter((line) => line.includes('"does"')).length).toBeLessThan(8);
  });
});
