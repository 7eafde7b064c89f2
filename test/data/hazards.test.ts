import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { HazardLog, hazardTable, LIKELIHOODS, RISK_MATRIX, SEVERITIES } from "../support/hazard-log";
import { runToSuccess } from "../support/run";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const README = "data/safety/README.md";

const { hazards } = HazardLog.parse(JSON.parse(read("data/safety/hazards.json")));
const guards = hazards.flatMap(({ id, guardedBy }) => guardedBy.map((guard) => ({ id, ...guard })));

describe("the hazard log", () => {
  it("has at least twenty hazards, numbered without a gap, none twice", () => {
    expect(hazards.length).toBeGreaterThanOrEqual(20);
    expect(hazards.map(({ id }) => id)).toEqual(hazards.map((_, i) => `H${String(i + 1).padStart(2, "0")}`));
    expect(new Set(hazards.map(({ hazard }) => hazard)).size).toBe(hazards.length);
  });

  it("has no residual risk above 3, nor above the initial one, and at 3 says what is left to the deploying organisation", () => {
    for (const { id, initial, residual, deployer } of hazards) {
      expect(residual.risk, id).toBeLessThanOrEqual(Math.min(3, initial.risk));
      if (residual.risk === 3) expect(deployer, id).toBeDefined();
    }
  });

  it("stands in its README as it is: the table, and the matrix; `vitest -u` writes the table", async () => {
    const [before, rest] = read(README).split(/(?<=<!-- table: written from hazards\.json -->\n)/);
    const after = rest!.slice(rest!.indexOf("<!-- end of table -->"));
    await expect(`${before}${hazardTable(hazards)}\n${after}`).toMatchFileSnapshot(join(root, README));
    for (const likelihood of LIKELIHOODS) {
      expect(before).toContain(`| ${likelihood} | ${RISK_MATRIX[likelihood].join(" | ")} |`);
    }
    expect(before).toContain(`| ${SEVERITIES.join(" | ")} |`);
  });
});

describe("the tests that guard hazards", () => {
  const known = new Set<string>();

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "guards-"));
    const list = join(folder, "tests.json");
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const suiteOf = (file: string): string =>
      ["test/browser", "test/long", "test/postgres"].find((suite) => file.startsWith(`${suite}/`)) ?? "test";
    for (const suite of ["test", "test/browser", "test/long", "test/postgres"]) {
      const files = new Set(guards.map(({ file }) => file).filter((file) => suiteOf(file) === suite));
      const options = ["list", "--staticParse", `--json=${list}`, "--config", `${suite}/vitest.config.ts`];
      await runToSuccess(process.execPath, [vitest, ...options, ...files], { cwd: root });
      const tests: { file: string; name: string }[] = JSON.parse(readFileSync(list, "utf8"));
      for (const { file, name } of tests) known.add(`${file.slice(root.length)} ${name.split(" > ").at(-1)}`);
    }
    rmSync(folder, { recursive: true });
  });

  it.each(guards)("$id: $file, $test", ({ file, test }) => {
    expect(known).toContain(`${file} ${test.split(" > ").at(-1)}`);
  });
});
