import { distanceMetres } from "../../core/geometry";
import type { Position } from "../../core/units";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { RoadIndex } from "../../roads/road-index";
import type { FoundPlace } from "./protocol";

const MOST = 8;

/** Pieces of a road farther apart than this are taken for two roads of one name. */
const SAME_ROAD_METRES = 3000;

const plain = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();

/** EDs and roads by name or number. */
export class PlaceSearch {
  readonly #roads: RoadIndex;
  readonly #hospitals: HospitalDirectory;
  readonly #names: readonly string[];

  constructor(roads: RoadIndex, hospitals: HospitalDirectory) {
    this.#roads = roads;
    this.#hospitals = hospitals;
    this.#names = roads.graph.roads.map(({ name, ref }) => plain(`${ref} ${name}`.trim()));
  }

  /** Those that begin with the words come before those that hold them. */
  find(text: string): FoundPlace[] {
    const words = plain(text.trim());
    if (words === "") return [];
    const eds = this.#hospitals.hospitals
      .filter(({ id, name }) => plain(`${id} ${name}`).includes(words))
      .map(({ id, name, location }): FoundPlace => ({ label: name, detail: `ED ${id}`, location }));
    return [...eds, ...this.#findRoads(words)].slice(0, MOST);
  }

  #findRoads(words: string): FoundPlace[] {
    const rows = new Set<number>();
    this.#names.forEach((name, row) => {
      if (name.includes(words)) rows.add(row);
    });
    if (rows.size === 0) return [];
    const { graph } = this.#roads;
    const { segmentRoad, segmentTail } = graph.columns;
    const found: { readonly name: string; readonly location: Position; readonly isStart: boolean }[] = [];
    for (let segment = 0; segment < graph.segmentCount && found.length < 50; segment++) {
      const row = segmentRoad[segment]!;
      if (!rows.has(row)) continue;
      const { name, ref } = graph.roads[row]!;
      const label = name || ref;
      const location = graph.nodePosition(segmentTail[segment]!);
      const isKnown = found.some(
        (one) => one.name === label && distanceMetres(one.location, location) < SAME_ROAD_METRES,
      );
      if (!isKnown) found.push({ name: label, location, isStart: this.#names[row]!.startsWith(words) });
    }
    return found
      .sort((a, b) => Number(b.isStart) - Number(a.isStart) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ name, location }) => ({ label: name, detail: this.#whereabouts(location), location, roadName: name }));
  }

  /** Roads of one name are told apart by the ED they are near. */
  #whereabouts(location: Position): string {
    let nearest: { readonly name: string; readonly metres: number } | undefined;
    for (const hospital of this.#hospitals.hospitals) {
      const metres = distanceMetres(location, hospital.location);
      if (nearest === undefined || metres < nearest.metres) nearest = { name: hospital.name, metres };
    }
    return nearest === undefined ? "road" : `road, ${(nearest.metres / 1000).toFixed(1)} km from ${nearest.name}`;
  }
}
