import { expect, it } from "vitest";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { builtInProfile } from "../../src/roads/profile/profile";
import { profileParity } from "../support/profile-parity";
import { needsSharedData, sharedData } from "../support/shared-data";

it(`roads of Porto that serve two profiles answer under each as roads built for it alone ${needsSharedData}`, async () => {
  const path = sharedData("osm/porto.osm.pbf");
  if (path === undefined) return;
  // The default is not the one that drives more: what only the second drives is added to the first's roads.
  const profiles = [builtInProfile("normal-road"), builtInProfile("blue-light")];
  const parity = await profileParity(await openOsmSource(path), profiles, {
    seed: 1755,
    origins: 60,
    engines: ["cch"],
  });
  expect(parity.faults.slice(0, 5)).toEqual([]);
  expect(parity.compared).toBeGreaterThan(2000);
});
