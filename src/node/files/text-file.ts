import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { knownColumn, readCsv } from "../../core/csv";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { parseJson } from "../../core/parse-json";
import { decodeText } from "../../core/text";
import { InboundList } from "../../diversion/rules/inbound";
import { BUILT_IN_POLICIES, type Policy, parsePolicy } from "../../diversion/rules/policy";
import type { CapabilityVocabulary } from "../../hospitals/directory/capabilities";
import { readHospitalCsv } from "../../hospitals/directory/csv";
import { HospitalDirectory } from "../../hospitals/directory/directory";
import {
  checkCapacity,
  type DistributionRequest,
  type EdCapacity,
  readCasualties,
} from "../../planning/distribution/distribution-request";
import { parseScenario, type Scenario } from "../../planning/replay/scenario";
import { type DemandPoints, readPopulation } from "../../planning/situation/demand-points";
import type { ImportedClosures, RoadIndex } from "../../roads/road-index";
import { openForReading } from "./file-source";

/**
 * Reads a file that is small enough to be held whole, and has it parsed; what is wrong with it is told with its name.
 *
 * @throws DiversionError `file-not-found`, `invalid-text` for another encoding than UTF-8 and UTF-16, and what `parse` throws.
 */
export async function parseTextFile<T>(path: string, parse: (text: string) => T): Promise<T> {
  const file = await openForReading(path);
  try {
    return parse(
      decodeText(
        await readFile(file),
        ({ what, row }) => new DiversionError("invalid-text", `The file ${what}.`, { row }),
      ),
    );
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  } finally {
    await file.close();
  }
}

/** The JSON value of a text. @param code of the error for another text @param hint what to do about it, in words */
function parseJsonText(text: string, code: ErrorCode, hint: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new DiversionError(code, `The file is not JSON (${(cause as Error).message}); ${hint}.`, {}, { cause });
  }
}

/**
 * Enters the closures and slowdowns of a GeoJSON file into the roads; see {@link RoadIndex.importClosures}.
 *
 * @throws DiversionError `file-not-found`, `invalid-closure`, naming the file, the feature (as row, from 1) and the field.
 */
export const loadClosures = (path: string, roads: RoadIndex): Promise<ImportedClosures> =>
  parseTextFile(path, (text) =>
    roads.importClosures(parseJsonText(text, "invalid-closure", "closures are a GeoJSON FeatureCollection")),
  );

/**
 * Reads the rules of a region: a built-in policy by its id, or a JSON file.
 *
 * @param vocabulary the words that the hospitals are read with. Default: those of `data/capabilities.json`.
 * @throws DiversionError `file-not-found`, `invalid-policy`, naming the file.
 */
export async function openPolicy(path: string, vocabulary?: CapabilityVocabulary): Promise<Policy> {
  const builtIn = BUILT_IN_POLICIES.get(path);
  if (builtIn !== undefined) return builtIn;
  return parseTextFile(path, (text) => parsePolicy(parseJsonText(text, "invalid-policy", "correct it"), vocabulary));
}

/**
 * Opens a csv of where people live; see {@link readPopulation}.
 *
 * @throws DiversionError `file-not-found`, `invalid-population`, naming the file, the row and the column.
 */
export const openPopulation = (path: string): Promise<DemandPoints> => parseTextFile(path, readPopulation);

/** The scenarios that come with the package, by id: files of `data/scenarios`. */
export const BUILT_IN_SCENARIOS = ["nhs-cyber-attack-2017"] as const;

/**
 * Reads a scenario: a built-in one by its id, or a JSON file.
 * @throws DiversionError `file-not-found`, `invalid-scenario`, naming the file.
 */
export function openScenario(path: string): Promise<Scenario> {
  const isBuiltIn = BUILT_IN_SCENARIOS.some((id) => id === path);
  return parseTextFile(isBuiltIn ? packageFile(`data/scenarios/${path}.json`) : path, (text) =>
    parseScenario(parseJsonText(text, "invalid-scenario", "correct it")),
  );
}

/**
 * Opens a list of hospitals: csv by its name, JSON otherwise.
 *
 * @throws DiversionError `file-not-found`, `invalid-hospitals`, `duplicate-hospital`, each naming file, row and field.
 */
export const openHospitals = (path: string): Promise<HospitalDirectory> =>
  parseTextFile(path, (text) => {
    const directory = /\.csv$/i.test(path)
      ? readHospitalCsv(text)
      : HospitalDirectory.parse(parseJsonText(text, "invalid-hospitals", "a csv list must be named .csv"));
    if (directory.size > 0) return directory;
    throw new DiversionError("invalid-hospitals", "The hospital list is empty; name at least one hospital.");
  });

/**
 * Opens casualties; see {@link readCasualties}.
 *
 * @throws DiversionError `file-not-found`, `invalid-incident`, naming the file, the row and the column.
 */
export const openCasualties = (path: string, directory: HospitalDirectory): Promise<DistributionRequest["incidents"]> =>
  parseTextFile(path, (text) => readCasualties(text, directory));

/**
 * Opens how many casualties each ED takes: JSON `{ "RQ8L0": { "P1": 2, "total": 12 } }`.
 *
 * @throws DiversionError `file-not-found`, `invalid-argument`, `unknown-hospital`, naming the file and the field.
 */
export const openCapacity = (path: string, directory: HospitalDirectory): Promise<EdCapacity> =>
  parseTextFile(path, (text) => checkCapacity(parseJsonText(text, "invalid-argument", "correct it"), directory));

const COLUMNS = ["id", "count"];

/**
 * Opens what is expected at EDs: csv `id,count` by its name, otherwise JSON `[{ "id": "RQ8L0", "count": 7 }]`, the
 * ambulances due at each within the hour.
 *
 * @throws DiversionError `file-not-found`; `invalid-argument` for another form, an unknown id, or an id that comes twice,
 * naming file, row and field.
 */
export const openInbound = (path: string, directory: HospitalDirectory): Promise<InboundList> =>
  parseTextFile(path, (text) => {
    const isCsv = /\.csv$/i.test(path);
    const rows = isCsv ? rowsOf(text) : parseJsonText(text, "invalid-argument", "a csv list must be named .csv");
    return InboundList.parse(rows, directory);
  });

function rowsOf(text: string): unknown[] {
  const { header, records } = readCsv(
    text,
    (what, row, cause) => new DiversionError("invalid-argument", `${what}.`, { row }, { cause }),
  );
  const columns = (header?.cells ?? []).map((name) => knownColumn(name, COLUMNS));
  if (columns.length !== COLUMNS.length || COLUMNS.some((name) => !columns.includes(name))) {
    const message = `The header is ${JSON.stringify(columns.join(","))}; write ${COLUMNS.join(",")}.`;
    throw new DiversionError("invalid-argument", message, { row: header?.line ?? 1 });
  }
  return records.map(({ cells, line }) => {
    if (cells.length !== COLUMNS.length) {
      const message = `The row has ${cells.length} cells; write ${COLUMNS.join(",")}.`;
      throw new DiversionError("invalid-argument", message, { row: line });
    }
    const [id, count] = COLUMNS.map((name) => cells[columns.indexOf(name)]!);
    // Number() alone would read an empty cell as 0 and "0x10" as 16.
    return { id, count: /^\d+$/.test(count!) ? Number(count) : count };
  });
}

/**
 * The path of a file that ships with the package, such as `data/essex/roads.geojson`: found from wherever this module
 * runs, the TypeScript sources or the bundle, by going up to the folder of package.json.
 */
export function packageFile(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${fileURLToPath(import.meta.url)}.`);
    folder = parent;
  }
  return join(folder, path);
}
