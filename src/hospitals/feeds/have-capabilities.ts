import { childOf, type XmlElement } from "../../core/xml";
import { quote } from "../directory/schema-problems";
import { HAVE_SERVICES, TRAUMA_INDICATOR, TRAUMA_LEVEL, TRAUMA_LEVELS, TRAUMA_SERVICES } from "./have-services";
import type { ReadingBuilder } from "./hospital-match";

const ROOT = "ServiceCoverageStatus";

/** The services said to be available or not, by our words; undefined when none of ours is spoken of. */
export function haveCapabilities(
  coverage: XmlElement | undefined,
  hospital: string,
  builder: ReadingBuilder,
): Readonly<Record<string, boolean>> | undefined {
  if (coverage === undefined) return undefined;
  const capabilities: Record<string, boolean> = {};
  const read = new Set<XmlElement>();
  const availableAt = (path: readonly string[]): boolean | undefined => {
    const element = path.reduce<XmlElement | undefined>(childOf, coverage);
    if (element === undefined) return undefined;
    read.add(element);
    const available = booleanOf(element.text);
    if (available === undefined) {
      const text = `${path.at(-1)} is ${quote(element.text)}, neither true nor false; not used.`;
      builder.odd(hospital, [ROOT, ...path].join("/"), text);
    }
    return available;
  };
  for (const { word, path } of HAVE_SERVICES) {
    const available = availableAt(path);
    if (available !== undefined) capabilities[word] = available;
  }
  const trauma = availableAt([TRAUMA_INDICATOR, TRAUMA_SERVICES]);
  if (trauma !== undefined) capabilities.trauma = trauma;
  const level = childOf(childOf(coverage, TRAUMA_INDICATOR), TRAUMA_LEVEL);
  if (level !== undefined) {
    read.add(level);
    const word = Object.hasOwn(TRAUMA_LEVELS, level.text) ? TRAUMA_LEVELS[level.text]! : undefined;
    const field = `${ROOT}/${TRAUMA_INDICATOR}/${TRAUMA_LEVEL}`;
    if (word === undefined) builder.odd(hospital, field, `The trauma level is ${quote(level.text)}; not used.`);
    else if (trauma !== false) capabilities[word] = true;
  }
  noteUnread(coverage, read, hospital, builder);
  return Object.keys(capabilities).length === 0 ? undefined : capabilities;
}

function noteUnread(
  coverage: XmlElement,
  read: ReadonlySet<XmlElement>,
  hospital: string,
  builder: ReadingBuilder,
): void {
  const fields = new Set<string>();
  const visit = (element: XmlElement, path: string): void => {
    if (read.has(element)) return;
    if (element.children.length === 0) fields.add(path);
    for (const child of element.children) visit(child, `${path}/${child.name}`);
  };
  for (const child of coverage.children) visit(child, `${ROOT}/${child.name}`);
  for (const field of fields) {
    builder.lost(hospital, field, `${field.slice(field.lastIndexOf("/") + 1)} is none of our capabilities.`);
  }
}

/** The lexical forms of xsd:boolean. */
const booleanOf = (text: string): boolean | undefined =>
  text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined;
