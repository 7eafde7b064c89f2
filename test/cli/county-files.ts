import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeRoads } from "../../src/roads/roads-file";
import { hospitalsAt, smallCounty } from "../support/small-county";

/** The small county's roads and three EDs on disk: at kilometres 10, 20 and 40; the last is no trauma unit. */
export interface CountyFiles {
  readonly folder: string;
  /** `--roads` and `--hospitals` with the county's files. */
  readonly options: readonly string[];
  readonly hospitals: string;
  /** Writes a file into the folder and returns its path. */
  write(name: string, content: string | Uint8Array): string;
  path(name: string): string;
}

export function countyFiles(): CountyFiles {
  const folder = mkdtempSync(join(tmpdir(), "county-"));
  const path = (name: string): string => join(folder, name);
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path(name), content);
    return path(name);
  };
  const roads = write("county.roads", Buffer.concat(encodeRoads(smallCounty())));
  const directory = hospitalsAt({
    A1: { km: 10, name: "Ashby", capabilities: ["trauma"] },
    B2: { km: 20, name: "Burton", capabilities: ["trauma", "stroke"] },
    C3: { km: 40, name: "Cowley" },
  });
  const hospitals = write("hospitals.json", JSON.stringify(directory));
  return { folder, options: ["--roads", roads, "--hospitals", hospitals], hospitals, write, path };
}
