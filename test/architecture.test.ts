import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The rooms in the order data walks through them; each may import from those named and from itself. */
const rooms: Record<string, readonly string[]> = {
  core: [],
  "shortest-path": ["core"],
  hospitals: ["core"],
  roads: ["core", "shortest-path"],
  diversion: ["core", "shortest-path", "hospitals", "roads"],
  planning: ["core", "shortest-path", "hospitals", "roads", "diversion"],
  output: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning"],
  page: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output"],
  node: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output"],
  http: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output", "node"],
  cli: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output", "node", "http"],
};

/** Rooms that may use Node; everything else also runs in a browser. */
const nodeRooms = new Set(["node", "http", "cli"]);

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
}

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".config.ts"))
  .map((file) => file.replaceAll("\\", "/"));

const imports: Import[] = sources.flatMap((file) => {
  const text = readFileSync(join(root, "src", file), "utf8");
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;"']*?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    room: file.includes("/") ? file.split("/")[0]! : "",
    specifier: (match[1] ?? match[2] ?? match[3])!,
  }));
});

const targetRoom = ({ file, specifier }: Import): string | undefined => {
  const target = normalize(join("src", dirname(file), specifier)).replaceAll("\\", "/");
  if (!target.startsWith("src/")) return undefined;
  const inside = relative("src", target);
  return inside.includes("/") ? inside.split("/")[0] : "";
};

const violations = (forbidden: (line: Import) => boolean): string[] =>
  imports.filter(forbidden).map(({ file, specifier }) => `src/${file} imports ${specifier}`);

describe("architecture", () => {
  it("knows every room", () => {
    const found = new Set(sources.filter((file) => file.includes("/")).map((file) => file.split("/")[0]!));
    expect([...found].filter((room) => !(room in rooms))).toEqual([]);
    expect(imports.length).toBeGreaterThan(50);
  });

  it("has no arrow that runs the other way", () => {
    expect(
      violations((line) => {
        if (line.room === "" || !line.specifier.startsWith(".")) return false;
        const target = targetRoom(line);
        return target !== undefined && target !== line.room && !rooms[line.room]!.includes(target);
      }),
    ).toEqual([]);
  });

  it("uses node: only where there is a Node", () => {
    expect(
      violations(({ room, specifier, file }) => {
        return specifier.startsWith("node:") && !nodeRooms.has(room) && file !== "tsup.config.ts";
      }),
    ).toEqual([]);
  });

  it("keeps zod, turf and ngraph out of the shortest-path core, but for the reference engine", () => {
    expect(
      violations(({ room, file, specifier }) => {
        if (room !== "shortest-path") return false;
        if (/^(zod|@turf\/)/.test(specifier)) return true;
        return /^ngraph\./.test(specifier) && file !== "shortest-path/reference-engine.ts";
      }),
    ).toEqual([]);
  });

  it("imports zod as a namespace, which is what lets bundlers drop most of it", () => {
    const named = sources.filter((file) =>
      /import\s+(?:type\s+)?\{[^}]*\}\s+from\s+["']zod["']/.test(readFileSync(join(root, "src", file), "utf8")),
    );
    expect(named).toEqual([]);
  });
});
