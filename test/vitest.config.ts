import { defineConfig } from "vitest/config";
import { reportersOf } from "./support/reporters.ts";

export default defineConfig({
  test: {
    ...reportersOf("test"),
    root: ".",
    include: ["test/**/*.test.ts"],
    // Each of these has a script and a config of its own.
    exclude: ["test/long/**", "test/browser/**", "test/package/**", "test/postgres/**"],
    // Invariants that cost too much for every day are checked in every test.
    setupFiles: ["test/support/thorough.ts"],
    // Left to itself vitest keeps one core free, which of two is half: files run on all.
    maxWorkers: "100%",
    // A module that is loaded for each of 200 files anew costs as long as the tests themselves; none keeps anything.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
