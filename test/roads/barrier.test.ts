import { describe, expect, it } from "vitest";
import type { BarrierVerdict } from "../../src/roads/profile/barrier";
import { type BuiltInProfileName, builtInProfile } from "../../src/roads/profile/profile";
import { WayEvaluator } from "../../src/roads/profile/way-evaluator";

const evaluate = (tags: Record<string, string>, profile: BuiltInProfileName = "blue-light") => {
  const { barriers, ignored } = new WayEvaluator(builtInProfile(profile));
  return { verdict: barriers.evaluate(new Map(Object.entries(tags))), ignored: ignored.list() };
};

/** `open`, `shut`, or the seconds. */
const shown = (verdict: BarrierVerdict): string | number =>
  typeof verdict === "string" ? verdict : verdict.delaySeconds || "open";

describe("barriers", () => {
  it.each<[Record<string, string>, string | number, string | number]>([
    [{ highway: "crossing" }, "open", "open"],
    [{ barrier: "cattle_grid" }, "open", "open"],
    [{ barrier: "entrance" }, "open", "open"],
    // 30 s: gate_cost of Valhalla's auto costing; 15 s: its toll_booth_cost.
    [{ barrier: "gate" }, 30, 30],
    [{ barrier: "lift_gate" }, 30, 30],
    [{ barrier: "toll_booth" }, "open", 15],
    [{ barrier: "gate", locked: "yes" }, "shut", "shut"],
    [{ barrier: "gate", locked: "no" }, 30, 30],
    [{ barrier: "gate", locked: "yes", emergency: "yes" }, "open", "shut"],
    [{ barrier: "gate", access: "private" }, 30, "shut"],
    [{ barrier: "gate", access: "no" }, "shut", "shut"],
    [{ barrier: "gate", access: "no", emergency: "yes" }, 30, "shut"],
    [{ barrier: "lift_gate", motor_vehicle: "no", bus: "yes" }, 30, "shut"],
    [{ barrier: "gate", emergency: "no" }, "shut", 30],
    [{ barrier: "bollard" }, "shut", "shut"],
    [{ barrier: "bollard", access: "yes" }, "shut", "shut"],
    [{ barrier: "bollard", access: "private" }, "shut", "shut"],
    [{ barrier: "bollard", motor_vehicle: "private" }, "shut", "shut"],
    [{ barrier: "bollard", motor_vehicle: "yes" }, "open", "open"],
    [{ barrier: "bollard", motorcar: "yes" }, "open", "open"],
    [{ barrier: "bollard", emergency: "yes" }, "open", "shut"],
    [{ barrier: "bollard", bollard: "rising" }, 30, "shut"],
    [{ barrier: "bollard", bollard: "rising", motor_vehicle: "no" }, "shut", "shut"],
    [{ barrier: "bollard", bollard: "removable" }, "shut", "shut"],
    [{ barrier: "bollard", bollard: "flexible" }, "open", "open"],
    [{ barrier: "block" }, "shut", "shut"],
    [{ barrier: "gate;bollard" }, "shut", "shut"],
    [{ barrier: "cattle_grid;lift_gate" }, 30, 30],
    [{ barrier: "kerb;force_field" }, "open", "open"],
    [{ barrier: "cycle_barrier" }, "shut", "shut"],
    [{ barrier: "height_restrictor" }, "open", "open"],
    [{ barrier: "height_restrictor", maxheight: "2.1" }, "shut", "shut"],
    [{ barrier: "height_restrictor", maxheight: "4" }, "open", "open"],
    [{ ford: "yes" }, "shut", "shut"],
    [{ ford: "yes", motor_vehicle: "yes" }, "open", "open"],
    [{ ford: "no" }, "open", "open"],
    [{ ford: "yes", barrier: "gate" }, "shut", "shut"],
    [{ ford: "yes", barrier: "gate", motor_vehicle: "yes" }, 30, 30],
  ])("%j: blue lights %s, without %s", (tags, blueLight, normal) => {
    expect(shown(evaluate(tags, "blue-light").verdict)).toBe(blueLight);
    expect(shown(evaluate(tags, "normal-road").verdict)).toBe(normal);
  });

  it("passes over kinds and details it does not know, and counts them", () => {
    const { verdict, ignored } = evaluate({ barrier: "force_field", bollard: "inflatable", maxheight: "low" });
    expect(verdict).toBe("open");
    expect(ignored.map(({ key, ways, examples }) => [key, ways, ...examples])).toEqual([
      ["barrier", 1, "force_field"],
      ["bollard", 1, "inflatable"],
      ["maxheight", 1, "low"],
    ]);
  });
});
