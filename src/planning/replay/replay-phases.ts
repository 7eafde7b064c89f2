import type { ReplayHour, ScenarioReplay } from "./replay-result";

/** Hours in a row in which the same EDs were restricted for the same patients. */
export interface ReplayPhase extends Pick<ReplayHour, "restricted" | "incidents" | "changed" | "extraMinutes"> {
  /** Beginning of its first hour. */
  readonly from: string;
  /** Beginning of the hour after its last, or the scenario's end. */
  readonly until: string;
}

/** The hours of a replay, joined while nothing changes. */
export function phasesOf({ hours, scenario }: Pick<ScenarioReplay, "hours" | "scenario">): readonly ReplayPhase[] {
  const phases: ReplayPhase[] = [];
  for (const [index, hour] of hours.entries()) {
    const until = hours[index + 1]?.at ?? scenario.until;
    const last = phases.at(-1);
    if (last !== undefined && JSON.stringify(last.restricted) === JSON.stringify(hour.restricted)) {
      phases[phases.length - 1] = {
        ...last,
        until,
        incidents: last.incidents + hour.incidents,
        changed: last.changed + hour.changed,
        extraMinutes: last.extraMinutes + hour.extraMinutes,
      };
    } else {
      const { at, restricted, incidents, changed, extraMinutes } = hour;
      phases.push({ from: at, until, restricted, incidents, changed, extraMinutes });
    }
  }
  return phases;
}
