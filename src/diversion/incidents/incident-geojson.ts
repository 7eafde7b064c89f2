import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { parseJson } from "../../core/parse-json";
import type { TextBytes } from "../../core/text";
import { quote } from "../../hospitals/directory/schema-problems";
import { FeatureScanner, type FeatureText } from "../../roads/sources/feature-scanner";
import { splitNeeds } from "./incident-csv";
import { type IncidentId, type IncidentRow, idOf, incidentRow, MAXIMUM_LINE_BYTES } from "./incident-row";

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The incidents of a GeoJSON FeatureCollection of Points (RFC 7946), feature by feature. Properties are the fields of an
 * incident: `needs` may be an array or `trauma|stroke`, nulls are left out, heights are dropped; the id is the feature's,
 * or a property `id`. Rows count features.
 *
 * @throws DiversionError `invalid-incident` when the document is no such collection.
 */
export async function* geojsonIncidents(chunks: TextBytes): AsyncGenerator<IncidentRow> {
  const scanner = new FeatureScanner(MAXIMUM_LINE_BYTES);
  let row = 0;
  for await (const chunk of chunks) {
    for (const feature of scanned(scanner, () => scanner.push(chunk))) yield featureIncident(++row, feature);
  }
  const rest = scanned(scanner, () => scanner.finish());
  let document: unknown;
  try {
    document = parseJson(rest.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw invalid(`The text around the features is not JSON (${(cause as Error).message}); is it complete?`, scanner);
  }
  if (!isObject(document) || document.type !== "FeatureCollection" || !Array.isArray(document.features)) {
    throw invalid("The document is no GeoJSON FeatureCollection; write one whose features are Points.", scanner);
  }
  if (document.features.length !== row || document.features.some((feature) => feature !== 0)) {
    throw invalid("The features hold something that is no feature; write Points, each a Feature.", scanner);
  }
}

function scanned<T>(scanner: FeatureScanner, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    const what = cause instanceof TypeError ? "The text is not UTF-8" : `It holds ${(cause as Error).message}`;
    throw invalid(`${what}; write UTF-8 GeoJSON, one feature per incident.`, scanner);
  }
}

const invalid = (message: string, scanner: FeatureScanner): DiversionError =>
  new DiversionError("invalid-incident", message, { row: scanner.line });

function featureIncident(row: number, { json }: FeatureText): IncidentRow {
  let feature: unknown;
  try {
    feature = parseJson(json);
  } catch (cause) {
    return refused(row, undefined, `The feature is not JSON (${(cause as Error).message}); correct it.`);
  }
  if (!isObject(feature) || feature.type !== "Feature") {
    return refused(row, undefined, 'The type is not "Feature"; write Points, each a Feature.', "type");
  }
  const { geometry, properties } = feature;
  const stated = isObject(properties) ? properties : {};
  const id = feature.id ?? stated.id ?? undefined;
  const type = isObject(geometry) ? geometry.type : geometry;
  if (!isObject(geometry) || type !== "Point") {
    return refused(row, idOf({ id }), `The geometry is ${quote(type)}; an incident is a Point.`, "geometry");
  }
  const { coordinates } = geometry;
  const location = Array.isArray(coordinates) && coordinates.length > 2 ? coordinates.slice(0, 2) : coordinates;
  const fields = Object.entries(stated)
    .filter(([field, value]) => value !== null && field !== "id")
    .map(([field, value]) => [field, field === "needs" && typeof value === "string" ? splitNeeds(value) : value]);
  return incidentRow(row, defined({ id, ...Object.fromEntries(fields), location }));
}

const refused = (row: number, id: IncidentId | undefined, message: string, field?: string): IncidentRow => ({
  row,
  id,
  error: new DiversionError("invalid-incident", message, { row, field }),
});
