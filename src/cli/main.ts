import { DiversionError } from "../core/errors";
import { VERSION } from "../node/version";
import { AnswerIsNo, type Command, EXIT, helpOf, type Terminal } from "./command";

/** By name, in the order of the help. Each loads what it alone needs, which for some takes longer than their work. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import("./build")).buildCommand,
  info: async () => (await import("./info")).infoCommand,
  export: async () => (await import("./export")).exportCommand,
  nearest: async () => (await import("./nearest")).nearestCommand,
  status: async () => (await import("./status")).statusCommand,
  "what-if": async () => (await import("./what-if")).whatIfCommand,
  catchments: async () => (await import("./catchments")).catchmentsCommand,
  distribute: async () => (await import("./distribute")).distributeCommand,
  "replay-decision": async () => (await import("./replay-decision")).replayDecisionCommand,
  replay: async () => (await import("./replay")).replayCommand,
  serve: async () => (await import("./serve")).serveCommand,
  verify: async () => (await import("./verify")).verifyCommand,
};

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "Finds the nearest emergency department that can take this patient now.",
    "",
    "Usage: ambulance-diversion <command> [options]",
    "",
    "Commands:",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
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
      terminal.stdout.write(await overview());
      return name === undefined ? EXIT.badInput : EXIT.done;
    }
    if (name === "--version" || name === "-v") {
      terminal.stdout.write(`${VERSION}\n`);
      return EXIT.done;
    }
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load === undefined) {
      const known = Object.keys(COMMANDS).join(", ");
      throw new DiversionError("invalid-argument", `There is no command "${name}"; the commands are ${known}.`);
    }
    const command = await load();
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
