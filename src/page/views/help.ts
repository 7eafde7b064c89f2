import { el } from "../dom";

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "to the question"],
  ["↑ ↓", "through places found, the EDs of the answer, the list of EDs, and the status log"],
  ["Enter on the map", "asks for the place in its middle; arrows move the map, + and − zoom"],
  ["C", "catchments: roads in the colour of the ED they belong to"],
  ["L", "back to now"],
  ["Esc", "closes what is open"],
  ["?", "this help"],
];

/** The keys, and what the page is. */
export function setUpHelp(
  dialog: HTMLDialogElement,
  button: HTMLButtonElement,
  keys: Readonly<Record<string, () => void>>,
): void {
  dialog.append(
    el("h2", { id: "help-title" }, "Help"),
    el(
      "p",
      {},
      "Click the map or type a place: the page names the emergency department that can take the patient now, draws the way there and says why nearer ones were passed over. It computes in this browser, so it goes on when the server is gone. It advises; a professional decides.",
    ),
    el("dl", {}, ...KEYS.flatMap(([key, text]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, text)])),
    el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close"),
  );
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    const isTyping =
      event.target instanceof Element &&
      event.target.matches("input:not([type=checkbox]):not([type=range]), select, textarea");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = event.key === "?" ? () => dialog.showModal() : keys[event.key.toLowerCase()];
    if (action === undefined || dialog.open) return;
    event.preventDefault();
    action();
  });
}
