import { DiversionError } from "../core/errors";
import { HospitalSites } from "../diversion/drives/hospital-sites";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import { EMBEDDED_AREA, embeddedPlaceNames, englandHospitals } from "../node/files/embedded";
import { BUILT_IN_SCENARIOS, openPolicy, openPopulation, openScenario } from "../node/files/text-file";
import { writeFileWhole } from "../node/files/write-file";
import { replayReport } from "../output/report-html-replay";
import { replayScenario, type ScenarioReplayOptions } from "../planning/replay/replay";
import { replayMapData } from "../planning/replay/replay-map-data";
import type { ScenarioReplay } from "../planning/replay/replay-result";
import { MOST_INCIDENTS_A_DAY } from "../planning/replay/scenario";
import type { RoadIndex } from "../roads/road-index";
import { command, EXIT } from "./command";
import { openHospitalsOption, openRoadsOption, ROUTER_OPTIONS } from "./common-options";
import * as option from "./options";
import { progressLine } from "./progress-line";
import { replayText } from "./replay-text";
import { writeText } from "./write-text";

export const replayCommand = command({
  name: "replay",
  usage: "[SCENARIO] [--roads FILE] [--hospitals FILE] [--population FILE] [--html OUT]",
  summary: "Run a scenario of diverts hour by hour: who was taken elsewhere, and what it cost.",
  details: [
    "  ambulance-diversion replay\n" +
      "  ambulance-diversion replay nhs-cyber-attack-2017 --html replay.html\n" +
      "  ambulance-diversion replay my-scenario.json --roads essex.roads --population areas.csv --json",
    `SCENARIO is a file as data/scenarios/README.md describes it, or ${BUILT_IN_SCENARIOS.join(", ")} (the default): the NHS\n` +
      "cyber attack of May 2017, from public sources, what is not known marked as assumed.",
    "Each patient is recommended an ED twice by the same rules, as it was at that moment and with nothing restricted. Patients\n" +
      "are those the scenario lists, and those it draws at random from its seed: the same seed draws the same patients.\n" +
      "--population (csv: lon,lat,people) puts them where people live; without it every junction of the roads is as likely.",
    "The same basis gives the same output, byte for byte.",
  ],
  options: {
    roads: ROUTER_OPTIONS.roads,
    profile: ROUTER_OPTIONS.profile,
    hospitals: ROUTER_OPTIONS.hospitals,
    policy: ROUTER_OPTIONS.policy,
    "exclude-off-network": ROUTER_OPTIONS["exclude-off-network"],
    population: option.text({
      value: "FILE",
      help: "Where people live: csv with lon,lat,people. Default: junctions count alike.",
    }),
    seed: option.number({
      value: "N",
      help: "Draw other patients. Default: the scenario's seed.",
      min: 0,
      max: 0xffffffff,
      isWhole: true,
    }),
    "incidents-per-day": option.number({
      value: "N",
      help: "Draw so many. Default: as the scenario says.",
      min: 0,
      max: MOST_INCIDENTS_A_DAY,
    }),
    html: option.text({
      value: "OUT",
      help: "Write one self-contained page: maps, timeline, loads, worst places, assumptions.",
    }),
    hours: option.flag({ help: "Print every hour, not only what changes." }),
    json: option.flag({ help: "Print JSON: every hour, every patient whose ED changed, the load of every ED." }),
  },
  async run(args, terminal) {
    const [path = BUILT_IN_SCENARIOS[0], ...more] = args.positionals;
    if (more.length > 0) throw new DiversionError("invalid-argument", "Name one scenario, a file or a built-in one.");
    const seed = args.get("seed");
    const incidentsPerDay = args.get("incidents-per-day");
    const scenario = await openScenario(path);
    const policyFile = args.get("policy");
    const policy = policyFile === undefined ? undefined : await openPolicy(policyFile);
    const roads = await openRoadsOption(args);
    const listed = await openHospitalsOption(args, roads);
    const hospitals = args.get("exclude-off-network") ? onRoads(listed, roads) : listed;
    const populationFile = args.get("population");
    const demandPoints = populationFile === undefined ? undefined : await openPopulation(populationFile);
    const { listener, clear } = progressLine(terminal);
    const options: ScenarioReplayOptions = {
      roads,
      hospitals,
      scenario,
      elsewhere: hospitals.size < listed.size ? listed : await englandHospitals(),
      policy,
      demandPoints,
      seed,
      incidentsPerDay,
      onProgress: listener,
    };
    const replay = replayScenario(options);
    clear();
    const page = args.get("html");
    if (page !== undefined) await writeReplayPage(page, options, replay, args.get("roads") === undefined);
    const json = args.get("json");
    await writeText(
      terminal.stdout,
      json ? `${JSON.stringify(replay)}\n` : replayText(replay, { hourly: args.get("hours") }),
    );
    return EXIT.done;
  },
});

/** The EDs that these roads lead to. */
function onRoads(listed: HospitalDirectory, roads: RoadIndex): HospitalDirectory {
  const { offNetwork } = new HospitalSites(roads, listed, roads.description.snapLimitMetres);
  return listed.without(...offNetwork.map(({ id }) => id));
}

/**
 * Writes what a replay found as a page.
 *
 * @param isEmbedded whether the roads are those that come with the package, whose places have names.
 */
export async function writeReplayPage(
  path: string,
  options: ScenarioReplayOptions,
  replay: ScenarioReplay,
  isEmbedded: boolean,
): Promise<void> {
  const { scenario, roads, hospitals } = options;
  const mapData = replayMapData(options, replay);
  const names = isEmbedded ? { areaName: EMBEDDED_AREA, placeName: await embeddedPlaceNames() } : {};
  await writeFileWhole(path, [replayReport({ replay, scenario, roads, hospitals, mapData, ...names })]);
}
