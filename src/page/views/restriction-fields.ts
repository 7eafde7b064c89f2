import { defined } from "../../core/defined";
import type { Effect, Scope } from "../../hospitals/status/restriction";
import type { CapabilityWord, ShownEd } from "../compute/protocol";
import { el } from "../dom";
import { wordText } from "../formats";

const EFFECT_TEXT: Readonly<Record<Effect, string>> = {
  divert: "divert: go elsewhere if you can",
  refuse: "refuse: never come here",
  inform: "inform: to be known, changes no ranking",
};

/** What a new restriction says, beside its reason and who says so. */
interface StatedRestriction {
  readonly effect: Effect;
  readonly scope: Scope;
  readonly until?: string;
  readonly divertTo?: string;
}

export interface RestrictionFields {
  readonly element: HTMLFormElement;
  readonly isTouched: boolean;
  read(): StatedRestriction;
  clear(): void;
}

/** The form of a restriction: effect, which patients, until when, and who takes them. */
export function restrictionFields(
  capabilities: readonly CapabilityWord[],
  others: readonly ShownEd[],
): RestrictionFields {
  const effect = el(
    "select",
    { id: "effect" },
    ...(["divert", "refuse", "inform"] as const).map((value) => el("option", { value }, EFFECT_TEXT[value])),
  );
  const needs = capabilities
    .filter(({ word }) => word !== "emergency")
    .map(({ word, meaning }) =>
      el("label", { class: "chip", title: meaning }, el("input", { type: "checkbox", value: word }), wordText(word)),
    );
  const age = (id: string): HTMLInputElement => el("input", { id, type: "number", min: 0, max: 150 });
  const [minAge, maxAge] = [age("min-age"), age("max-age")];
  const until = el("input", { id: "until", type: "datetime-local" });
  const divertTo = el(
    "select",
    { id: "divert-to" },
    el("option", { value: "" }, "nobody named"),
    ...others.map(({ id, name }) => el("option", { value: id }, name)),
  );
  const element = el(
    "form",
    { class: "restriction-form" },
    el("label", { for: "effect" }, "Effect ", effect),
    el(
      "fieldset",
      { class: "needs" },
      el("legend", {}, "Patients who need (none: everyone)"),
      el("div", { class: "chips" }, ...needs),
    ),
    el(
      "div",
      { class: "row" },
      el("label", { for: "min-age" }, "Age from ", minAge),
      el("label", { for: "max-age" }, "to ", maxAge),
    ),
    el("label", { for: "until" }, "Until ", until),
    el("label", { for: "divert-to" }, "Patients go to ", divertTo),
    el("button", { type: "submit", class: "primary" }, "Hold it"),
  );
  let isTouched = false;
  element.addEventListener("input", () => {
    isTouched = true;
  });
  const number = ({ value, valueAsNumber }: HTMLInputElement): number | undefined =>
    value === "" ? undefined : valueAsNumber;
  return {
    element,
    get isTouched() {
      return isTouched;
    },
    read() {
      const words = needs.flatMap((label) => {
        const box = label.querySelector("input")!;
        return box.checked ? [box.value] : [];
      });
      const [from, to] = [number(minAge), number(maxAge)];
      return defined({
        effect: effect.value as Effect,
        scope: defined({
          needs: words.length === 0 ? undefined : words.sort(),
          minAge: from,
          maxAge: to,
        }),
        until: until.value === "" ? undefined : new Date(until.value).toISOString(),
        divertTo: divertTo.value === "" ? undefined : divertTo.value,
      });
    },
    clear() {
      element.reset();
      isTouched = false;
    },
  };
}
