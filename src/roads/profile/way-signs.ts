import type { RoadNames } from "../graph/road-graph";
import type { Tags } from "../sources/osm-source";

/** OSM draws layers from -5 to 5; anything else is a slip of the keyboard. */
const LAYER = /^[+-]?[0-5]$/;

/**
 * What a road's signs and its shape in space tell those who drive or look it up (wiki.openstreetmap.org, Key:destination,
 * Key:junction, Key:junction:ref, Key:layer).
 *
 * @param isDrivenOneWay where it may be driven both ways, a `destination` does not say in which it is signed: left out.
 */
export function waySigns(
  tags: Tags,
  isDrivenOneWay: boolean,
): Pick<RoadNames, "junction" | "destination" | "exit" | "layer"> {
  const junction = tags.get("junction");
  return {
    junction: junction === "roundabout" || junction === "circular" ? junction : "",
    destination: isDrivenOneWay ? signedDestination(tags) : "",
    exit: spaced(tags.get("junction:ref") ?? "", "/"),
    layer: layerOf(tags),
  };
}

/** Road numbers before places, as signs have them: `A12/M25 London, Chelmsford`. */
function signedDestination(tags: Tags): string {
  const refs = spaced(tags.get("destination:ref") ?? "", "/");
  const places = spaced(tags.get("destination") ?? tags.get("destination:street") ?? "", ", ");
  return [refs, places].filter((part) => part !== "").join(" ");
}

const spaced = (list: string, separator: string): string =>
  list
    .split(";")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .join(separator);

/** Without a `layer`, a bridge runs one above the ground and a tunnel one below; a passage through a building on it. */
function layerOf(tags: Tags): number {
  const layer = tags.get("layer");
  if (layer !== undefined && LAYER.test(layer)) return Number(layer) + 0;
  if (isTagged(tags.get("bridge"))) return 1;
  const tunnel = tags.get("tunnel");
  return isTagged(tunnel) && tunnel !== "building_passage" ? -1 : 0;
}

const isTagged = (value: string | undefined): boolean => value !== undefined && value !== "no";
