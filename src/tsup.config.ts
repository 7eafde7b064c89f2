import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "node/index": "src/node/index.ts",
    cli: "src/cli/bin.ts",
  },
  outDir: "dist",
  format: "esm",
  target: "es2023",
  platform: "neutral",
  splitting: true,
  clean: true,
  dts: {
    entry: { index: "src/index.ts", "node/index": "src/node/index.ts" },
    compilerOptions: { ignoreDeprecations: "6.0" },
  },
  // Inlined, so that an install brings one package instead of a hundred and fifty; see THIRD-PARTY-NOTICES.
  noExternal: [/^@turf\//],
  external: [/^node:/],
});
