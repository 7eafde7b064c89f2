import { defineConfig } from "vitest/config";
import { reportersOf } from "../support/reporters.ts";

/** The package as its users get it: packed, installed and run. `npm run build && npm run test:package`. */
export default defineConfig({
  test: {
    ...reportersOf("package"),
    root: ".",
    include: ["test/package/**/*.test.ts"],
    globalSetup: ["test/package/pack.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
