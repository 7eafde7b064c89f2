import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { type EpochMs, formatInstant, parseInstant } from "../core/instant";
import { isDuring } from "../core/interval";
import { TimeZone } from "../core/time-zone";
import { type DecisionCounts, decisionCounts } from "../diversion/log/decision-counts";
import type { LoggedDecision } from "../diversion/log/decision-log";
import { lifetimeOf } from "../diversion/rules/bearings";
import { ENGLAND_DEFAULT } from "../diversion/rules/policy";
import { type StatusStatistics, statusStatistics } from "../hospitals/status/status-statistics";
import { openPolicy } from "../node/files/text-file";
import { decisionsOfFile } from "../node/logs/decision-log-file";
import { warnOfTornLine } from "./common-options";
import { loadForReading, type StatusContext } from "./status-actions";
import { grouped } from "./text";
import { writeText } from "./write-text";

/** How long EDs diverted in a period, how many at once, and with a decision log what that did to patients. */
export async function statistics({ args, terminal, file, directory }: StatusContext): Promise<void> {
  const policyFile = args.get("policy");
  const policy = policyFile === undefined ? ENGLAND_DEFAULT : await openPolicy(policyFile);
  const [from, until] = [args.get("from")!, args.get("until")!];
  if (from.epochMs >= until.epochMs) {
    throw new DiversionError("invalid-argument", `--until is ${until}, which is not after --from.`, {
      field: "--until",
    });
  }
  const status = await loadForReading(terminal, file, directory, true);
  const { timeZone } = policy;
  const counted = statusStatistics(status.history(), status.directory, {
    fromMs: from.epochMs,
    untilMs: until.epochMs,
    timeZone,
    lifetime: (restriction) => lifetimeOf(restriction, policy),
  });
  const log = args.get("decisions");
  const counts =
    log === undefined
      ? undefined
      : decisionCounts(
          within(
            decisionsOfFile(log, (torn) => warnOfTornLine(terminal, log, torn)),
            from.epochMs,
            until.epochMs,
          ),
          { timeZone },
        );
  const zone = TimeZone.of(timeZone);
  const written = (epochMs: EpochMs): string => formatInstant(epochMs, zone.offsetMinutes(epochMs));
  const text = args.get("json")
    ? `${JSON.stringify({ ...counted, ...defined({ decisions: counts }) }, undefined, 2)}\n`
    : statisticsText(counted, counts, written, (id) => directory.get(id)?.name ?? id);
  await writeText(terminal.stdout, text);
}

function* within(decisions: Iterable<LoggedDecision>, fromMs: EpochMs, untilMs: EpochMs): Iterable<LoggedDecision> {
  for (const decision of decisions) {
    const atMs = parseInstant(decision.answer.basis.at).epochMs;
    if (isDuring({ fromMs, untilMs }, atMs)) yield decision;
  }
}

function statisticsText(
  { perDay, network, alerts, hospitals, timeZone }: StatusStatistics,
  counts: DecisionCounts | undefined,
  written: (epochMs: EpochMs) => string,
  nameOf: (id: string) => string,
): string {
  const minutes = (value: number): string => `${value.toFixed(1)} min`;
  const lines = [`Minutes with a divert or refusal in force, by day (${timeZone}):`];
  for (const { day, hospital, minutes: any, kinds } of perDay) {
    lines.push(`  ${day}  ${nameOf(hospital)} (${hospital})  ${minutes(any)}`);
    for (const { effect, needs, minutes: some } of kinds) {
      lines.push(`    ${effect}, ${needs.length === 0 ? "any need" : needs.join(" or ")}  ${minutes(some)}`);
    }
  }
  if (perDay.length === 0) lines.push("  none");
  lines.push("", `EDs with one at once, of ${grouped(hospitals)}:`);
  for (const { hospitals: number, minutes: lasted, share } of network) {
    lines.push(`  ${number}  ${minutes(lasted)}  ${(share * 100).toFixed(1)} %`);
  }
  lines.push("", "Each, from when it was known and in force:");
  for (const { hospital, key, effect, fromMs, untilMs, minutes: lasted, isCut } of alerts) {
    const cut = isCut ? ", longer than the period" : "";
    lines.push(`  ${written(fromMs)} to ${written(untilMs)}  ${hospital} ${key} (${effect})  ${minutes(lasted)}${cut}`);
  }
  if (alerts.length === 0) lines.push("  none");
  if (counts !== undefined) {
    const { decisions, turnedAway, extraMinutes } = counts;
    lines.push(
      "",
      `Of ${grouped(decisions)} recommendations ${grouped(turnedAway)} went elsewhere, by ${minutes(extraMinutes)} in all.`,
    );
  }
  return `${lines.join("\n")}\n`;
}
