import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import type { TornLine } from "../core/hash-chain-log";
import { type DecisionCounts, decisionCounts } from "../diversion/log/decision-counts";
import { type Replay, type ReplayDifference, replayDecisions } from "../diversion/log/decision-replay";
import { ENGLAND_DEFAULT } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { openPolicy } from "../node/files/text-file";
import { decisionsOfFile } from "../node/logs/decision-log-file";
import { engineOf } from "../node/workers/router-parts";
import { command, EXIT, type Terminal } from "./command";
import { openHospitalsOption, openRoadsOption, ROUTER_OPTIONS, warnOfTornLine } from "./common-options";
import * as option from "./options";
import { progressLine } from "./progress-line";
import { loadForReading } from "./status-actions";
import { grouped, textColumns } from "./text";

export const replayDecisionCommand = command({
  name: "replay-decision",
  usage: "LOG [--roads FILE] [--hospitals FILE] [--status FILE] [--policy FILE]",
  summary: "Make logged decisions again and compare them byte for byte, or count what diverts did.",
  details: [
    "  ambulance-diversion nearest --at 0.469,51.7356 --status status.log --log decisions.log\n" +
      "  ambulance-diversion replay-decision decisions.log --status status.log\n" +
      "  ambulance-diversion replay-decision decisions.log --counts",
    "Each decision is made again by the status as it was at its version, and on roads with the closures that held. The first\n" +
      "difference is named: the decision's line, the place in it, what was recorded and what came out; or which part of the\n" +
      "basis (roads, hospitals, policy, status) is not the one it was made from.",
    "--counts reads the log alone and tells, per ED and day of the policy's time zone, for how many recommendations it was\n" +
      "the nearest, how many of these its restrictions sent elsewhere, and the extra minutes that took.",
    "Exit status: 0 done; 1 when a decision comes out otherwise, or its basis is not at hand; 2 when a file or option is bad.",
  ],
  options: {
    roads: ROUTER_OPTIONS.roads,
    profile: ROUTER_OPTIONS.profile,
    hospitals: ROUTER_OPTIONS.hospitals,
    status: ROUTER_OPTIONS.status,
    policy: ROUTER_OPTIONS.policy,
    engine: ROUTER_OPTIONS.engine,
    counts: option.flag({ help: "Count instead of replaying." }),
    json: option.flag({ help: "Print JSON." }),
  },
  async run(args, terminal) {
    const [log, ...more] = args.positionals;
    if (log === undefined || more.length > 0) {
      throw new DiversionError("invalid-argument", "Name one decision log, as `nearest --log FILE` writes it.");
    }
    const policyFile = args.get("policy");
    const policy = policyFile === undefined ? ENGLAND_DEFAULT : await openPolicy(policyFile);
    const onTorn = (torn: TornLine): void => warnOfTornLine(terminal, log, torn);
    if (args.get("counts")) {
      const counts = decisionCounts(decisionsOfFile(log, onTorn), { timeZone: policy.timeZone });
      terminal.stdout.write(args.get("json") ? `${JSON.stringify(counts)}\n` : countsTable(counts));
      return EXIT.done;
    }
    const roads = await openRoadsOption(args);
    const hospitals = await openHospitalsOption(args, roads);
    const engine = args.get("engine");
    const loaded = await openStatusOption(args.get("status"), terminal, hospitals);
    const { listener, clear } = progressLine(terminal);
    let done = 0;
    const replay = replayDecisions(
      decisionsOfFile(log, onTorn),
      defined({
        roads,
        hospitals,
        policy,
        status: loaded,
        engine: engine === undefined ? undefined : engineOf(engine),
      }),
      () => listener({ stage: "replaying", done: ++done, total: 0, unit: "decisions" }),
    );
    clear();
    terminal.stdout.write(args.get("json") ? `${JSON.stringify({ file: log, ...replay })}\n` : replayText(log, replay));
    return replay.difference === undefined ? EXIT.done : EXIT.no;
  },
});

async function openStatusOption(file: string | undefined, terminal: Terminal, hospitals: HospitalDirectory) {
  if (file === undefined) return undefined;
  return loadForReading(terminal, file, hospitals, true);
}

function replayText(file: string, { decisions, reproduced, difference }: Replay): string {
  if (difference === undefined) {
    return `${file}: ${grouped(decisions)} decisions made again, each the same byte for byte\n`;
  }
  return [
    `${file}: ${grouped(decisions - reproduced)} of ${grouped(decisions)} decisions did not come out as recorded; the first is`,
    `line ${difference.line}, of ${difference.at}: ${meaningOf(difference)}`,
    `  at          ${difference.path}`,
    `  recorded    ${asText(difference.recorded)}`,
    `  recomputed  ${asText(difference.recomputed)}`,
    "",
  ].join("\n");
}

function meaningOf({ part }: ReplayDifference): string {
  if (part === "answer") return "the answer is another";
  if (part === "status") return "the status log is not the one it was made from";
  if (part === "feeds") return "what feeds had said is not what the log holds";
  if (part === "closures") return "the closures it was made under cannot be read";
  return part === "policy"
    ? "the policy is not the one it was made from"
    : `the ${part} are not those it was made from`;
}

const asText = (value: unknown): string => JSON.stringify(value) ?? "nothing";

function countsTable({ timeZone, perDay, ...all }: DecisionCounts): string {
  const heading = ["day", "ED", "unrestricted", "turned away", "extra min", "worst", "received"];
  const rows = perDay.map(({ day, hospital, unrestricted, turnedAway, extraMinutes, worstExtraMinutes, received }) => [
    day,
    `${hospital.name} (${hospital.id})`,
    grouped(unrestricted),
    grouped(turnedAway),
    extraMinutes.toFixed(1),
    worstExtraMinutes.toFixed(1),
    grouped(received),
  ]);
  return [
    `${grouped(all.decisions)} recommendations; diverts sent ${grouped(all.turnedAway)} of them elsewhere, ${all.extraMinutes.toFixed(1)} extra minutes in all.`,
    `${grouped(all.allOnDivert)} name a diverting ED because all divert, ${grouped(all.withoutDestination)} name none. Days of ${timeZone}.`,
    "",
    ...textColumns([heading, ...rows], 2),
    "",
  ].join("\n");
}
