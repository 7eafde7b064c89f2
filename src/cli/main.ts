import { DiversionError } from "../core/errors";
import { VERSION } from "../node/version";
import { buildCommand } from "./build";
import { catchmentsCommand } from "./catchments";
import { AnswerIsNo, type Command, EXIT, helpOf, type Terminal } from "./command";
import { distributeCommand } from "./distribute";
import { exportCommand } from "./export";
import { infoCommand } from "./info";
import { nearestCommand } from "./nearest";
import { replayCommand } from "./replay";
import { replayDecisionCommand } from "./replay-decision";
import { serveCommand } from "./serve";
import { statusCommand } from "./status";
import { verifyCommand } from "./verify";
import { whatIfCommand } from "./what-if";

const COMMANDS: readonly Command[] = [
  buildCommand,
  infoCommand,
  exportCommand,
  nearestCommand,
  statusCommand,
  whatIfCommand,
  catchmentsCommand,
  distributeCommand,
  replayDecisionCommand,
  replayCommand,
  serveCommand,
  verifyCommand,
];

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "Finds the nearest emergency department that can take this patient now.",
    "",
    "Usage: ambulance-diversion <command> [options]",
    "",
    "Commands:",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "`ambulance-diversion <command> --help` tells more of each.",
    "Exit status: 0 done; 1 the answer is no (no facility, verification failed); 2 bad input.",
    "Ranks and explains; a professional decides.",
    "",
  ].join("\n");
}

/** Runs one command line (without `node` and the script's name) and resolves to the exit status. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      terminal.stdout.write(overview());
      return name === undefined ? EXIT.badInput : EXIT.done;
    }
    if (name === "--version" || name === "-v") {
      terminal.stdout.write(`${VERSION}\n`);
      return EXIT.done;
    }
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) {
      const known = COMMANDS.map((candidate) => candidate.name).join(", ");
      throw new DiversionError("invalid-argument", `There is no command "${name}"; the commands are ${known}.`);
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      terminal.stdout.write(helpOf(command, rest[0]));
      return EXIT.done;
    }
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    terminal.stderr.write(`ambulance-diversion: ${error.describe()}\n`);
    return error instanceof AnswerIsNo ? EXIT.no : EXIT.badInput;
  }
}
