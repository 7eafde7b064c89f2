import { defineConfig } from "vitest/config";
import { reportersOf } from "./support/reporters.ts";

/** Puts its own modules in the place of Node's, which no other file must see. */
const REPLACES_MODULES = ["test/node/crash-consistency.test.ts"];

export default defineConfig({
  test: {
    ...reportersOf("test"),
    // Left to itself vitest keeps one core free, which of two is half: files run on all.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          // Each of these has a script and a config of its own.
          exclude: ["test/long/**", "test/browser/**", "test/package/**", "test/postgres/**", ...REPLACES_MODULES],
          // A module that is loaded for each of 200 files anew costs as long as the tests themselves; none keeps anything.
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: REPLACES_MODULES } },
    ],
    root: ".",
    // Invariants that cost too much for every day are checked in every test.
    setupFiles: ["test/support/thorough.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
