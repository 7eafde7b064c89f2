import { area, bbox } from "@turf/turf";
import type { BBox, FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";
import { DiversionError } from "../../core/errors";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import { withoutEds } from "../situation/patient-group";
import type { PlanningSituation, Scene } from "../situation/planning-situation";
import { type MinutesSpread, minutesSpread, type PlaceCount, type Reach } from "../situation/scene-totals";
import { basisOf } from "../what-if/what-if";
import type { PlanBasis } from "../what-if/what-if-result";
import { AreaGrid } from "./area-grid";

export interface CatchmentsOptions {
  /** Side of the cells that polygons are made of. Default: the smallest of 50, 100, 200 … that gives up to 400,000. */
  readonly cellMetres?: number;
  /** Nothing farther than this from a road belongs to a catchment. Default: the snapping limit, at most 2000. */
  readonly withinMetres?: number;
}

/** Unless asked, nothing is claimed that is farther than this from a road: polygons are to look like what is driven. */
const MOST_WITHIN_METRES = 2000;

/** One ED's catchment. */
export interface CatchmentProperties {
  readonly kind: "catchment";
  readonly hospital: HospitalReference;
  /** Where it is. */
  readonly at: Point["coordinates"];
  /**
   * Whether it takes such patients as things are, only where no other can be reached, or not. `doubtful`: where none that
   * accepts or diverts can be reached, for only the age that was not given may stand against it.
   */
  readonly use: "accepts" | "diverts" | "doubtful" | "none";
  /** Brought there: people, or junctions where no population is given. */
  readonly people: number;
  readonly places: number;
  /** Minutes to care; null where there is nobody. */
  readonly minutes: MinutesSpread | null;
  /** How much longer the second choice is, for those who have one; null where nobody has. */
  readonly margin: MinutesSpread | null;
  /** People for whom there is no second choice. */
  readonly withoutSecond: number;
  readonly squareKilometres: number;
}

/** How areas were made, for whoever draws or measures them. */
export interface AreaStatistics {
  /** A border is exact to one cell: each cell belongs to the ED nearest to its centre by road. */
  readonly cellMetres: number;
  /** Nothing farther than this from a road, but for a cell's breadth, is claimed. */
  readonly withinMetres: number;
}

/** Of each kind of EDs in {@link EdsByVerdict}. */
const USES = ["accepts", "diverts", "doubtful", "doubtful"] as const;

/** Every ED's catchment, by id. An ED to which nobody is brought has no geometry. */
export interface CatchmentCollection extends FeatureCollection<Polygon | MultiPolygon | null, CatchmentProperties> {
  readonly basis: PlanBasis;
  readonly areas: AreaStatistics;
  readonly total: PlaceCount;
  readonly reach: Reach;
}

/**
 * For every demand point its nearest usable ED, drawn: one polygon an ED. Neighbouring catchments share their border
 * point by point.
 *
 * @param scene Default: as things are; also one of `sceneAfter`.
 * @throws DiversionError `invalid-argument` for options that are not of the documented form.
 */
export function catchments(
  planning: PlanningSituation,
  options: CatchmentsOptions = {},
  scene: Scene = planning.scene,
): CatchmentCollection {
  const { hospitals } = scene.hospitals;
  const { grid, withinMetres } = areaGrid(planning, options);
  const { ed: labels } = scene.map.nearestUsable(grid.centres(), scene.edsByVerdict, withinMetres);
  const polygons = grid.polygons(labels.map((ed) => Math.max(ed, -1)));
  const totals = planning.totals(scene);
  const byEd = planning.demandPointsByEd(scene);
  const features = hospitals.map(({ id, name, location }, number): CatchmentCollection["features"][number] => {
    const geometry = polygons.get(number) ?? null;
    return {
      type: "Feature",
      id,
      bbox: geometry === null ? undefined : boxOf(geometry),
      geometry,
      properties: {
        kind: "catchment",
        hospital: { id, name },
        at: [...location],
        use: USES[scene.edsByVerdict.findIndex((eds) => eds[number] === 1)] ?? "none",
        ...countsOf(planning.demandPoints.weights, scene, byEd[number]!, number),
        squareKilometres: geometry === null ? 0 : Math.round(area(geometry) / 1e4) / 100,
      },
    };
  });
  const drawn = [...polygons.values()];
  return {
    type: "FeatureCollection",
    bbox: drawn.length === 0 ? undefined : boxOf({ type: "GeometryCollection", geometries: drawn }),
    basis: basisOf(planning),
    areas: { cellMetres: grid.cellMetres, withinMetres },
    total: totals.total,
    reach: totals.reach,
    features,
  };
}

/** The cells that areas of a plan are made of. */
export function areaGrid(
  { situation }: PlanningSituation,
  { cellMetres, withinMetres = Math.min(situation.snapLimitMetres, MOST_WITHIN_METRES) }: CatchmentsOptions,
): { readonly grid: AreaGrid; readonly withinMetres: number } {
  if (!(withinMetres > 0 && withinMetres <= 100_000)) {
    throw new DiversionError(
      "invalid-argument",
      `withinMetres is ${withinMetres}; give metres above 0 and up to 100,000.`,
      { field: "withinMetres" },
    );
  }
  return { grid: new AreaGrid(situation.roads.bounds, withinMetres, cellMetres), withinMetres };
}

function countsOf(
  weights: Float64Array,
  { map, edsByVerdict, assignment }: Scene,
  demandPoints: Int32Array,
  number: number,
): Pick<CatchmentProperties, "people" | "places" | "minutes" | "margin" | "withoutSecond"> {
  const people = Array.from(demandPoints, (demandPoint) => weights[demandPoint]!);
  const firstMs = Array.from(demandPoints, (demandPoint) => assignment.milliseconds[demandPoint]!);
  const second = map.assignSome(demandPoints, withoutEds(edsByVerdict, [number]));
  const rows = Array.from(demandPoints.keys()).filter((row) => second.ed[row]! >= 0);
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
  const withSecond = rows.map((row) => people[row]!);
  return {
    people: sum(people),
    places: demandPoints.length,
    minutes: minutesSpread(firstMs, people),
    margin: minutesSpread(
      rows.map((row) => second.milliseconds[row]! - firstMs[row]!),
      withSecond,
    ),
    withoutSecond: sum(people) - sum(withSecond),
  };
}

export function boxOf(geometry: Parameters<typeof bbox>[0]): BBox {
  return bbox(geometry).slice(0, 4) as BBox;
}
