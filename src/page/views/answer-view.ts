import type { Option, PassedOver, RecommendationData } from "../../diversion/answer/recommendation";
import type { Actions } from "../actions";
import { el, fill } from "../dom";
import { kilometresText, minutesText, timeOf } from "../formats";
import type { PageState, Store } from "../page-state";
import { moveThrough } from "./list-keys";

const HEADINGS: Readonly<Record<RecommendationData["outcome"], string>> = {
  destination: "Recommended",
  "all-on-divert": "Go to, although none accepts",
  "no-facility": "No ED can take this patient",
  unreachable: "No ED can be reached by road",
};

/** The answer: where to, how far, why not elsewhere, and how to drive there. */
export class AnswerView {
  readonly #host: HTMLElement;
  readonly #announcer: HTMLElement;
  readonly #actions: Actions;
  #announced = "";

  constructor(host: HTMLElement, announcer: HTMLElement, store: Store, actions: Actions) {
    this.#host = host;
    this.#announcer = announcer;
    this.#actions = actions;
    moveThrough(host, ".options button");
    store.watch(
      ["answer", "questionProblem", "answerChanges", "chosenEd", "chosenRoute", "showing", "opened", "loading"],
      (state) => this.#draw(state),
    );
  }

  #draw(state: PageState): void {
    const { answer, questionProblem, opened } = state;
    if (questionProblem !== undefined) {
      fill(this.#host, el("p", { class: "problem", role: "alert" }, questionProblem));
      return;
    }
    if (answer === undefined) {
      const text =
        opened === undefined
          ? ""
          : "Click the map, or type a road, an ED or longitude, latitude, for a recommendation.";
      fill(this.#host, el("p", { class: "hint" }, text));
      return;
    }
    const focused = (document.activeElement as HTMLElement | null)?.dataset.hospital;
    fill(this.#host, ...this.#parts(answer.advice, state));
    if (focused !== undefined) {
      this.#host.querySelector<HTMLElement>(`[data-hospital="${CSS.escape(focused)}"]`)?.focus();
    }
    this.#announce(state);
  }

  #parts(advice: RecommendationData, state: PageState): HTMLElement[] {
    const { destination, alternatives, passedOver, closures = [], incident, snapAmbiguous } = advice;
    const isPast = state.showing.kind === "past";
    const options = destination === undefined ? [] : [destination, ...alternatives];
    const chosen = state.chosenEd ?? destination?.hospital.id;
    const notes = [
      ...(destination?.warnings ?? []),
      ...(incident.warnings ?? []).filter(({ code }) => code !== "snap-ambiguous"),
      ...closures,
    ];
    return [
      ...changeList(state.answerChanges),
      el(
        "section",
        { class: `result outcome-${advice.outcome}`, "aria-label": "Recommendation" },
        el("h2", {}, isPast ? `${HEADINGS[advice.outcome]}, at that time` : HEADINGS[advice.outcome]),
        ...(destination === undefined ? [] : headline(advice, destination)),
        notes.length > 0 && el("ul", { class: "notes" }, ...notes.map(({ text }) => el("li", {}, text))),
        snapAmbiguous !== undefined && ambiguity(state),
      ),
      ...(options.length > 1 ? [this.#optionList(options, chosen)] : []),
      ...(passedOver.length > 0 ? [passedOverList(passedOver)] : []),
      ...(directions(state, this.#host.querySelector("details")?.open === true) ?? []),
      el("p", { class: "basis" }, basisText(state)),
    ];
  }

  #optionList(options: readonly Option[], chosen: string | undefined): HTMLElement {
    return el(
      "section",
      { "aria-label": "In order" },
      el("h3", {}, "In order"),
      el(
        "ol",
        { class: "options" },
        ...options.map((option) =>
          el(
            "li",
            {},
            el(
              "button",
              {
                type: "button",
                "data-hospital": option.hospital.id,
                "aria-pressed": String(option.hospital.id === chosen),
                onclick: () => void this.#actions.choose(option.hospital.id),
              },
              el("span", { class: "name" }, option.hospital.name),
              el(
                "span",
                { class: "figures" },
                `${minutesText(option.driveSeconds)} · ${kilometresText(option.distanceMetres)}`,
              ),
              ...option.warnings.map(({ text }) => el("span", { class: "detail" }, text)),
            ),
          ),
        ),
      ),
    );
  }

  /** Read out once per answer that says something else. */
  #announce({ answer, answerChanges }: PageState): void {
    const text = [answerChanges.at(-1) ?? "", answer?.explanation[0] ?? ""].join(" ").trim();
    if (text === this.#announced) return;
    this.#announced = text;
    this.#announcer.textContent = text;
  }
}

const changeList = (changes: readonly string[]): HTMLElement[] =>
  changes.length === 0
    ? []
    : [el("ul", { class: "changes", "aria-label": "What changed" }, ...changes.map((text) => el("li", {}, text)))];

function headline({ extraSeconds = 0, extraMetres = 0, incident }: RecommendationData, option: Option): HTMLElement[] {
  const { hospital, driveSeconds, distanceMetres, handoverSeconds, arrival } = option;
  const { road, distanceMetres: off } = incident.snapped;
  const from = `from ${road === "" ? "the road" : road}${off >= 20 ? `, ${Math.round(off)} m from the place` : ""}`;
  return [
    el("p", { class: "destination" }, hospital.name),
    el(
      "p",
      { class: "key-figures" },
      el("strong", {}, minutesText(driveSeconds)),
      ` ${kilometresText(distanceMetres)} · there at ${timeOf(arrival)}`,
      handoverSeconds > 0 && ` · handover about ${minutesText(handoverSeconds)}`,
    ),
    el("p", { class: "detail" }, from),
    ...(extraSeconds > 0
      ? [
          el(
            "p",
            { class: "extra" },
            `+${minutesText(extraSeconds)}${extraMetres > 0 ? `, +${kilometresText(extraMetres)}` : ""} than with nothing restricted`,
          ),
        ]
      : []),
  ];
}

function ambiguity({ answer }: PageState): HTMLElement {
  const { candidates } = answer!.advice.snapAmbiguous!;
  return el(
    "div",
    { class: "ambiguous", role: "note" },
    el("strong", {}, "It depends on which road the incident is on:"),
    el(
      "ul",
      {},
      ...candidates.map(({ snapped, destination, driveSeconds }) => {
        const heading = snapped.bearing === undefined ? "" : ` heading ${Math.round(snapped.bearing)}°`;
        const level = snapped.layer === undefined ? "" : `, level ${snapped.layer}`;
        const time = driveSeconds === undefined ? "" : `, ${minutesText(driveSeconds)}`;
        return el("li", {}, `${snapped.road || "road"}${heading}${level}: ${destination?.name ?? "no ED"}${time}`);
      }),
    ),
  );
}

const passedOverList = (passedOver: readonly PassedOver[]): HTMLElement =>
  el(
    "section",
    { "aria-label": "Passed over" },
    el("h3", {}, "Passed over"),
    el(
      "ul",
      { class: "passed-over" },
      ...passedOver.map(({ hospital, driveSeconds, because }) =>
        el(
          "li",
          {},
          el("span", { class: "name" }, hospital.name),
          el("span", { class: "figures" }, driveSeconds === undefined ? "" : minutesText(driveSeconds)),
          el("span", { class: "detail" }, because.map(({ text }) => text).join("; ")),
        ),
      ),
    ),
  );

function directions({ answer, chosenRoute }: PageState, open: boolean): HTMLElement[] | undefined {
  const route = chosenRoute ?? answer?.route;
  if (route === undefined) return undefined;
  const { instructions, destination } = route.properties;
  return [
    el(
      "details",
      { class: "directions", open },
      el("summary", {}, `Directions to ${destination.name}`),
      el(
        "ol",
        {},
        ...instructions.map(({ text, metres }) =>
          el("li", {}, text, metres > 0 && el("span", { class: "figures" }, ` ${kilometresText(metres)}`)),
        ),
      ),
    ),
  ];
}

function basisText({ answer, live, entries }: PageState): string {
  const { advice } = answer!;
  const { at, statusVersion, roadsVersion } = advice.basis;
  const isPast = statusVersion < (live?.version ?? 0);
  const version = isPast ? statusVersion : (live?.version ?? statusVersion);
  const own = entries.length > 0 && !isPast ? ` and ${entries.length} entered here` : "";
  const roads = roadsVersion === undefined ? "" : `, roads version ${roadsVersion}`;
  return `Status version ${version}${own}${roads}, at ${timeOf(at)}; computed here. Advice only: a professional decides.`;
}
