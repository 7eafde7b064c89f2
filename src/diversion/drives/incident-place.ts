import type { RoadIndex } from "../../roads/road-index";
import type { SnapCandidate } from "../../roads/snap/snap-candidates";
import type { Warning } from "../answer/recommendation";
import { bearingText, roadNameText } from "../answer/texts";
import type { Whereabouts } from "../incidents/request";

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
  { location, bearing, roadName }: Whereabouts,
  limitMetres: number,
): IncidentPlace {
  const warnings: Warning[] = [];
  const named = { limitMetres, ...(roadName === undefined ? {} : { roadName }) };
  let candidates = bearing === undefined ? [] : roads.snapCandidates(location, { ...named, bearingDegrees: bearing });
  if (candidates.length === 0) {
    candidates = roads.snapCandidates(location, named);
    // Says why there is none.
    if (candidates.length === 0) roads.snap(location, limitMetres);
    if (bearing !== undefined) {
      warnings.push({ code: "bearing-not-matched", text: bearingText(bearing) });
    }
  }
  const [chosen, ...others] = candidates as [SnapCandidate, ...SnapCandidate[]];
  if (roadName === undefined) return { chosen, others, warnings };
  if (chosen.nameScore === 0) {
    return { chosen, others, warnings: [...warnings, { code: "road-name-not-found", text: roadNameText(roadName) }] };
  }
  return { chosen, others: others.filter(({ nameScore }) => nameScore === chosen.nameScore), warnings };
}
