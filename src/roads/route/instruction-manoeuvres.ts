import { defined } from "../../core/defined";
import type { InstructionType, TurnModifier } from "./instruction";
import { AHEAD_DEGREES, BACK_DEGREES, STRAIGHT_DEGREES, turnModifier } from "./instruction-geometry";
import { isFerry, isLink, isMinor, isMotorway, isRing, isSameRoad, isUnlabelled, rankOf } from "./instruction-roads";
import type { Arm, RouteSteps } from "./instruction-steps";

/** Something to do at the junction before a piece of the route. */
export interface Manoeuvre {
  readonly type: InstructionType;
  readonly piece: number;
  readonly modifier?: TurnModifier;
  /** The piece whose road it leads onto, when that is not the first one. */
  readonly onto?: number;
  readonly exit?: number;
}

/** Up to this length a slip road is a lane round a corner of a junction: what is done there is to turn. */
const CORNER_CENTIMETRES = 150_00;

/** What there is to do on a route, in driving order; departure and arrival not included. */
export function manoeuvresOf(steps: RouteSteps): Manoeuvre[] {
  const manoeuvres: Manoeuvre[] = [];
  for (let i = 1; i < steps.count; ) {
    const { manoeuvre, next } = at(steps, i);
    if (manoeuvre !== undefined) manoeuvres.push(manoeuvre);
    i = next;
  }
  return withoutEchoes(steps, manoeuvres);
}

interface Decision {
  readonly manoeuvre?: Manoeuvre | undefined;
  /** The junction to look at next. */
  readonly next: number;
}

function at(steps: RouteSteps, i: number): Decision {
  const [before, after] = [steps.road(i - 1), steps.road(i)];
  const next = i + 1;
  if (isFerry(after)) return { manoeuvre: isFerry(before) ? undefined : { type: "ferry", piece: i }, next };
  if (isFerry(before)) return { manoeuvre: { type: "leave-ferry", piece: i }, next };
  if (steps.turnsRound(i)) return { manoeuvre: { type: "u-turn", piece: i }, next };
  if (isRing(after)) return isRing(before) ? { next } : roundabout(steps, i);
  if (isRing(before)) return { manoeuvre: { type: "leave-roundabout", piece: i }, next };
  if (isLink(after) && !isLink(before)) return ontoLink(steps, i);
  if (isLink(before) && !isLink(after) && leadsOn(steps, i)) return { manoeuvre: { type: "join", piece: i }, next };
  return { manoeuvre: turn(steps, i), next };
}

/** From the way in, all round to the way out: one manoeuvre. */
function roundabout(steps: RouteSteps, entry: number): Decision {
  let out = entry;
  while (out < steps.count && isRing(steps.road(out))) out++;
  if (out === steps.count) return { manoeuvre: { type: "roundabout", piece: entry }, next: out };
  let exit = 1;
  for (let junction = entry + 1; junction <= out; junction++) {
    const arms = steps.others(junction).filter(({ road }) => !isRing(road));
    exit += junction < out ? arms.length : passedAt(steps, out, arms);
  }
  return { manoeuvre: { type: "roundabout", piece: entry, exit, onto: out }, next: out + 1 };
}

/**
 * Where several roads leave a ring at one point, those that lie further from the ring's own way on come first: that holds
 * whichever way round the ring is driven.
 */
function passedAt(steps: RouteSteps, out: number, arms: readonly Arm[]): number {
  const ring = steps.others(out).find(({ road }) => isRing(road));
  if (ring === undefined) return 0;
  const taken = Math.abs(steps.angle(out) - ring.angle);
  return arms.filter(({ angle }) => Math.abs(angle - ring.angle) > taken).length;
}

function ontoLink(steps: RouteSteps, i: number): Decision {
  let end = i;
  let centimetres = 0;
  let forks = false;
  while (end < steps.count && isLink(steps.road(end))) {
    if (end > i && steps.others(end).length > 0) forks = true;
    centimetres += steps.centimetres(end++);
  }
  const isEnded = end < steps.count && !isRing(steps.road(end));
  const isMotorwayBound = isMotorway(steps.road(i - 1)) || (isEnded && isMotorway(steps.road(end)));
  if (isEnded && !forks && !isMotorwayBound && centimetres <= CORNER_CENTIMETRES) {
    const modifier = turnModifier(steps.angle(i, end));
    if (modifier !== "straight") return { manoeuvre: { type: "turn", modifier, piece: i, onto: end }, next: end + 1 };
    if (isSameRoad(steps.road(i - 1), steps.road(end))) return { next: end + 1 };
  }
  const others = steps.others(i);
  if (others.length === 0) return { next: i + 1 };
  const modifier = sideOf(steps.angle(i), others);
  const type = isMotorway(steps.road(i - 1)) ? "motorway-exit" : "slip-road";
  const leads = isEnded && !forks && leadsOn(steps, end);
  return {
    manoeuvre: defined({
      type,
      piece: i,
      modifier: modifier === "straight" ? undefined : modifier,
      onto: leads ? end : undefined,
    }),
    next: leads ? end + 1 : i + 1,
  };
}

/** Whether a slip road simply runs into the road it ends at. */
const leadsOn = (steps: RouteSteps, junction: number): boolean =>
  Math.abs(steps.angle(junction)) <= AHEAD_DEGREES &&
  steps.others(junction).every(({ angle, road }) => Math.abs(angle) > AHEAD_DEGREES || isMinor(road));

/** On which side of the other ways on the way taken lies. */
function sideOf(taken: number, others: readonly Arm[]): "left" | "straight" | "right" {
  const ahead = others.filter(({ angle }) => Math.abs(angle) < 100);
  if (ahead.length === 0) return taken < 0 ? "left" : "right";
  if (ahead.every(({ angle }) => angle > taken)) return "left";
  return ahead.every(({ angle }) => angle < taken) ? "right" : "straight";
}

function turn(steps: RouteSteps, i: number): Manoeuvre | undefined {
  const others = steps.others(i);
  if (others.length === 0) return undefined;
  const [before, after] = [steps.road(i - 1), steps.road(i)];
  const angle = steps.angle(i);
  const size = Math.abs(angle);
  const goesOn = isSameRoad(before, after);
  const ahead = others.filter((arm) => Math.abs(arm.angle) <= AHEAD_DEGREES);

  if (size >= BACK_DEGREES) return { type: "u-turn", piece: i };
  if (size > AHEAD_DEGREES) {
    // A road that bends where nothing but drives and lanes of lower rank leave it, none of them ahead.
    const bends = goesOn && ahead.length === 0 && others.every(({ road }) => isLesser(road, steps, i));
    return bends ? undefined : { type: "turn", piece: i, modifier: turnModifier(angle) };
  }
  const rivals = ahead.filter(({ road }) => rivalsWith(road, steps, i));
  if (rivals.length > 0) {
    const isPlain =
      goesOn &&
      rivals.every(({ road, angle: other }) => {
        if (!isUnlabelled(before) && isSameRoad(before, road)) return false;
        return isLink(road) && !isLink(after)
          ? true
          : size + STRAIGHT_DEGREES <= Math.abs(other) || rankOf(road) > rankOf(after);
      });
    return isPlain ? undefined : { type: "keep", piece: i, modifier: sideOf(angle, rivals) };
  }
  if (goesOn) return undefined;
  if (size > STRAIGHT_DEGREES && ahead.some((arm) => Math.abs(arm.angle) < size)) {
    return { type: "turn", piece: i, modifier: turnModifier(angle) };
  }
  const isNews = !isUnlabelled(after) && others.some(({ road }) => !isMinor(road));
  return isNews ? { type: "continue", piece: i } : undefined;
}

const isLesser = (road: ReturnType<RouteSteps["road"]>, steps: RouteSteps, i: number): boolean =>
  !isSameRoad(steps.road(i - 1), road) && (isMinor(road) || rankOf(road) > rankOf(steps.road(i)));

/** Whether one could take this road for the way on. */
function rivalsWith(road: ReturnType<RouteSteps["road"]>, steps: RouteSteps, i: number): boolean {
  const after = steps.road(i);
  return isSameRoad(steps.road(i - 1), road) || !isMinor(road) || isMinor(after);
}

/** Up to here, a name that follows on a manoeuvre is that of the road it leads onto. */
const ECHO_CENTIMETRES = 40_00;

/** Crossing to the far carriageway brings the new road's name a few metres late: the manoeuvre before takes it over. */
function withoutEchoes(steps: RouteSteps, manoeuvres: readonly Manoeuvre[]): Manoeuvre[] {
  const kept: Manoeuvre[] = [];
  for (const manoeuvre of manoeuvres) {
    const last = kept.at(-1);
    if (manoeuvre.type === "continue" && last !== undefined) {
      let driven = 0;
      for (let piece = last.onto ?? last.piece; piece < manoeuvre.piece; piece++) driven += steps.centimetres(piece);
      if (driven <= ECHO_CENTIMETRES) {
        kept[kept.length - 1] = { ...last, onto: manoeuvre.piece };
        continue;
      }
    }
    kept.push(manoeuvre);
  }
  return kept;
}
