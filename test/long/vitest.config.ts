import { defineConfig } from "vitest/config";
import { reportersOf } from "../support/reporters.ts";

/** Checks on real data and long campaigns, which take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    ...reportersOf("long"),
    root: ".",
    include: ["test/long/**/*.test.ts"],
    setupFiles: ["test/support/thorough.ts"],
    maxWorkers: "100%",
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
