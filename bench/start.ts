/**
 * `npm start`: answers one real question with the embedded data and replays the days around it, or, with
 * `--city montevideo`, answers on real streets that came with `npm ci`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeReplayPage } from "../src/cli/replay";
import { replaySummary } from "../src/cli/replay-text";
import { DiversionRouter, type HospitalDirectory, type Recommendation, type RecommendationRequest } from "../src/index";
import { openScenario } from "../src/node/files/text-file";
import { embeddedHospitals, embeddedRoads, englandHospitals } from "../src/node/index";
import { replayScenario, type ScenarioReplayOptions } from "../src/planning/replay/replay";
import type { RoadIndex } from "../src/roads/road-index";
import { astana, montevideo } from "./networks";
import { type Column, sideBySide } from "./side-by-side";
import { cityRouter } from "./start-city";

const CITIES = { montevideo, astana };
const FOLDER = ".cache";

const HELP = `A first look: one question answered, and the days around it replayed, on the data that comes with the package.

Usage: npm start [-- --city NAME]

Options:
  --city NAME  ${Object.keys(CITIES).join(" or ")}: builds a roads file of that city from OpenStreetMap data that came with
               \`npm ci\`, and asks for its nearest ED with one of them closed.
  -h, --help   Show this help.
`;

await start();

async function start(): Promise<void> {
  try {
    const { values } = parseArgs({ options: { city: { type: "string" }, help: { type: "boolean", short: "h" } } });
    if (values.help) process.stdout.write(HELP);
    else if (values.city !== undefined) await city(values.city);
    else await chelmsford();
  } catch (error) {
    if (!isBadUsage(error)) throw error;
    process.stderr.write(`${error.message.split(". ")[0]}. See \`npm start -- --help\`.\n`);
    process.exitCode = 2;
  }
}

/** What parseArgs throws. */
function isBadUsage(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

/** Monday 15 May 2017: Broomfield diverts trauma to Southend, Lister diverts trauma, stroke and heart attack. */
async function chelmsford(): Promise<void> {
  const roads = await embeddedRoads();
  const hospitals = await embeddedHospitals(roads);
  const router = new DiversionRouter({ roads, hospitals });
  const question: RecommendationRequest = {
    location: [0.469, 51.7356],
    needs: ["trauma"],
    at: "2017-05-15T17:00:00+01:00",
  };
  const open = router.recommend(question);
  router.status.report({
    hospital: "RQ8L0",
    effect: "divert",
    scope: { needs: ["trauma"] },
    divertTo: "RAJ01",
    // No source says since when Southend took Broomfield's injured: this is the first hour for which one says that it did.
    from: "2017-05-15T15:00:00+01:00",
    reason: "IT outage",
    source: "Health Service Journal 7018010",
  });
  router.status.report({
    hospital: "RWH01",
    effect: "divert",
    scope: { needs: ["trauma", "stroke", "heart-attack"] },
    from: "2017-05-12T12:00:00+01:00",
    reason: "IT outage, diagnostics down",
    source: "The Guardian, 12 May 2017; Health Service Journal 7018010",
  });
  const asItWas = router.recommend(question);
  print("A trauma patient in Chelmsford, Monday 15 May 2017, 17:00", [
    columnOf("as it was that day", router, asItWas),
    columnOf("with every flag open", router, open),
  ]);
  process.stdout.write(`${asItWas.explain()}\n\n`);
  process.stdout.write(
    `Roads: ${roads.graph.junctionCount} junctions, ${roads.graph.segmentCount} links of Essex, Hertfordshire and East London, ` +
      `compiled by hand, major roads only.\nHospitals: ${router.hospitals.size} full EDs on them. ` +
      "Example data: it ranks and explains, a professional decides.\n",
  );
  await daysAround(roads, hospitals);
}

/** The whole of the cyber attack, hour by hour, for patients drawn at random, and its page. */
async function daysAround(roads: RoadIndex, hospitals: HospitalDirectory): Promise<void> {
  const scenario = await openScenario("nhs-cyber-attack-2017");
  const options: ScenarioReplayOptions = { roads, hospitals, scenario, elsewhere: await englandHospitals() };
  const replay = replayScenario(options);
  const page = join(FOLDER, "replay.html");
  await mkdir(FOLDER, { recursive: true });
  await writeReplayPage(page, options, replay, true);
  process.stdout.write(
    `\n${replaySummary(replay)}Patients are drawn at random and parts of the scenario are assumed: it shows the size of the effect.\n` +
      `The whole, with maps and sources: open ${page} in a browser. ` +
      "The same page anywhere:\n`npx ambulance-diversion replay --html replay.html`.\n",
  );
}

/** The city's tagged EDs, the nearest of them closed. */
async function city(name: string): Promise<void> {
  const load = CITIES[name as keyof typeof CITIES];
  if (load === undefined) {
    process.stderr.write(`--city takes ${Object.keys(CITIES).join(" or ")}, not "${name}".\n`);
    process.exitCode = 2;
    return;
  }
  await mkdir(FOLDER, { recursive: true });
  const { router, location, file, bytes } = await cityRouter(await load(), FOLDER);
  const question: RecommendationRequest = { location, at: "2026-01-01T12:00:00Z" };
  const open = router.recommend(question);
  if (open.destination !== undefined) {
    router.status.setOpen(open.destination.hospital.id, false, { reason: "closed for this example" });
  }
  const closed = router.recommend(question);
  print(`An emergency in the middle of ${router.roads.description.source}`, [
    columnOf("with the nearest ED closed", router, closed),
    columnOf("with every flag open", router, open),
  ]);
  process.stdout.write(`${closed.explain()}\n\n`);
  process.stdout.write(
    `Roads: ${file}, ${bytes} bytes, ${router.roads.graph.junctionCount} nodes and ${router.roads.graph.edgeCount} edges of ` +
      `OpenStreetMap.\nHospitals: ${router.hospitals.size} places tagged as hospitals with an emergency department.\n` +
      `${router.roads.description.notice}\n`,
  );
}

function columnOf(heading: string, router: DiversionRouter, advice: Recommendation): Column {
  const { destination } = advice;
  const minutes = (seconds: number): string => `${(seconds / 60).toFixed(1)} min`;
  const roadNumbers = new Set(router.route(advice)?.properties.legs.map(({ ref, name }) => ref || name));
  return {
    heading,
    rows: {
      outcome: advice.outcome,
      "go to": destination?.hospital.name ?? "none",
      drive: destination === undefined ? "" : minutes(destination.driveSeconds),
      distance: destination === undefined ? "" : `${(destination.distanceMetres / 1000).toFixed(1)} km`,
      arrival: destination === undefined ? "" : toMinute(destination.arrival),
      by: [...roadNumbers].filter((road) => road !== "").join(", "),
      "then, next best": advice.alternatives
        .map(({ hospital, driveSeconds }) => `${hospital.name} (${minutes(driveSeconds)})`)
        .join("; "),
    },
  };
}

/** The time of day to the nearest minute, as the drive is told. */
function toMinute(instant: string): string {
  return new Date(Math.round(Date.parse(`${instant.slice(0, 19)}Z`) / 60_000) * 60_000).toISOString().slice(11, 16);
}

function print(title: string, columns: readonly Column[]): void {
  process.stdout.write(`\n${title}\n\n${sideBySide(columns)}\n`);
}
