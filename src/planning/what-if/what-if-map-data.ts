import type { Position } from "../../core/units";
import { EdNumbering } from "../ground/ed-numbering";
import { type GroundGrid, groundGrid } from "../ground/ground-grid";
import type { PlanningGround } from "../ground/planning-ground";
import { type PlannedChange, sceneAfter } from "./planned-change";

/** Whose ED is where, before a change and after it. */
export interface WhatIfMapData {
  readonly grid: GroundGrid;
  /** Every ED there is before or after, by id. */
  readonly hospitals: readonly {
    readonly name: string;
    /** Where it is after the change, or was before. */
    readonly location: Position;
    /** Whether nobody is brought there after the change. */
    readonly isClosed: boolean;
  }[];
  /** Int32[cells]: number in `hospitals` of the ED to which patients of a cell are brought; negative where there is none. */
  readonly before: Int32Array;
  readonly after: Int32Array;
}

/**
 * Draws a change over the ground's roads: the same patients, moment and rules, at every cell of a grid.
 *
 * @param columns how many cells the picture is wide. Default: those of {@link groundGrid}.
 * @throws DiversionError as {@link sceneAfter} does.
 */
export function whatIfMapData(ground: PlanningGround, change: PlannedChange, columns?: number): WhatIfMapData {
  const grid = groundGrid(ground.situation.roads.bounds, columns);
  const drawn = ground.withPlaces(grid.places);
  const { hospitals: hospitalsBefore, assignment: before } = drawn.scene;
  const after = sceneAfter(drawn, change);
  const eds = new EdNumbering(hospitalsBefore, after.hospitals);
  return {
    grid,
    hospitals: eds.references.map(({ id, name }) => {
      const { location } = after.hospitals.get(id) ?? hospitalsBefore.require(id);
      return { name, location, isClosed: change.close?.includes(id) ?? false };
    }),
    before: before.ed.map((ed) => eds.before(ed)),
    after: after.assignment.ed.map((ed) => eds.after(ed)),
  };
}

/** Whose ED is where, as things are. */
export interface SceneMapData {
  readonly grid: GroundGrid;
  /** Every ED, by its number. */
  readonly hospitals: readonly { readonly name: string; readonly location: Position }[];
  /** Int32[cells]: number in `hospitals` of the ED to which patients of a cell are brought; negative where there is none. */
  readonly assigned: Int32Array;
}

/** Draws the ground as things are. @param columns as for {@link whatIfMapData} */
export function sceneMapData(ground: PlanningGround, columns?: number): SceneMapData {
  const grid = groundGrid(ground.situation.roads.bounds, columns);
  const drawn = ground.withPlaces(grid.places);
  const { hospitals, assignment } = drawn.scene;
  return {
    grid,
    hospitals: hospitals.hospitals.map(({ name, location }) => ({ name, location })),
    assigned: assignment.ed,
  };
}
