import type * as z from "zod/mini";
import { type Instant, readInstant } from "../../core/instant";
import { safeParse } from "../../core/safe-parse";
import { TimeZone } from "../../core/time-zone";
import { EMERGENCY } from "../directory/capabilities";
import { quote, schemaProblems } from "../directory/schema-problems";
import { feedJson, invalidFeed } from "./feed-errors";
import type { FeedReading, FeedRestriction, HospitalReading, StatedHours } from "./feed-reading";
import { hoursOf } from "./fhir-hours";
import { periodOf } from "./fhir-period";
import { Bundle, HealthcareService, Location, type Reference } from "./fhir-schemas";
import { type FeedReaderOptions, HospitalMatch, ReadingBuilder } from "./hospital-match";

/** The naming system of the NHS's codes for sites. */
export const ODS_SITE_SYSTEM = "https://fhir.nhs.uk/Id/ods-site-code";

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
 * Reads a FHIR R4 `Bundle` of `Location` and `HealthcareService`, or one of these alone.
 *
 * - `Location.status`: `suspended` is `refuse`, `active` no restriction, `inactive` no ED.
 * - `HealthcareService.active: false` is a `divert` of those who need the service; so is each `notAvailable`, from the
 *   beginning to the end of its `during` (a day without a time is that whole day in the zone given).
 * - `availableTime` becomes opening hours, for people to compare with the hospital list.
 * - `operationalStatus` is not used: its codes are about beds (v2-0116).
 *
 * @throws DiversionError `invalid-feed` with the field; `invalid-argument` for a zone or a service that is not known.
 */
export function readFhir(content: string | Uint8Array, options: FhirReaderOptions): FeedReading {
  return readFhirJson(feedJson(content), options);
}

/** {@link readFhir} of JSON already parsed. */
function readFhirJson(json: unknown, options: FhirReaderOptions): FeedReading {
  const { directory, services = {} } = options;
  directory.vocabulary.requireKnown(Object.values(services), "invalid-argument", "services");
  const builder = new ReadingBuilder();
  const bundle = bundleOf(json);
  const sentAt = instantOf(bundle.timestamp ?? bundle.meta?.lastUpdated);
  const context: FhirContext = {
    zone: TimeZone.of(options.zone),
    services: new Map(Object.entries(services)),
    match: new HospitalMatch(options),
    builder,
    sites: new Map(),
    hospitalOfReference: new Map(),
  };
  const resources = (bundle.entry ?? []).map(({ resource, fullUrl }, index) => ({ resource, fullUrl, row: index + 1 }));
  for (const { resource, fullUrl, row } of resources) {
    if (typeOf(resource) === "Location") readLocation(checked(Location, resource, row), fullUrl, row, context);
  }
  for (const { resource, row } of resources) {
    const type = typeOf(resource);
    if (type === "HealthcareService") readService(checked(HealthcareService, resource, row), row, context);
    else if (type !== "Location") builder.lost(undefined, `entry.${row - 1}`, `A ${type} has no place in the status.`);
  }
  for (const site of context.sites.values()) builder.add(readingOf(site, sentAt));
  const { hospitals, unmatched, notes } = builder;
  return { hospitals, unmatched, notes, ...(sentAt === undefined ? {} : { sentAt }) };
}

interface FhirContext {
  readonly zone: TimeZone;
  readonly services: ReadonlyMap<string, string>;
  readonly match: HospitalMatch;
  readonly builder: ReadingBuilder;
  readonly sites: Map<string, FhirSite>;
  /** Our id by `Location/<id>` and by the entry's full URL. */
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

function readLocation(
  location: z.output<typeof Location>,
  fullUrl: string | undefined,
  row: number,
  context: FhirContext,
): void {
  const { builder, match, hospitalOfReference } = context;
  const { id, name, status, position, meta } = location;
  const identifiers = (location.identifier ?? []).flatMap(({ system, value }) =>
    value === undefined
      ? []
      : system === undefined
        ? [value]
        : [`${system}|${value}`, ...(system === ODS_SITE_SYSTEM ? [value] : [])],
  );
  const references = [...(id === undefined ? [] : [`Location/${id}`]), ...(fullUrl === undefined ? [] : [fullUrl])];
  const hospital = match.find([...identifiers, ...references], name);
  if (hospital === undefined) {
    builder.unmatched.push({ ids: [...identifiers, ...references], ...(name === undefined ? {} : { name }), row });
    return;
  }
  for (const reference of references) hospitalOfReference.set(reference, hospital);
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
  if (position !== undefined) site.position = [position.longitude, position.latitude];
  takeMoment(site, meta?.lastUpdated);
  noteLost(builder, hospital, "Location", location, {
    operationalStatus: "its codes are about beds (v2-0116), so it is not taken for a divert",
    hoursOfOperation: "hours are taken from the HealthcareService",
    availabilityExceptions: "words alone cannot be held",
  });
}

function readService(service: z.output<typeof HealthcareService>, row: number, context: FhirContext): void {
  const { builder } = context;
  const hospitals = hospitalsOf(service, context);
  const { id, name } = service;
  if (hospitals.length === 0) {
    const ids = [...(id === undefined ? [] : [`HealthcareService/${id}`])];
    builder.unmatched.push({ ids, ...(name === undefined ? {} : { name }), row });
    return;
  }
  const capability = capabilityOf(service, context.services);
  for (const hospital of hospitals) {
    if (capability === undefined) {
      const text = `The service ${quote(name ?? id ?? row)} has codes that mean none of our capabilities; it is not used.`;
      builder.lost(hospital, "HealthcareService", text);
      continue;
    }
    if (codesOf(service).length === 0) {
      const text = "The service has no code and is taken for the ED as a whole.";
      builder.odd(hospital, "HealthcareService.type", text);
    }
    readAvailability(service, capability, siteOf(hospital, context), row, context);
  }
}

function readAvailability(
  service: z.output<typeof HealthcareService>,
  capability: string,
  site: FhirSite,
  row: number,
  { zone, builder }: FhirContext,
): void {
  const scope = capability === EMERGENCY ? {} : { scope: { needs: [capability] } };
  const label = `${capability}:${site.restrictions.filter(({ part }) => part?.startsWith(`${capability}:`)).length}`;
  if (service.active !== undefined) site.stated = true;
  if (service.active === false) {
    site.restrictions.push({ part: `${label}:inactive`, effect: "divert", ...scope, reason: "Service not active" });
  }
  for (const [index, { description, during }] of (service.notAvailable ?? []).entries()) {
    const field = `entry.${row - 1}.resource.notAvailable.${index}.during`;
    site.stated = true;
    const reason = description.trim() === "" ? "Not available" : description.slice(0, 500);
    if (reason.length < description.length) {
      builder.lost(site.hospital, "HealthcareService.notAvailable", "The description is cut off after 500 characters.");
    }
    const period = during === undefined ? {} : periodOf(during, zone, field);
    site.restrictions.push({ part: `${label}:${index}`, effect: "divert", ...scope, ...period, reason });
  }
  const hours = hoursOf(service.availableTime ?? [], zone.name, (text) =>
    builder.lost(site.hospital, "HealthcareService.availableTime", text),
  );
  if (hours !== undefined) site.hours.push({ capability, openingHours: hours });
  takeMoment(site, service.meta?.lastUpdated);
  noteLost(builder, site.hospital, "HealthcareService", service, {
    availabilityExceptions: "words alone cannot be held",
  });
}

function readingOf(site: FhirSite, sentAt: Instant | undefined): HospitalReading {
  const { hospital, status, position, hours, moments } = site;
  const restrictions: readonly FeedRestriction[] =
    status === "suspended"
      ? [{ effect: "refuse", reason: "Location suspended" }, ...site.restrictions]
      : site.restrictions;
  const observedAt = moments.sort((a, b) => b.epochMs - a.epochMs)[0] ?? sentAt;
  const state =
    status === "inactive" ? "no-ed" : restrictions.length > 0 ? "restricted" : site.stated ? "accepting" : "not-stated";
  return {
    hospital,
    state,
    restrictions: status === "inactive" ? [] : restrictions,
    ...(observedAt === undefined ? {} : { observedAt }),
    ...(position === undefined ? {} : { position }),
    ...(hours.length === 0 ? {} : { openingHours: hours }),
  };
}

/** The sites a service is provided at: by reference into the bundle, or by a code of its own or of the reference. */
function hospitalsOf(service: z.output<typeof HealthcareService>, context: FhirContext): readonly string[] {
  const { match, hospitalOfReference } = context;
  const byReference = (service.location ?? []).map(({ reference, identifier }: Reference) => {
    const local = reference === undefined ? undefined : (hospitalOfReference.get(reference) ?? match.find([reference]));
    return local ?? match.find(identifier?.value === undefined ? [] : [identifier.value]);
  });
  const own = (service.identifier ?? []).map(({ system, value }) =>
    value !== undefined && system === ODS_SITE_SYSTEM ? match.find([value]) : undefined,
  );
  return [...new Set([...byReference, ...own].filter((hospital) => hospital !== undefined))];
}

const codesOf = ({ type, specialty, category }: z.output<typeof HealthcareService>): readonly string[] =>
  [type, specialty, category].flatMap((concepts) =>
    (concepts ?? []).flatMap(({ coding }) =>
      (coding ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${system ?? ""}|${code}`])),
    ),
  );

function capabilityOf(
  service: z.output<typeof HealthcareService>,
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

function takeMoment(site: FhirSite, text: string | undefined): void {
  const moment = instantOf(text);
  if (moment !== undefined) site.moments.push(moment);
}

const instantOf = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : readInstant(text);

function noteLost(
  builder: ReadingBuilder,
  hospital: string,
  type: string,
  resource: Readonly<Record<string, unknown>>,
  reasons: Readonly<Record<string, string>>,
): void {
  for (const [field, why] of Object.entries(reasons)) {
    if (resource[field] !== undefined) builder.lost(hospital, `${type}.${field}`, `${field} is not used: ${why}.`);
  }
}

const typeOf = (resource: unknown): string => {
  const type = (resource as { resourceType?: unknown } | null | undefined)?.resourceType;
  return typeof type === "string" ? type.slice(0, 60) : "resource without a type";
};

function bundleOf(json: unknown): z.output<typeof Bundle> {
  const type = typeOf(json);
  if (type === "Location" || type === "HealthcareService")
    return { resourceType: "Bundle", entry: [{ resource: json }] };
  const result = safeParse(Bundle, json);
  if (result.success) return result.data;
  throw wrongForm(result.error.issues, json, "", undefined);
}

function checked<S extends z.core.$ZodType>(schema: S, resource: unknown, row: number): z.output<S> {
  const result = safeParse(schema, resource);
  if (result.success) return result.data;
  throw wrongForm(result.error.issues, resource, `entry.${row - 1}.resource.`, row);
}

function wrongForm(issues: readonly z.core.$ZodIssue[], value: unknown, path: string, row: number | undefined): Error {
  const { message, field } = schemaProblems(issues, value)[0]!;
  return invalidFeed(message.replace(/\.$/, ""), { row, field: `${path}${field}` });
}
