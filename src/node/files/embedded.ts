import { readFile } from "node:fs/promises";
import { HospitalSites } from "../../diversion/drives/hospital-sites";
import { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadIndex } from "../../roads/road-index";
import { packageFile } from "./package-files";
import { buildRoads } from "./roads-files";

/**
 * Incidents within this of the embedded roads are accepted: the network holds major roads only, so a place in a village
 * may well be kilometres from the nearest.
 */
const EXAMPLE_SNAP_LIMIT_METRES = 5000;

/** An ED belongs to the embedded roads when a link was drawn to its site. */
const JOINED_METRES = 500;

/**
 * The embedded example roads: the strategic network of Essex, Hertfordshire and East London, compiled by hand, major
 * roads only. Not for operational use.
 */
export const embeddedRoads = (): Promise<RoadIndex> =>
  buildRoads(packageFile("data/essex/roads.geojson"), {
    snapLimitMetres: EXAMPLE_SNAP_LIMIT_METRES,
    notice: "Hand-compiled example data, major roads only; not for operational use",
  });

/** Every full (type 1) emergency department of England in 2017-2018 that could be established, compiled by hand. */
export async function englandHospitals(): Promise<HospitalDirectory> {
  return HospitalDirectory.parse(
    JSON.parse(await readFile(packageFile("data/england/emergency-departments.json"), "utf8")),
  );
}

/** Those of {@link englandHospitals} that are joined to these roads. */
export async function embeddedHospitals(roads: RoadIndex): Promise<HospitalDirectory> {
  const england = await englandHospitals();
  return england.without(...new HospitalSites(roads, england, JOINED_METRES).offNetwork.map(({ id }) => id));
}
