import { defineConfig } from "vitest/config";
import { reportersOf } from "../support/reporters";

/** Checks in a real browser: `npm run test:browser`. */
export default defineConfig({
  test: {
    ...reportersOf("browser"),
    root: ".",
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/chromium.ts", "test/support/built-page.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
