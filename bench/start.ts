/**
 * `npm start`: answers one real question with the embedded data, or, with `--city montevideo`, on real streets that came
 * with `npm ci`.
 */
import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { DiversionRouter, type Recommendation, type RecommendationRequest } from "../src/index";
import { embeddedHospitals, embeddedRoads } from "../src/node/index";
import { astana, montevideo } from "./networks";
import { type Column, sideBySide } from "./side-by-side";
import { cityRouter } from "./start-city";

const CITIES = { montevideo, astana };
const FOLDER = ".cache";

const { values } = parseArgs({ options: { city: { type: "string" } } });
if (values.city === undefined) await chelmsford();
else await city(values.city);

/** Monday 15 May 2017: Broomfield diverts trauma to Southend, Lister diverts trauma, stroke and heart attack. */
async function chelmsford(): Promise<void> {
  const roads = await embeddedRoads();
  const router = new DiversionRouter({ roads, hospitals: await embeddedHospitals(roads) });
  const question: RecommendationRequest = {
    location: [0.469, 51.7356],
    needs: ["trauma"],
    at: "2017-05-15T17:00:00+01:00",
  };
  const open = router.recommend(question);
  const since = "2017-05-12T12:00:00+01:00";
  router.status.report({
    hospital: "RQ8L0",
    effect: "divert",
    scope: { needs: ["trauma"] },
    divertTo: "RAJ01",
    from: since,
    reason: "IT outage",
    source: "Health Service Journal 7018010",
  });
  router.status.report({
    hospital: "RWH01",
    effect: "divert",
    scope: { needs: ["trauma", "stroke", "heart-attack"] },
    from: since,
    reason: "IT outage, diagnostics down",
    source: "Health Service Journal 7018010",
  });
  const asItWas = router.recommend(question);
  print("A trauma patient in Chelmsford, Monday 15 May 2017, 17:00", [
    columnOf("as it was that day", router, asItWas),
    columnOf("with every flag open", router, open),
  ]);
  process.stdout.write(`${asItWas.explain()}\n\n`);
  process.stdout.write(
    `Roads: ${roads.graph.placeCount} junctions, ${roads.graph.segmentCount} links of Essex, Hertfordshire and East London, ` +
      `compiled by hand, major roads only.\nHospitals: ${router.hospitals.size} full EDs on them. ` +
      "Example data: it ranks and explains, a professional decides.\n",
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
    `Roads: ${file}, ${bytes} bytes, ${router.roads.graph.placeCount} nodes and ${router.roads.graph.edgeCount} edges of ` +
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
