import type { OffNetworkHospital } from "../../diversion/drives/hospital-sites";
import type { Situation } from "../../diversion/situation";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { CatchmentMap, listedHandoverMs } from "../../planning/situation/catchment-map";
import { type PatientGroup, usableEds } from "../../planning/situation/patient-group";
import { segmentMiddles } from "./road-drawing";

/** Which ED each road belongs to. Made once per state of the roads; after that only the choice of EDs changes. */
export class RoadCatchments {
  readonly #map: CatchmentMap;
  /** By number on the map: number in the whole directory. */
  readonly #numbers: readonly number[];

  /** @param offNetwork EDs that no road is near: they have no catchment. */
  constructor({ roads, roadState, hospitals, policy }: Situation, offNetwork: readonly OffNetworkHospital[]) {
    const locations = segmentMiddles(roads);
    const places = { locations, weights: new Float64Array(locations.length / 2).fill(1), unit: "junctions" as const };
    const joined = hospitals.without(...offNetwork.map(({ id }) => id));
    this.#numbers = joined.hospitals.map(({ id }) => hospitals.indexOf(id));
    const handoverMs = listedHandoverMs(joined, policy);
    this.#map = new CatchmentMap(roads, joined, places, { roadState, handoverMs });
  }

  /** Int16[segments]: number of the nearest ED that such patients are brought to; negative where there is none. */
  assign(group: PatientGroup, situation: Situation): Int16Array {
    const usable = usableEds(group, situation);
    const { ed } = this.#map.assign(Uint8Array.from(this.#numbers, (number) => usable[number]!));
    return Int16Array.from(ed, (number) => (number < 0 ? -1 : this.#numbers[number]!));
  }
}

/**
 * A colour for each ED, 0 .. colours - 1, such that near neighbours differ as far as the colours go: each takes the one
 * that the nearest of those before it have used least recently.
 */
export function neighbourColours(hospitals: HospitalDirectory, colours: number): Uint8Array {
  const chosen = new Uint8Array(hospitals.size);
  hospitals.hospitals.forEach(({ location: [lon, lat] }, number) => {
    const nearness = hospitals.hospitals
      .slice(0, number)
      .map(({ location }, other) => ({ other, far: Math.hypot((location[0] - lon) * 0.6, location[1] - lat) }))
      .sort((a, b) => a.far - b.far);
    const rankOf = (colour: number): number => {
      const found = nearness.findIndex(({ other }) => chosen[other] === colour);
      return found < 0 ? Number.POSITIVE_INFINITY : found;
    };
    let best = 0;
    for (let colour = 1; colour < colours; colour++) if (rankOf(colour) > rankOf(best)) best = colour;
    chosen[number] = best;
  });
  return chosen;
}
