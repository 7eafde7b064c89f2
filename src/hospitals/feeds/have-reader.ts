import { defined } from "../../core/defined";
import { invalidFeed } from "../../core/feed-message";
import { distanceMetres } from "../../core/geometry";
import type { Instant } from "../../core/instant";
import { readSenderTime } from "../../core/sender-time";
import { runSteps, type Steps } from "../../core/steps";
import { TimeZone } from "../../core/time-zone";
import type { Position } from "../../core/units";
import { childOf, readXmlSteps, within, type XmlElement } from "../../core/xml";
import type { HospitalDirectory } from "../directory/directory";
import { quote } from "../directory/schema-problems";
import type { FeedReading, HospitalReading } from "./feed-reading";
import {
  HAVE_NAMESPACE,
  HAVE_SERVICES,
  TRAUMA_INDICATOR,
  TRAUMA_LEVEL,
  TRAUMA_LEVELS,
  TRAUMA_SERVICES,
} from "./have-services";
import { edStateOf } from "./have-state";
import { type FeedReaderOptions, HospitalMatch, ReadingBuilder } from "./hospital-match";

/** Farther than this from where our list has a hospital, a stated position is worth a look. */
const FAR_METRES = 2000;

/** Kinds of EDXL-DE message that state how things are; the others ask, answer for the transport, or take something back. */
const STATING_TYPES: ReadonlySet<string> = new Set(["Report", "Update", "Response"]);

/**
 * Reads an EDXL-HAVE 1.0 message, bare or in an EDXL-DE envelope, as producers really write it: elements in the wrong
 * place, values that the standard does not have, positions in either of GML's forms. What was taken in spite of the
 * standard, and what was said that we have no place for, is in `notes`.
 *
 * | EMSTrafficStatus | FacilityStatus | is taken as |
 * |---|---|---|
 * | Normal | Normal or absent | no restriction |
 * | Advisory | not Evacuating or Closed | `inform`; HAVE cannot say which patients |
 * | Closed | not Evacuating or Closed | `divert` |
 * | any | Evacuating, Closed | `refuse` |
 * | Normal or absent | Compromised | `inform` |
 * | Unknown, or none of the standard's | | unknown |
 * | NotApplicable | | no ED |
 * | absent | | not stated |
 *
 * HAVE 2.0 is refused, not guessed at.
 *
 * @throws DiversionError `invalid-feed` with the line.
 */
export const readHave = (content: string | Uint8Array, options: FeedReaderOptions): FeedReading =>
  runSteps(readHaveSteps(content, options));

/** {@link readHave}, in steps. */
export function* readHaveSteps(content: string | Uint8Array, options: FeedReaderOptions): Steps<FeedReading> {
  const root = yield* readXmlSteps(content);
  const match = new HospitalMatch(options);
  const builder = new ReadingBuilder();
  const statuses = within(root, "HospitalStatus");
  if (statuses.length === 0) {
    throw invalidFeed(`The root element is <${root.name}> and there is no <HospitalStatus> in it`, { row: root.line });
  }
  const zone = options.zone === undefined ? undefined : TimeZone.of(options.zone);
  const envelope = envelopeOf(root, builder, zone);
  for (const status of statuses) {
    requireVersion(status, builder);
    for (const hospital of status.children) {
      yield;
      if (hospital.name === "Hospital") readHospital(hospital, { directory: options.directory, zone, match, builder });
      else builder.odd(undefined, hospital.name, `<${hospital.name}> stands among the hospitals and is passed over.`);
    }
  }
  const { hospitals, unmatched, notes } = builder;
  return { hospitals, unmatched, notes, ...envelope };
}

function requireVersion(status: XmlElement, builder: ReadingBuilder): void {
  if (status.namespace === HAVE_NAMESPACE) return;
  if (/EDXL:HAVE:/i.test(status.namespace)) {
    throw invalidFeed(`The message is of ${quote(status.namespace)} and only HAVE 1.0 is read`, { row: status.line });
  }
  builder.odd(undefined, "HospitalStatus", `The namespace is ${quote(status.namespace)}, taken for that of HAVE 1.0.`);
}

/** What an EDXL-DE envelope says about the message as a whole. */
function envelopeOf(
  root: XmlElement,
  builder: ReadingBuilder,
  zone: TimeZone | undefined,
): Pick<FeedReading, "sentAt" | "notActual"> {
  if (root.name !== "EDXLDistribution") return {};
  const stated = (name: string): string => childOf(root, name)?.text ?? "";
  const status = stated("distributionStatus");
  const type = stated("distributionType");
  const sent = stated("dateTimeSent");
  const sentAt = readSenderTime(sent, zone);
  if (sentAt === undefined)
    builder.odd(undefined, "dateTimeSent", `dateTimeSent is ${quote(sent)}, taken as not said.`);
  const notActual =
    status !== "" && status !== "Actual"
      ? `The message has the distribution status ${quote(status)}.`
      : type !== "" && !STATING_TYPES.has(type)
        ? `The message has the distribution type ${quote(type)}.`
        : undefined;
  return defined({ sentAt, notActual });
}

interface HospitalContext {
  readonly directory: HospitalDirectory;
  readonly zone: TimeZone | undefined;
  readonly match: HospitalMatch;
  readonly builder: ReadingBuilder;
}

function readHospital(element: XmlElement, { directory, zone, match, builder }: HospitalContext): void {
  const names = within(element, "OrganisationName");
  const name = names
    .flatMap((one) => within(one, "NameElement"))
    .map(({ text }) => text)
    .find((text) => text !== "");
  const ids = identifiersOf(element, names);
  const hospital = match.find(ids, name);
  if (hospital === undefined) {
    builder.unmatched.push(defined({ ids, name, row: element.line }));
    return;
  }
  const reader = new HaveHospital(element, hospital, builder);
  if (childOf(childOf(element, "Organization"), "OrganizationInformation") === undefined) {
    const text = "The organisation's name is outside Organization/OrganizationInformation; it is taken all the same.";
    builder.odd(hospital, "Organization/OrganizationInformation", text);
  }
  const position = reader.position();
  if (position !== undefined) noteFarPosition(position, directory, hospital, builder);
  const observedAt = reader.lastUpdate(zone);
  const handoverMinutes = reader.offloadMinutes();
  const capabilities = haveCapabilities(childOf(element, "ServiceCoverageStatus"), hospital, builder);
  const reading: HospitalReading = {
    hospital,
    ...edStateOf(
      {
        traffic: reader.text("EmergencyDepartmentStatus", "EMSTraffic", "EMSTrafficStatus"),
        facility: reader.text("HospitalFacilityStatus", "FacilityStatus"),
        reason: reader.text("EmergencyDepartmentStatus", "EMSTraffic", "EMSTrafficReason"),
      },
      hospital,
      builder,
    ),
    ...defined({ observedAt, handoverMinutes, capabilities, position }),
  };
  reader.noteUnread();
  builder.add(reading);
}

/** `xnl:ID` first, as the standard has it, then the elements some producers use. */
function identifiersOf(hospital: XmlElement, names: readonly XmlElement[]): readonly string[] {
  const elements = ["OrganisationID", "OrganizationID"].flatMap((name) => within(hospital, name));
  const stated = [...names.map(({ attributes }) => attributes.get("ID")), ...elements.map(({ text }) => text)];
  return [...new Set(stated.map((id) => id?.trim() ?? "").filter((id) => id !== ""))];
}

function noteFarPosition(
  position: Position,
  directory: HospitalDirectory,
  hospital: string,
  builder: ReadingBuilder,
): void {
  const metres = distanceMetres(position, directory.require(hospital).location);
  if (metres <= FAR_METRES) return;
  const text = `The message has the hospital ${(metres / 1000).toFixed(1)} km from where the hospital list has it; the list is used.`;
  builder.odd(hospital, "OrganizationGeoLocation", text);
}

/** What is read elsewhere, or is only the case around what is read. */
const READ_ELEMENTS: ReadonlySet<string> = new Set([
  "Organization",
  "OrganizationInformation",
  "OrganisationName",
  "NameElement",
  "OrganisationID",
  "OrganizationID",
  "OrganizationGeoLocation",
  "Point",
  "pos",
  "coordinates",
  "EmergencyDepartmentStatus",
  "EMSTraffic",
  "EMSTrafficStatus",
  "EMSTrafficReason",
  "EMSAmbulanceStatus",
  "EMSOffloadStatus",
  "EMSOffloadMinutes",
  "HospitalFacilityStatus",
  "FacilityStatus",
  "LastUpdateTime",
]);

/** One `Hospital` element, asked for its parts. */
class HaveHospital {
  readonly #element: XmlElement;
  readonly #hospital: string;
  readonly #builder: ReadingBuilder;

  constructor(element: XmlElement, hospital: string, builder: ReadingBuilder) {
    this.#element = element;
    this.#hospital = hospital;
    this.#builder = builder;
  }

  /** The text at a path; when nothing is there, that of the first such element anywhere in the hospital, with a note. */
  text(...path: readonly string[]): string | undefined {
    const proper = path.reduce<XmlElement | undefined>(childOf, this.#element);
    if (proper !== undefined) return proper.text;
    const name = path.at(-1)!;
    const misplaced = within(this.#element, name)[0];
    if (misplaced === undefined) return undefined;
    const text = `${name} is on line ${misplaced.line}, outside ${path.slice(0, -1).join("/") || "its place"}; it is taken all the same.`;
    this.#builder.odd(this.#hospital, path.join("/"), text);
    return misplaced.text;
  }

  lastUpdate(zone: TimeZone | undefined): Instant | undefined {
    const text = this.text("LastUpdateTime");
    const instant = text === undefined ? undefined : readSenderTime(text, zone);
    if (instant === undefined) {
      const what = text === undefined ? "is missing" : `is ${quote(text)}, not a date and time with an offset from UTC`;
      this.#builder.odd(this.#hospital, "LastUpdateTime", `LastUpdateTime ${what}; taken as not said.`);
    }
    return instant;
  }

  /** Only of ambulances by road: air transport has its own element of the same names. */
  offloadMinutes(): number | undefined {
    const place = ["EmergencyDepartmentStatus", "EMSAmbulanceStatus"];
    const status = within(this.#element, "EMSAmbulanceStatus")[0];
    const minutes = childOf(status, "EMSOffloadMinutes")?.text;
    const field = [...place, "EMSOffloadMinutes"].join("/");
    if (minutes === undefined) {
      if (childOf(status, "EMSOffloadStatus")?.text === "Delayed") {
        const text = "EMSOffloadStatus is Delayed without minutes; a delay of no known length cannot be held.";
        this.#builder.lost(this.#hospital, [...place, "EMSOffloadStatus"].join("/"), text);
      }
      return undefined;
    }
    const value = /^\+?\d{1,4}$/.test(minutes) ? Number(minutes) : Number.NaN;
    if (value <= 1440) return value;
    this.#builder.odd(
      this.#hospital,
      field,
      `EMSOffloadMinutes is ${quote(minutes)}, not minutes of one day; not used.`,
    );
    return undefined;
  }

  /** GML has latitude first, both as `pos` "lat lon" and as `coordinates` "lat,lon". */
  position(): Position | undefined {
    const point = within(this.#element, "Point")[0];
    const stated = point?.children.find(({ name }) => name === "pos" || name === "coordinates");
    if (stated === undefined) return undefined;
    const [lat = Number.NaN, lon = Number.NaN, ...rest] = stated.text.split(/\s*,\s*|\s+/).map(degrees);
    if (rest.length === 0 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180) return [lon, lat];
    const text = `${stated.name} is ${quote(stated.text)}, not a latitude and a longitude in degrees; not used.`;
    this.#builder.odd(this.#hospital, "OrganizationGeoLocation/Point", text);
    return undefined;
  }

  /** A note for every part of the hospital that nothing above reads. */
  noteUnread(): void {
    const noted = new Set<string>();
    const visit = (element: XmlElement, path: readonly string[]): void => {
      for (const child of element.children) {
        const here = [...path, child.name];
        if (child.name === "ServiceCoverageStatus" && path.length === 0) continue;
        if (READ_ELEMENTS.has(child.name)) visit(child, here);
        else noted.add(here.join("/"));
      }
    };
    visit(this.#element, []);
    for (const field of noted) {
      this.#builder.lost(
        this.#hospital,
        field,
        `${field.slice(field.lastIndexOf("/") + 1)} has no place in the status.`,
      );
    }
  }
}

/** Number() alone would read "" as 0 and "0x10" as 16. */
const degrees = (text: string): number => (/^[+-]?\d{1,3}(\.\d*)?$/.test(text) ? Number(text) : Number.NaN);

const COVERAGE = "ServiceCoverageStatus";

/** The services said to be available or not, by our words; undefined when none of ours is spoken of. */
function haveCapabilities(
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
      builder.odd(hospital, [COVERAGE, ...path].join("/"), text);
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
    const field = `${COVERAGE}/${TRAUMA_INDICATOR}/${TRAUMA_LEVEL}`;
    if (word === undefined) builder.odd(hospital, field, `The trauma level is ${quote(level.text)}; not used.`);
    else if (trauma !== false) capabilities[word] = true;
  }
  noteUnreadServices(coverage, read, hospital, builder);
  return Object.keys(capabilities).length === 0 ? undefined : capabilities;
}

function noteUnreadServices(
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
  for (const child of coverage.children) visit(child, `${COVERAGE}/${child.name}`);
  for (const field of fields) {
    builder.lost(hospital, field, `${field.slice(field.lastIndexOf("/") + 1)} is none of our capabilities.`);
  }
}

/** The lexical forms of xsd:boolean. */
const booleanOf = (text: string): boolean | undefined =>
  text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined;
