import { defined } from "../../core/defined";
import { feedJson, invalidFeed } from "../../core/feed-message";
import { listOf, recordOf, textOf } from "../../core/json-values";
import { safeParse } from "../../core/safe-parse";
import { readSenderTime } from "../../core/sender-time";
import { schemaProblems } from "../directory/schema-problems";
import { Bundle } from "./fhir-schemas";

/** The naming system of the NHS's codes for sites. */
export const ODS_SITE_SYSTEM = "https://fhir.nhs.uk/Id/ods-site-code";

/** More entries than this, on all pages together, are a mistake. */
const MAX_ENTRIES = 20_000;

/** A resource as it stands in a bundle, read as far as nothing in it can be wrong. */
export interface FhirEntry {
  /** Its place in the bundle, or in all pages of it, from 1. */
  readonly row: number;
  /** Such as `entry.3.resource`; of a contained one `entry.3.resource.contained.0`. */
  readonly path: string;
  /** `Location`, `HealthcareService` or another; undefined for what is no resource. */
  readonly type: string | undefined;
  /** Without members that are null, which FHIR does not have and some senders write. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** What others may call it by: `Location/<id>` and its full URL, or for a contained one `<row>#<id>`. */
  readonly references: readonly string[];
  /** Codes it goes by: `system|value`, and the value alone of an NHS site code or where no system is named. */
  readonly identifiers: readonly string[];
  /** Of an entry without a resource: what is asked of it in place of one, such as `DELETE Location/7`. */
  readonly request?: string;
}

interface FhirPages {
  readonly entries: readonly FhirEntry[];
  /** Of the pages, as they state it. */
  readonly timestamps: readonly unknown[];
  /** Whether the last of the pages names another one. */
  readonly isUnfinished: boolean;
  /** Resources that came in several versions, of which one counts. */
  readonly outdated: readonly string[];
}

/**
 * The entries of a bundle, or of all pages of one.
 *
 * Of several versions of one resource the latest counts: by `meta.lastUpdated`; in a history, which is told newest first,
 * the first, be it a deletion. Where that does not tell them apart all are kept.
 *
 * @throws DiversionError `invalid-feed` for what is no bundle.
 */
export function readFhirPages(contents: readonly (string | Uint8Array)[]): FhirPages {
  const bundles = contents.map((content) => bundleOf(feedJson(content)));
  const versions = new Map<string, FhirEntry[]>();
  const outdated = new Set<string>();
  let row = 0;
  for (const bundle of bundles) {
    const isHistory = bundle.type === "history";
    for (const value of bundle.entry ?? []) {
      row++;
      if (row > MAX_ENTRIES) throw invalidFeed(`The message has more than ${MAX_ENTRIES} entries`, { field: "entry" });
      const entry = entryOf(value, row);
      const name = nameOf(entry) ?? `${row}`;
      const known = versions.get(name) ?? [];
      const kept = known.length === 0 ? [entry] : latestOf(known, entry, isHistory);
      if (kept.length <= known.length) outdated.add(name);
      versions.set(name, kept);
    }
  }
  const entries = [...versions.values()].flat().sort((a, b) => a.row - b.row);
  return {
    entries: entries.flatMap((entry) => [...containedIn(entry), entry]),
    timestamps: bundles.map(({ timestamp, meta }) => timestamp ?? recordOf(meta)?.lastUpdated),
    isUnfinished: bundles.length > 0 && nextPageOf(bundles.at(-1)!) !== undefined,
    outdated: [...outdated],
  };
}

/** Where the next page of a bundle is, as it says; undefined on the last. */
export function nextFhirPage(content: string | Uint8Array): string | undefined {
  return nextPageOf(bundleOf(feedJson(content)));
}

function nextPageOf({ link }: { readonly link?: unknown }): string | undefined {
  return listOf(link)
    .map((one) => recordOf(one))
    .map((one) => (one?.relation === "next" ? textOf(one.url) : undefined))
    .find((url) => url !== undefined);
}

function bundleOf(stated: unknown) {
  const json = withoutNull(stated);
  const type = textOf(recordOf(json)?.resourceType);
  if (type === "Location" || type === "HealthcareService") {
    return { resourceType: "Bundle" as const, entry: [{ resource: json }] };
  }
  const result = safeParse(Bundle, json);
  if (result.success) return result.data;
  const { message, field } = schemaProblems(result.error.issues, json)[0]!;
  throw invalidFeed(message.replace(/\.$/, ""), { field });
}

function entryOf(value: unknown, row: number): FhirEntry {
  const { resource: stated, fullUrl, request } = recordOf(value) ?? {};
  const resource = recordOf(stated);
  const place = { row, path: `entry.${row - 1}.resource` };
  const asked = recordOf(request);
  if (resource === undefined) {
    const words = [asked?.method, asked?.url].map(textOf).filter((word) => word !== undefined);
    const url = textOf(asked?.url);
    return {
      ...place,
      type: undefined,
      resource: {},
      references: url === undefined ? [] : [withoutVersion(url)],
      identifiers: [],
      ...defined({ request: words.length === 0 ? undefined : words.join(" ") }),
    };
  }
  const type = textOf(resource.resourceType);
  const id = textOf(resource.id);
  const url = textOf(fullUrl);
  const references = [
    ...(id === undefined || type === undefined ? [] : [`${type}/${id}`]),
    ...(url === undefined ? [] : [url]),
  ];
  return { ...place, type, resource, references, identifiers: identifiersOf(resource) };
}

/** Resources inside another one, which alone may refer to them, by `#id`. */
function containedIn({ row, path, resource }: FhirEntry): FhirEntry[] {
  return listOf(resource.contained).flatMap((value, place) => {
    const inner = recordOf(value);
    const type = textOf(inner?.resourceType);
    if (inner === undefined || type !== "Location") return [];
    const id = textOf(inner.id)?.replace(/^#/, "");
    return {
      row,
      path: `${path}.contained.${place}`,
      type,
      resource: inner,
      references: id === undefined ? [] : [`${row}#${id}`],
      identifiers: identifiersOf(inner),
    };
  });
}

function identifiersOf(resource: Readonly<Record<string, unknown>>): string[] {
  return listOf(resource.identifier).flatMap((one) => {
    const { system, value } = recordOf(one) ?? {};
    const [code, naming] = [textOf(value)?.trim(), textOf(system)];
    if (code === undefined || code === "") return [];
    if (naming === undefined) return [code];
    return [`${naming}|${code}`, ...(isOdsSite(naming) ? [code] : [])];
  });
}

/** The NHS's system of site codes, also with a slash at its end, in other capitals, or without TLS, as it is met. */
export const isOdsSite = (system: unknown): boolean =>
  typeof system === "string" &&
  system
    .trim()
    .replace(/^http:/i, "https:")
    .replace(/\/$/, "")
    .toLowerCase() === ODS_SITE_SYSTEM.toLowerCase();

/** Under which its versions are known as one; undefined for a resource without an id. */
const nameOf = ({ references: [first], type, request }: FhirEntry): string | undefined =>
  type !== undefined || request?.startsWith("DELETE ") === true ? first : undefined;

/** The versions of one resource that count when another comes. */
function latestOf(known: FhirEntry[], entry: FhirEntry, isHistory: boolean): FhirEntry[] {
  // Pages that were asked for while the list changed may hold the same entry twice.
  const text = JSON.stringify(entry.resource);
  if (isHistory || known.some(({ resource }) => JSON.stringify(resource) === text)) return known;
  const all = [...known, entry];
  const moments = all.map(({ resource }) => {
    const stated = textOf(recordOf(resource.meta)?.lastUpdated);
    return stated === undefined ? undefined : readSenderTime(stated, undefined)?.epochMs;
  });
  if (moments.includes(undefined)) return all;
  const latest = Math.max(...moments.map((moment) => moment!));
  return all.filter((_, place) => moments[place] === latest);
}

/** A reference to a version of a resource is one to the resource. */
export const withoutVersion = (reference: string): string => reference.replace(/\/_history\/[^/]*$/, "");

/** Members that are null are members left out; places in lists keep theirs. How deep it goes, `feedJson` has limited. */
function withoutNull(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNull);
  const members = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(members.map(([key, one]) => [key, withoutNull(one)]));
}
