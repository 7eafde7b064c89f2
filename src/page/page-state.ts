import type { Answer, DescribedEvent, Opened, OwnEntry, Question, StatusSnapshot } from "./compute/protocol";
import type { Moment } from "./compute/recommendation-worker";

/** How the page stands with its server. */
export type Connection =
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
  /** The live snapshot, or that of the moment gone back to. */
  readonly shown?: StatusSnapshot | undefined;
  readonly moment: Moment;
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
  readonly hasToken: boolean;
  /** The server tells nothing without its token. */
  readonly needsToken: boolean;
}

export type StateListener = (state: PageState, before: PageState) => void;

/** Holds the state and tells of its changes. */
export class Store {
  #current: PageState = {
    connection: { state: "connecting" },
    generation: 0,
    moment: {},
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
