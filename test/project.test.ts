import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE } from "../src/core/errors";
import { sbomOf } from "../src/sbom.config";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const packageJson = JSON.parse(read("package.json"));

describe("the error table", () => {
  const codes = Object.keys(ERROR_TABLE);

  it("has no code that nothing throws", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith("core/errors.ts"))
      .map((file) => read(`src/${file}`));
    expect(codes.filter((code) => !sources.some((text) => text.includes(`"${code}"`)))).toEqual([]);
  });

  it("stands in the README word for word", () => {
    const section =
      read("README.md")
        .split(/^## /m)
        .find((text) => text.startsWith("Errors\n")) ?? "";
    const rows = [...section.matchAll(/^\| `(\S+)` \| (.+) \|$/gm)].map((row) => [row[1], row[2]]);
    expect(rows).toEqual(Object.entries(ERROR_TABLE));
  });
});

describe("the README", () => {
  it("links to what is there", () => {
    const text = read("README.md");
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(
      ([, title]) =>
        `#${title!
          .toLowerCase()
          .replace(/[^\w\s-]/g, "")
          .replace(/\s/g, "-")}`,
    );
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
    const local = links.filter((link) => !/^https?:/.test(link));
    expect(local.length).toBeGreaterThan(0);
    expect(
      local.filter((link) => (link.startsWith("#") ? !anchors.includes(link) : !existsSync(join(root, link)))),
    ).toEqual([]);
  });
});

describe("package.json", () => {
  const versions: Record<string, string> = { ...packageJson.dependencies, ...packageJson.devDependencies };

  it.each(["@turf/turf", "ngraph.graph", "ngraph.path", "zod", "tsup", "vitest", "typescript"])(
    "pins %s, of which other versions do not work alike on every Node",
    (name) => expect(versions[name]).toMatch(/^\d+\.\d+\.\d+$/),
  );

  it("tells the version of the newest section of the changelog", () => {
    const changelog = read("CHANGELOG.md");
    const newest = /^## \[(\d+\.\d+\.\d+)\]|To become (\d+\.\d+\.\d+)/m.exec(changelog);
    expect(newest?.[1] ?? newest?.[2]).toBe(packageJson.version);
  });

  it("is what the lock was made for, and the lock names no registry", () => {
    const lock = JSON.parse(read("package-lock.json"));
    const { dependencies, devDependencies } = packageJson;
    expect(lock.packages[""]).toMatchObject({ version: packageJson.version, dependencies, devDependencies });
    const located = Object.entries<{ resolved?: string }>(lock.packages).filter(([, { resolved }]) => resolved);
    expect(located.map(([path]) => path)).toEqual([]);
  });
});

describe("the top level", () => {
  it("holds the rooms, their papers and nothing else", () => {
    const ignored = read(".gitignore")
      .split("\n")
      .map((line) => line.replace(/\/$/, ""));
    const isIgnored = (name: string): boolean =>
      name === ".git" || ignored.some((line) => (line.startsWith("*.") ? name.endsWith(line.slice(1)) : name === line));
    const rooms = ["package.json", "tsconfig.json", "src", "data", "bench", "test", "README.md"];
    const papers = ["CHANGELOG.md", "LICENSE", "biome.json", ".ci", ".gitignore", "package-lock.json"];
    expect(
      readdirSync(root)
        .filter((name) => !isIgnored(name))
        .sort(),
    ).toEqual([...rooms, ...papers].sort());
  });
});

describe("what an install brings along", () => {
  const lock = JSON.parse(read("package-lock.json"));
  const { components } = sbomOf(lock, new Set(["@turf/area"])) as {
    components: { name: string; version: string; purl: string; hashes?: unknown[]; licenses?: unknown[] }[];
  };

  it("is of exact versions, the same in both files", () => {
    for (const [name, version] of Object.entries(packageJson.dependencies)) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
      expect(lock.packages[`node_modules/${name}`].version).toBe(version);
    }
    expect(lock.packages[""].dependencies).toEqual(packageJson.dependencies);
  });

  it("is 25 packages at most, each in the bill of materials with its licence and hash, as is what is bundled", () => {
    const names = components.map(({ name }) => name);
    expect(names).toContain("@turf/area");
    expect(names.length - 1).toBeLessThanOrEqual(25);
    expect(names).toEqual(expect.arrayContaining(Object.keys(packageJson.dependencies)));
    for (const component of components) {
      expect(component).toMatchObject({ hashes: [{ alg: "SHA-512" }], licenses: [{}] });
      expect(component.purl).toMatch(/^pkg:npm\/(%40[^/@]+\/)?[^/@]+@\d/);
    }
  });
});
