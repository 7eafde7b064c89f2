/** A process to be killed: flips a flag for ever, and writes each version to stdout once it was acknowledged. */
import { writeSync } from "node:fs";
import { openStatus } from "../../../src/node/logs/status-file";
import { essex } from "../../hospitals/support/essex";

const status = openStatus(process.argv[2]!, essex);
for (let open = false; ; open = !open) {
  const { version } = status.setOpen("RQ8L0", open, { reason: "x".repeat(400), observedAt: "2017-05-12T12:00:00Z" });
  writeSync(1, `${version}\n`);
}
