import createGraph from "ngraph.graph";
import { DiversionRouter, type DiversionRouterOptions } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { HospitalInput } from "../../src/hospitals/directory/hospital";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { fromNgraph } from "../../src/roads/tables/ngraph";

/** One kilometre east at 52°N, in degrees of longitude. */
const KILOMETRE = 1 / (111.195 * Math.cos((52 * Math.PI) / 180));

/** A place so many kilometres along the county's one road. */
export const at = (kilometres: number, north = 0): [number, number] => [
  Number((kilometres * KILOMETRE).toFixed(7)),
  Number((52 + north / 111.195).toFixed(7)),
];

/**
 * A county easy to reckon in: one straight two-way road of 60 km from [0, 52] eastward, the A1, a node each kilometre and
 * a minute for each, and nothing else.
 */
export function smallCounty(): RoadIndex {
  const graph = createGraph<{ lon: number; lat: number }, { milliseconds: number; ref: string; highway: string }>();
  for (let km = 0; km <= 60; km++) {
    const [lon, lat] = at(km);
    graph.addNode(km, { lon, lat });
  }
  for (let km = 0; km < 60; km++) {
    graph.addLink(km, km + 1, { milliseconds: 60_000, ref: "A1", highway: "trunk" });
    graph.addLink(km + 1, km, { milliseconds: 60_000, ref: "A1", highway: "trunk" });
  }
  return indexRoads(fromNgraph(graph).roads, {
    source: "small county",
    notice: "",
    profile: "",
    snapLimitMetres: 1000,
    report: {},
  });
}

/** Hospitals by id, each at a kilometre of the road, and without a handover unless one is given: `undefined` is not known. */
export const hospitalsAt = (
  places: Readonly<Record<string, number | ({ km: number } & Partial<Omit<HospitalInput, "id" | "location">>)>>,
): HospitalDirectory =>
  HospitalDirectory.parse(
    Object.entries(places).map(([id, place]) => {
      const { km, ...fields } = typeof place === "number" ? { km: place } : place;
      return { id, name: `${id} Hospital`, location: at(km), handoverMinutes: 0, ...fields };
    }),
  );

export const NOON = "2017-05-15T12:00:00+01:00";

/** A router over the small county, its clock at noon. */
export const routerOver = (
  hospitals: HospitalDirectory,
  options: Partial<DiversionRouterOptions> = {},
): DiversionRouter =>
  new DiversionRouter({ roads: smallCounty(), hospitals, clock: () => Date.parse(NOON), ...options });
