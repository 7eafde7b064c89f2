import {
  type Answer,
  type DescribedEvent,
  type Moment,
  NOW,
  type Opened,
  type OwnEntry,
  type Question,
  type StatusSnapshot,
} from "./compute/protocol";

/** How the page stands with its server. */
type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "connected" }
  | { readonly state: "lost"; readonly sinceMs: number };

/** What others changed while the page had no connection. */
export interface AwayReport {
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: readonly DescribedEvent[];
  /** The server has another log than before: what it had told does not hold any more. */
  readonly isOtherLog: boolean;
}

/** How a server stands to the store of the status. */
export interface Standing {
  readonly state: "current" | "cut-off" | "forked";
  /** What the store held then is known here; RFC 3339. */
  readonly confirmedAt?: string;
}

/**
 * What the page shows: what is live, or a version of the past together with how everything stood at it. One value, so
 * that the past cannot come to be shown as now.
 */
export type Showing =
  | { readonly kind: "now" }
  | { readonly kind: "past"; readonly version: number; readonly snapshot: StatusSnapshot };

/** The snapshot that is shown. */
export const shownOf = ({ showing, live }: Pick<PageState, "showing" | "live">): StatusSnapshot | undefined =>
  showing.kind === "now" ? live : showing.snapshot;

/** What is asked about, for the worker. */
export const momentOf = (showing: Showing): Moment =>
  showing.kind === "now" ? NOW : { kind: "past", version: showing.version };

/** All that the page shows; views draw it, actions change it. */
export interface PageState {
  readonly connection: Connection;
  /** What is being loaded, in words; absent when there is nothing to wait for. */
  readonly loading?: string | undefined;
  /** Why the page cannot work; absent when it can. */
  readonly failure?: string | undefined;
  readonly opened?: Opened | undefined;
  /** Raised when roads or hospitals were replaced by others. */
  readonly generation: number;
  readonly closures?: unknown;
  readonly live?: StatusSnapshot | undefined;
  readonly showing: Showing;
  readonly timeline: readonly DescribedEvent[];
  readonly question?: Question | undefined;
  readonly answer?: Answer | undefined;
  readonly questionProblem?: string | undefined;
  /** What a change of status or roads did to the answer, newest last. */
  readonly answerChanges: readonly string[];
  /** The ED whose route is drawn; absent: the destination. */
  readonly chosenEd?: string | undefined;
  readonly chosenRoute?: Answer["route"] | undefined;
  readonly selectedEd?: string | undefined;
  readonly showsCatchments: boolean;
  readonly entries: readonly OwnEntry[];
  readonly away?: AwayReport | undefined;
  /** How the server stands to the store of a status that several keep; absent where there is none, or all is well. */
  readonly standing?: Standing | undefined;
  /** By how many changes the server is behind what this page heard from another; absent when it is not. */
  readonly serverBehind?: number | undefined;
  /** Why the browser holds nothing for this page: without the server it is lost. Absent when it does. */
  readonly storageProblem?: string | undefined;
  readonly hasToken: boolean;
  /** The server tells nothing without its token. */
  readonly needsToken: boolean;
}

type StateListener = (state: PageState, before: PageState) => void;

/** Holds the state and tells of its changes. */
export class Store {
  #current: PageState = {
    connection: { state: "connecting" },
    generation: 0,
    showing: { kind: "now" },
    timeline: [],
    answerChanges: [],
    showsCatchments: false,
    entries: [],
    hasToken: false,
    needsToken: false,
  };
  readonly #listeners: StateListener[] = [];

  get state(): PageState {
    return this.#current;
  }

  set(change: Partial<PageState>): void {
    const before = this.#current;
    this.#current = { ...before, ...change };
    for (const listener of this.#listeners) listener(this.#current, before);
  }

  /** Calls the listener now and after every change of one of the fields. */
  watch(fields: readonly (keyof PageState)[], listener: StateListener): void {
    this.#listeners.push((state, before) => {
      if (fields.some((field) => state[field] !== before[field])) listener(state, before);
    });
    listener(this.#current, this.#current);
  }
}
