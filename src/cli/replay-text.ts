import { oneDecimal, scopeWords, wallClock } from "../output/replay-words";
import { phasesOf, type ScenarioReplay } from "../planning/replay/replay-result";
import { grouped, textColumns } from "./text";

/** What a replay found, in a few lines. */
export function replaySummary(replay: ScenarioReplay): string {
  const { scenario, incidents, extraMinutes } = replay;
  return [
    scenario.title,
    "",
    ...phaseTable(replay),
    "",
    ...effectLines(replay),
    ...(incidents.changed === 0 || incidents.changed === incidents.withoutEd
      ? []
      : [
          `That took ${oneDecimal(extraMinutes.total)} extra minutes in all: ${oneDecimal(extraMinutes.mean)} on average, ` +
            `${oneDecimal(extraMinutes.p95)} at most for 95 %, ${oneDecimal(extraMinutes.worst)} at worst.`,
        ]),
    "",
  ].join("\n");
}

function effectLines({ incidents: { total, changed, withoutEd, outcomes } }: ScenarioReplay): string[] {
  return [
    `${grouped(changed)} of ${grouped(total)} patients were taken to another ED than with nothing restricted.`,
    ...(outcomes["all-on-divert"] === 0
      ? []
      : [`${grouped(outcomes["all-on-divert"])} went to an ED on divert, because all that could take them were.`]),
    ...(withoutEd === 0 ? [] : [`${grouped(withoutEd)} had no ED left.`]),
  ];
}

/** Hours in which the same was restricted are one line. */
function phaseTable(replay: ScenarioReplay): string[] {
  const rows = phasesOf(replay).map(({ from, until, restricted, incidents, changed, extraMinutes }) => {
    const here = new Set(restricted.filter(({ onRoads }) => onRoads).map(({ hospital }) => hospital)).size;
    const all = new Set(restricted.map(({ hospital }) => hospital)).size;
    return [
      wallClock(from),
      wallClock(until),
      String(all),
      String(here),
      grouped(incidents),
      grouped(changed),
      oneDecimal(extraMinutes),
    ];
  });
  return textColumns(
    [["from", "until", "on divert", "on these roads", "patients", "taken elsewhere", "extra min"], ...rows],
    2,
  );
}

/** Everything a person may want to read on a terminal. */
export function replayText(replay: ScenarioReplay, { hourly }: { readonly hourly: boolean }): string {
  const { facts, diverts, load, generation, incidents, basis } = replay;
  const signed = (value: number): string => (value > 0 ? `+${grouped(value)}` : grouped(value));
  return [
    replaySummary(replay),
    ...(facts.length === 0
      ? []
      : [
          "EDs on divert, as sources have it and as it was replayed",
          ...textColumns(
            [
              ["at", "stated", "replayed", "on these roads", "said"],
              ...facts.map(({ at, statement, source, stated, inScenario, onRoads }) => [
                wallClock(at),
                String(stated),
                String(inScenario),
                String(onRoads),
                `${statement} (${source})`,
              ]),
            ],
            5,
          ).map((line) => line.trimEnd()),
          "",
        ]),
    "Restrictions",
    ...textColumns(
      [
        ["from", "until", "ED", "asks", "for", "known from"],
        ...diverts.map(({ from, until, hospital, onRoads, effect, scope, divertTo, source, assumed }) => [
          wallClock(from),
          wallClock(until),
          `${hospital.name} (${hospital.id})${onRoads ? "" : ", not on these roads"}`,
          divertTo === undefined ? effect : `${effect} to ${divertTo.name}`,
          scopeWords(scope),
          [source, assumed === undefined ? undefined : source === undefined ? "assumed" : "in part assumed"]
            .filter((part) => part !== undefined)
            .join("; "),
        ]),
      ],
      6,
    ).map((line) => line.trimEnd()),
    "",
    "Patients brought to each ED, where it made a difference",
    ...textColumns(
      [
        ["ED", "nothing restricted", "as it was", "change"],
        ...load
          .filter(({ before, after }) => before !== after)
          .sort((a, b) => b.after - b.before - (a.after - a.before))
          .map(({ hospital, before, after }) => [
            `${hospital.name} (${hospital.id})`,
            grouped(before),
            grouped(after),
            signed(after - before),
          ]),
      ],
      1,
    ),
    "",
    ...(hourly ? [...hourTable(replay), ""] : []),
    ...(generation === undefined
      ? []
      : [
          `${grouped(generation.total)} patients were drawn at random with the seed ${generation.seed}, ${oneDecimal(generation.perDay)} a day, ` +
            `${generation.areasBy === "attendances" ? "by the attendances of EDs and " : ""}by ${generation.placesBy}; ` +
            `${grouped(incidents.listed)} are listed in the scenario.`,
        ]),
    `Basis: scenario ${basis.scenario}`,
    `       roads ${basis.roads}`,
    `       hospitals ${basis.hospitals}`,
    `       policy ${basis.policy}`,
    `       places ${basis.places}`,
    "",
  ].join("\n");
}

function hourTable({ hours }: ScenarioReplay): string[] {
  return textColumns(
    [
      ["hour", "on divert", "patients", "taken elsewhere", "extra min"],
      ...hours.map(({ at, restricted, incidents, changed, extraMinutes }) => [
        wallClock(at),
        restricted
          .map(({ hospital, scope }) =>
            Object.keys(scope).length === 0 ? hospital : `${hospital} (${scopeWords(scope)})`,
          )
          .join(" ") || "none",
        grouped(incidents),
        grouped(changed),
        oneDecimal(extraMinutes),
      ]),
    ],
    2,
  );
}
