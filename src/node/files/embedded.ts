import { readFile } from "node:fs/promises";
import { distanceMetres } from "../../core/geometry";
import type { Position } from "../../core/units";
import { HospitalSites } from "../../diversion/drives/hospital-sites";
import { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadIndex } from "../../roads/road-index";
import { buildRoads } from "./roads-files";
import { packageFile } from "./text-file";

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

/** What people call the area of the embedded roads. */
export const EMBEDDED_AREA = "Essex, Hertfordshire and East London, major roads only";

/** A place nearer than this to a junction is that junction. */
const AT_JUNCTION_METRES = 100;

/** Names for places on the embedded roads, by the nearest of their junctions. */
export async function embeddedPlaceNames(): Promise<(location: Position) => string> {
  const text = await readFile(packageFile("data/essex/junctions.json"), "utf8");
  const { junctions } = JSON.parse(text) as { junctions: readonly { name: string; location: Position }[] };
  return (location) => {
    const away = junctions.map((junction) => distanceMetres(location, junction.location));
    const nearest = away.indexOf(Math.min(...away));
    return `${away[nearest]! < AT_JUNCTION_METRES ? "" : "near "}${junctions[nearest]!.name}`;
  };
}
