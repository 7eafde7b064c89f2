import type { Actions } from "../actions";
import type { ShownEd, ShownOverrule, ShownRestriction } from "../compute/protocol";
import { el, fill } from "../dom";
import { CONDITION_MEANING, CONDITION_TEXT, momentText, wordText } from "../formats";
import { edSymbol } from "../map/ed-symbols";
import { type PageState, type Store, shownOf } from "../page-state";
import { ChangeForms } from "./change-forms";
import { moveThrough } from "./list-keys";

/** The worst first: what a control room must not overlook. */
const ORDER = ["refuse", "divert", "shut", "partial", "unknown", "open"] as const;

/** The EDs, how each stands, and for one of them everything that is held and the means to change it. */
export class EdPanel {
  readonly #store: Store;
  readonly #actions: Actions;
  readonly #list: HTMLElement;
  readonly #detail: HTMLElement;
  readonly #held: HTMLElement;
  readonly #title: HTMLElement;
  #forms: ChangeForms | undefined;

  constructor(host: HTMLElement, store: Store, actions: Actions) {
    this.#store = store;
    this.#actions = actions;
    this.#list = el("div", { class: "ed-list" });
    this.#title = el("h2", { tabindex: -1 });
    this.#held = el("div", { class: "held" });
    this.#detail = el(
      "div",
      { class: "ed-detail", hidden: true },
      el("button", { type: "button", class: "back", onclick: () => this.#close() }, "← All EDs"),
      this.#title,
      this.#held,
    );
    host.append(this.#list, this.#detail);
    moveThrough(this.#list, "button");
    store.watch(["live", "showing", "selectedEd", "connection"], (state, before) => this.#draw(state, before));
  }

  #close(): void {
    const { selectedEd } = this.#store.state;
    this.#actions.selectEd(undefined);
    this.#list.querySelector<HTMLElement>(`[data-ed="${CSS.escape(selectedEd ?? "")}"]`)?.focus();
  }

  #draw(state: PageState, before: PageState): void {
    const { selectedEd } = state;
    const shown = shownOf(state);
    const ed = shown?.eds.find(({ id }) => id === selectedEd);
    this.#list.hidden = ed !== undefined;
    this.#detail.hidden = ed === undefined;
    if (ed === undefined) {
      this.#forms?.element.remove();
      this.#forms = undefined;
      fill(this.#list, ...(shown === undefined ? [] : listParts(shown.eds, (id) => this.#actions.selectEd(id))));
      return;
    }
    if (this.#forms?.hospital !== ed.id) {
      this.#forms?.element.remove();
      this.#forms = new ChangeForms(ed, this.#store, this.#actions);
      this.#detail.append(this.#forms.element);
    }
    fill(this.#title, edSymbol(ed.condition, 28), ed.name);
    fill(this.#held, ...this.#heldParts(ed, shown!.at));
    this.#forms.update(ed);
    if (state.selectedEd !== before.selectedEd) this.#title.focus();
  }

  #heldParts(ed: ShownEd, now: string): HTMLElement[] {
    const { feedText, overrule } = ed;
    const onEnd = (held: ShownRestriction | ShownOverrule) => () => this.#forms?.offerToEnd(held);
    return [
      el("p", { class: `condition ${ed.condition}` }, CONDITION_TEXT[ed.condition], ` (${ed.id})`),
      el("p", { class: "detail" }, `Offers ${ed.capabilities.map(wordText).join(", ")}.`),
      ...(feedText === undefined ? [] : [el("p", { class: "detail" }, feedText)]),
      ...(overrule === undefined
        ? []
        : [el("ul", { class: "restrictions" }, overruleItem(overrule, now, onEnd(overrule)))]),
      ed.restrictions.length === 0
        ? el("p", { class: "detail" }, "Nothing is held against it.")
        : el("ul", { class: "restrictions" }, ...ed.restrictions.map((one) => restrictionItem(one, now, onEnd(one)))),
    ];
  }
}

function restrictionItem(one: ShownRestriction, now: string, onEnd: () => void): HTMLElement {
  const { until, endsByPolicyAt, inForce, isOverruled } = one;
  const end =
    until !== undefined
      ? `until ${momentText(until, now)}`
      : endsByPolicyAt !== undefined
        ? `until ${momentText(endsByPolicyAt, now)} by the policy`
        : "until cleared";
  const stands = !inForce ? " · not in force" : isOverruled ? " · overruled, does not count" : "";
  return heldItem(inForce && !isOverruled ? one.effect : "over", one, now, `${end}${stands}`, onEnd);
}

const overruleItem = (one: ShownOverrule, now: string, onEnd: () => void): HTMLElement =>
  heldItem(
    one.inForce ? "inform" : "over",
    one,
    now,
    `until ${momentText(one.until, now)}${one.inForce ? "" : " · not in force"}`,
    onEnd,
  );

function heldItem(
  kind: string,
  { text, authorisedBy, source, observedAt, isOwn, key }: ShownRestriction | ShownOverrule,
  now: string,
  end: string,
  onEnd: () => void,
): HTMLElement {
  const who = [authorisedBy, source].filter((part) => part !== undefined).join(", ");
  return el(
    "li",
    { class: kind },
    el("span", { class: "text" }, text),
    el(
      "span",
      { class: "detail" },
      `${who === "" ? "nobody named" : `by ${who}`} · since ${momentText(observedAt, now)} · ${end}`,
    ),
    isOwn && el("span", { class: "own" }, "entered here, not shared"),
    el("button", { type: "button", class: "end", "data-key": key, onclick: onEnd }, "End…"),
  );
}

function listParts(eds: readonly ShownEd[], select: (id: string) => void): HTMLElement[] {
  const sorted = [...eds].sort(
    (a, b) => ORDER.indexOf(a.condition) - ORDER.indexOf(b.condition) || (a.name < b.name ? -1 : 1),
  );
  const counts = ORDER.map((condition) => ({
    condition,
    count: eds.filter((ed) => ed.condition === condition).length,
  }));
  return [
    el("h2", {}, "Emergency departments"),
    el(
      "ul",
      { class: "legend", "aria-label": "How many stand how" },
      ...counts
        .filter(({ condition, count }) => count > 0 || condition === "open" || condition === "divert")
        .reverse()
        .map(({ condition, count }) =>
          el(
            "li",
            { title: CONDITION_MEANING[condition] },
            edSymbol(condition, 18),
            ` ${count} ${CONDITION_TEXT[condition]}`,
          ),
        ),
    ),
    ...neverHeardParts(sorted),
    el("ul", { class: "eds" }, ...sorted.map((ed) => el("li", {}, edButton(ed, select)))),
  ];
}

/** Which EDs no feed speaks of: of them nobody is told anything. */
function neverHeardParts(eds: readonly ShownEd[]): HTMLElement[] {
  const names = eds.filter(({ neverHeard }) => neverHeard).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    el(
      "details",
      { class: "never-heard" },
      el("summary", {}, `No feed has spoken of ${names.length} of ${eds.length} EDs`),
      el("p", { class: "detail" }, names.join(", ")),
    ),
  ];
}

function edButton(ed: ShownEd, select: (id: string) => void): HTMLElement {
  const inForce = ed.restrictions.filter((one) => one.inForce);
  return el(
    "button",
    { type: "button", "data-ed": ed.id, onclick: () => select(ed.id) },
    edSymbol(ed.condition, 24),
    el("span", { class: "name" }, ed.name),
    el("span", { class: `condition ${ed.condition}` }, CONDITION_TEXT[ed.condition]),
    ...inForce.map(({ text, isOwn, isOverruled }) =>
      el("span", { class: "detail" }, text, isOverruled && " (overruled)", isOwn && " (entered here, not shared)"),
    ),
  );
}
