import type { EpochMs } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { type ExpectedArrivals, mostInOneHour } from "../rules/inbound";
import type { ConveyanceBook } from "./conveyance-book";

/**
 * The most ambulances that come to an ED in any one hour that takes in an arrival there: those bound for it, when they
 * were predicted to arrive from where they were last reported, and those that have arrived.
 *
 * @param target the ED, by the number under which the book has it.
 * @param except one that is not counted, by id.
 */
export const expectedArrivals = (book: ConveyanceBook, target: number, arrivalMs: EpochMs, except?: string): number =>
  mostInOneHour(arrivalsAt(book, target, except), arrivalMs);

/** When ambulances come, or came, to each ED to which any do. @param hospitals whose numbers the book has */
export const allArrivals = (book: ConveyanceBook, { hospitals }: HospitalDirectory): ExpectedArrivals[] =>
  hospitals.flatMap(({ id }, target) => {
    const arrivalsMs = arrivalsAt(book, target).sort((a, b) => a - b);
    return arrivalsMs.length === 0 ? [] : [{ hospital: id, arrivalsMs }];
  });

function arrivalsAt(book: ConveyanceBook, target: number, except?: string): EpochMs[] {
  const arrivals = [...book.arrivalsAt(target)];
  for (const { id, incident, candidate } of book.boundFor(target)) {
    if (id !== except && candidate !== undefined) arrivals.push(incident.atMs + candidate.driveMs);
  }
  return arrivals;
}
