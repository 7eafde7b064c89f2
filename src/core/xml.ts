import { SaxesParser } from "saxes";
import { feedText, invalidFeed } from "./feed-message";
import { runSteps, type Steps } from "./steps";
import { encodingOf } from "./text";

/** EDXL-DE around EDXL-HAVE around GML lies about 16 deep. */
const MAX_DEPTH = 48;
/** No element of the standards has a tenth of these. */
const MAX_ATTRIBUTES = 64;
/** A thousand hospitals with every element of HAVE make about 200,000. */
const MAX_ELEMENTS = 500_000;

/** An element with what is in it. Prefixes are resolved and gone: senders choose them freely. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** The namespace's URI; empty for none. */
  readonly namespace: string;
  /** By name without prefix; of two that differ in the prefix alone, the first. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children, trimmed. */
  readonly text: string;
  /** The line it begins on, from 1. */
  readonly line: number;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads a small XML document as a tree, for messages of a network that is not ours.
 *
 * Bytes are in the encoding that their byte order mark or their XML declaration says, UTF-8 otherwise.
 *
 * Refused are malformed XML, encodings that are not known or not kept to, document type declarations (entity bombs and external files
 * live in them, and no standard read here uses one), and more depth, attributes, elements or bytes than any honest
 * message has.
 *
 * @throws DiversionError `invalid-feed` with the line.
 */
export const readXml = (content: string | Uint8Array): XmlElement => runSteps(readXmlSteps(content));

/** Parsed between two pauses, in a millisecond or two. */
const CHARACTERS_PER_STEP = 1 << 14;

/** {@link readXml}, in steps. */
export function* readXmlSteps(content: string | Uint8Array): Steps<XmlElement> {
  const text = feedText(content, typeof content === "string" ? undefined : declaredEncoding(content));
  const parser = new SaxesParser({ xmlns: true });
  const fail = (what: string): Error => invalidFeed(what, { row: parser.line });
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let elements = 0;
  let attributes = 0;
  const take = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  // saxes prefixes "line:column: "; the line goes into the place of our own error.
  parser.on("error", ({ message }) => {
    throw fail(`The XML is malformed: ${message.replace(/^\d+:\d+: /, "")}`);
  });
  parser.on("doctype", () => {
    throw fail("The XML has a document type declaration, which is refused");
  });
  parser.on("opentagstart", () => {
    attributes = 0;
    if (open.length >= MAX_DEPTH) throw fail(`Elements lie more than ${MAX_DEPTH} deep`);
    if (++elements > MAX_ELEMENTS) throw fail(`There are more than ${MAX_ELEMENTS} elements`);
  });
  parser.on("attribute", () => {
    if (++attributes > MAX_ATTRIBUTES) throw fail(`An element has more than ${MAX_ATTRIBUTES} attributes`);
  });
  parser.on("opentag", ({ local, uri, attributes: stated }) => {
    const values = new Map<string, string>();
    for (const { local: name, value } of Object.values(stated)) if (!values.has(name)) values.set(name, value);
    const element: OpenElement = {
      name: local,
      namespace: uri,
      attributes: values,
      children: [],
      text: "",
      line: parser.line,
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    const element = open.pop();
    if (element !== undefined) element.text = element.text.trim();
  });
  parser.on("text", take);
  parser.on("cdata", take);
  for (let from = 0; from < text.length; from += CHARACTERS_PER_STEP) {
    parser.write(text.slice(from, from + CHARACTERS_PER_STEP));
    yield;
  }
  parser.close();
  if (root === undefined) throw fail("The message is empty");
  return root;
}

/** An XML declaration is plain letters in every encoding but UTF-16, and comes first. */
const DECLARATION = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']/;

/** What the declaration says, unless a byte order mark or UTF-16's zeros say otherwise; undefined where nothing does. */
function declaredEncoding(content: Uint8Array): string | undefined {
  if (encodingOf(content) !== "utf-8") return undefined;
  const head = String.fromCharCode(...content.subarray(0, 200));
  return head.startsWith("\xef\xbb\xbf") ? undefined : DECLARATION.exec(head)?.[1];
}

/** The first child of a name. */
export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

/** All elements of a name at or below an element, in document order; those inside one that is found are left out. */
export function within(element: XmlElement, name: string): readonly XmlElement[] {
  return element.name === name ? [element] : element.children.flatMap((child) => within(child, name));
}

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
