// Prints "N passed, N failed" over the JSON reports that vitest left in a folder; exits 1 when anything failed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
let passed = 0;
let failed = 0;
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
for (const file of files.sort()) {
  const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
  // A file that cannot even be loaded has no test to count, and is a failure all the same.
  const unloadable = report.testResults.filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0);
  const failures = report.numFailedTests + unloadable.length;
  console.log(`${file}: ${report.numPassedTests} passed, ${failures} failed, ${report.numPendingTests} skipped`);
  passed += report.numPassedTests;
  failed += failures;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
