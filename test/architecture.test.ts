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
  ngraph: ["core", "shortest-path", "roads"],
  page: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output"],
  node: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output"],
  postgres: ["core", "hospitals", "node"],
  http: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output", "node"],
  cli: ["core", "shortest-path", "hospitals", "roads", "diversion", "planning", "output", "node", "http", "postgres"],
};

/**
 * The folders inside a room and which of them each may import. Files at the top of a room are its front door: they may
 * import all of it, and what is inside imports only those named under `base`.
 */
const inside: Record<
  string,
  { readonly folders: Record<string, readonly string[]>; readonly base: Readonly<Record<string, readonly string[]>> }
> = {
  "shortest-path": {
    folders: { order: ["cch"], cch: [], nearest: ["cch"], dijkstra: [] },
    base: {
      "engine.ts": ["cch", "nearest", "dijkstra", "order"],
      "engine-base.ts": ["cch", "nearest", "dijkstra"],
      "graph.ts": ["cch", "nearest", "dijkstra", "order"],
      "heap.ts": ["cch", "nearest", "dijkstra"],
      "targets.ts": ["cch", "nearest", "dijkstra"],
    },
  },
  hospitals: { folders: { directory: [], status: ["directory"], feeds: ["directory", "status"] }, base: {} },
  roads: {
    folders: {
      graph: [],
      sources: ["graph"],
      profile: ["graph", "sources"],
      turns: ["graph", "sources", "profile"],
      build: ["graph", "sources", "profile", "turns"],
      tables: ["graph", "sources", "turns", "build"],
      snap: ["graph"],
      closures: ["graph", "profile", "snap"],
      "closure-feeds": ["profile", "closures"],
      route: ["graph", "snap"],
    },
    base: {},
  },
  diversion: {
    folders: {
      incidents: [],
      rules: ["incidents"],
      answer: ["incidents", "rules"],
      drives: ["incidents", "rules", "answer"],
      conveyances: ["incidents", "rules", "answer", "drives"],
      log: ["incidents", "rules", "answer"],
    },
    base: {
      "situation.ts": ["conveyances", "log"],
      "nearest-open-router.ts": ["conveyances", "log"],
      "router-options.ts": ["log"],
      "recommend.ts": ["log"],
    },
  },
  planning: {
    folders: {
      situation: [],
      "what-if": ["situation"],
      catchments: ["situation", "what-if"],
      replay: ["situation"],
      distribution: [],
    },
    base: {},
  },
  node: { folders: { workers: [], files: ["workers"], logs: ["files"], feeds: [] }, base: {} },
};

/** Rooms that may use Node; everything else also runs in a browser. */
const nodeRooms = new Set(["node", "postgres", "http", "cli"]);

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
}

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".config.ts"))
  .map((file) => file.replaceAll("\\", "/"));

const known = new Set(sources);

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

/** The file an import names, relative to `src`; undefined for packages and for what is no TypeScript. */
const targetFile = ({ file, specifier }: Import): string | undefined => {
  if (!specifier.startsWith(".")) return undefined;
  const path = normalize(join(dirname(file), specifier)).replaceAll("\\", "/");
  return [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => known.has(candidate));
};

/** The folder of a file inside its room; empty for the front door. */
const folderOf = (file: string): string => {
  const parts = file.split("/");
  return parts.length > 2 ? parts[1]! : "";
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

  it("has no arrow between the folders of a room that runs the other way", () => {
    expect(
      violations((line) => {
        const { folders, base } = inside[line.room] ?? { folders: {}, base: {} };
        const from = folderOf(line.file);
        const target = targetFile(line);
        if (from === "" || target === undefined || target.split("/")[0] !== line.room) return false;
        const to = folderOf(target);
        if (to === from || folders[from] === undefined) return false;
        if (to === "") return !(base[target.split("/")[1]!] ?? []).includes(from);
        return !folders[from]!.includes(to);
      }),
    ).toEqual([]);
  });

  it("decides nowhere but in a situation", () => {
    const deciders =
      /import\s+(?!type)\{[^}]*(?<!type\s)\b(rank|choose|assess|decide)\b[^}]*\}\s+from\s+"[^"]*(rules|\.)\/(ranking|eligibility|bypass)"/;
    const callers = sources.filter((file) => deciders.test(readFileSync(join(root, "src", file), "utf8")));
    expect(callers.filter((file) => !file.startsWith("diversion/rules/"))).toEqual(["diversion/situation.ts"]);
  });

  it("knows every folder of a room that is laid out in folders", () => {
    const unknown = sources.filter((file) => {
      const room = inside[file.split("/")[0]!];
      const folder = folderOf(file);
      return room !== undefined && folder !== "" && room.folders[folder] === undefined;
    });
    expect(unknown).toEqual([]);
  });

  it("has no circles of files", () => {
    const targets = new Map<string, string[]>(sources.map((file) => [file, []]));
    for (const line of imports) {
      const target = targetFile(line);
      if (target !== undefined) targets.get(line.file)!.push(target);
    }
    const circles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      const begun = path.indexOf(file);
      if (begun >= 0) {
        circles.push([...path.slice(begun), file].join(" -> "));
        return;
      }
      if (done.has(file)) return;
      for (const target of targets.get(file)!) walk(target, [...path, file]);
      done.add(file);
    };
    for (const file of sources) walk(file, []);
    expect(circles).toEqual([]);
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
        return /^ngraph\./.test(specifier) && file !== "shortest-path/dijkstra/reference-engine.ts";
      }),
    ).toEqual([]);
  });

  it("imports zod as a namespace, which is what lets bundlers drop most of it", () => {
    const named = sources.filter((file) =>
      /import\s+(?:type\s+)?\{[^}]*\}\s+from\s+["']zod(\/mini)?["']/.test(
        readFileSync(join(root, "src", file), "utf8"),
      ),
    );
    expect(named).toEqual([]);
  });

  it("describes data by zod/mini wherever browsers may run it, and validates by core/safe-parse, which words it", () => {
    const browsers = sources.filter((file) => !nodeRooms.has(file.split("/")[0]!));
    expect(
      violations(
        ({ room, specifier }) => !nodeRooms.has(room) && room !== "" && /^(zod|@hono\/zod-openapi)$/.test(specifier),
      ),
    ).toEqual([]);
    // Of zod/mini alone a schema says "Invalid input", whatever is wrong.
    const wordless = browsers.filter((file) => {
      const text = readFileSync(join(root, "src", file), "utf8");
      return file !== "core/safe-parse.ts" && /\.safeParse\(|[sS]chema\.parse\(/.test(text);
    });
    expect(wordless).toEqual([]);
  });

  it("parses JSON from outside by core/parse-json, which bounds how deep it is", () => {
    // What these read was written by the product, ships with it, or was parsed before.
    const own = new Set([
      "core/parse-json.ts",
      "diversion/log/decision-replay.ts",
      "cli/answer-incidents.ts",
      "hospitals/feeds/feed-health.ts",
      "hospitals/status/status-statistics.ts",
      "node/files/embedded.ts",
      "node/workers/recommend-many.ts",
      "node/workers/router-parts.ts",
      "roads/sources/feature-scanner.ts",
      "page/sync/event-stream.ts",
    ]);
    const others = sources.filter(
      (file) => !own.has(file) && /JSON\.parse\(/.test(readFileSync(join(root, "src", file), "utf8")),
    );
    expect(others).toEqual([]);
  });

  it("replaces files in one place, which synchronizes what it wrote and the folder", () => {
    const writers = new Set(["node/files/write-file.ts", "node/files/file-lock.ts"]);
    const others = sources.filter((file) => {
      const text = readFileSync(join(root, "src", file), "utf8");
      return !writers.has(file) && /\b(rename|copyFile|writeFile|createWriteStream|cp|truncate)(Sync)?\b\(/.test(text);
    });
    expect(others).toEqual([]);
  });
});
