import type { Instant } from "../../core/instant";
import type { Position } from "../../core/units";
import type { OpeningHours } from "../directory/opening-hours";
import type { RestrictionReport } from "../status/restriction";

/**
 * What a message says about an ED as a whole.
 * - `accepting`: it asks for nothing.
 * - `restricted`: it asks for what is in `restrictions`.
 * - `unknown`: the source says that it does not know.
 * - `no-ed`: the source says that there is no ED.
 * - `not-stated`: the message is about something else, such as beds. It neither ends what the source said before nor
 *   counts as having heard about the ED.
 */
export type EdState = "accepting" | "restricted" | "unknown" | "no-ed" | "not-stated";

/** A restriction as a message states it; hospital, source and moment stand beside it. */
export interface FeedRestriction
  extends Omit<RestrictionReport, "hospital" | "key" | "source" | "observedAt" | "weakens"> {
  /** Tells the restrictions of one hospital in one feed apart; absent for the only one, or the one on the whole ED. */
  readonly part?: string;
}

/** Opening hours of the ED (`emergency`) or of one service. */
export interface StatedHours {
  readonly capability: string;
  readonly openingHours: OpeningHours;
}

/** What one message says about one hospital. */
export interface HospitalReading {
  /** Our id. */
  readonly hospital: string;
  readonly state: EdState;
  /** All that the source asks now: what it asked before and is not here has ended. */
  readonly restrictions: readonly FeedRestriction[];
  /** When this was true at the source. Absent when the message does not say. */
  readonly observedAt?: Instant;
  /** From arrival to handover, in minutes. */
  readonly handoverMinutes?: number;
  /** Services said to be available or not, by our words; for people to compare with the hospital list. */
  readonly capabilities?: Readonly<Record<string, boolean>>;
  /** Where the source has the hospital. */
  readonly position?: Position;
  /** Opening hours stated; for people to compare with the hospital list. */
  readonly openingHours?: readonly StatedHours[];
}

/** A hospital in the message that is none of ours. */
export interface UnmatchedHospital {
  /** Identifiers the message gives, in its order. */
  readonly ids: readonly string[];
  readonly name?: string;
  /** The line of the message, or the place in a list, from 1. */
  readonly row: number;
}

/**
 * One thing that did not come through whole.
 * - `lost`: it was said, and there is nowhere to hold it (reading) or no way to say it (writing).
 * - `unread`: a part could not be read; what its hospital said before stands, as if it had not been named.
 * - `odd`: the message departs from its standard, and this is how it was taken.
 */
export interface FeedNote {
  readonly kind: "lost" | "odd" | "unread";
  /** Our id; absent when it is about the message or a hospital that is none of ours. */
  readonly hospital?: string;
  /** The line of the message, or the place in a list, from 1; of what is unread. */
  readonly row?: number;
  /** The path in the message, such as `EmergencyDepartmentStatus/EMSCapacity`. */
  readonly field: string;
  /** A full sentence. */
  readonly text: string;
}

/** A message of a feed, read. */
export interface FeedReading {
  /** Ordered as in the message, each hospital once. */
  readonly hospitals: readonly HospitalReading[];
  readonly unmatched: readonly UnmatchedHospital[];
  readonly notes: readonly FeedNote[];
  /** When the message as a whole was sent. */
  readonly sentAt?: Instant;
  /** Why the message must not change the status, such as a test or an exercise; absent for a real one. */
  readonly notActual?: string;
}
