/** Text that is markup already. Everything else is escaped where it is put into markup. */
export class Html {
  constructor(readonly text: string) {}
}

export type Part = string | number | Html | readonly Part[] | undefined;

/** Control characters and halves of characters: XML 1.0 cannot hold most, even escaped, and pages show none. */
const UNPRINTABLE = /[^\P{Cc}\t\n\r]|[\p{Cs}\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for the inside of an element or of a quoted attribute. */
export const escapeText = (text: string): string =>
  text.replace(UNPRINTABLE, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Markup from a template: what is put in is escaped, unless it is {@link Html}; undefined is nothing. */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(markup.map((piece, index) => (index === 0 ? piece : partText(parts[index - 1]) + piece)).join(""));
}

function partText(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(partText).join("");
  return escapeText(String(part));
}
