import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { HospitalSites } from "../diversion/drives/hospital-sites";
import { openRoads } from "../node/files/roads-files";
import { openHospitals } from "../node/files/text-file";
import { engineOf } from "../node/workers/router-parts";
import type { RoadIndex } from "../roads/road-index";
import { roadGraphChecksum } from "../roads/roads-file";
import { type Verification, verifyRoads } from "../roads/verify-roads";
import { DIJKSTRA_ENGINE } from "../shortest-path/dijkstra/dijkstra-engine";
import type { EngineChoice, Target } from "../shortest-path/engine";
import { command, EXIT, type Terminal } from "./command";
import { ENGINES, underProfile } from "./common-options";
import * as option from "./options";
import { progressLine } from "./progress-line";
import { grouped } from "./text";

const FAST_ENGINES: readonly EngineChoice[] = ["cch", DIJKSTRA_ENGINE];

export const verifyCommand = command({
  name: "verify",
  usage: "--roads FILE.roads [--profile NAME] [--hospitals FILE] [--samples N]",
  summary: "Prove that roads obey their turn restrictions, and engines answer as plain Dijkstra does.",
  details: [
    "Walks everywhere a drive can stand: what the stored turn restrictions forbid cannot be driven, all else can.\n" +
      "Computes anew what a roads file stores beside its roads: components, hierarchy, its times, the snapping index. Then\n" +
      "compares nearest targets, times to all targets and whole paths from seeded random origins. Targets are the hospitals,\n" +
      "or random places without --hospitals. Exit status 1 and the first difference when an answer differs.",
    "Of roads built for several profiles, all are verified one after the other, or the one that --profile names.",
  ],
  options: {
    roads: option.text({ value: "FILE", help: "The roads file to verify." }),
    profile: option.text({ value: "NAME", help: "Verify this profile of the roads. Default: every one." }),
    hospitals: option.text({ value: "FILE", help: "Hospitals in JSON or csv, to be the targets." }),
    samples: option.number({
      value: "N",
      help: "How many origins to try. Default: 100.",
      min: 1,
      max: 1_000_000,
      isWhole: true,
    }),
    seed: option.number({
      value: "N",
      help: "Seed of the random origins. Default: 1.",
      min: 0,
      max: 2 ** 31 - 1,
      isWhole: true,
    }),
    engine: option.someOf({
      value: "NAME",
      help: "Which engine to judge (reference takes long). Default: all fast ones.",
      words: ENGINES,
    }),
    json: option.flag({ help: "Print JSON." }),
  },
  async run(args, terminal) {
    const file = args.get("roads") ?? args.positionals[0];
    if (file === undefined) {
      throw new DiversionError("invalid-argument", "Say which roads to verify with --roads FILE.roads.", {
        field: "--roads",
      });
    }
    const whole = await openRoads(file);
    const judged = args.get("profile") === undefined ? whole.profiles : [underProfile(args, whole).description.profile];
    const hospitals = args.get("hospitals");
    const samples = args.get("samples");
    const seed = args.get("seed");
    const named = args.get("engine").map(engineOf);
    const engines = named.length > 0 ? named : FAST_ENGINES;
    const { listener, clear } = progressLine(terminal);
    const results: VerifiedProfile[] = [];
    for (const profile of judged) {
      const roads = whole.withProfile(profile);
      const checksum = roadGraphChecksum(roads.graph);
      const verification = verifyRoads(
        roads,
        defined({
          engines,
          targets: hospitals === undefined ? undefined : await targetsOf(roads, hospitals, terminal),
          samples,
          seed,
          onProgress: listener,
        }),
      );
      clear();
      const difference =
        checksum === roads.checksum
          ? verification.difference
          : `the checksum states ${roads.checksum}, the roads are ${checksum}`;
      results.push({ profile, checksum, ...verification, ...defined({ difference }) });
    }
    const isSound = results.every(({ difference }) => difference === undefined);
    if (args.get("json")) {
      const [only] = results;
      terminal.stdout.write(`${JSON.stringify({ file, ...(results.length === 1 ? only : { profiles: results }) })}\n`);
    } else {
      for (const result of results) {
        const place = whole.profiles.length === 1 ? file : `${file}, ${result.profile}`;
        terminal.stdout.write(`${place}: ${textOf(result, place)}\n`);
      }
    }
    return isSound ? EXIT.done : EXIT.no;
  },
});

interface VerifiedProfile extends Verification {
  readonly profile: string;
  readonly checksum: string;
}

function textOf({ difference, turns, comparisons, engines, samples, targets, seed }: VerifiedProfile, place: string) {
  if (difference !== undefined) return difference;
  return (
    `${grouped(comparisons)} answers of ${engines.join(", ")} equal plain Dijkstra's ` +
    `(${grouped(samples)} origins, ${grouped(targets)} targets, seed ${seed})\n` +
    `${place}: ${grouped(turns.turns)} forbidden turns cannot be driven, and nothing else is barred ` +
    `(${grouped(turns.judged)} ways on judged, all there are)`
  );
}

/** @throws DiversionError `hospital-off-network` when there is nothing to drive to; hospitals left out are named. */
async function targetsOf(roads: RoadIndex, file: string, terminal: Terminal): Promise<readonly Target[]> {
  const hospitals = await openHospitals(file);
  const { targets, offNetwork } = new HospitalSites(roads, hospitals, roads.description.snapLimitMetres);
  if (offNetwork.length === hospitals.size) {
    throw new DiversionError(
      "hospital-off-network",
      "None of these hospitals lies on these roads; give those of this area.",
      {
        file,
      },
    );
  }
  if (offNetwork.length > 0) {
    terminal.stderr.write(
      `ambulance-diversion: left out, off these roads: ${offNetwork.map(({ id }) => id).join(", ")}\n`,
    );
  }
  return targets;
}
