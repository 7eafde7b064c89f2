import { cellNumber, readCsv } from "../../core/csv";
import { DiversionError } from "../../core/errors";
import type { Position } from "../../core/units";
import type { RoadIndex } from "../../roads/road-index";

/** Where patients may come from. */
export interface DemandPoints {
  /** Float64[2 * places]: longitude and latitude in degrees, alternating. */
  readonly locations: Float64Array;
  /** Float64[places]: how much each counts: people who live there, or 1 for a junction. */
  readonly weights: Float64Array;
  /** What the weights count. */
  readonly unit: "people" | "junctions";
}

export const demandPointPosition = ({ locations }: DemandPoints, demandPoint: number): Position => [
  locations[2 * demandPoint]!,
  locations[2 * demandPoint + 1]!,
];

/** Every junction and end of road, each counting 1: what there is without a population file. */
export function junctionsOf({ graph }: RoadIndex): DemandPoints {
  const locations = new Float64Array(2 * graph.junctionCount);
  let demandPoint = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.junctionOf(node) !== node) continue;
    const [lon, lat] = graph.nodePosition(node);
    locations[2 * demandPoint] = lon;
    locations[2 * demandPoint + 1] = lat;
    demandPoint++;
  }
  return { locations, weights: new Float64Array(demandPoint).fill(1), unit: "junctions" };
}

const COLUMNS = ["lon", "lat", "people"] as const;

/** Names under which statistical offices publish the columns, beside ours. */
const SYNONYMS: Readonly<Record<string, (typeof COLUMNS)[number]>> = {
  lon: "lon",
  longitude: "lon",
  lat: "lat",
  latitude: "lat",
  people: "people",
  population: "people",
};

/**
 * Reads where people live: csv with a header that has `lon`, `lat` and `people` (also `longitude`, `latitude`,
 * `population`, and `population_` with a year), and a line per small area. Other columns are passed over.
 *
 * @throws DiversionError `invalid-population` with the row and the column.
 */
export function readPopulation(text: string): DemandPoints {
  const { header, records, separator } = readCsv(
    text,
    (what, row, cause) => new DiversionError("invalid-population", `${what}.`, { row }, { cause }),
  );
  if (header === undefined)
    throw invalid("The population file is empty; begin with a header such as lon,lat,people.", 1);
  const names = header.cells.map((name) => name.toLowerCase().replace(/^population_\d{4}$/, "population"));
  const place = COLUMNS.map((column) => {
    const found = names.flatMap((name, index) => (SYNONYMS[name] === column ? [index] : []));
    if (found.length === 1) return found[0]!;
    const how = found.length === 0 ? "has no column" : "has more than one column for";
    throw invalid(`The population file's header ${how} ${column}; it needs lon,lat,people.`, header.line, column);
  }) as [number, number, number];
  const locations = new Float64Array(2 * records.length);
  const weights = new Float64Array(records.length);
  records.forEach(({ cells, line }, index) => {
    const value = (column: 0 | 1 | 2, minimum: number, maximum: number): number => {
      const cell = cells[place[column]] ?? "";
      const number = cellNumber(cell, separator) ?? Number.NaN;
      if (number >= minimum && number <= maximum) return number;
      const what = `${COLUMNS[column]} is "${cell}"; write a number from ${minimum} to ${maximum}.`;
      throw invalid(what, line, COLUMNS[column]);
    };
    locations[2 * index] = value(0, -180, 180);
    locations[2 * index + 1] = value(1, -90, 90);
    weights[index] = value(2, 0, 1e9);
  });
  return { locations, weights, unit: "people" };
}

const invalid = (message: string, row: number, field?: string): DiversionError =>
  new DiversionError("invalid-population", message, { row, field });
