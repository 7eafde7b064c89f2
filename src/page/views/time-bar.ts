import type { Actions } from "../actions";
import { el } from "../dom";
import { momentText } from "../formats";
import type { PageState, Store } from "../page-state";

/** Between two changes when the log is played. */
const PLAY_MS = 1000;

/** Goes back through the status log, a change at a time. */
export class TimeBar {
  readonly #host: HTMLElement;
  readonly #store: Store;
  readonly #actions: Actions;
  readonly #slider: HTMLInputElement;
  readonly #label: HTMLElement;
  readonly #live: HTMLButtonElement;
  readonly #play: HTMLButtonElement;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: HTMLElement, store: Store, actions: Actions) {
    this.#host = host;
    this.#store = store;
    this.#actions = actions;
    this.#slider = el("input", {
      id: "slider",
      type: "range",
      min: 0,
      step: 1,
      "aria-label": "Status log",
      oninput: () => this.#slid(),
    });
    this.#label = el("output", { for: "slider", class: "moment" });
    this.#live = el("button", { type: "button", class: "live", onclick: () => this.#goLive() }, "Back to now");
    this.#play = el("button", { type: "button", class: "play", onclick: () => this.#togglePlay() }, "Play");
    host.append(this.#play, this.#slider, this.#label, this.#live);
    store.watch(["timeline", "showing", "live"], (state) => this.#draw(state));
  }

  #draw({ timeline, showing, live }: PageState): void {
    const first = timeline[0];
    this.#host.hidden = first === undefined;
    if (first === undefined || live === undefined) return;
    // One step before the first change: nothing was held then.
    const steps = timeline.length;
    const at = showing.kind === "now" ? steps : timeline.findIndex(({ version }) => version === showing.version);
    this.#slider.max = String(steps);
    this.#slider.value = String(at);
    const event = timeline[at];
    const text =
      showing.kind === "now" || event === undefined
        ? `Now, version ${live.version}`
        : `Past: ${momentText(event.at, live.at)}, version ${event.version}`;
    this.#label.textContent = text;
    this.#slider.setAttribute("aria-valuetext", event === undefined ? text : `${text}. ${event.text}`);
    this.#live.hidden = showing.kind === "now";
    document.body.classList.toggle("in-the-past", showing.kind === "past");
    if (showing.kind === "now") this.#stop();
  }

  #slid(): void {
    this.#stop();
    this.#go(Number(this.#slider.value));
  }

  #go(step: number): void {
    void this.#actions.goTo(this.#store.state.timeline[step]?.version);
  }

  #goLive(): void {
    this.#stop();
    void this.#actions.goTo(undefined);
  }

  #togglePlay(): void {
    if (this.#timer !== undefined) {
      this.#stop();
      return;
    }
    if (this.#store.state.showing.kind === "now") this.#go(0);
    this.#play.textContent = "Stop";
    this.#timer = setInterval(() => {
      const { showing, timeline } = this.#store.state;
      const at = showing.kind === "now" ? -1 : timeline.findIndex(({ version }) => version === showing.version);
      this.#go(at + 1);
    }, PLAY_MS);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#play.textContent = "Play";
  }
}
