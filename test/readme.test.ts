import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Block, blocksOf, departure, parseCommentedJson, shows } from "./support/readme-blocks";
import { ReadmeSandbox } from "./support/readme-sandbox";
import type { Ran } from "./support/run";

/**
 * Runs the README as a user would, from top to bottom in one folder where `data/` is at hand:
 * - `sh` runs in bash, where `npx ambulance-diversion` and `npm start` are those of the sources; a block marked `setup`
 *   may also call the commands and name the files that stand-ins replace (see readme-sandbox.ts);
 * - `ts` is type-checked and run as a module; marked `continue`, it goes on where the one before it ended;
 * - `text` and `json` show what the last block that printed anything printed, with `…` for what is left out.
 * A line `# exit status N` in a shell block tells that it ends so.
 */
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
/** Those that need a database are run where there is one: test/postgres/readme.test.ts. */
const blocks = blocksOf(README).filter(({ flags }) => !flags.includes("postgres"));

const moduleName = ({ line }: Block): string => `line-${line}`;

/** The module of each `ts` block: its own text after that of all it continues. */
const modules = new Map<Block, string>();
let before = "";
for (const block of blocks.filter(({ language }) => language === "ts")) {
  before = block.flags.includes("continue") ? `${before}\n${block.text}` : block.text;
  modules.set(block, before);
}

describe("README.md", () => {
  let sandbox: ReadmeSandbox;
  let complaints: Promise<string>;
  let printed: string | undefined;

  const remember = ({ stdout, stderr }: Ran): void => {
    if (stdout !== "" || stderr !== "") printed = stdout === "" ? stderr : stdout;
  };

  const runBlock: Record<string, (block: Block) => Promise<void>> = {
    async sh({ text, flags }) {
      const ran = await sandbox.shell(text, flags.includes("setup"));
      const expected = Number(/^# exit status (\d+)$/m.exec(text)?.[1] ?? 0);
      expect(ran.status, ran.stdout + ran.stderr).toBe(expected);
      remember(ran);
    },
    async ts(block) {
      const ran = await sandbox.module(moduleName(block));
      expect(ran.status, ran.stdout + ran.stderr).toBe(0);
      remember(ran);
    },
    async text({ text }) {
      expect(printed).toBeDefined();
      expect(shows(printed!, text), `The README shows\n${text}\nand the program printed\n${printed}`).toBe(true);
    },
    async json({ text }) {
      const shown = parseCommentedJson(text);
      expect(printed).toBeDefined();
      expect(departure(JSON.parse(printed!), shown)).toBeUndefined();
    },
  };

  beforeAll(async () => {
    sandbox = await ReadmeSandbox.create();
    for (const [block, text] of modules) await sandbox.writeModule(moduleName(block), text);
    complaints = sandbox.complaints();
  });
  afterAll(() => sandbox.remove());

  for (const block of blocks) {
    it(`line ${block.line}: the ${block.language || "unnamed"} block holds`, async () => {
      expect(Object.keys(runBlock)).toContain(block.language);
      await runBlock[block.language]!(block);
    });
  }

  it("has TypeScript that the compiler accepts", async () => {
    expect(modules.size).toBeGreaterThan(0);
    expect(await complaints).toBe("");
  });
});
