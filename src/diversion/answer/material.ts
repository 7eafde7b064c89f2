import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadNames } from "../../roads/graph/road-graph";
import type { RoadPoint } from "../../roads/snap/snap-index";
import type { Incident } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import type { JudgedEds } from "../rules/judged-eds";
import type { Choice } from "../rules/ranking";
import type { ClosureNotice, HospitalReference, SnapAmbiguity, Warning } from "./recommendation";

/** What of an answer follows from the roads. */
export interface RoadFindings {
  /** Where the drive begins. */
  readonly departure: { readonly point: RoadPoint };
  /** The road it begins on. */
  readonly road: RoadNames;
  /** What of the bearing and the road's name could not be followed, and that the road there is closed. */
  readonly placeWarnings: readonly Warning[];
  /** What there is to say of the drive to a hospital, by its number: its end away from the entrance, ferries, gates. */
  readonly driveWarnings: (target: number) => readonly Warning[];
  /** How much of the way to a hospital, by its number, is on foot. */
  readonly onFootSeconds: (target: number) => number;
  /** Length of the drive to a hospital, by its number. */
  readonly distanceMetres: (target: number) => number;
  /** The drive to a hospital, by its number, however far; undefined when no road leads there. */
  readonly driveMsTo: (target: number) => number | undefined;
  /** Other answers for other roads the incident may be on. */
  readonly snapAmbiguous: SnapAmbiguity | undefined;
  /** The closures that turned the answer. */
  readonly closures: readonly ClosureNotice[];
}

/** What a recommendation is written from. */
export interface Material extends RoadFindings {
  readonly hospitals: HospitalDirectory;
  readonly incident: Incident;
  readonly decision: Decision;
  readonly choice: Choice;
  readonly eds: JudgedEds;
}

export const referenceTo = (hospitals: HospitalDirectory, target: number): HospitalReference => {
  const { id, name } = hospitals.hospitals[target]!;
  return { id, name };
};

/** The same feed and the same person may report one thing under two keys: it is said once. */
export const distinct = <T extends { readonly code: string; readonly text: string }>(said: T[]): T[] =>
  said.length < 2 ? said : [...new Map(said.map((one) => [`${one.code} ${one.text}`, one])).values()];
