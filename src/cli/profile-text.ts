import { summarizeRoadGraph } from "../roads/build/build-report";
import type { RoadIndex } from "../roads/road-index";
import { grouped } from "./text";

/** How much of the roads their profile drives. */
interface ProfileSize {
  readonly profile: string;
  readonly nodes: number;
  readonly edges: number;
  readonly km: number;
  readonly checksum: string;
}

export function profileSize({ graph, description, checksum }: RoadIndex): ProfileSize {
  const { nodes, edges, kilometres } = summarizeRoadGraph(graph);
  return { profile: description.profile, nodes, edges, km: Math.round(kilometres), checksum };
}

/** A row for each profile; none where there is one, which the other rows are about. */
export function profileRows(sizes: readonly ProfileSize[]): [term: string, text: string][] {
  if (sizes.length < 2) return [];
  return sizes.map(({ profile, nodes, edges, km }, number) => [
    number === 0 ? "profiles" : "",
    `${profile}${number === 0 ? " (default)" : ""}: ${grouped(nodes)} nodes, ${grouped(edges)} edges, ${grouped(km)} km`,
  ]);
}
