import { DiversionError } from "../core/errors";
import type { Position } from "../core/units";
import type { DiversionRouter } from "../diversion/router";
import { openPopulation } from "../node/files/text-file";
import { PlanningSituation } from "../planning/situation/planning-situation";
import type { Terminal } from "./command";
import { openRouter, PATIENT_OPTIONS, ROUTER_OPTIONS } from "./common-options";
import * as option from "./options";

const { engine: _, closures: closuresOption, ...ROUTER } = ROUTER_OPTIONS;

/** What every planning command takes; see {@link openPlanning}. */
export const PLANNING_OPTIONS = {
  ...PATIENT_OPTIONS,
  when: option.instant({
    value: "TIME",
    help: "The moment planned for, such as 2017-05-15T17:00:00+01:00. Default: now.",
  }),
  population: option.text({
    value: "FILE",
    help: "Where people live: csv with lon,lat,people. Default: every junction counts 1.",
  }),
  ...ROUTER,
};

/** Roads that are closed as things are. */
export const CLOSURES_OPTION = { closures: closuresOption };

interface OpenedPlanning {
  readonly router: DiversionRouter;
  readonly planning: PlanningSituation;
}

/**
 * Opens what {@link PLANNING_OPTIONS} name.
 *
 * @param closures the file of roads closed and slow, as things are.
 */
export async function openPlanning(
  args: option.Arguments<option.ValuesOf<typeof PLANNING_OPTIONS>>,
  terminal: Terminal,
  closures?: string,
): Promise<OpenedPlanning> {
  const when = args.get("when");
  const age = args.get("age");
  const acuity = args.get("acuity");
  const needs = args.get("needs");
  const population = args.get("population");
  const demandPoints = population === undefined ? undefined : await openPopulation(population);
  const nowMs = terminal.now().getTime();
  const router = await openRouter(args, terminal, { clock: () => nowMs, closures });
  router.hospitals.vocabulary.requireKnown(needs, "invalid-argument", "--needs");
  const planning = new PlanningSituation(router, {
    needs: needs.length === 0 ? undefined : needs,
    age,
    acuity,
    at: when?.text,
    demandPoints,
  });
  return { router, planning };
}

/** Reads `ID=LON,LAT`. @throws DiversionError `invalid-argument` naming the option. */
export function placedId(text: string, option: string): { readonly id: string; readonly location: Position } {
  const match = /^([^=]+)=\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*,\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*$/.exec(text);
  if (match !== null) return { id: match[1]!.trim(), location: [Number(match[2]), Number(match[3])] };
  throw new DiversionError(
    "invalid-argument",
    `${option} is "${text}"; write an id and where it is, longitude first, such as ${option} NEW1=0.469,51.7356.`,
    { field: option },
  );
}
