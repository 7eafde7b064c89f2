import { DiversionError } from "../../core/errors";
import { type EpochMs, formatInstant, MS_PER_MINUTE } from "../../core/instant";
import { writeXml, type XmlNode } from "../../core/xml";
import type { Hospital } from "../directory/hospital";
import { inForceAt, isEveryone, type Restriction, type Scope } from "../status/restriction";
import type { StatusView } from "../status/status";
import type { FeedHealth } from "./feed-health";
import type { FeedNote } from "./feed-reading";
import { HAVE_NAMESPACE, HAVE_SERVICES, TRAUMA_INDICATOR, TRAUMA_LEVEL, TRAUMA_SERVICES } from "./have-services";

export interface HaveWriterOptions {
  /** The moment the message is about, and its `LastUpdateTime`. */
  readonly at: EpochMs;
  /** Offset from UTC in which moments are written, in minutes. Default: `Z`. */
  readonly offsetMinutes?: number;
  /** How long a restriction without an end lasts, in milliseconds: the policy's default. Default: until cleared. */
  readonly defaultDurationMs?: (restriction: Restriction) => number | undefined;
  /** What feeds report: EDs unknown to them are written without a traffic status. */
  readonly feeds?: FeedHealth;
}

export interface HaveMessage {
  /** UTF-8 text. */
  readonly xml: string;
  /** What could not be said, hospital by hospital. */
  readonly notes: readonly FeedNote[];
}

const NAMESPACES = {
  xmlns: HAVE_NAMESPACE,
  "xmlns:xnl": "urn:oasis:names:tc:ciq:xnl:3",
  "xmlns:gml": "http://www.opengis.net/gml",
};

/**
 * Writes the status as an EDXL-HAVE 1.0 message, valid against OASIS's schema: every hospital of the directory, in its
 * order, with our id as `xnl:ID`. The same status and options give the same bytes.
 *
 * | in force | EMSTrafficStatus | FacilityStatus |
 * |---|---|---|
 * | `refuse` of everyone | Closed | Closed |
 * | `divert` of everyone | Closed | Normal |
 * | anything else | Advisory | |
 * | nothing | Normal | |
 * | unknown to the feeds, and nothing | (left out) | |
 *
 * HAVE cannot say for which patients, until when or where to: the reason tells people, `notes` tells programs.
 *
 * @throws DiversionError `invalid-argument` for a directory without hospitals, which HAVE has no form for.
 */
export function writeHave(view: StatusView, options: HaveWriterOptions): HaveMessage {
  if (view.directory.size === 0) {
    throw new DiversionError("invalid-argument", "HAVE needs at least one hospital; this directory has none.");
  }
  const notes: FeedNote[] = [];
  const hospitals = view.directory.hospitals.map((hospital, index) =>
    hospitalNode(hospital, view.restrictionsAt(index), index, options, (field, text) =>
      notes.push({ kind: "lost", hospital: hospital.id, field, text }),
    ),
  );
  return { xml: writeXml({ name: "HospitalStatus", attributes: NAMESPACES, children: hospitals }), notes };
}

type Note = (field: string, text: string) => void;

function hospitalNode(
  hospital: Hospital,
  held: readonly Restriction[],
  index: number,
  { at, offsetMinutes, defaultDurationMs, feeds }: HaveWriterOptions,
  note: Note,
): XmlNode {
  const state = feeds?.stateOf(index, at);
  const inForce = held.filter((restriction) => {
    const durationMs = defaultDurationMs?.(restriction);
    const defaultMinutes = durationMs === undefined ? null : durationMs / MS_PER_MINUTE;
    return inForceAt(restriction, at, { defaultMinutes, words: state?.words ?? [] });
  });
  for (const restriction of inForce) noteLosses(restriction, note);
  const minutes = state?.handoverMinutes ?? hospital.handoverMinutes;
  if (minutes !== undefined && !Number.isInteger(minutes)) {
    note(
      "EMSOffloadMinutes",
      `${minutes} minutes to handover are written as ${Math.round(minutes)}: HAVE has whole ones.`,
    );
  }
  const traffic = trafficOf(inForce, state?.unknown === true);
  const facility = facilityOf(inForce);
  return element("Hospital", [
    element("Organization", [
      element("OrganizationInformation", [
        {
          name: "xnl:OrganisationName",
          attributes: { "xnl:ID": hospital.id },
          children: [leaf("xnl:NameElement", hospital.name)],
        },
      ]),
      element("OrganizationGeoLocation", [element("gml:Point", [leaf("gml:pos", latitudeFirst(hospital))])]),
    ]),
    element("EmergencyDepartmentStatus", [
      traffic === undefined
        ? undefined
        : element("EMSTraffic", [
            leaf("EMSTrafficStatus", traffic),
            inForce.length === 0 ? undefined : leaf("EMSTrafficReason", inForce.map(reasonOf).join("; ")),
          ]),
      minutes === undefined
        ? undefined
        : element("EMSAmbulanceStatus", [leaf("EMSOffloadMinutes", String(Math.round(minutes)))]),
    ]),
    coverageNode(hospital, note),
    facility === undefined ? undefined : element("HospitalFacilityStatus", [leaf("FacilityStatus", facility)]),
    leaf("LastUpdateTime", formatInstant(at, offsetMinutes)),
  ]);
}

const asks = (inForce: readonly Restriction[], effect: Restriction["effect"]): boolean =>
  inForce.some((restriction) => restriction.effect === effect && isEveryone(restriction.scope));

function trafficOf(inForce: readonly Restriction[], unknown: boolean): string | undefined {
  if (asks(inForce, "refuse") || asks(inForce, "divert")) return "Closed";
  if (inForce.length > 0) return "Advisory";
  return unknown ? undefined : "Normal";
}

function facilityOf(inForce: readonly Restriction[]): string | undefined {
  return asks(inForce, "refuse") ? "Closed" : asks(inForce, "divert") ? "Normal" : undefined;
}

function noteLosses(restriction: Restriction, note: Note): void {
  const { key, effect, from, until, divertTo, authorisedBy, source } = restriction;
  const lost = (field: string, what: string): void => note(field, `${key}: HAVE cannot say ${what}.`);
  if (!isEveryone(restriction.scope)) {
    lost(
      "scope",
      `that the ${effect} is about ${scopeText(restriction.scope)} alone; it is written as Advisory, which binds nobody`,
    );
  } else if (effect === "refuse") lost("effect", "that an ED is refused other than by a closed facility");
  if (from !== undefined) lost("from", `since when (${from})`);
  if (until !== undefined) lost("until", `until when (${until})`);
  if (divertTo !== undefined) lost("divertTo", `where to (${divertTo})`);
  if (authorisedBy !== undefined) lost("authorisedBy", "who authorised it");
  if (source !== undefined) lost("source", "where it was heard");
  lost("observedAt", `when it was observed (${restriction.observedAt}); LastUpdateTime is the moment of the message`);
}

function scopeText({ needs, exceptNeeds, minAge, maxAge, acuity }: Scope): string {
  const ages = minAge === undefined && maxAge === undefined ? [] : [`age ${minAge ?? 0} to ${maxAge ?? "any"}`];
  const who = [...(needs ?? []), ...ages, ...(acuity ?? [])].join(", ");
  if (exceptNeeds === undefined) return who;
  return `${who === "" ? "everyone" : who} except ${exceptNeeds.join(", ")}`;
}

/** "divert of trauma to RAJ01: IT outage", for people to read. */
function reasonOf({ effect, scope, divertTo, reason }: Restriction): string {
  const who = scopeText(scope);
  const plain = who === "" && divertTo === undefined && effect !== "inform";
  if (plain) return reason;
  return `${effect}${who === "" ? "" : ` of ${who}`}${divertTo === undefined ? "" : ` to ${divertTo}`}: ${reason}`;
}

/** The services HAVE has an element for, in the order of its schema. */
function coverageNode({ capabilities }: Hospital, note: Note): XmlNode | undefined {
  const offered = new Set(capabilities);
  const root: MutableNode = { name: "ServiceCoverageStatus", children: [] };
  for (const { word, path } of HAVE_SERVICES) if (offered.delete(word)) leafAt(root, path, "true");
  if (offered.delete("trauma")) leafAt(root, [TRAUMA_INDICATOR, TRAUMA_SERVICES], "true");
  if (offered.delete("major-trauma")) leafAt(root, [TRAUMA_INDICATOR, TRAUMA_LEVEL], "Level1");
  for (const word of offered) note("ServiceCoverageStatus", `HAVE has no element for ${word}.`);
  return root.children.length === 0 ? undefined : root;
}

interface MutableNode extends XmlNode {
  readonly children: MutableNode[];
  text?: string;
}

function leafAt(root: MutableNode, path: readonly string[], text: string): void {
  let node = root;
  for (const name of path) {
    let child = node.children.find((one) => one.name === name);
    if (child === undefined) {
      child = { name, children: [] };
      node.children.push(child);
    }
    node = child;
  }
  node.text = text;
}

/** GML's order, with the 7 decimals (about 1 cm) used everywhere. */
const latitudeFirst = ({ location: [lon, lat] }: Hospital): string => `${lat.toFixed(7)} ${lon.toFixed(7)}`;

const leaf = (name: string, text: string): XmlNode => ({ name, text });

/** An element with the children that are there. */
const element = (name: string, children: readonly (XmlNode | undefined)[]): XmlNode => ({
  name,
  children: children.filter((child) => child !== undefined),
});
