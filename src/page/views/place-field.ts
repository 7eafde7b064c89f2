import type { FoundPlace, Question } from "../compute/protocol";
import { el } from "../dom";

/** Where an incident was said to be. */
export interface GivenPlace {
  readonly location: Question["location"];
  readonly roadName?: string;
}

const COORDINATES = /^\s*(-?\d+(?:\.\d+)?)(?:\s*[,;]\s*|\s+)(-?\d+(?:\.\d+)?)\s*$/;

/** A wait after a key, so that a name typed at once is looked for once. */
const TYPING_MS = 120;

/**
 * The field for a place: longitude and latitude, or the name of an ED or a road, chosen from those found (the combobox
 * pattern of the ARIA Authoring Practices: the keys stay in the field, arrows go through the list).
 */
export class PlaceField {
  readonly #find: (text: string) => Promise<readonly FoundPlace[]>;
  readonly #onPlace: (place: GivenPlace) => void;
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  #found: readonly FoundPlace[] = [];
  #active = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the text stands for, as long as nobody types. */
  #given: GivenPlace | undefined;

  constructor(find: (text: string) => Promise<readonly FoundPlace[]>, onPlace: (place: GivenPlace) => void) {
    this.#find = find;
    this.#onPlace = onPlace;
    this.#list = el("ul", { id: "places", role: "listbox", "aria-label": "Places found", hidden: true });
    this.#input = el("input", {
      id: "place",
      type: "text",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "places",
      "aria-autocomplete": "list",
      placeholder: "road, ED, or lon, lat",
      spellcheck: "false",
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#pressed(event),
      onblur: () => this.#close(),
    });
    this.element = el("div", { class: "place" }, el("label", { for: "place" }, "Incident"), this.#input, this.#list);
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** Shows a place that was given otherwise, such as on the map. */
  show(place: GivenPlace, label = place.location.join(", ")): void {
    this.#given = place;
    this.#input.value = label;
    this.#close();
  }

  /** The place the field holds; undefined when its text is none. */
  get value(): GivenPlace | undefined {
    const match = COORDINATES.exec(this.#input.value);
    if (match !== null) return { location: [Number(match[1]), Number(match[2])] };
    return this.#given;
  }

  /** Takes the first found for a name that was typed and not chosen from the list. */
  async resolve(): Promise<GivenPlace | undefined> {
    if (this.value !== undefined) return this.value;
    const first = (await this.#find(this.#input.value))[0];
    if (first !== undefined) this.show(first, first.label);
    return first;
  }

  #typed(): void {
    this.#given = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#search(), TYPING_MS);
  }

  async #search(): Promise<void> {
    const text = this.#input.value;
    this.#found = COORDINATES.test(text) || text.trim().length < 2 ? [] : await this.#find(text);
    if (text !== this.#input.value) return;
    this.#active = -1;
    this.#list.replaceChildren(
      ...this.#found.map(({ label, detail }, index) =>
        el(
          "li",
          {
            id: `place-${index}`,
            role: "option",
            "aria-selected": "false",
            onpointerdown: (event: Event) => {
              event.preventDefault();
              this.#choose(index);
            },
          },
          el("span", { class: "place-label" }, label),
          " ",
          el("span", { class: "detail" }, detail),
        ),
      ),
    );
    this.#list.hidden = this.#found.length === 0;
    this.#input.setAttribute("aria-expanded", String(this.#found.length > 0));
  }

  #pressed(event: KeyboardEvent): void {
    if (this.#list.hidden) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      this.#activate((this.#active + step + this.#found.length) % this.#found.length);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    } else if (event.key === "Escape") this.#close();
  }

  #activate(index: number): void {
    this.#active = index;
    for (const [at, item] of [...this.#list.children].entries())
      item.setAttribute("aria-selected", String(at === index));
    this.#input.setAttribute("aria-activedescendant", `place-${index}`);
  }

  #choose(index: number): void {
    const place = this.#found[index]!;
    this.show(place, place.label);
    this.#onPlace(place);
  }

  #close(): void {
    this.#list.hidden = true;
    this.#active = -1;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }
}
