import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import type { Listeners } from "../../core/listeners";
import { safeParse } from "../../core/safe-parse";
import type { Position } from "../../core/units";
import { HospitalIdSchema } from "../../hospitals/directory/hospital";
import { firstProblem } from "../../hospitals/directory/schema-problems";
import type { HospitalReference } from "../answer/recommendation";
import { type RecommendationRequest, RecommendationRequestSchema } from "../incidents/request";
import type { TurnReason } from "./en-route";

/** Of an ambulance or a journey, as the dispatch system numbers them; never a patient's. */
const ConveyanceIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,99}$/, "an id is up to 100 letters, digits and . _ : + -"));

const TrackRequestSchema = z.extend(z.omit(RecommendationRequestSchema, { alternatives: true }), {
  id: ConveyanceIdSchema,
  /** When it will leave the scene, RFC 3339. Default: at once. */
  departAt: z.optional(RecommendationRequestSchema.shape.at),
  /** The ED it is bound for. Default: the one that is recommended. */
  destination: z.optional(HospitalIdSchema),
});

/**
 * An ambulance on its way to an ED: where it is (`location`), since when (`at`; default: now), what its patient needs, and
 * where it goes. Nothing here may identify a patient, so unknown fields are refused.
 */
export type TrackRequest = z.input<typeof TrackRequestSchema>;

/** @throws DiversionError `invalid-incident`. */
export function requireTrackRequest(request: TrackRequest): void {
  const result = safeParse(TrackRequestSchema, request);
  if (result.success) return;
  const known = Object.keys(TrackRequestSchema.shape);
  const { field, message } = firstProblem(result.error.issues, request, () => known);
  const code = field.startsWith("location") ? "invalid-location" : "invalid-incident";
  throw new DiversionError(code, `The conveyance is not of the documented form: ${message}`, { field });
}

/** The advice for one ambulance changed. Plain JSON. */
export interface ConveyanceAdvice {
  /** Its id. */
  readonly conveyance: string;
  /** Absent when no ED could be named before. */
  readonly from?: HospitalReference;
  /** Absent when no ED can be named any more. */
  readonly to?: HospitalReference;
  readonly because: readonly TurnReason[];
  /** The moment of the change that caused it, RFC 3339. */
  readonly at: string;
  readonly statusVersion: number;
}

/** What is known of an ambulance under way. */
export interface ConveyanceState {
  readonly location: Position;
  /** When it was there, RFC 3339. */
  readonly at: string;
  /** Where it should go; undefined when no ED can be named. */
  readonly destination: HospitalReference | undefined;
  /** From there to the destination; undefined without one, and when no road leads there. */
  readonly driveSeconds: number | undefined;
  /** Predicted, RFC 3339. */
  readonly arrival: string | undefined;
}

/** `arrived`: where it was bound, now. `stood-down`: it goes to no ED. */
export type ConveyanceEnd = "arrived" | "stood-down";

/** What has become of the patient; what is left out stays as it was, `undefined` takes it back. */
export type Reassessment = Pick<RecommendationRequest, "needs" | "age" | "acuity">;

export interface UpdateOptions {
  /** When it will leave from there, RFC 3339. Default: it is on its way. */
  readonly departAt?: string | Date;
  /** Which way it drives, in degrees from north clockwise: tells carriageways apart. Default: not known. */
  readonly bearing?: number;
}

/** What a conveyance asks of its tracker. */
export interface ConveyanceKeeper {
  readonly advice: Listeners<ConveyanceAdvice>;
  stateOf(id: string): ConveyanceState | undefined;
  update(id: string, location: Position, at: string | Date | undefined, options?: UpdateOptions): boolean;
  reassess(id: string, patient: Reassessment): boolean;
  redirect(id: string, hospital: string): void;
  end(id: string, how: ConveyanceEnd): void;
}

/** An ambulance on its way to an ED. It is advised, not dispatched: where it goes is for its crew and control room. */
export class Conveyance {
  readonly id: string;
  readonly #keeper: ConveyanceKeeper;
  #last: ConveyanceState;

  /** @internal Use `router.track`. */
  constructor(id: string, keeper: ConveyanceKeeper) {
    this.id = id;
    this.#keeper = keeper;
    this.#last = keeper.stateOf(id)!;
  }

  /** What is known of it; after its end, what was known last. */
  get state(): ConveyanceState {
    this.#last = this.#keeper.stateOf(this.id) ?? this.#last;
    return this.#last;
  }

  get destination(): HospitalReference | undefined {
    return this.state.destination;
  }

  /**
   * It has moved.
   *
   * @param at when it was there. Default: now. Without a bearing it is on the road nearest to where it is now, whatever
   * bearing was given for where it was.
   * @returns false for a position older than the last, which is dropped, and after the end.
   * @throws DiversionError `invalid-location`, `invalid-incident` for a moment or a bearing that is none,
   * `off-network`; it is then where it was.
   */
  update(location: Position, at?: string | Date, options?: UpdateOptions): boolean {
    return this.#keeper.update(this.id, location, at, options);
  }

  /**
   * The patient needs something else, or is more or less urgent, than was thought.
   *
   * @returns false after the end.
   * @throws DiversionError `invalid-incident`; nothing has changed then.
   */
  reassess(patient: Reassessment): boolean {
    return this.#keeper.reassess(this.id, patient);
  }

  /**
   * The crew goes elsewhere. What they give up counts as left: it is not advised again while another will do.
   * @throws DiversionError `unknown-hospital`.
   */
  redirect(hospital: string): void {
    this.#keeper.redirect(this.id, hospital);
  }

  /**
   * It is tracked no longer.
   *
   * @param how one that has arrived counts against its ED's cap of ambulances an hour for that hour. Default: arrived.
   */
  end(how: ConveyanceEnd = "arrived"): void {
    void this.state;
    this.#keeper.end(this.id, how);
  }

  /** Calls the listener whenever the advice for this one changes. Returns the way to stop it. */
  onAdvice(listener: (advice: ConveyanceAdvice) => void): () => void {
    return this.#keeper.advice.add((advice) => {
      if (advice.conveyance === this.id) listener(advice);
    });
  }
}
