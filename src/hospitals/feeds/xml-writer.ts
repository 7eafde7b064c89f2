/** An element to be written: children, or text. */
export interface XmlNode {
  /** With its prefix; the root declares the namespaces. */
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly XmlNode[];
  readonly text?: string;
}

/** An XML 1.0 document, UTF-8, two spaces a level. Elements without children or text are written as empty ones. */
export function writeXml(root: XmlNode): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  write(root, "", lines);
  return `${lines.join("\n")}\n`;
}

function write({ name, attributes = {}, children = [], text = "" }: XmlNode, indent: string, lines: string[]): void {
  const stated = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`);
  const opening = `${indent}<${name}${stated.join("")}`;
  if (children.length === 0) {
    lines.push(text === "" ? `${opening}/>` : `${opening}>${escaped(text)}</${name}>`);
    return;
  }
  lines.push(`${opening}>`);
  for (const child of children) write(child, `${indent}  `, lines);
  lines.push(`${indent}</${name}>`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

/** Characters XML 1.0 cannot hold (section 2.2), not even as references, become U+FFFD; so do lone surrogates. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character]!);
