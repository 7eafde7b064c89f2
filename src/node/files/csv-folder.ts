import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DiversionError } from "../../core/errors";
import type { CsvFile, CsvRoadsOptions } from "../../roads/tables/roads-from-csv";
import { fileChunks } from "./file-chunks";

/**
 * The tables of a folder: `nodes.csv`, `edges.csv` and, where there are any, `turns.csv`, each of them also packed as
 * `.csv.gz`. Undefined when there is no folder of this name.
 *
 * @throws DiversionError `file-not-found` when nodes or edges are missing.
 */
export async function csvFolder(path: string): Promise<Pick<CsvRoadsOptions, "nodes" | "edges" | "turns"> | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const [nodes, edges, turns] = await Promise.all(["nodes", "edges", "turns"].map((table) => tableIn(path, table)));
  for (const [name, file] of [
    ["nodes", nodes],
    ["edges", edges],
  ] as const) {
    if (file === undefined) {
      throw new DiversionError(
        "file-not-found",
        `The folder has no ${name}.csv (or ${name}.csv.gz); a road graph in csv is nodes.csv, edges.csv and, if turns are forbidden, turns.csv.`,
        { file: path },
      );
    }
  }
  return { nodes: nodes!, edges: edges!, turns };
}

async function tableIn(folder: string, table: string): Promise<CsvFile | undefined> {
  for (const name of [`${table}.csv`, `${table}.csv.gz`]) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return { name, bytes: (onBytes) => fileChunks(path, "invalid-roads-csv", onBytes) };
  }
  return undefined;
}
