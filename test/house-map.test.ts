import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

it("src/README.md names only files and folders that exist, of src or of the project", () => {
  const text = readFileSync(`${ROOT}src/README.md`, "utf8");
  const named = [...text.matchAll(/`([\w.-]+\/[\w./-]*|[\w-]+\.ts)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(50);
  const packages = ["zod/mini"];
  // Folders inside a room are named in its row.
  const rooms = [...text.matchAll(/^\| `([\w-]+\/)` \| (.*) \|$/gm)];
  const inside = new Set(
    rooms.flatMap(([, room, row]) => [...row!.matchAll(/`([\w-]+\/)`/g)].map((m) => `${room}${m[1]}`)),
  );
  const exists = (path: string): boolean =>
    existsSync(`${ROOT}src/${path}`) ||
    existsSync(`${ROOT}${path}`) ||
    [...inside].some((folder) => folder.endsWith(`/${path}`) && existsSync(`${ROOT}src/${folder}`));
  expect(named.filter((path) => !packages.includes(path) && !exists(path))).toEqual([]);
});
