import { defined } from "../../core/defined";
import { FLAG_KEY } from "../../hospitals/status/status";
import type { Actions, ChangeResult } from "../actions";
import type { Change, ShownEd, ShownRestriction } from "../compute/protocol";
import { el, fill } from "../dom";
import type { Store } from "../page-state";
import { type RestrictionFields, restrictionFields } from "./restriction-fields";

/** Who makes changes at this page; typed once a day. */
let lastBy = "";

/** What may be ended. */
type Held = Pick<ShownRestriction, "key" | "text">;

/**
 * The means to change how an ED stands: flip the flag, add a restriction, hold a word against feeds, end one. Each carries the version that was
 * held when the forms were opened or last shown to have changed, so that nobody undoes what he has not seen.
 */
export class ChangeForms {
  readonly #store: Store;
  readonly #actions: Actions;
  readonly element: HTMLElement;
  readonly hospital: string;
  #seen: ShownEd["versions"];
  #newest: ShownEd["versions"];
  #isClosed = false;
  #ending: Held | undefined;
  readonly #reason: HTMLInputElement;
  readonly #by: HTMLInputElement;
  readonly #flip: HTMLButtonElement;
  readonly #end: HTMLElement;
  readonly #result: HTMLElement;
  readonly #tokenRow: HTMLElement;
  readonly #token: HTMLInputElement;
  readonly #mode: HTMLElement;
  readonly #adding: RestrictionFields;
  readonly #overruleUntil: HTMLInputElement;
  readonly #overruling: HTMLElement;

  constructor(ed: ShownEd, store: Store, actions: Actions) {
    this.#store = store;
    this.#actions = actions;
    this.hospital = ed.id;
    this.#seen = ed.versions;
    this.#newest = ed.versions;
    this.#reason = el("input", { id: "change-reason", type: "text", maxlength: 500 });
    this.#by = el("input", { id: "change-by", type: "text", maxlength: 500, value: lastBy });
    this.#token = el("input", { id: "token", type: "password", autocomplete: "off" });
    this.#tokenRow = el("label", { for: "token" }, "Token of the server ", this.#token);
    this.#flip = el("button", { type: "button", class: "flip", onclick: () => void this.#flipFlag() });
    this.#end = el("div", { class: "ending" });
    this.#result = el("p", { class: "change-result", role: "status" });
    this.#mode = el("p", { class: "detail" });
    const eds = store.state.live?.eds ?? [];
    this.#adding = restrictionFields(
      store.state.opened?.capabilities ?? [],
      eds.filter(({ id }) => id !== ed.id),
    );
    this.#adding.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#add();
    });
    this.#overruleUntil = el("input", { id: "overrule-until", type: "datetime-local" });
    const overruleForm = el(
      "form",
      { class: "restriction-form" },
      el("p", { class: "detail" }, "Until then what feeds say of this ED is shown and does not count."),
      el("label", { for: "overrule-until" }, "Overruled until ", this.#overruleUntil),
      el("button", { type: "submit", class: "primary" }, "Overrule them"),
    );
    overruleForm.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#overrule();
    });
    this.#overruling = el("details", { class: "adding overruling" }, el("summary", {}, "Overrule feeds"), overruleForm);
    this.element = el(
      "div",
      { class: "changes-form" },
      el("h3", {}, "Changes"),
      this.#mode,
      this.#tokenRow,
      el("label", { for: "change-reason" }, "Reason ", this.#reason),
      el("label", { for: "change-by" }, "Who says so ", this.#by),
      this.#flip,
      this.#end,
      el("details", { class: "adding" }, el("summary", {}, "Add a restriction"), this.#adding.element),
      this.#overruling,
      this.#result,
    );
    store.watch(["hasToken", "connection", "showing"], () => this.#showMode());
  }

  /** Shows what has changed meanwhile; a form somebody is filling in stays as it is. */
  update(ed: ShownEd): void {
    const isOverruling = this.#overruleUntil.value !== "";
    const isTouched = this.#reason.value !== "" || this.#ending !== undefined || this.#adding.isTouched || isOverruling;
    this.#newest = ed.versions;
    if (!isTouched) this.#seen = ed.versions;
    this.#isClosed = ed.restrictions.some(({ key }) => key === FLAG_KEY);
    this.#flip.textContent = this.#isClosed ? "Set open" : "Put on divert";
    const held: readonly Held[] = ed.overrule === undefined ? ed.restrictions : [...ed.restrictions, ed.overrule];
    if (this.#ending !== undefined && !held.some(({ key }) => key === this.#ending!.key)) this.#stopEnding();
    const hasFeedWord = ed.feedText !== undefined || ed.restrictions.some(({ feed }) => feed !== undefined);
    this.#overruling.hidden = !hasFeedWord && ed.overrule === undefined && !isOverruling;
  }

  /** Asks for a word before what is held is ended. */
  offerToEnd(held: Held): void {
    this.#ending = held;
    fill(
      this.#end,
      el("p", {}, `End: ${held.text}?`),
      el("button", { type: "button", class: "primary", onclick: () => void this.#clear() }, "End it"),
      el("button", { type: "button", onclick: () => this.#stopEnding() }, "Leave it"),
    );
    this.#end.querySelector("button")!.focus();
  }

  #stopEnding(): void {
    this.#ending = undefined;
    fill(this.#end);
  }

  #showMode(): void {
    const { connection, hasToken, showing } = this.#store.state;
    const isHere = connection.state !== "connected";
    this.#tokenRow.hidden = hasToken || isHere;
    this.element.hidden = showing.kind === "past";
    this.#mode.textContent = isHere
      ? "No connection: what is entered counts on this page alone and is not shared. Reason and name are needed."
      : "";
    this.#mode.hidden = !isHere;
  }

  get #stated(): { readonly reason?: string; readonly by?: string } {
    const [reason, by] = [this.#reason.value.trim(), this.#by.value.trim()];
    return defined({ reason: reason === "" ? undefined : reason, by: by === "" ? undefined : by });
  }

  #flipFlag(): Promise<void> {
    return this.#make({ kind: "open", hospital: this.hospital, open: this.#isClosed, ...this.#stated });
  }

  async #clear(): Promise<void> {
    if (this.#ending === undefined) return;
    const { key } = this.#ending;
    await this.#make({ kind: "clear", hospital: this.hospital, key, ...this.#stated });
  }

  async #add(): Promise<void> {
    const { reason, by } = this.#stated;
    if (reason === undefined) {
      this.#ask(this.#reason, "Say the reason: crews will be told it.");
      return;
    }
    await this.#make({
      kind: "report",
      hospital: this.hospital,
      ...this.#adding.read(),
      reason,
      ...defined({ authorisedBy: by }),
    });
  }

  /** Who answers for it, why and until when is demanded of an overrule, by the server as here. */
  async #overrule(): Promise<void> {
    const { reason, by } = this.#stated;
    const until = this.#overruleUntil.value;
    if (reason === undefined) return this.#ask(this.#reason, "Say the reason why feeds are not believed.");
    if (by === undefined) return this.#ask(this.#by, "Say who says so: it is a word against that of feeds.");
    if (until === "") return this.#ask(this.#overruleUntil, "Say until when: an overrule ends by itself.");
    const untilText = new Date(until).toISOString();
    await this.#make({ kind: "overrule", hospital: this.hospital, reason, by, until: untilText });
  }

  #ask(field: HTMLInputElement, text: string): void {
    this.#tell({ done: false, text });
    field.focus();
  }

  async #make(change: Change): Promise<void> {
    lastBy = this.#by.value;
    if (this.#token.value !== "") this.#actions.setToken(this.#token.value);
    const result = await this.#actions.change(change, (key) => this.#seen[key] ?? 0);
    this.#token.value = "";
    this.#tell(result);
    if (result.done) {
      this.#reason.value = "";
      this.#adding.clear();
      this.#overruleUntil.value = "";
      this.#stopEnding();
    }
    // After a conflict the next attempt is about what is shown now.
    if (result.done || result.isConflict === true) this.#seen = this.#newest;
  }

  #tell({ done, text }: ChangeResult): void {
    // What was refused interrupts whoever listens; what was done waits its turn.
    this.#result.setAttribute("role", done ? "status" : "alert");
    this.#result.className = `change-result ${done ? "done" : "problem"}`;
    this.#result.textContent = text;
  }
}
