import type * as z from "zod/mini";
import { defined } from "../../core/defined";
import { invalidFeed } from "../../core/feed-message";
import { type EpochMs, type Instant, MS_PER_DAY } from "../../core/instant";
import { listOf, recordOf, textOf } from "../../core/json-values";
import { safeParse } from "../../core/safe-parse";
import { readSenderTime } from "../../core/sender-time";
import { runSteps, type Steps } from "../../core/steps";
import { TimeZone } from "../../core/time-zone";
import { EMERGENCY } from "../directory/capabilities";
import { quote, schemaProblems } from "../directory/schema-problems";
import type { FeedReading, FeedRestriction, HospitalReading, StatedHours } from "./feed-reading";
import { type FhirEntry, isOdsSite, readFhirPages, withoutVersion } from "./fhir-entries";
import { hoursOf } from "./fhir-hours";
import { periodOf } from "./fhir-period";
import { HealthcareService, Location, type NotAvailable, ServiceKind } from "./fhir-schemas";
import { type FeedReaderOptions, HospitalMatch, ReadingBuilder } from "./hospital-match";

export interface FhirReaderOptions extends FeedReaderOptions {
  /** The IANA zone in which the hospitals' wall-clock times are: FHIR's times of day carry none. */
  readonly zone: string;
  /**
   * Which of our capabilities a `HealthcareService` is, by the codes of its `type`, `specialty` or `category`, written
   * `system|code` or `code`. A service with codes that are none of these says nothing about the ED and is not used; a
   * service without any code is taken for the ED as a whole.
   */
  readonly services?: Readonly<Record<string, string>>;
}

/**
 * Reads a FHIR `Bundle` of `Location` and `HealthcareService`, of R4 or R5, or one of these alone.
 *
 * - `Location.status`: `suspended` is `refuse`, `active` no restriction, `inactive` no ED. So is a `notAvailableTime` of
 *   its `hoursOfOperation` (R5) a `refuse` while it lasts.
 * - `HealthcareService.active: false` is a `divert` of those who need the service; so is each `notAvailable` (R4) and each
 *   `notAvailableTime` of `availability` (R5), from the beginning to the end of its `during` (a day without a time is that
 *   whole day in the zone given). One that was over a day before the message was sent asks for nothing.
 * - `availableTime` becomes opening hours, for people to compare with the hospital list.
 * - `operationalStatus` is not used: its codes are about beds (v2-0116).
 *
 * Of an entry that cannot be read, what its hospital said before stands; the others are taken.
 *
 * @param content the message; several are the pages of one.
 * @throws DiversionError `invalid-feed` with the field when nothing can be read; `invalid-argument` for a zone or a service
 * that is not known.
 */
export const readFhir = (
  content: string | Uint8Array | readonly (string | Uint8Array)[],
  options: FhirReaderOptions,
): FeedReading => runSteps(readFhirSteps(content, options));

/** {@link readFhir}, in steps. */
export function* readFhirSteps(
  content: string | Uint8Array | readonly (string | Uint8Array)[],
  options: FhirReaderOptions,
): Steps<FeedReading> {
  const { directory, services = {} } = options;
  directory.vocabulary.requireKnown(Object.values(services), "invalid-argument", "services");
  const builder = new ReadingBuilder();
  const zone = TimeZone.of(options.zone);
  const contents = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  const { entries, timestamps, isUnfinished, outdated } = readFhirPages(contents);
  yield;
  const sentAt = oldest(timestamps.flatMap((stated) => momentOf(stated, "timestamp", { zone, builder }) ?? []));
  const context: FhirContext = {
    zone,
    services: new Map(Object.entries(services)),
    match: new HospitalMatch(options),
    builder,
    overMs: sentAt === undefined ? Number.NEGATIVE_INFINITY : sentAt.epochMs - MS_PER_DAY,
    sites: new Map(),
    hospitalOfReference: new Map(),
  };
  if (isUnfinished) {
    builder.lost(undefined, "link", "The message has further pages (link next), which are not part of it.");
  }
  for (const name of outdated) {
    builder.odd(undefined, name, `${name} comes in several versions; the latest is kept.`);
  }
  for (const entry of entries) {
    yield;
    if (entry.type === "Location") readLocation(entry, context);
  }
  for (const entry of entries) {
    yield;
    if (entry.type === "HealthcareService") readService(entry, context);
    else if (entry.type !== "Location") noteOther(entry, builder);
  }
  for (const site of context.sites.values()) builder.add(readingOf(site, sentAt));
  const { hospitals, unmatched, notes } = builder;
  return defined({ hospitals, unmatched, notes, sentAt });
}

interface FhirContext {
  readonly zone: TimeZone;
  readonly services: ReadonlyMap<string, string>;
  readonly match: HospitalMatch;
  readonly builder: ReadingBuilder;
  /** What ended by then is over, also where the sender's clock runs ahead. */
  readonly overMs: EpochMs;
  readonly sites: Map<string, FhirSite>;
  /** Our id by what entries call a Location: see {@link FhirEntry.references}. */
  readonly hospitalOfReference: Map<string, string>;
}

/** All that is said about one hospital. */
interface FhirSite {
  readonly hospital: string;
  status?: "active" | "suspended" | "inactive";
  position?: HospitalReading["position"];
  stated: boolean;
  readonly restrictions: FeedRestriction[];
  readonly hours: StatedHours[];
  readonly moments: Instant[];
}

/** Whose the entry is is found out before anything in it can be wrong, so that what is wrong is told of the right one. */
function readLocation(entry: FhirEntry, context: FhirContext): void {
  const { builder, match, hospitalOfReference } = context;
  const { row, resource, references, identifiers } = entry;
  const name = textOf(resource.name);
  const hospital = match.find([...identifiers, ...references], name);
  if (hospital === undefined) {
    builder.unmatched.push(defined({ ids: [...identifiers, ...references], name, row }));
    return;
  }
  for (const reference of references) hospitalOfReference.set(reference, hospital);
  try {
    takeLocation(entry, hospital, context);
  } catch (error) {
    builder.unread(hospital, error, row);
  }
}

function takeLocation(entry: FhirEntry, hospital: string, context: FhirContext): void {
  const { builder } = context;
  const { status, hoursOfOperation = [] } = checked(Location, entry);
  const site = siteOf(hospital, context);
  if (status !== undefined) {
    if (site.status !== undefined && site.status !== status) {
      builder.odd(
        hospital,
        "Location.status",
        `The site is both ${site.status} and ${status}; the more cautious is kept.`,
      );
    }
    site.status = site.status === "suspended" || status === "suspended" ? "suspended" : status;
    site.stated = true;
  }
  for (const [place, { notAvailableTime = [] }] of hoursOfOperation.entries()) {
    // A location that is not available is one temporarily closed, which is what `suspended` means.
    const field = `hoursOfOperation.${place}.notAvailableTime`;
    const label = `location:${site.restrictions.filter(({ part }) => part?.startsWith("location:")).length}`;
    const refused = notAvailableTime.filter(({ during }) => during !== undefined);
    if (refused.length < notAvailableTime.length) {
      builder.lost(hospital, `Location.${field}`, "A notAvailableTime has no during: words alone cannot be held.");
    }
    takeAbsences(refused, { entry, site, field, label, effect: "refuse" }, context);
  }
  takePosition(entry.resource.position, site, builder);
  takeMoment(entry, site, context);
  noteLost(builder, hospital, entry, {
    operationalStatus: "its codes are about beds (v2-0116), so it is not taken for a divert",
    hoursOfOperation: "hours are taken from the HealthcareService",
    availabilityExceptions: "words alone cannot be held",
  });
}

function readService(entry: FhirEntry, context: FhirContext): void {
  const { builder } = context;
  const { row, resource } = entry;
  const hospitals = hospitalsOf(entry, context);
  if (hospitals.length === 0) {
    const name = textOf(resource.name);
    builder.unmatched.push(defined({ ids: entry.references.slice(0, 1), name, row }));
    return;
  }
  for (const hospital of hospitals) {
    try {
      takeService(entry, hospital, context);
    } catch (error) {
      builder.unread(hospital, error, row);
    }
  }
}

function takeService(entry: FhirEntry, hospital: string, context: FhirContext): void {
  const { builder, zone } = context;
  const { row, resource } = entry;
  const kind = checked(ServiceKind, entry);
  const capability = capabilityOf(kind, context.services);
  const name = textOf(resource.name) ?? textOf(resource.id) ?? row;
  if (capability === undefined) {
    const text = `The service ${quote(name)} has codes that mean none of our capabilities; it is not used.`;
    builder.lost(hospital, "HealthcareService", text);
    return;
  }
  if (codesOf(kind).length === 0) {
    const text = "The service has no code and is taken for the ED as a whole.";
    builder.odd(hospital, "HealthcareService.type", text);
  }
  const service = checked(HealthcareService, entry);
  const site = siteOf(hospital, context);
  const scope = capability === EMERGENCY ? {} : { scope: { needs: [capability] } };
  const label = `${capability}:${site.restrictions.filter(({ part }) => part?.startsWith(`${capability}:`)).length}`;
  if (service.active !== undefined) site.stated = true;
  if (service.active === false) {
    site.restrictions.push({ part: `${label}:inactive`, effect: "divert", ...scope, reason: "Service not active" });
  }
  const { notAvailable = [], availability = [], availableTime } = service;
  takeAbsences(notAvailable, { entry, site, field: "notAvailable", label, effect: "divert", scope }, context);
  for (const [place, { notAvailableTime = [] }] of availability.entries()) {
    const field = `availability.${place}.notAvailableTime`;
    const part = `${label}:availability${place === 0 ? "" : place}`;
    takeAbsences(notAvailableTime, { entry, site, field, label: part, effect: "divert", scope }, context);
  }
  const times = [availableTime, ...availability.map((one) => one.availableTime)].flatMap(listOf);
  const hours = hoursOf(times, zone.name, (text) => builder.lost(hospital, "HealthcareService.availableTime", text));
  if (hours !== undefined) site.hours.push({ capability, openingHours: hours });
  takeMoment(entry, site, context);
  noteLost(builder, hospital, entry, { availabilityExceptions: "words alone cannot be held" });
}

interface AbsenceOf {
  readonly entry: FhirEntry;
  readonly site: FhirSite;
  /** The list, as a path in the resource. */
  readonly field: string;
  /** What the restrictions' parts begin with. */
  readonly label: string;
  readonly effect: FeedRestriction["effect"];
  readonly scope?: Pick<FeedRestriction, "scope">;
}

/** Times at which a site or a service is not available, as restrictions. */
function takeAbsences(
  absences: readonly NotAvailable[],
  { entry, site, field, label, effect, scope = {} }: AbsenceOf,
  { zone, builder, overMs }: FhirContext,
): void {
  for (const [index, { description, during }] of absences.entries()) {
    const words = description?.trim() ?? "";
    if (words.length > MAX_REASON) {
      const text = `The description is cut off after ${MAX_REASON} characters.`;
      builder.lost(site.hospital, `${entry.type}.${field.replace(/\.\d+/g, "")}`, text);
    }
    const reason = words === "" ? "Not available" : words.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, "");
    const period: ReturnType<typeof periodOf> =
      during === undefined ? {} : periodOf(during, zone, `${entry.path}.${field}.${index}.during`);
    site.stated = true;
    const { from, until } = period;
    if (until !== undefined && until.epochMs <= overMs) continue;
    site.restrictions.push({
      part: `${label}:${index}`,
      effect,
      ...scope,
      ...defined({ from: from?.text, until: until?.text }),
      reason,
    });
  }
}

/** Reasons of restrictions are at most 500 characters. */
const MAX_REASON = 500;

function readingOf(site: FhirSite, sentAt: Instant | undefined): HospitalReading {
  const { hospital, status, position, hours, moments } = site;
  const restrictions: readonly FeedRestriction[] =
    status === "suspended"
      ? [{ effect: "refuse", reason: "Location suspended" }, ...site.restrictions]
      : site.restrictions;
  const observedAt = moments.sort((a, b) => b.epochMs - a.epochMs)[0] ?? sentAt;
  const state =
    status === "inactive" ? "no-ed" : restrictions.length > 0 ? "restricted" : site.stated ? "accepting" : "not-stated";
  return defined({
    hospital,
    state,
    restrictions: status === "inactive" ? [] : restrictions,
    observedAt,
    position,
    openingHours: hours.length === 0 ? undefined : hours,
  });
}

/** The sites a service is provided at: by reference into the bundle, or by a code of its own or of the reference. */
function hospitalsOf({ row, resource }: FhirEntry, { match, hospitalOfReference }: FhirContext): readonly string[] {
  const byReference = listOf(resource.location).map((one) => {
    const { reference: stated, identifier } = recordOf(one) ?? {};
    const reference = textOf(stated)?.trim();
    const names = reference === undefined ? [] : namesOf(reference, row);
    const local = names.map((name) => hospitalOfReference.get(name)).find((hospital) => hospital !== undefined);
    const code = textOf(recordOf(identifier)?.value);
    return local ?? match.find([...names, ...(code === undefined ? [] : [code])]);
  });
  const own = listOf(resource.identifier).map((one) => {
    const { system, value } = recordOf(one) ?? {};
    const code = textOf(value);
    return code !== undefined && isOdsSite(system) ? match.find([code]) : undefined;
  });
  return [...new Set([...byReference, ...own].filter((hospital) => hospital !== undefined))];
}

/** What a reference may mean, the closest first: one by a full URL also means the resource of that type and id here. */
function namesOf(reference: string, row: number): readonly string[] {
  if (reference.startsWith("#")) return [`${row}${reference}`];
  const plain = withoutVersion(reference);
  const tail = /(?:^|\/)(Location\/[^/]+)$/.exec(plain)?.[1];
  return [...new Set([reference, plain, ...(tail === undefined ? [] : [tail])])];
}

const codesOf = ({ type, specialty, category }: z.output<typeof ServiceKind>): readonly string[] =>
  [type, specialty, category].flatMap((concepts) =>
    (concepts ?? []).flatMap(({ coding }) =>
      (coding ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${system ?? ""}|${code}`])),
    ),
  );

function capabilityOf(
  service: z.output<typeof ServiceKind>,
  services: ReadonlyMap<string, string>,
): string | undefined {
  const codes = codesOf(service);
  if (codes.length === 0) return EMERGENCY;
  const known = codes.map((code) => services.get(code) ?? services.get(code.slice(code.indexOf("|") + 1)));
  return known.find((word) => word !== undefined);
}

function siteOf(hospital: string, { sites }: FhirContext): FhirSite {
  let site = sites.get(hospital);
  if (site === undefined) {
    site = { hospital, stated: false, restrictions: [], hours: [], moments: [] };
    sites.set(hospital, site);
  }
  return site;
}

/** A position is for people to compare with the hospital list: one that is none costs nothing else. */
function takePosition(stated: unknown, site: FhirSite, builder: ReadingBuilder): void {
  if (stated === undefined) return;
  const { longitude, latitude } = recordOf(stated) ?? {};
  const isPosition =
    typeof longitude === "number" &&
    typeof latitude === "number" &&
    Math.abs(longitude) <= 180 &&
    Math.abs(latitude) <= 90;
  if (isPosition) {
    site.position = [longitude, latitude];
    return;
  }
  const text = `position is ${quote(stated)}, not a longitude and a latitude in degrees, as numbers; not used.`;
  builder.odd(site.hospital, "Location.position", text);
}

function takeMoment({ type, resource }: FhirEntry, site: FhirSite, context: FhirContext): void {
  const stated = recordOf(resource.meta)?.lastUpdated;
  const moment = momentOf(stated, `${type}.meta.lastUpdated`, context, site.hospital);
  if (moment !== undefined) site.moments.push(moment);
}

/** A moment in the forms senders use; what cannot be read counts as not said. */
function momentOf(
  stated: unknown,
  field: string,
  { zone, builder }: Pick<FhirContext, "zone" | "builder">,
  hospital?: string,
): Instant | undefined {
  if (stated === undefined) return undefined;
  const moment = typeof stated === "string" ? readSenderTime(stated, zone) : undefined;
  if (moment === undefined) {
    const name = field.slice(field.lastIndexOf(".") + 1);
    builder.odd(hospital, field, `${name} is ${quote(stated)}, not a date and a time; taken as not said.`);
  }
  return moment;
}

/** The pages of a message are together no newer than the oldest. */
const oldest = (moments: readonly Instant[]): Instant | undefined =>
  [...moments].sort((a, b) => a.epochMs - b.epochMs)[0];

function noteOther({ row, type, request }: FhirEntry, builder: ReadingBuilder): void {
  const field = `entry.${row - 1}`;
  if (type !== undefined) {
    const article = /^[AEIOU]/.test(type) ? "An" : "A";
    builder.lost(undefined, field, `${article} ${type.slice(0, 60)} has no place in the status.`);
    return;
  }
  const what = request === undefined ? "no resource" : `${quote(request)} in place of a resource`;
  builder.lost(undefined, field, `The entry has ${what}; what was said before stands.`);
}

function noteLost(
  builder: ReadingBuilder,
  hospital: string,
  { type, resource }: FhirEntry,
  reasons: Readonly<Record<string, string>>,
): void {
  for (const [field, why] of Object.entries(reasons)) {
    if (resource[field] !== undefined) builder.lost(hospital, `${type}.${field}`, `${field} is not used: ${why}.`);
  }
}

/** @throws DiversionError `invalid-feed` with the field. */
function checked<S extends z.core.$ZodType>(schema: S, { resource, path }: FhirEntry): z.output<S> {
  const result = safeParse(schema, resource);
  if (result.success) return result.data;
  const { message, field } = schemaProblems(result.error.issues, resource)[0]!;
  throw invalidFeed(message.replace(/\.$/, ""), { field: `${path}.${field}` });
}
