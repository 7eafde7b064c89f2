import type { RoadIndex } from "../../roads/road-index";
import { type FoundPlaces, type PlaceFinder, seclusionAt } from "../../roads/snap/place-finder";
import type { SnapCandidate } from "../../roads/snap/snap-candidates";
import type { Warning } from "../answer/recommendation";
import type { Whereabouts } from "../incidents/request";
import { bearingText, passedByText, roadNameText, secludedText } from "./drive-texts";

/** On which road an incident is. */
export interface IncidentPlace {
  /** Where the drive begins: of the roads it may be on the nearest. */
  readonly chosen: SnapCandidate;
  /** Others it may be on, by location, bearing and name. */
  readonly others: readonly SnapCandidate[];
  /** What of the bearing and the name could not be followed. */
  readonly warnings: readonly Warning[];
}

/**
 * Finds the road an incident is on. Of the roads the location cannot tell apart, those driven in the direction of the
 * bearing are meant, and of these the one that the name says most of; what fits none of them is not followed, with a
 * warning, for a caller's slip must not send an ambulance to a road that is farther away.
 *
 * @throws DiversionError `off-network`.
 */
export function placeIncident(
  roads: RoadIndex,
  starts: PlaceFinder,
  { location, bearing, roadName }: Whereabouts,
  limitMetres: number,
): IncidentPlace {
  const warnings: Warning[] = [];
  const named = { limitMetres, ...(roadName === undefined ? {} : { roadName }) };
  let found: FoundPlaces =
    bearing === undefined ? { candidates: [] } : starts.places(location, { ...named, bearingDegrees: bearing });
  if (found.candidates.length === 0) {
    found = starts.places(location, named);
    if (found.candidates.length === 0) throw roads.offNetwork(location, limitMetres);
    if (bearing !== undefined) {
      warnings.push({ code: "bearing-not-matched", text: bearingText(bearing) });
    }
  }
  const [chosen, ...others] = found.candidates as [SnapCandidate, ...SnapCandidate[]];
  const isAsSaid = chosen.nameScore > 0 || (bearing !== undefined && warnings.length === 0);
  const { passedBy } = found;
  if (passedBy !== undefined) {
    const { point, road } = chosen;
    const used = { road, metres: point.distanceMetres, onFoot: point.onFoot };
    warnings.push({ code: "not-nearest-road", text: passedByText(passedBy, used) });
  }
  const seclusion = seclusionAt(roads.graph, chosen.point);
  if (seclusion !== undefined && seclusion !== "bridge" && !isAsSaid) {
    warnings.push({
      code: "secluded-road",
      text: secludedText("the incident was taken to be", chosen.road, seclusion),
    });
  }
  if (roadName === undefined) return { chosen, others, warnings };
  if (chosen.nameScore === 0) {
    return { chosen, others, warnings: [...warnings, { code: "road-name-not-found", text: roadNameText(roadName) }] };
  }
  return { chosen, others: others.filter(({ nameScore }) => nameScore === chosen.nameScore), warnings };
}
