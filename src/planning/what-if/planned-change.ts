import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { HospitalInput } from "../../hospitals/directory/hospital";
import type { CloseRequest } from "../../roads/closures/closure";
import { RoadIndex } from "../../roads/road-index";
import type { Assignment, CatchmentMap } from "../situation/catchment-map";
import { type EdsByVerdict, type EdVerdict, groupByVerdict, verdictsOf } from "../situation/patient-group";
import type { PlanningSituation, Scene } from "../situation/planning-situation";

/** What would be otherwise. At least one thing must be. */
export interface PlannedChange {
  /** EDs that take nobody, by id. */
  readonly close?: readonly string[];
  /** EDs that take those they are able to care for, whatever is reported against them and whatever the hour. */
  readonly open?: readonly string[];
  /** New EDs. Nothing is reported against them. */
  readonly add?: readonly HospitalInput[];
  /** EDs that are elsewhere: id, and the new location, which is their one entrance. */
  readonly move?: readonly { readonly id: string; readonly location: readonly [longitude: number, latitude: number] }[];
  /** Roads that are closed, beside those that are. Like any closure they hold from `from` until `until`. */
  readonly closeRoads?: readonly CloseRequest[];
  /** Other roads altogether, such as {@link separateRoads} with closures of their own. Default: the planning's. */
  readonly roads?: RoadIndex;
}

const IdsSchema = z.optional(z.array(z.string("write an ED's id"), "give a list of EDs' ids"));

/** The form alone: hospitals and closures are checked by those who read them. */
const PlannedChangeSchema = z.strictObject({
  close: IdsSchema,
  open: IdsSchema,
  add: z.optional(z.array(z.unknown(), "give a list of hospitals")),
  move: z.optional(
    z.array(
      z.strictObject({
        id: z.string("write an ED's id"),
        location: z.tuple([z.number(), z.number()], "write [longitude, latitude] in degrees"),
      }),
      "give a list of { id, location }",
    ),
  ),
  closeRoads: z.optional(z.array(z.unknown(), "give a list of closures")),
  roads: z.optional(z.instanceof(RoadIndex, { message: "give a RoadIndex" })),
});

/** A scene after a change, and what about the change is worth a word. */
export interface ChangedScene extends Scene {
  readonly notes: readonly string[];
  /** Int32[…]: the demand points that may be brought elsewhere, ascending; undefined where all may. */
  readonly touched: Int32Array | undefined;
}

/** The same roads with a book of closures of their own: what is closed there is closed nowhere else. */
export function separateRoads(roads: RoadIndex): RoadIndex {
  const { graph, snapColumns, hierarchy, metric, description, checksum, servedProfiles } = roads;
  const own = new RoadIndex({ graph, snapColumns, hierarchy, metric, description, checksum, servedProfiles });
  if (!roads.isUndisturbed) own.importClosures(roads.exportClosures());
  return own;
}

/**
 * How things are after a change. Where EDs only close, the demand points of these are asked for again and no others.
 *
 * @throws DiversionError `invalid-argument` for a change that is not of the documented form, changes nothing or
 * contradicts itself; `unknown-hospital`, `duplicate-hospital`, `invalid-hospitals`, `invalid-closure`, `unknown-road`;
 * `hospital-off-network` for an ED added or moved to where no road is near.
 */
export function sceneAfter(planning: PlanningSituation, change: PlannedChange): ChangedScene {
  checkForm(change);
  const { scene: before, situation } = planning;
  const notes: string[] = [];
  const hospitals = directoryAfter(before.hospitals, change);
  const numbersOf = (ids: readonly string[] = [], field: string): Set<number> =>
    new Set(ids.map((id) => hospitals.requireIndex(id, field)));
  const closed = numbersOf(change.close, "close");
  const opened = numbersOf(change.open, "open");
  const nameOf = (number: number): string =>
    `${hospitals.hospitals[number]!.name} (${hospitals.hospitals[number]!.id})`;
  const verdicts =
    hospitals === before.hospitals ? before.verdicts : verdictsOf(planning.group, situation.withHospitals(hospitals));
  for (const number of closed) {
    const { verdict } = verdicts[number]!;
    if (verdict === "refuses" || verdict === "incapable") {
      notes.push(`${nameOf(number)} is not used for such patients as things are, so that closing it changes nothing.`);
    }
  }
  for (const number of opened) {
    if (!mayTake(verdicts[number]!)) notes.push(`${nameOf(number)} does not offer what such patients need.`);
    else if (verdicts[number]!.verdict === "accepts") notes.push(`${nameOf(number)} is open as things are.`);
  }
  for (const { id } of change.add ?? []) {
    const number = hospitals.requireIndex(id);
    if (!mayTake(verdicts[number]!)) notes.push(`${nameOf(number)} does not offer what such patients need.`);
  }
  const edsByVerdict = groupByVerdict(verdicts, closed, opened);

  const roads = roadsAfter(change.roads ?? situation.roads, change.closeRoads ?? []);
  for (const closure of roads.closures.slice(situation.roads.closures.length)) {
    if (closure.edges.length === 0) {
      notes.push(`The closure ${closure.id} (${closure.reason}) is about no road here and changes nothing.`);
    } else if (!roads.stateAt(situation.atMs).inForce.includes(closure)) {
      notes.push(`The closure ${closure.id} (${closure.reason}) does not hold at ${planning.at.text}.`);
    }
  }

  if (roads === situation.roads && hospitals === before.hospitals) {
    const { map } = before;
    const touched = opened.size > 0 ? undefined : demandPointsOf(planning, closed);
    const assignment = touched === undefined ? map.assign(edsByVerdict) : reassigned(before, touched, edsByVerdict);
    return { hospitals, verdicts, map, edsByVerdict, assignment, notes, touched };
  }
  const map = planning.mapOf(roads, hospitals, verdicts);
  requirePlaced(map, change);
  return { hospitals, verdicts, map, edsByVerdict, assignment: map.assign(edsByVerdict), notes, touched: undefined };
}

/** The demand points of these EDs, ascending. */
function demandPointsOf(planning: PlanningSituation, eds: Iterable<number>): Int32Array {
  const byEd = planning.demandPointsByEd();
  const lists = Array.from(eds, (ed) => byEd[ed]!);
  const demandPoints = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const list of lists) {
    demandPoints.set(list, end);
    end += list.length;
  }
  return lists.length > 1 ? demandPoints.sort() : demandPoints;
}

/**
 * Where everybody is brought when EDs close, given the demand points of these. Whoever was brought elsewhere still is:
 * of the EDs left, their own is the first as before.
 */
function reassigned({ map, assignment }: Scene, touched: Int32Array, edsByVerdict: EdsByVerdict): Assignment {
  const some = map.assignSome(touched, edsByVerdict);
  const after = { ed: assignment.ed.slice(), milliseconds: assignment.milliseconds.slice() };
  for (let i = 0; i < touched.length; i++) {
    after.ed[touched[i]!] = some.ed[i]!;
    after.milliseconds[touched[i]!] = some.milliseconds[i]!;
  }
  return after;
}

function checkForm(change: PlannedChange): void {
  const result = safeParse(PlannedChangeSchema, change);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const field = issue.path.join(".");
    const what = issue.code === "unrecognized_keys" ? `${issue.keys.join(", ")} is not a field of it` : issue.message;
    throw new DiversionError("invalid-argument", `The change is not of the documented form: ${what}.`, { field });
  }
  const { close = [], open = [], add = [], move = [], closeRoads = [], roads } = change;
  if (close.length + open.length + add.length + move.length + closeRoads.length === 0 && roads === undefined) {
    throw invalid("The change changes nothing; close, open, add or move an ED, or close a road.");
  }
  const contradiction = close.find((id) => open.includes(id));
  if (contradiction !== undefined) throw invalid(`${contradiction} is both to close and to open.`, "close");
  const moved = move.map(({ id }) => id);
  const twice = moved.find((id, i) => moved.indexOf(id) !== i);
  if (twice !== undefined) throw invalid(`${twice} is to move to two places.`, "move");
}

function directoryAfter(hospitals: HospitalDirectory, { add = [], move = [] }: PlannedChange): HospitalDirectory {
  let after = hospitals;
  for (const { id: stated, location } of move) {
    const { id } = after.require(stated, "move");
    const { entrances: _, ...asListed } = hospitals.toJSON().hospitals.find((hospital) => hospital.id === id)!;
    after = after.with({ ...asListed, location: [...location] });
  }
  for (const hospital of add) {
    if (after.get(hospital.id) !== undefined) {
      throw new DiversionError(
        "duplicate-hospital",
        `${hospital.id} is the id of ${after.get(hospital.id)!.name}; give the new ED another.`,
        { field: "add" },
      );
    }
    after = after.with(hospital);
  }
  return after;
}

function roadsAfter(roads: RoadIndex, closeRoads: readonly CloseRequest[]): RoadIndex {
  if (closeRoads.length === 0) return roads;
  const after = separateRoads(roads);
  for (const request of closeRoads) after.close(request);
  return after;
}

function requirePlaced({ offNetwork }: CatchmentMap, { add = [], move = [] }: PlannedChange): void {
  const placed = new Set([...add, ...move].map(({ id }) => id));
  const lost = offNetwork.find(({ id }) => placed.has(id));
  if (lost === undefined) return;
  throw new DiversionError("hospital-off-network", `${lost.name} would be off these roads: ${lost.reason}`, {
    field: lost.id,
  });
}

const invalid = (message: string, field?: string): DiversionError =>
  new DiversionError("invalid-argument", message, field === undefined ? {} : { field });

/** Whether an ED would take such patients with nothing reported against it, if their age allows. */
const mayTake = ({ isAble, isDoubtful }: EdVerdict): boolean => isAble || isDoubtful;
