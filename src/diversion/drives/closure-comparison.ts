import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadGraph } from "../../roads/graph/road-graph";
import type { DrivenPath } from "../../roads/route/route";
import type { ClosureNotice } from "../answer/recommendation";
import { decide } from "../rules/bypass";
import type { Choice, RankingContext } from "../rules/ranking";
import { closuresMet } from "./closure-notices";
import type { Drives } from "./drives";
import type { Departure } from "./hospital-sites";

/** Tells which closures turned an answer, by putting the same question to the roads without any. */
export class ClosureComparison {
  /** On the roads as the file has them: made when a closure is first in force. */
  private undisturbed: Drives | undefined;

  constructor(
    private readonly graph: RoadGraph,
    /** On the roads as they are. */
    private readonly live: Drives,
    private readonly makeUndisturbed: () => Drives,
  ) {}

  setHospitals(hospitals: HospitalDirectory): void {
    this.undisturbed?.setHospitals(hospitals);
  }

  /**
   * Those on the way that would be driven without any closure to the ED that would be recommended then, if it is another;
   * and, if the drive to the destination would take another time, those on the way there then and those (slowdowns) on
   * the way now.
   */
  turning(context: RankingContext, departure: Departure, { destination }: Choice): ClosureNotice[] {
    const { state } = this.live;
    if (state.edges.length === 0) return [];
    this.undisturbed ??= this.makeUndisturbed();
    const { undisturbed } = this;
    const usualDeparture = undisturbed.departureFrom(context.incident);
    const usually = {
      ...context,
      centimetresTo: (target: number): number => undisturbed.centimetres(usualDeparture, target),
    };
    const usual = decide(() => undisturbed.open(usualDeparture), usually, 1).choice.destination;
    const drives: (DrivenPath | undefined)[] = [];
    if (usual !== undefined && usual.target !== destination?.target) {
      drives.push(undisturbed.drive(usualDeparture, usual.target));
    }
    if (destination !== undefined) {
      const drive = undisturbed.drive(usualDeparture, destination.target);
      if (drive?.path.milliseconds !== destination.driveMs) {
        drives.push(drive, this.live.drive(departure, destination.target));
      }
    }
    const known = drives.filter((drive) => drive !== undefined);
    return known.length === 0 ? [] : closuresMet(this.graph, state, known, context.incident);
  }
}
