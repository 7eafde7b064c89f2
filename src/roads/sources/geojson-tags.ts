import { parseJson } from "../../core/parse-json";
import type { Tags } from "./osm-source";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Properties in which exporters put the tags that have no column of their own, or all of them. */
const NESTED = ["tags", "all_tags", "other_tags"] as const;
/** Of these a text that holds no tags is a mistake; `tags` may be a column of somebody's own. */
const WRITTEN_BY_OGR: ReadonlySet<string> = new Set(["all_tags", "other_tags"]);

/**
 * The OSM tags of a feature, as exporters write them:
 * - its properties, or those under `tags`; numbers and booleans as text, lists of words as `a;b`, nulls and other nested
 *   values left out;
 * - `other_tags` and `all_tags` of ogr2ogr (https://gdal.org/drv_osm.html), in the notation of PostgreSQL's hstore
 *   (`"oneway"=>"-1"`) or as JSON; a column of its own comes before what they say;
 * - Geofabrik's layers, with `fclass` for the class, letters for `oneway` (read where access is), `T` and `F` for `bridge`
 *   and `tunnel`, and 0 for a limit that is not known.
 *
 * @returns what is wrong with a property, in words that complete "`properties.other_tags` …", where it cannot be read.
 */
export function tagsOfProperties(properties: JsonObject): Tags | { readonly field: string; readonly what: string } {
  const { tags: nested } = properties;
  const tags = textsOf(isObject(nested) ? nested : properties);
  for (const key of NESTED) {
    const value = properties[key];
    if (typeof value !== "string" || value.trim() === "") continue;
    const more = readTagText(value.trim());
    if (more !== undefined) {
      tags.delete(key);
      for (const [name, text] of more) if (!tags.has(name)) tags.set(name, text);
    } else if (WRITTEN_BY_OGR.has(key)) {
      return { field: key, what: `is ${JSON.stringify(value.slice(0, 60))} and neither hstore nor JSON` };
    }
  }
  if (tags.has("fclass") && !tags.has("highway")) readGeofabrikClass(tags);
  return tags;
}

function textsOf(source: JsonObject): Map<string, string> {
  const tags = new Map<string, string>();
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (typeof value === "string") tags.set(key, value);
    else if (typeof value === "number" || typeof value === "boolean") tags.set(key, String(value));
    else if (Array.isArray(value) && value.length > 0 && value.every(isWord)) tags.set(key, value.join(";"));
  }
  return tags;
}

const isWord = (value: unknown): boolean => typeof value === "string" || typeof value === "boolean";

function readTagText(text: string): Map<string, string> | undefined {
  if (!text.startsWith("{")) return readHstore(text);
  try {
    const value = parseJson(text);
    return isObject(value) ? textsOf(value) : undefined;
  } catch {
    return undefined;
  }
}

/** One pair and the comma after it; a value of NULL is no tag. Sticky, so that a text is gone through once. */
const PAIR = /\s*"((?:[^"\\]|\\.)*)"\s*=>\s*(?:"((?:[^"\\]|\\.)*)"|NULL)\s*(,|$)/gsuy;

const unescaped = (text: string): string => text.replace(/\\(.)/gsu, "$1");

function readHstore(text: string): Map<string, string> | undefined {
  const tags = new Map<string, string>();
  let at = 0;
  PAIR.lastIndex = 0;
  for (let pair = PAIR.exec(text); pair !== null; pair = PAIR.exec(text)) {
    const [, key, value, comma] = pair;
    if (value !== undefined) tags.set(unescaped(key!), unescaped(value));
    at = PAIR.lastIndex;
    if (comma === "") break;
  }
  return at === text.length && tags.size > 0 && !text.endsWith(",") ? tags : undefined;
}

/** `track_grade2` is a track of that grade; `unknown` is a road whose class is not known. */
function readGeofabrikClass(tags: Map<string, string>): void {
  const [, grade] = /^track_(grade\d)$/.exec(tags.get("fclass")!) ?? [];
  const highway = grade !== undefined ? "track" : tags.get("fclass") === "unknown" ? "road" : tags.get("fclass")!;
  tags.set("highway", highway);
  if (grade !== undefined && !tags.has("tracktype")) tags.set("tracktype", grade);
  for (const key of ["bridge", "tunnel"]) {
    const letter = tags.get(key);
    if (letter === "T" || letter === "F") tags.set(key, letter === "T" ? "yes" : "no");
  }
  if (tags.get("maxspeed") === "0") tags.delete("maxspeed");
}
