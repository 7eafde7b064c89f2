import { describe, expect, it } from "vitest";
import { openOsmSource } from "../../../src/node/files/open-osm-source";
import { builtInProfile } from "../../../src/roads/profile/profile";
import { profileParity } from "../../support/profile-parity";
import { needsSharedData, sharedData } from "../../support/shared-data";

/** One that differs from both: it drives against one-way streets, through bollards, and never turns round on the road. */
const contrary = {
  ...builtInProfile("normal-road"),
  name: "contrary",
  contraflow: { classes: ["residential", "service", "unclassified"], speedKmh: 10 },
  barriers: { kinds: { bollard: 5, gate: "shut" as const, lift_gate: 0 }, details: {} },
};

describe("roads that serve several profiles answer under each as roads built for it alone", () => {
  it.each(["rutland-2022", "monaco", "liechtenstein"])(`%s ${needsSharedData}`, async (name) => {
    const path = sharedData(`osm/${name}.osm.pbf`);
    if (path === undefined) return;
    const profiles = [builtInProfile("blue-light"), builtInProfile("normal-road"), contrary];
    const parity = await profileParity(await openOsmSource(path), profiles, {
      seed: 2017,
      origins: 60,
      engines: ["cch"],
    });
    expect(parity.faults.slice(0, 5)).toEqual([]);
    expect(parity.compared).toBeGreaterThan(2000);
  });
});
