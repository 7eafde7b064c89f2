import { setThorough } from "../../src/core/assert";
import { DiversionError } from "../../src/core/errors";
import type { SeededRandom } from "../../src/core/random";
import { decodeSections, encodeSections, type Section } from "../../src/core/sections";
import type { Position } from "../../src/core/units";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { roadsGeojson } from "../../src/output/roads-geojson";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { builtInProfile } from "../../src/roads/profile/profile";
import type { RoadIndex } from "../../src/roads/road-index";
import { encodeRoads, ROADS_FORMAT, readRoads } from "../../src/roads/roads-file";
import { verifyRoads } from "../../src/roads/verify-roads";
import { osmFixture } from "../support/osm-fixture";
import { indexOf } from "../support/profile-parity";
import { restrictedGrid } from "../support/restricted-grid";
import type { Target } from "./target";

/** A town of two profiles with turn restrictions: every section of its file holds something. */
const town = indexOf(
  await buildRoadGraph(osmFixture(restrictedGrid(1, 6, 14, true)), {
    profiles: [builtInProfile("blue-light"), builtInProfile("normal-road")],
  }),
);
const sample = new Uint8Array(Buffer.concat(encodeRoads(town)));
const { west, south, east, north } = town.bounds;
const at = (x: number, y: number): Position => [west + x * (east - west), south + y * (north - south)];
const hospitals = HospitalDirectory.parse([
  { id: "A1", name: "Ashby", location: at(0.2, 0.3) },
  { id: "B2", name: "Burton", location: at(0.8, 0.9) },
]);

/** Right checksums over sections in which something was changed. */
export function withSections(file: Uint8Array, changed: Readonly<Record<string, Section>>): Uint8Array {
  const sections = new Map([...decodeSections(ROADS_FORMAT, file), ...Object.entries(changed)]);
  return new Uint8Array(Buffer.concat(encodeSections(ROADS_FORMAT, sections)));
}

/** One lie in a section: a field, a range of them, two exchanged, the end cut off or drawn out, or moved along. */
export function lie(section: Section, random: SeededRandom): Section {
  const changed = section.slice() as Section;
  if (changed.length === 0) return new Int32Array(1 + random.integer(3)) as Section;
  const from = random.integer(changed.length);
  const to = random.integer(changed.length);
  const odd = (value: number): number =>
    random.pick([0, -1, 1, changed.length, 2 ** 31 - 1, -(2 ** 31), value + 1, value - 1, random.integer(1 << 20)]);
  switch (random.integer(8)) {
    case 0:
      return changed.slice(0, from) as Section;
    case 1: {
      const longer = new (changed.constructor as Int32ArrayConstructor)(changed.length + 1 + random.integer(4));
      longer.set(changed as Int32Array);
      return longer;
    }
    case 2:
      [changed[from], changed[to]] = [changed[to]!, changed[from]!];
      return changed;
    case 3:
      return changed.fill(odd(changed[from]!), Math.min(from, to), Math.max(from, to) + 1) as Section;
    case 4:
      return changed.copyWithin(from, to, to + 1 + random.integer(20)) as Section;
    default:
      changed[from] = odd(changed[from]!);
      return changed;
  }
}

function lyingFile(file: Uint8Array, random: SeededRandom): Uint8Array {
  const sections = decodeSections(ROADS_FORMAT, file);
  const changed: Record<string, Section> = {};
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; count--) {
    const [name, section] = random.pick([...sections]);
    changed[name] = random.integer(12) === 0 ? random.pick([...sections.values()]) : lie(section, random);
  }
  return withSections(file, changed);
}

/** Asks all there is to ask about roads. Whatever they claim, this ends, and every number in the answers is one. */
export function askEverything(roads: RoadIndex): void {
  for (const name of roads.profiles) {
    const own = roads.withProfile(name);
    attempt(() => verifyRoads(own, { engines: ["cch"], samples: 4 }));
    const router = routerOver(own);
    const ask = (): void => {
      for (const location of [at(0.1, 0.9), at(0.5, 0.5), at(0.9, 0.2), [50, 50] as const]) {
        attempt(() => {
          const advice = router?.recommend({ location, alternatives: 2 });
          return { advice, route: advice && router!.route(advice, "B2") };
        });
        attempt(() => own.snapCandidates(location, { limitMetres: 200 }));
      }
    };
    ask();
    attempt(() => own.close({ reason: "flood", point: at(0.5, 0.5), bufferMetres: 150 }));
    attempt(() =>
      own.setSpeed({
        reason: "works",
        factor: 0.5,
        line: { type: "LineString", coordinates: [[...at(0, 0)], [...at(1, 1)]] },
        bufferMetres: 90,
      }),
    );
    ask();
  }
  attempt(() => {
    for (const _ of roadsGeojson(roads.graph));
  });
}

function routerOver(roads: RoadIndex): DiversionRouter | undefined {
  try {
    return new DiversionRouter({ roads, hospitals, clock: () => 1.5e12 });
  } catch (error) {
    if (error instanceof DiversionError) return undefined;
    throw error;
  }
}

/** A refusal by a code is an answer. So is an answer in which every number is one: JSON writes others as null. */
function attempt<T>(ask: () => T): T | undefined {
  try {
    const answer = ask();
    // A way of no length has no bearing.
    const text = (JSON.stringify(answer) ?? "").replaceAll(/"bearing(Start|End)":null/g, "");
    if (/[:,[]null/.test(text)) throw new Error("an answer holds a number that is none");
    return answer;
  } catch (error) {
    if (error instanceof DiversionError) return undefined;
    throw error;
  }
}

/**
 * A `.roads` file whose checksums are right and whose content lies: it is refused by a code, or whatever is asked about
 * its roads ends, by an answer or a code.
 */
export const lyingRoads = (): Target => ({
  samples: [sample],
  mutate: lyingFile,
  iterations: 40,
  run(input) {
    // What assertions hold thoroughly is our own work; here it is done on times that lie.
    setThorough(false);
    try {
      askEverything(readRoads(input));
    } finally {
      setThorough(true);
    }
  },
});
