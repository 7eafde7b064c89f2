import type { RecommendationData } from "../diversion/answer/recommendation";
import { type Change, NOW, type OwnEntry, type Question } from "./compute/protocol";
import type { RecommendationWorker } from "./compute/recommendation-worker";
import { localTime, minutesText } from "./formats";
import { momentOf, type Showing, type Store } from "./page-state";
import type { Remote } from "./remote-call";
import { NoConnection, type ServerApi, ServerProblem } from "./sync/server-api";
import type { Storage } from "./sync/storage";

/** What became of a change someone made. */
export type ChangeResult =
  | { readonly done: true; readonly text: string }
  | { readonly done: false; readonly text: string; readonly isConflict?: true };

/** How many changes of the status the time bar goes back. */
const TIMELINE = 2000;

/** How many changes of one answer are kept in sight. */
const SHOWN_CHANGES = 4;

/** Lets other pages of this browser know that the entries changed. */
export interface EntryChannel {
  postMessage(message: undefined): void;
  addEventListener(type: "message", listener: () => void): void;
}

/**
 * What people do at the page, and what follows from it. Everything asked of the worker or the storage may be overtaken
 * by a click before it arrives: each answer is taken over only while what it was asked for still stands.
 */
export class Actions {
  readonly #store: Store;
  readonly #worker: Remote<RecommendationWorker>;
  readonly #api: ServerApi;
  readonly #storage: Storage;
  readonly #otherPages: EntryChannel;
  /** Numbers of the last question, move through time and choice: what comes for others is late. */
  #asked = 0;
  #moved = 0;
  #chosen = 0;
  /** What the answer held was asked for. */
  #answered: { readonly question: Question; readonly showing: Showing } | undefined;
  /** Changes of which it is not known whether they were made, by what they say, with the names of their requests. */
  readonly #unknown = new Map<string, string>();
  #refreshing: Promise<void> | undefined;
  #isStale = false;
  #causes: string[] = [];

  constructor(
    store: Store,
    worker: Remote<RecommendationWorker>,
    api: ServerApi,
    storage: Storage,
    otherPages: EntryChannel,
  ) {
    this.#store = store;
    this.#worker = worker;
    this.#api = api;
    this.#storage = storage;
    this.#otherPages = otherPages;
    store.set({ hasToken: api.token !== undefined });
    // Pages in one browser hold the same entries.
    otherPages.addEventListener("message", () => void this.#takeEntries());
  }

  /** Asks a new question. */
  async ask(question: Question | undefined): Promise<void> {
    this.#chosen++;
    this.#store.set({
      question,
      answerChanges: [],
      chosenEd: undefined,
      chosenRoute: undefined,
      questionProblem: undefined,
      ...(question === undefined ? { answer: undefined } : {}),
    });
    await this.#answer();
  }

  /**
   * Draws everything anew after status or roads changed, or time passed, and says what it did to the answer. One at a
   * time, so that what is older never comes last; what is asked for meanwhile is done in one more.
   *
   * @param causes what changed, a sentence each.
   */
  refresh = (causes: readonly string[] = []): Promise<void> => {
    this.#causes.push(...causes);
    this.#isStale = true;
    this.#refreshing ??= this.#refreshUntilFresh();
    return this.#refreshing;
  };

  async #refreshUntilFresh(): Promise<void> {
    // The caller holds this promise before anything of it is over.
    await undefined;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        if (this.#store.state.opened !== undefined) await this.#refreshOnce(this.#causes.splice(0));
      }
    } finally {
      this.#refreshing = undefined;
    }
  }

  async #refreshOnce(causes: readonly string[]): Promise<void> {
    const store = this.#store;
    const live = await this.#worker.snapshot(NOW);
    const timeline =
      live.version === store.state.live?.version
        ? store.state.timeline
        : await this.#worker.eventsSince(live.version - TIMELINE);
    store.set({ live, timeline });
    const past = store.state.showing;
    if (past.kind === "past") {
      const snapshot = await this.#worker.snapshot(momentOf(past));
      if (store.state.showing === past) store.set({ showing: { ...past, snapshot } });
    }
    const { question, showing, answer } = store.state;
    const isAboutThis = this.#answered?.question === question && this.#answered?.showing === showing;
    const before = isAboutThis ? answer?.advice : undefined;
    await this.#answer();
    const { answer: now, question: asked, showing: shown } = store.state;
    if (before === undefined || now === undefined || asked !== question) return;
    if (showing.kind === "past" || shown !== showing) return;
    const changes = changesBetween(before, now.advice);
    if (changes.length === 0) return;
    const said = `${localTime(Date.now())} ${[...causes, ...changes].join(" → ")}`;
    store.set({ answerChanges: [...store.state.answerChanges, said].slice(-SHOWN_CHANGES) });
  }

  /** Goes to a version of the past, or back to now. */
  async goTo(version: number | undefined): Promise<void> {
    const move = ++this.#moved;
    let showing: Showing = { kind: "now" };
    if (version !== undefined) {
      const snapshot = await this.#worker.snapshot({ kind: "past", version });
      if (move !== this.#moved) return;
      showing = { kind: "past", version, snapshot };
    }
    this.#chosen++;
    this.#store.set({ showing, chosenEd: undefined, chosenRoute: undefined, answerChanges: [] });
    await this.#answer();
  }

  /** Draws the way to one of the EDs of the answer. */
  async choose(hospital: string): Promise<void> {
    const { answer, chosenEd } = this.#store.state;
    if (answer === undefined) return;
    const choice = ++this.#chosen;
    // Marked at once, so that an answer that comes meanwhile keeps the choice.
    if (chosenEd !== hospital) this.#store.set({ chosenEd: hospital, chosenRoute: undefined });
    const isDestination = answer.advice.destination?.hospital.id === hospital;
    const chosenRoute = isDestination ? answer.route : await this.#worker.routeTo(answer.advice, hospital);
    if (choice === this.#chosen && this.#store.state.answer === answer) this.#store.set({ chosenRoute });
  }

  selectEd = (hospital: string | undefined): void => this.#store.set({ selectedEd: hospital });

  toggleCatchments = (): void => this.#store.set({ showsCatchments: !this.#store.state.showsCatchments });

  setToken(token: string | undefined): void {
    this.#api.token = token;
    this.#store.set({ hasToken: token !== undefined });
  }

  /**
   * Makes a change: at the server, or while there is none, here alone.
   *
   * @param version of what was held under the change's key when whoever makes it looked.
   */
  async change(change: Change, versionOf: (key: string) => number): Promise<ChangeResult> {
    let key: string;
    try {
      key = await this.#worker.check(change);
    } catch (error) {
      return { done: false, text: messageOf(error) };
    }
    if (this.#store.state.connection.state !== "connected") return this.#enterHere(change, key);
    // Of the same change made again, because nobody knows whether it was made, the server knows by this.
    const content = JSON.stringify(change);
    const id = this.#unknown.get(content) ?? crypto.randomUUID();
    try {
      const { outcome } = await this.#api.change(change, key, versionOf(key), id);
      this.#unknown.delete(content);
      return { done: true, text: OUTCOME_TEXT[outcome] ?? `The server answered: ${outcome}.` };
    } catch (error) {
      if (isUnknown(error)) this.#unknown.set(content, id);
      else this.#unknown.delete(content);
      return this.#refused(error);
    }
  }

  /** Sends an entry made without the server, now that it is back. */
  async send(entry: OwnEntry): Promise<ChangeResult> {
    const versions = this.#store.state.live?.eds.find(({ id }) => id === entry.change.hospital)?.versions ?? {};
    try {
      await this.#api.change(entry.change, entry.key, versions[entry.key] ?? 0, entry.id, entry.enteredAt);
    } catch (error) {
      return this.#refused(error);
    }
    const sent = "Sent: every page has it now.";
    const dropped = await this.drop(entry.id);
    return dropped.done
      ? { done: true, text: sent }
      : { done: false, text: `${sent} ${dropped.text} Do not send it again.` };
  }

  /** Takes an entry made here back. */
  async drop(id: string): Promise<ChangeResult> {
    try {
      await this.#storage.dropEntry(id);
    } catch (error) {
      const why = messageOf(error);
      return { done: false, text: `This browser did not remove the entry (${why}): it still counts on this page.` };
    }
    return this.#shownAs("Dropped: it does not count any more.");
  }

  /** What was stored is stored, also where the page then fails to show it. */
  async #shownAs(text: string): Promise<ChangeResult> {
    try {
      await this.#entriesChanged();
      return { done: true, text };
    } catch (error) {
      return { done: true, text: `${text} The page does not show it yet (${messageOf(error)}): load it again.` };
    }
  }

  dismissAway = (): void => this.#store.set({ away: undefined });

  async #enterHere(change: Change, key: string): Promise<ChangeResult> {
    const who = change.kind === "report" ? change.authorisedBy : change.by;
    if (who === undefined || change.reason === undefined) {
      return { done: false, text: "Without the server, say who you are and why: it is all others will have to go by." };
    }
    const entry: OwnEntry = { id: crypto.randomUUID(), change, key, enteredAt: new Date().toISOString() };
    try {
      await this.#storage.addEntry(entry);
    } catch (error) {
      return {
        done: false,
        text: `This browser did not store the change (${messageOf(error)}), so nothing was entered: it would be gone with the page. Write it down, and enter it once the server is back.`,
      };
    }
    return this.#shownAs("Entered here, not shared: it counts on this page alone until it is sent.");
  }

  async #entriesChanged(): Promise<void> {
    this.#otherPages.postMessage(undefined);
    await this.#takeEntries();
  }

  async #takeEntries(): Promise<void> {
    const entries = await this.#storage.entries();
    this.#store.set({ entries });
    if (this.#store.state.opened === undefined) return;
    await this.#worker.setEntries(entries);
    await this.refresh(["What is entered here changed"]);
  }

  #refused(error: unknown): ChangeResult {
    if (error instanceof NoConnection) {
      return {
        done: false,
        text: "The server did not answer: the change may have been made. What is held shows it once there is an answer again; the same made again is not made twice.",
      };
    }
    if (!(error instanceof ServerProblem)) return { done: false, text: messageOf(error) };
    if (error.status === 401) this.setToken(undefined);
    if (error.status !== 412) return { done: false, text: error.detail };
    return {
      done: false,
      isConflict: true,
      text: "Somebody changed this while you were at it. Nothing was sent: look at what is held now, and decide anew.",
    };
  }

  async #answer(): Promise<void> {
    const asked = ++this.#asked;
    const { question, showing, opened } = this.#store.state;
    if (question === undefined || opened === undefined) return;
    try {
      const answer = await this.#worker.ask(question, momentOf(showing));
      if (asked !== this.#asked) return;
      this.#answered = { question, showing };
      this.#store.set({ answer, questionProblem: undefined });
      const { chosenEd } = this.#store.state;
      if (chosenEd !== undefined) await this.choose(chosenEd);
    } catch (error) {
      if (asked === this.#asked) this.#store.set({ answer: undefined, questionProblem: messageOf(error) });
    }
  }
}

/** Whether it is not known what became of a change: it was sent, and no answer came, or one that says so. */
const isUnknown = (error: unknown): boolean =>
  error instanceof NoConnection || (error instanceof ServerProblem && error.code === "status-outcome-unknown");

const OUTCOME_TEXT: Readonly<Record<string, string>> = {
  accepted: "Done: every page has it now.",
  duplicate: "The server holds just this already.",
  late: "The server holds something newer, which stays.",
  "nothing-held": "There was nothing to end.",
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Shorter differences of a drive are of no use to anybody. */
const NOTABLE_SECONDS = 30;

const nameOf = ({ outcome, destination }: RecommendationData): string =>
  destination?.hospital.name ??
  (outcome === "unreachable" ? "no ED, none can be reached" : "no ED, none can take the patient");

/** What became of an answer when the same question is asked again: in words, for those who acted on the first. */
export function changesBetween(before: RecommendationData, after: RecommendationData): string[] {
  const [was, is] = [before.destination, after.destination];
  if (was?.hospital.id !== is?.hospital.id) {
    const time = is === undefined ? "" : `, ${minutesText(is.driveSeconds)}`;
    const why = reasonFor(after, was?.hospital.id);
    return [`Now ${nameOf(after)}${time}, instead of ${nameOf(before)}${why}.`];
  }
  if (was === undefined || is === undefined) return [];
  const changes: string[] = [];
  if (Math.abs(is.driveSeconds - was.driveSeconds) >= NOTABLE_SECONDS) {
    changes.push(`The drive is ${minutesText(is.driveSeconds)} now, it was ${minutesText(was.driveSeconds)}.`);
  }
  const said = new Set(was.warnings.map(({ text }) => text));
  for (const { text } of is.warnings) if (!said.has(text)) changes.push(`New: ${text}.`);
  return changes;
}

function reasonFor({ passedOver }: RecommendationData, hospital: string | undefined): string {
  const reason = passedOver.find((one) => one.hospital.id === hospital)?.because[0];
  return reason === undefined ? "" : ` (${reason.text})`;
}
