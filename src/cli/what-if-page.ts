import type { HospitalDirectory } from "../hospitals/directory/directory";
import { EMBEDDED_AREA, embeddedPlaceNames } from "../node/files/embedded";
import { writeFileWhole } from "../node/files/write-file";
import { whatIfReport } from "../output/report-html-what-if";
import type { PlanningGround } from "../planning/ground/planning-ground";
import type { PlannedChange } from "../planning/what-if/planned-change";
import { whatIfMapData } from "../planning/what-if/what-if";
import type { WhatIfResult } from "../planning/what-if/what-if-result";

/**
 * Writes what a change does as a page.
 *
 * @param isEmbedded whether the roads are those that come with the package, whose places have names.
 */
export async function writeWhatIfPage(
  path: string,
  ground: PlanningGround,
  change: PlannedChange,
  result: WhatIfResult,
  isEmbedded: boolean,
): Promise<void> {
  const { roads, hospitals } = ground.situation;
  const title = changeWords(change, hospitals);
  const names = isEmbedded ? { areaName: EMBEDDED_AREA, placeName: await embeddedPlaceNames() } : {};
  await writeFileWhole(path, [
    whatIfReport({ title, result, mapData: whatIfMapData(ground, change), roads, ...names }),
  ]);
}

/** The change as a headline: "Broomfield Hospital and Lister Hospital closed, the A130 closed". */
function changeWords(change: PlannedChange, hospitals: HospitalDirectory): string {
  const { close = [], open = [], add = [], move = [], closeRoads = [], roads } = change;
  const nameOf = (id: string): string => hospitals.get(id)?.name ?? id;
  const part = (names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${spoken(names)} ${what}`];
  return [
    ...part(close.map(nameOf), "closed"),
    ...part(open.map(nameOf), "open"),
    ...part(
      add.map(({ name }) => name),
      "new",
    ),
    ...part(
      move.map(({ id }) => nameOf(id)),
      "moved",
    ),
    ...part(
      closeRoads.map((request) => (typeof request.road === "string" ? request.road : "a road")),
      "closed",
    ),
    ...(roads === undefined ? [] : ["roads closed or slow"]),
  ].join(", ");
}

const spoken = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
