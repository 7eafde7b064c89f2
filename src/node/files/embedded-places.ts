import { readFile } from "node:fs/promises";
import { distanceMetres } from "../../core/geometry";
import type { Position } from "../../core/units";
import { packageFile } from "./package-files";

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
