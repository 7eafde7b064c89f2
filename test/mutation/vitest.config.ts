import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** The tests as ever, but one source file is read from another place: the mutant. Nothing in the tree is written. */
const { MUTATED_FILE: file, MUTANT: mutant } = process.env;

export default defineConfig({
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      load(id) {
        return id === file && mutant !== undefined ? readFileSync(mutant, "utf8") : undefined;
      },
    },
  ],
  test: {
    root: ".",
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/thorough.ts"],
    reporters: ["dot"],
    bail: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
