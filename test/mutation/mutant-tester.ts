/**
 * Runs tests against one mutant after another, in a process of its own, so that one that loops for ever can be ended.
 * The tests' other modules are transformed once for all mutants, which is most of what a run takes.
 */
import { createVitest } from "vitest/node";

/** What the parent sends: source in place of that of the file, an absolute path. */
export interface Trial {
  readonly file: string;
  readonly source: string;
  /** Those nearest to the file first: the others are run only when these pass. */
  readonly tests: readonly string[];
}

/** What it hears. */
export interface Verdict {
  readonly passes: boolean;
}

let trial: Trial | undefined;

const vitest = await createVitest(
  "test",
  {
    config: false,
    root: ".",
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/thorough.ts", "test/mutation/no-shrinking.ts"],
    watch: false,
    bail: 1,
    pool: "threads",
    fileParallelism: false,
    reporters: [{}],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
  {
    plugins: [
      {
        name: "mutant",
        enforce: "pre",
        // Nothing in the tree is written: one source file is read from elsewhere.
        load: (id) => (id === trial?.file ? trial.source : undefined),
      },
    ],
  },
);

async function passes({ file, tests }: Trial): Promise<boolean> {
  vitest.invalidateFile(file);
  for (const test of tests) {
    const specifications = await vitest.globTestSpecifications([test]);
    if (specifications.length === 0) throw new Error(`There is no test file ${test}.`);
    // Else failures against the mutant before would count against this one.
    vitest.state.filesMap.clear();
    vitest.state.idMap.clear();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    if (unhandledErrors.length > 0 || !testModules.every((module) => module.state() === "passed")) return false;
  }
  return true;
}

process.on("message", async (received) => {
  trial = received as Trial;
  process.send!({ passes: await passes(trial) } satisfies Verdict);
});
process.on("disconnect", () => process.exit());
