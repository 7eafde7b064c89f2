import { defined } from "../../core/defined";
import type { Actions } from "../actions";
import type { CapabilityWord, Question } from "../compute/protocol";
import type { RecommendationWorker } from "../compute/recommendation-worker";
import { el, fill } from "../dom";
import { wordText } from "../formats";
import type { Store } from "../page-state";
import type { Remote } from "../remote-call";
import { type GivenPlace, PlaceField } from "./place-field";

const ACUITY_TEXT = {
  "": "not said",
  extremis: "in extremis",
  immediate: "immediate",
  urgent: "urgent",
  standard: "standard",
} as const;

/** The question: where, what the patient needs, how old, how urgent. It is asked anew with every change. */
export class QuestionForm {
  readonly #actions: Actions;
  readonly #place: PlaceField;
  readonly #needs: HTMLDivElement;
  readonly #age: HTMLInputElement;
  readonly #acuity: HTMLSelectElement;

  constructor(form: HTMLFormElement, store: Store, actions: Actions, worker: Remote<RecommendationWorker>) {
    this.#actions = actions;
    this.#place = new PlaceField(worker.find, (place) => this.#ask(place));
    this.#needs = el("div", { class: "chips" });
    this.#age = el("input", { id: "age", type: "number", min: 0, max: 150, inputmode: "numeric" });
    this.#acuity = el(
      "select",
      { id: "acuity" },
      ...Object.entries(ACUITY_TEXT).map(([value, text]) => el("option", { value }, text)),
    );
    form.append(
      this.#place.element,
      el("fieldset", { class: "needs" }, el("legend", {}, "Needs"), this.#needs),
      el(
        "div",
        { class: "row" },
        el("label", { for: "age" }, "Age ", this.#age),
        el("label", { for: "acuity" }, "Acuity ", this.#acuity),
        el("button", { type: "submit", class: "primary" }, "Recommend"),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#place.resolve().then((place) => {
        if (place !== undefined) this.#ask(place);
        else
          store.set({
            questionProblem: "No ED and no road has that name; write longitude and latitude, or click the map.",
          });
      });
    });
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLElement && event.target.id === "place") return;
      const { value } = this.#place;
      if (value !== undefined) this.#ask(value);
      else store.set({ question: undefined });
    });
    store.watch(["opened"], ({ opened }) => this.#offer(opened?.capabilities ?? []));
  }

  focus(): void {
    this.#place.focus();
  }

  /** The question about a place of the map, with what else the form holds. */
  questionAt(location: Question["location"]): Question {
    return this.#question({ location });
  }

  /** Shows a place clicked on the map. */
  showPlace(question: Question): void {
    if (String(this.#place.value?.location) !== String(question.location)) this.#place.show(question);
  }

  #offer(capabilities: readonly CapabilityWord[]): void {
    fill(
      this.#needs,
      ...capabilities
        .filter(({ word }) => word !== "emergency")
        .map(({ word, meaning }) =>
          el(
            "label",
            { class: "chip", title: meaning },
            el("input", { type: "checkbox", name: "need", value: word }),
            wordText(word),
          ),
        ),
    );
  }

  #ask(place: GivenPlace): void {
    void this.#actions.ask(this.#question(place));
  }

  #question({ location, roadName }: GivenPlace): Question {
    const needs = [...this.#needs.querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value);
    const age = this.#age.value === "" ? undefined : this.#age.valueAsNumber;
    const acuity = this.#acuity.value;
    return defined({
      location,
      needs,
      age: age === undefined || Number.isNaN(age) ? undefined : age,
      acuity: acuity === "" ? undefined : acuity,
      roadName,
    });
  }
}
