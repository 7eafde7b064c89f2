import { defineConfig } from "vitest/config";
import { reportersOf } from "../support/reporters.ts";

/** Checks on real data that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    ...reportersOf("long"),
    root: ".",
    include: ["test/long/**/*.test.ts"],
    passWithNoTests: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
