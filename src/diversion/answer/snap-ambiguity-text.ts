import { compassWord, turnDegrees } from "../../core/bearing";
import type { SnapAmbiguity, SnapAnswer } from "./recommendation-data";

type SnappedTo = SnapAnswer["snapped"];

/** An ambiguity in plain English, a sentence a line. */
export function ambiguityLines({ candidates }: SnapAmbiguity): string[] {
  const [given, ...others] = candidates;
  if (given === undefined) return [];
  return [
    `The location does not tell which road the incident is on: this is for ${spokenPlace(given.snapped)}.`,
    ...others.map(
      (answer) => `If the incident is on ${spokenOther(given.snapped, answer.snapped)}: ${spokenAnswer(answer)}.`,
    ),
  ];
}

/** A road with what tells it from others here: `M25 westbound, 23 m away`. */
function spokenPlace({ road, bearing, layer = 0, distanceMetres }: SnappedTo): string {
  const name = road === "" ? "a road without a name" : road;
  const direction = bearing === undefined ? "" : ` ${compassWord(bearing)}`;
  const level = layer === 0 ? "" : layer > 0 ? " on the upper level" : " on the lower level";
  return `${name}${direction}${level}, ${Math.round(distanceMetres)} m away`;
}

function spokenOther(given: SnappedTo, other: SnappedTo): string {
  const isCarriageway =
    given.road === other.road &&
    given.bearing !== undefined &&
    other.bearing !== undefined &&
    turnDegrees(given.bearing, other.bearing) > 90;
  return isCarriageway ? `the other carriageway (${spokenPlace(other)})` : spokenPlace(other);
}

function spokenAnswer({ outcome, destination, driveSeconds = 0 }: SnapAnswer): string {
  if (destination === undefined) {
    return outcome === "unreachable"
      ? "no ED can be reached by road"
      : "no ED that can be reached can take this patient";
  }
  const drive = `${destination.name}, ${Math.round(driveSeconds / 60)} min by road`;
  return outcome === "all-on-divert" ? `every ED asks for a divert, the nearest is ${drive}` : `go to ${drive}`;
}
