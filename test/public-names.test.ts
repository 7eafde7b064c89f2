import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const read = (file: string): string => readFileSync(`${ROOT}${file}`, "utf8");

/** The source of an entry of package.json: `./dist/node/index.js` is built from `src/node/index.ts`. */
const entries = Object.entries<{ readonly default?: string }>(JSON.parse(read("package.json")).exports).flatMap(
  ([entry, { default: built }]) =>
    built === undefined ? [] : [[entry, built.replace("./dist/", "src/").replace(/\.js$/, ".ts")] as const],
);

function namesOf(file: string): string[] {
  const text = read(file).replaceAll(/\/\*[\s\S]*?\*\//g, "");
  // A declaration, or a star, would be a name that the list below does not see.
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\} from "[^"]+";/g)];
  expect([...text.matchAll(/\bexport\b/g)].length, file).toBe(lists.length);
  return lists
    .flatMap(([, list]) => list!.split(","))
    .map((name) =>
      name
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    )
    .filter((name) => name !== "");
}

describe("public names", () => {
  it("are those listed in test/public-names.txt: a new one is a decision", () => {
    const found = entries.flatMap(([entry, file]) => namesOf(file).map((name) => `${entry} ${name}`));
    const listed = read("test/public-names.txt").trimEnd().split("\n");
    expect(found.sort()).toEqual(listed);
  });
});
