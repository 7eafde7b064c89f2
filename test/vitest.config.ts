import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: ".",
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", "test/browser/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
