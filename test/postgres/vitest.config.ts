import { defineConfig } from "vitest/config";
import { reportersOf } from "../support/reporters.ts";

/** The status in PostgreSQL, which the tests start themselves: `npm run test:postgres`. */
export default defineConfig({
  test: {
    ...reportersOf("postgres"),
    root: ".",
    include: ["test/postgres/**/*.test.ts"],
    setupFiles: ["test/support/thorough.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
