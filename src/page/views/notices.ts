import type { Actions, ChangeResult } from "../actions";
import type { OwnEntry } from "../compute/protocol";
import { el, fill } from "../dom";
import { localTime, momentText } from "../formats";
import type { AwayReport, PageState, Store } from "../page-state";

/** What nobody must overlook: no connection, what changed meanwhile, what was entered here and is not shared, the past. */
export class Notices {
  readonly #host: HTMLElement;
  readonly #pill: HTMLElement;
  readonly #store: Store;
  readonly #actions: Actions;
  #result: ChangeResult | undefined;

  constructor(host: HTMLElement, pill: HTMLElement, store: Store, actions: Actions) {
    this.#host = host;
    this.#pill = pill;
    this.#store = store;
    this.#actions = actions;
    store.watch(
      [
        "connection",
        "loading",
        "failure",
        "live",
        "entries",
        "away",
        "showing",
        "opened",
        "needsToken",
        "storageProblem",
        "standing",
        "serverBehind",
      ],
      () => this.#draw(),
    );
  }

  #draw(): void {
    const { state } = this.#store;
    this.#pill.className = state.connection.state;
    this.#pill.textContent = pillText(state);
    fill(
      this.#host,
      ...[
        failure(state),
        this.#tokenWanted(state),
        loading(state),
        past(state),
        lost(state),
        store(state),
        behind(state),
        offlineIsOff(state),
        this.#away(state.away),
        this.#own(state),
      ].filter((part) => part !== undefined),
    );
  }

  #tokenWanted({ needsToken }: PageState): HTMLElement | undefined {
    if (!needsToken) return undefined;
    const token = el("input", { id: "read-token", type: "password", autocomplete: "off" });
    const use = (event: Event): void => {
      event.preventDefault();
      this.#actions.setToken(token.value);
    };
    return el(
      "form",
      { class: "notice token", onsubmit: use },
      el("label", { for: "read-token" }, "This server tells nothing without its token. ", token),
      el("button", { type: "submit", class: "primary" }, "Use it"),
    );
  }

  #away(away: AwayReport | undefined): HTMLElement | undefined {
    if (away === undefined) return undefined;
    const { fromMs, toMs, events, isOtherLog } = away;
    const span = `${localTime(fromMs)} to ${localTime(toMs)}`;
    const heading = isOtherLog
      ? `Connected again. The server has another status log than before ${localTime(fromMs)}; it counts now.`
      : events.length === 0
        ? `Connected again. Nobody changed anything from ${span}.`
        : `Connected again. From ${span} others changed:`;
    return el(
      "section",
      { class: "notice away", "aria-label": "While there was no connection" },
      el("strong", {}, heading),
      !isOtherLog && events.length > 0 && el("ul", {}, ...events.map(({ text }) => el("li", {}, text))),
      el("button", { type: "button", onclick: this.#actions.dismissAway }, "Understood"),
    );
  }

  #own({ entries, live, connection, hasToken }: PageState): HTMLElement | undefined {
    if (entries.length === 0) return undefined;
    const isBack = connection.state === "connected";
    return el(
      "section",
      { class: "notice own-entries", "aria-label": "Entered here" },
      el("strong", {}, "Entered here, not shared:"),
      el(
        "ul",
        {},
        ...entries.map((entry) => {
          const standing = live?.ownEntries.find(({ id }) => id === entry.id);
          const stands = standing?.stands !== false;
          return el(
            "li",
            {},
            `${localTime(Date.parse(entry.enteredAt))} ${standing?.text ?? entry.key}`,
            !stands && el("em", {}, " overtaken by what the server holds"),
            isBack && stands && this.#sendButton(entry, hasToken),
            el("button", { type: "button", onclick: () => void this.#tell(this.#actions.drop(entry.id)) }, "Drop"),
          );
        }),
      ),
      this.#result !== undefined && el("p", { class: "problem", role: "alert" }, this.#result.text),
    );
  }

  /** Says aloud what did not work. */
  async #tell(made: Promise<ChangeResult>): Promise<void> {
    const result = await made;
    this.#result = result.done ? undefined : result;
    this.#draw();
  }

  #sendButton(entry: OwnEntry, hasToken: boolean): HTMLElement {
    const token = el("input", { type: "password", "aria-label": "Token of the server", placeholder: "token" });
    const send = async (): Promise<void> => {
      if (!hasToken && token.value !== "") this.#actions.setToken(token.value);
      await this.#tell(this.#actions.send(entry));
    };
    return el(
      "span",
      { class: "send" },
      !hasToken && token,
      el("button", { type: "button", class: "primary", onclick: () => void send() }, "Send"),
    );
  }
}

const pillText = ({ connection, live }: PageState): string => {
  if (connection.state === "connected") return `Live · version ${live?.version ?? 0}`;
  return connection.state === "lost" ? `No connection since ${localTime(connection.sinceMs)}` : "Connecting";
};

const failure = ({ failure: text }: PageState): HTMLElement | undefined =>
  text === undefined ? undefined : el("p", { class: "notice failure", role: "alert" }, text);

const loading = ({ loading: text }: PageState): HTMLElement | undefined =>
  text === undefined ? undefined : el("p", { class: "notice loading", role: "status" }, `${text}…`);

function past({ showing, timeline, live }: PageState): HTMLElement | undefined {
  if (showing.kind === "now" || live === undefined) return undefined;
  const event = timeline.find(({ version }) => version === showing.version);
  const what = event === undefined ? "" : ` ${momentText(event.at, live.at)}, version ${event.version}: ${event.text}.`;
  return el("p", { class: "notice past", role: "status" }, `This is the past, not how things stand now.${what}`);
}

/** What the server itself does not know for sure. */
function store({ standing, connection }: PageState): HTMLElement | undefined {
  if (standing === undefined || connection.state !== "connected") return undefined;
  const { state, confirmedAt } = standing;
  const since = confirmedAt === undefined ? "since it was started" : `since ${localTime(Date.parse(confirmedAt))}`;
  const text =
    state === "forked"
      ? "The store of the status has another history than this server: changes were lost. Answers go by what this server holds; no change is taken until somebody decides."
      : `This server has not reached the store of the status ${since}: changes made elsewhere since then are not known, and none is taken here.`;
  return el("p", { class: "notice lost", role: "alert" }, text);
}

function behind({ serverBehind, connection }: PageState): HTMLElement | undefined {
  if (serverBehind === undefined || connection.state !== "connected") return undefined;
  const changes = serverBehind === 1 ? "1 change" : `${serverBehind} changes`;
  const text = `The server is ${changes} behind what this page heard from another. What the page holds counts here, until the server has it too.`;
  return el("p", { class: "notice behind", role: "status" }, text);
}

const offlineIsOff = ({ storageProblem: why }: PageState): HTMLElement | undefined =>
  why === undefined
    ? undefined
    : el(
        "p",
        { class: "notice offline-off", role: "status" },
        `Offline is off: this browser holds no data of this page (${why}). While the server is there all works; without it nothing can be entered, and the page cannot be opened again.`,
      );

function lost({ connection, opened, live }: PageState): HTMLElement | undefined {
  if (connection.state !== "lost" || opened === undefined || live === undefined) return undefined;
  const since = localTime(connection.sinceMs);
  const text = `No connection since ${since}. Answers are computed here, from status version ${live.version} as of ${since}; changes of others since then are not known.`;
  return el("p", { class: "notice lost", role: "alert" }, text);
}
