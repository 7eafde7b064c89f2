import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksOf } from "../support/readme-blocks";
import { ReadmeSandbox } from "../support/readme-sandbox";
import { Cluster, NO_POSTGRES, POSTGRES_BIN } from "./support/cluster";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const blocks = blocksOf(README).filter(({ flags }) => flags.includes("postgres"));

/** The page for administrators, from an empty PostgreSQL to three servers. */
describe(`README.md${NO_POSTGRES === undefined ? "" : ` (${NO_POSTGRES})`}`, {
  skip: NO_POSTGRES !== undefined,
}, () => {
  let sandbox: ReadmeSandbox;
  let cluster: Cluster;
  beforeAll(async () => {
    sandbox = await ReadmeSandbox.create();
    cluster = await Cluster.start();
    await cluster.sql("CREATE ROLE postgres LOGIN SUPERUSER");
  });
  afterAll(async () => {
    await cluster.remove();
    await sandbox.remove();
  });

  it("has blocks about a database", () => expect(blocks).toHaveLength(2));

  for (const { line, text } of blocks) {
    it(`line ${line}: the block holds`, async () => {
      const here = text.replaceAll("@db1/", `@127.0.0.1:${cluster.port}/`);
      const ran = await sandbox.shell(`export PATH="$PATH:${POSTGRES_BIN}"\n${here}`, true);
      expect(ran.status, ran.stdout + ran.stderr).toBe(0);
      if (text.includes("status list")) expect(ran.stdout).toContain("flooded");
    });
  }
});
