/** What a run of vitest prints and, on CI, the JSON report it leaves for the sum over all runs. */
export const reportersOf = (run: string) =>
  process.env.CI === undefined
    ? { reporters: ["default"] }
    : { reporters: ["default", "json"], outputFile: { json: `.cache/vitest/${run}.json` } };
