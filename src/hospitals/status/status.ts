import type { EpochMs, Instant } from "../../core/instant";
import type { HospitalDirectory } from "../directory/directory";
import type { Restriction, RestrictionReport } from "./restriction";

/** The key under which the plain open/closed flag is held. */
export const FLAG_KEY = "flag";

/** The key under which an overrule is held, to end it by; no restriction is held under it. */
export const OVERRULE_KEY = "overrule";

export interface SetOpenOptions {
  /** Default: "Closed" when closing. */
  readonly reason?: string;
  /** Who says so: a role, or a name on the staff. */
  readonly by?: string;
  /**
   * What closed means: `divert`, a request; `refuse` when nobody may be brought there at all. Default: `divert`, but an ED
   * whose flag refuses goes on refusing.
   */
  readonly effect?: "divert" | "refuse";
  /** Says that a divert is meant to take the place of a refusal. Default: false, which is an error then. */
  readonly weakens?: boolean;
  /** When it was true at the source, RFC 3339. Default: now. */
  readonly observedAt?: string;
  readonly source?: string;
}

export interface ClearOptions {
  readonly reason?: string;
  readonly by?: string;
  /** When it was true at the source, RFC 3339. Default: now. */
  readonly observedAt?: string;
  readonly source?: string;
}

export interface OverruleOptions {
  /** Who answers for it: a person's role, or a name on the staff. */
  readonly by: string;
  readonly reason: string;
  /** When it ends by itself, RFC 3339. */
  readonly until: string;
  /** When it was decided, RFC 3339. Default: now. */
  readonly observedAt?: string;
  readonly source?: string;
}

/**
 * A person's word against that of feeds: while it holds, what feeds report of the ED is held and shown and does not
 * count, nor that they do not know.
 */
export interface Overrule {
  readonly key: string;
  readonly hospital: string;
  readonly reason: string;
  readonly authorisedBy: string;
  readonly source?: string;
  /** The first moment it no longer holds. */
  readonly until: Instant;
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
}

/**
 * What became of a report.
 * - `accepted`: it is held now, under a new version.
 * - `duplicate`: the very same was held already, observed at the same moment.
 * - `late`: something observed later is held; this was not taken.
 * - `nothing-held`: there was nothing to clear.
 */
type StatusOutcome = "accepted" | "duplicate" | "late" | "nothing-held";

export interface StatusResult {
  readonly outcome: StatusOutcome;
  /** The version after the call; raised by one when the outcome is `accepted`. */
  readonly version: number;
  readonly hospital: string;
  readonly key: string;
  /** What is held under the key now. */
  readonly held?: Restriction;
  /** The overrule held now, where the call was about one. */
  readonly overrule?: Overrule;
}

/** A change somebody asks for. */
export type StatusChange =
  | ({ readonly kind: "report" } & RestrictionReport)
  | ({ readonly kind: "open"; readonly hospital: string; readonly open: boolean } & SetOpenOptions)
  | ({ readonly kind: "overrule"; readonly hospital: string } & OverruleOptions)
  | ({ readonly kind: "clear"; readonly hospital: string; readonly key: string } & ClearOptions);

/** Where an entry of the log came from. */
export interface Provenance {
  /** Names the request that made it: the same request sent again is known by it, and makes nothing twice. */
  readonly id?: string;
  /** Which desk or server wrote it. */
  readonly origin?: string;
}

/** An accepted change, as the history and the log keep it. */
export type StatusEvent = Provenance &
  (
    | { readonly version: number; readonly kind: "report"; readonly restriction: Restriction }
    | ({ readonly version: number; readonly kind: "overrule" } & Overrule)
    | {
        readonly version: number;
        readonly kind: "clear";
        readonly hospital: string;
        readonly key: string;
        readonly reason?: string;
        readonly authorisedBy?: string;
        readonly source?: string;
        readonly observedAt: Instant;
        readonly receivedAt: Instant;
      }
  );

/**
 * What happened beside the status and stands in the same order: versions of a log count these entries too, so that a
 * version names one state of everything, whoever tells it.
 */
export type SideEntry = Provenance & { readonly version: number; readonly receivedAt: Instant } & (
    | {
        /** Roads were closed or slowed, all at once: GeoJSON features as they were entered, each with its id. */
        readonly kind: "closure";
        readonly features: readonly ClosureFeature[];
        /** Checksum of the roads that numbers of edges and segments in them are of. */
        readonly roads?: string;
      }
    /** A closure or slowdown ended. */
    | { readonly kind: "reopen"; readonly closure: string }
    /** A feed was heard: what it had said by then of each of its hospitals. */
    | ({ readonly kind: "heard" } & HeardFeed)
  );

/** A closure or slowdown as GeoJSON: who has the roads it is about reads the rest of it. */
export interface ClosureFeature {
  readonly type: "Feature";
  readonly id: string;
  readonly [member: string]: unknown;
}

/** What one feed has said of each of its hospitals, by id. */
export interface HeardFeed {
  readonly feed: string;
  readonly timeToLiveMs: number;
  readonly hospitals: Readonly<
    Record<
      string,
      {
        readonly heardMs?: EpochMs;
        readonly says?: "known" | "unknown" | "no-ed";
        readonly handoverMinutes?: number;
      }
    >
  >;
}

/** An entry of the log. */
export type StatusEntry = StatusEvent | SideEntry;

/** The status at one version; it never changes. */
export interface StatusView {
  /** 0 before anything was reported. */
  readonly version: number;
  readonly directory: HospitalDirectory;
  /** What is held for a hospital by its number in `directory.hospitals`, ordered by key; in force or not. */
  restrictionsAt(hospitalIndex: number): readonly Restriction[];
  /** What is held for a hospital, ordered by key. @throws DiversionError `unknown-hospital`. */
  restrictionsOf(hospital: string): readonly Restriction[];
  /** Everything held, ordered by hospital and key. */
  all(): readonly Restriction[];
  /** The overrule held for a hospital by its number, in force or not. */
  overruleAt(hospitalIndex: number): Overrule | undefined;
  /** Every overrule held, ordered by hospital. */
  overrules(): readonly Overrule[];
}

export interface StatusCounts {
  readonly accepted: number;
  readonly duplicate: number;
  readonly late: number;
}

/** A version, or a moment: what was known then. */
export type StatusMoment = { readonly version: number } | { readonly at: EpochMs };

export type StatusListener = (event: StatusEvent, result: StatusResult) => void;

/**
 * What EDs ask or refuse, over time. Every accepted change raises the version by one; a view is the whole at one version.
 *
 * Reports are ordered by when they were observed, not by when they came: a late, older message never overwrites a newer
 * one, so the order in which reports arrive does not matter as long as their `observedAt` differ. A moment of observation
 * after the moment of receipt counts as the moment of receipt: a source whose clock runs ahead must not win for ever.
 */
export interface Status {
  readonly directory: HospitalDirectory;
  readonly version: number;
  /**
   * Versions before this one cannot be told here: a compaction moved them to an archive. 0 when nothing was moved.
   */
  readonly archivedTo: number;
  /** Since this object was made. */
  readonly counts: StatusCounts;

  /**
   * Holds a restriction in place of what was held under its key. A weaker effect than that of what is held (`divert` for
   * `refuse`, `inform` for either) must be said to be one by `weakens`; a feed's own keys are free of that.
   * @throws DiversionError `invalid-status`, `unknown-hospital`, `weakens-restriction`.
   */
  report(report: RestrictionReport): StatusResult;

  /**
   * The plain flag: closed is a restriction for everyone under the key {@link FLAG_KEY}, open clears it. Restrictions
   * reported otherwise stay.
   * @throws DiversionError `invalid-status`, `unknown-hospital`, `weakens-restriction`.
   */
  setOpen(hospital: string, open: boolean, options?: SetOpenOptions): StatusResult;

  /**
   * Holds a person's word against that of feeds, until its end or until `clear(hospital, OVERRULE_KEY)`.
   * @throws DiversionError `invalid-status`, `unknown-hospital`.
   */
  overrule(hospital: string, options: OverruleOptions): StatusResult;

  /** Ends a restriction, or an overrule by {@link OVERRULE_KEY}. @throws DiversionError `invalid-status`, `unknown-hospital`. */
  clear(hospital: string, key: string, options?: ClearOptions): StatusResult;

  /**
   * Makes a change. One whose `id` made a change before is not made again: the answer is about that one.
   * @throws DiversionError as the four above do; `idempotency-key-reused` when the id made another change.
   */
  make(change: StatusChange, provenance?: Provenance): StatusResult;

  /** The entry that a request with this id made; undefined when none did, or it is in an archive. */
  madeBy(id: string): StatusEntry | undefined;

  /** The status as it is. */
  view(): StatusView;

  /**
   * The status as it was at a version, or as it was known at a moment.
   * @throws DiversionError `invalid-argument` for a version not yet reached, `status-archived` for one no longer here.
   */
  viewAt(moment: StatusMoment): StatusView;

  /**
   * All accepted changes, oldest first. Of those before {@link archivedTo} only the last for each hospital and key: what
   * is held, and what was cleared.
   */
  history(): readonly StatusEvent[];

  /** All entries, oldest first: the {@link history}, and what stands beside it in the log. */
  entries(): readonly StatusEntry[];

  /** Calls the listener after every accepted change, in order. Returns the way to stop it. */
  onChange(listener: StatusListener): () => void;

  /** Calls the listener after every entry, those beside the status included, in order. Returns the way to stop it. */
  onEntry(listener: (entry: StatusEntry) => void): () => void;
}
