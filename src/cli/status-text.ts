import { formatInstant } from "../core/instant";
import { isDuring } from "../core/interval";
import { TimeZone } from "../core/time-zone";
import { restrictionText, type SpokenClock } from "../diversion/answer/texts";
import { lifetimeOf, overrules } from "../diversion/rules/bearings";
import { ENGLAND_DEFAULT, type Policy } from "../diversion/rules/policy";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { feedOf, type Restriction } from "../hospitals/status/restriction";
import type { StatusEvent, StatusResult, StatusView } from "../hospitals/status/status";
import { FLAG_KEY } from "../hospitals/status/status";
import { wrap } from "./answer-table";

/**
 * What became of a change, in one line.
 *
 * @param policy that gives an end to what has none. Default: England's.
 */
export function acknowledgement(
  { outcome, version, hospital, key, held, overrule }: StatusResult,
  policy: Policy = ENGLAND_DEFAULT,
): string {
  const name = `version ${version}: ${hospital} ${key}`;
  switch (outcome) {
    case "accepted":
      if (overrule !== undefined) return `${name} held until ${overrule.until}: feeds do not count there`;
      return held === undefined ? `${name} cleared` : `${name} held${term(held, policy)}`;
    case "duplicate":
      return `${name} unchanged: the very same was already reported (duplicate)`;
    case "late": {
      const newer = held === undefined ? "" : ` (observed ${held.observedAt})`;
      return `${name} unchanged: something observed later is known${newer} (late)`;
    }
    case "nothing-held":
      return `version ${version}: ${hospital} unchanged: ${key} was not held`;
  }
}

/** The same for the plain flag; what else is held is told, because opening the flag does not end it. */
export function flagAcknowledgement(result: StatusResult, others: readonly Restriction[]): string {
  const { outcome, version, hospital, held } = result;
  const rest =
    held === undefined && others.length > 0 ? `; still held: ${others.map(({ key }) => key).join(", ")}` : "";
  if (outcome === "duplicate" || outcome === "late") return acknowledgement(result);
  const state = held === undefined ? "open" : `closed (${held.effect})`;
  return `version ${version}: ${hospital} ${outcome === "accepted" ? "set" : "already"} ${state}${rest}`;
}

const term = (restriction: Restriction, policy = ENGLAND_DEFAULT): string =>
  `${restriction.from === undefined ? "" : ` from ${restriction.from}`} ${end(restriction, policy)}`;

/** Until when a restriction holds; where no end was given, as the policy takes it. */
function end(restriction: Restriction, policy = ENGLAND_DEFAULT): string {
  if (restriction.until !== undefined) return `until ${restriction.until}`;
  const { untilMs } = lifetimeOf(restriction, policy);
  if (untilMs === Number.POSITIVE_INFINITY) return "until cleared";
  const offset = TimeZone.of(policy.timeZone).offsetMinutes(untilMs);
  return `until ${formatInstant(untilMs, offset)} (no end given: ${policy.id})`;
}

const holds = (restriction: Restriction, atMs: number): boolean =>
  isDuring(lifetimeOf(restriction, ENGLAND_DEFAULT), atMs);

/** Everything held, for people: an ED, then each restriction with who said so and when. */
export function statusTable(view: StatusView, directory: HospitalDirectory, clock: SpokenClock, at: string): string {
  const held = view.all();
  const inForce = held.filter((restriction) => holds(restriction, clock.atMs));
  const count = held.length === 1 ? "1 restriction" : `${held.length} restrictions`;
  const lines = [`Status version ${view.version} at ${at}: ${count} held, ${inForce.length} in force.`];
  view.directory.hospitals.forEach(({ id, name }, index) => {
    const overrule = view.overruleAt(index);
    const restrictions = view.restrictionsAt(index);
    if (overrule === undefined && restrictions.length === 0) return;
    lines.push("", `${name} (${id})`);
    const isOverruled = overrules(overrule, clock.atMs);
    if (overrule !== undefined) {
      const state = isOverruled ? "in force" : "not in force";
      lines.push(
        ...wrap(`${overrule.key}, ${state}: what feeds say does not count, ${overrule.reason}`, "  "),
        ...wrap(`by ${overrule.authorisedBy}, until ${overrule.until}, observed ${overrule.observedAt}`, "    "),
      );
    }
    for (const restriction of restrictions) {
      const state = !holds(restriction, clock.atMs)
        ? "not in force"
        : isOverruled && feedOf(restriction) !== undefined
          ? "overruled"
          : "in force";
      lines.push(
        ...wrap(`${restriction.key}, ${state}: ${restrictionText(restriction, directory, clock)}`, "  "),
        ...wrap(said(restriction), "    "),
      );
    }
  });
  return `${lines.join("\n")}\n`;
}

const said = (restriction: Restriction): string => {
  const { authorisedBy, source, observedAt, until } = restriction;
  return [
    authorisedBy === undefined ? "by nobody named" : `by ${authorisedBy}`,
    ...(source === undefined ? [] : [`from ${source}`]),
    `observed ${observedAt}`,
    ...(until === undefined ? [end(restriction)] : []),
  ].join(", ");
};

/** All accepted changes, oldest first, a line each. */
export function historyTable(events: readonly StatusEvent[]): string {
  const width = String(events.at(-1)?.version ?? 0).length;
  return events
    .map((event) => {
      const { hospital, key, receivedAt, observedAt, reason, authorisedBy, source } =
        event.kind === "report" ? event.restriction : event;
      const what =
        event.kind === "report"
          ? `held${term(event.restriction)}`
          : event.kind === "overrule"
            ? `held until ${event.until}`
            : "cleared";
      const when = observedAt.epochMs === receivedAt.epochMs ? "" : `, observed ${observedAt}`;
      const who = [
        authorisedBy === undefined ? "" : `by ${authorisedBy}`,
        source === undefined ? "" : `from ${source}`,
      ];
      const parts = [`${hospital} ${key} ${what}${when}`, reason ?? "", ...who].filter((part) => part !== "");
      return `${String(event.version).padStart(width)}  ${receivedAt}  ${parts.join(", ")}\n`;
    })
    .join("");
}

/** Restrictions of a hospital beside the plain flag. */
export const besideFlag = (restrictions: readonly Restriction[]): readonly Restriction[] =>
  restrictions.filter(({ key }) => key !== FLAG_KEY);
