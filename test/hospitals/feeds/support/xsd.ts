import { readXml, type XmlElement } from "../../../../src/core/xml";

/** Where an element may come in a sequence: how often, and what it may hold. */
interface Particle {
  readonly kind: "element" | "sequence" | "choice";
  readonly minimum: number;
  readonly maximum: number;
  /** Of an element. */
  readonly name?: string;
  readonly type?: XmlElement | string;
  readonly particles: readonly Particle[];
}

/**
 * A validator for the part of XML Schema that OASIS's schema of EDXL-HAVE 1.0 uses: sequences, choices, occurrences,
 * enumerations, booleans, integers and moments. What it imports (CIQ, GML) is not there to be checked against: elements
 * of a type from elsewhere may hold anything. It reads the schema file itself, so that it knows nothing the file does not.
 */
export class SchemaOfHave {
  private readonly elements = new Map<string, XmlElement>();
  private readonly types = new Map<string, XmlElement>();
  private readonly namespace: string;

  constructor(xsd: string | Uint8Array) {
    const root = readXml(xsd);
    this.namespace = root.attributes.get("targetNamespace")!;
    for (const child of root.children) {
      const name = child.attributes.get("name");
      if (child.name === "element") this.elements.set(name!, child);
      if (child.name === "complexType") this.types.set(name!, child);
    }
  }

  /** All that is wrong with a document, empty when it is valid. */
  problemsOf(document: XmlElement): string[] {
    const declaration = this.elements.get(document.name);
    if (declaration === undefined) return [`<${document.name}> is no element of the schema`];
    return this.elementProblems(document, this.particleOf(declaration), document.name);
  }

  /** The values a local element of a name may have, in the schema's order. */
  enumerationOf(name: string): string[] {
    const search = (element: XmlElement): string[] =>
      element.name === "element" && element.attributes.get("name") === name
        ? descendants(element, "enumeration").map(({ attributes }) => attributes.get("value")!)
        : element.children.flatMap(search);
    return [...this.types.values(), ...this.elements.values()].flatMap(search);
  }

  private particleOf(declaration: XmlElement): Particle {
    const { name, attributes, children } = declaration;
    const minimum = Number(attributes.get("minOccurs") ?? 1);
    const stated = attributes.get("maxOccurs");
    const maximum = stated === "unbounded" ? Number.POSITIVE_INFINITY : Number(stated ?? 1);
    if (name !== "element") {
      const kind = name as "sequence" | "choice";
      return { kind, minimum, maximum, particles: children.filter(isParticle).map((child) => this.particleOf(child)) };
    }
    const reference = attributes.get("ref");
    if (reference !== undefined) return { ...this.particleOf(this.elements.get(reference)!), minimum, maximum };
    const type = attributes.get("type") ?? children.find((child) => /Type$/.test(child.name));
    return {
      kind: "element",
      minimum,
      maximum,
      name: attributes.get("name")!,
      type: type ?? "xsd:anyType",
      particles: [],
    };
  }

  private elementProblems(element: XmlElement, { type }: Particle, path: string): string[] {
    if (element.namespace !== this.namespace) return [`${path} is of the namespace "${element.namespace}"`];
    if (typeof type === "string") return this.typeProblems(element, type, path);
    if (type!.name === "simpleType") return enumerationProblems(element, type!, path);
    return this.contentProblems(element, type!, path);
  }

  private typeProblems(element: XmlElement, type: string, path: string): string[] {
    const simple = SIMPLE_TYPES[type];
    if (simple !== undefined) {
      if (element.children.length > 0) return [`${path} holds elements and is of ${type}`];
      return simple.test(element.text) ? [] : [`${path} is "${element.text}", no ${type}`];
    }
    const declaration = this.types.get(type);
    return declaration === undefined ? [] : this.contentProblems(element, declaration, path);
  }

  private contentProblems(element: XmlElement, complexType: XmlElement, path: string): string[] {
    const content = complexType.children.find(isParticle);
    // An extension of a type from elsewhere: nothing here says what it holds.
    if (content === undefined) return [];
    if (element.text !== "") return [`${path} holds the text "${element.text}" and may hold elements alone`];
    const problems: string[] = [];
    const end = this.match(element.children, 0, this.particleOf(content), path, problems);
    if (problems.length === 0 && end < element.children.length) {
      problems.push(`${path}/${element.children[end]!.name} is not allowed there`);
    }
    return problems;
  }

  /** Takes as many children from a place on as a particle allows; XML Schema's content models are deterministic. */
  private match(
    children: readonly XmlElement[],
    from: number,
    particle: Particle,
    path: string,
    problems: string[],
  ): number {
    let at = from;
    let times = 0;
    while (times < particle.maximum && problems.length === 0) {
      const next = this.matchOnce(children, at, particle, path, problems);
      if (next === undefined) break;
      times++;
      if (next === at) break;
      at = next;
    }
    if (times < particle.minimum && problems.length === 0) {
      problems.push(`${path} lacks ${particle.name ?? particle.kind} before ${children[at]?.name ?? "its end"}`);
    }
    return at;
  }

  private matchOnce(
    children: readonly XmlElement[],
    at: number,
    particle: Particle,
    path: string,
    problems: string[],
  ): number | undefined {
    if (particle.kind === "element") {
      const child = children[at];
      if (child?.name !== particle.name) return undefined;
      problems.push(...this.elementProblems(child!, particle, `${path}/${particle.name}`));
      return at + 1;
    }
    if (particle.kind === "choice") {
      const chosen = particle.particles.find(({ name }) => name === children[at]?.name);
      if (chosen !== undefined) return this.match(children, at, chosen, path, problems);
      return particle.particles.some(({ minimum }) => minimum === 0) ? at : undefined;
    }
    return particle.particles.reduce((place, part) => this.match(children, place, part, path, problems), at);
  }
}

const SIMPLE_TYPES: Readonly<Record<string, RegExp>> = {
  "xsd:string": /^/,
  "xsd:boolean": /^(true|false|1|0)$/,
  "xsd:integer": /^[+-]?\d+$/,
  "xsd:dateTime": /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
};

const isParticle = ({ name }: XmlElement): boolean => name === "element" || name === "sequence" || name === "choice";

function enumerationProblems(element: XmlElement, simpleType: XmlElement, path: string): string[] {
  const values = descendants(simpleType, "enumeration").map(({ attributes }) => attributes.get("value"));
  return values.includes(element.text) ? [] : [`${path} is "${element.text}", none of ${values.join(", ")}`];
}

const descendants = (element: XmlElement, name: string): XmlElement[] =>
  element.children.flatMap((child) => (child.name === name ? [child] : descendants(child, name)));
