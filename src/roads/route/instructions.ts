import { defined } from "../../core/defined";
import { distanceMetres } from "../../core/geometry";
import { centimetresToMetres, millisecondsToSeconds, type Position } from "../../core/units";
import type { RoadGraph } from "../graph/road-graph";
import type { CompassPoint, InstructionType, RouteInstruction, TurnModifier } from "./instruction";
import { bearingAlong, compassPoint, turnAngle } from "./instruction-geometry";
import { type Manoeuvre, manoeuvresOf } from "./instruction-manoeuvres";
import { isSameRoad, roadLabel } from "./instruction-roads";
import { RouteSteps } from "./instruction-steps";
import type { Route } from "./route";

/** What sentences are made of; empty or absent where nothing is known. */
interface InstructionFacts {
  readonly modifier?: TurnModifier | CompassPoint;
  /** Label of the road driven from here on. */
  readonly road: string;
  /** Label of the road left, and whether people would say it is still the same. */
  readonly from?: string;
  readonly stays?: boolean;
  /** What the sign says. */
  readonly signed?: string;
  readonly exit?: number;
  readonly junction?: string;
  /** How the ring is called. */
  readonly ring?: string;
  /** Where the route ends. */
  readonly destination?: string;
}

const TURNS: Readonly<Record<TurnModifier, string>> = {
  straight: "Go straight on",
  "slight-left": "Bear left",
  "slight-right": "Bear right",
  left: "Turn left",
  right: "Turn right",
  "sharp-left": "Turn sharp left",
  "sharp-right": "Turn sharp right",
};

const given = (before: string, text: string | undefined): string =>
  text === undefined || text === "" ? "" : `${before}${text}`;

const signed = (facts: InstructionFacts): string =>
  facts.signed === undefined || facts.signed === "" ? "" : `, signed ${facts.signed}`;

/** `, signed London, onto the A12`: a sign in the middle of a sentence is closed with a comma. */
const signedOnto = (facts: InstructionFacts): string =>
  signed(facts) + given(signed(facts) === "" ? " onto " : ", onto ", facts.road);

const ontoOrStay = ({ road, stays }: InstructionFacts): string => given(stays ? " to stay on " : " onto ", road);

const side = ({ modifier }: InstructionFacts): string => (modifier ?? "").replace(/^(slight|sharp)-/, "");

function ordinal(count: number): string {
  const ending = ["th", "st", "nd", "rd"][count % 10] ?? "th";
  return `${count}${count % 100 >= 11 && count % 100 <= 13 ? "th" : ending}`;
}

/** The sentence for each code, in one place. */
const SENTENCES: Readonly<Record<InstructionType, (facts: InstructionFacts) => string>> = {
  depart: (facts) => (facts.modifier === undefined ? "Start" : `Head ${facts.modifier}`) + given(" on ", facts.road),
  continue: (facts) => `Continue${given(" onto ", facts.road)}${signed(facts)}`,
  turn: (facts) => `${TURNS[facts.modifier as TurnModifier]}${ontoOrStay(facts)}${signed(facts)}`,
  keep: (facts) => {
    const way = side(facts);
    return `Keep ${way === "straight" ? "straight on" : way}${ontoOrStay(facts)}${signed(facts)}`;
  },
  "u-turn": (facts) => `Make a U-turn${ontoOrStay(facts)}`,
  roundabout: (facts) =>
    facts.exit === undefined
      ? `Enter the ${facts.ring}`
      : `At the ${facts.ring} take the ${ordinal(facts.exit)} exit${signedOnto(facts)}`,
  "leave-roundabout": (facts) => `Leave the ${facts.ring}${signedOnto(facts)}`,
  "slip-road": (facts) => `Take the slip road${given(" on the ", side(facts))}${signedOnto(facts)}`,
  "motorway-exit": (facts) =>
    `Leave ${facts.from === "" ? "the motorway" : facts.from}${given(" at junction ", facts.junction)}${signedOnto(facts)}`,
  join: (facts) => `Join ${facts.road === "" ? "the main road" : facts.road}${signed(facts)}`,
  ferry: (facts) => `Take the ferry${given(" ", facts.road)}`,
  "leave-ferry": (facts) => `Leave the ferry${given(" and continue on ", facts.road)}`,
  arrive: (facts) =>
    `Arrive at ${facts.destination}${facts.modifier === undefined ? "" : `, on the ${facts.modifier}`}`,
};

const instructionText = (type: InstructionType, facts: InstructionFacts): string => SENTENCES[type](facts);

/** Where a route ends. */
interface RouteDestination {
  readonly name: string;
  /** Where it stands, so that the arrival can say on which side. */
  readonly location?: Position;
}

/**
 * The instructions for a route in plain English, departure first and arrival last. There is one wherever something has to
 * be decided: none where a road merely bends, or changes its name with nowhere else to go.
 *
 * Left and right are read off the map, so the side on which traffic keeps is never guessed. Mini-roundabouts that the map
 * draws as a point are crossed like any other junction.
 */
export function routeInstructions(graph: RoadGraph, route: Route, destination: RouteDestination): RouteInstruction[] {
  const steps = new RouteSteps(graph, route);
  const heading = bearingAlong(route.positions);
  const departure = defined({
    road: labelAhead(steps, 0),
    modifier: heading === undefined ? undefined : compassPoint(heading),
  });
  const lines: Line[] = [{ type: "depart", piece: 0, facts: departure }];
  for (const manoeuvre of manoeuvresOf(steps)) {
    const facts = factsOf(steps, manoeuvre);
    // The line before has told it already, from a sign further on.
    if (manoeuvre.type === "continue" && facts.road === lines.at(-1)!.facts.road) continue;
    lines.push({ ...manoeuvre, facts });
  }
  const side = arrivalSide(route, destination.location);
  const arrival = defined({ road: "", destination: destination.name, modifier: side });
  lines.push({ type: "arrive", piece: steps.count, facts: arrival });

  const milliseconds = runningTotals(steps.count, (piece) => steps.milliseconds(piece), route.milliseconds);
  const centimetres = runningTotals(steps.count, (piece) => steps.centimetres(piece), route.centimetres);
  return lines.map(({ type, piece, facts }, i) => {
    const next = lines[i + 1]?.piece ?? steps.count;
    // Totals are rounded, not parts, so that the parts add up to the route's own figure.
    const decimetres = Math.round(centimetres[next]! / 10) - Math.round(centimetres[piece]! / 10);
    return defined({
      type,
      modifier: facts.modifier,
      text: instructionText(type, facts),
      road: facts.road,
      metres: centimetresToMetres(decimetres * 10),
      seconds: millisecondsToSeconds(milliseconds[next]! - milliseconds[piece]!),
      location: piece === 0 ? route.positions[0]! : piece < steps.count ? steps.start(piece) : route.positions.at(-1)!,
      exit: facts.exit,
      junction: facts.junction,
    });
  });
}

interface Line {
  readonly type: RouteInstruction["type"];
  readonly piece: number;
  readonly facts: InstructionFacts;
}

/** Totals before each piece, and the route's own after the last. */
function runningTotals(count: number, of: (piece: number) => number, total: number): number[] {
  const totals = [0];
  for (let piece = 0; piece < count; piece++) totals.push(totals[piece]! + of(piece));
  totals[count] = count === 0 ? 0 : total;
  return totals;
}

function factsOf(steps: RouteSteps, { type, piece, modifier, onto = piece, exit }: Manoeuvre): InstructionFacts {
  const isRamp = type === "slip-road" || type === "motorway-exit";
  const isUnfinished = isRamp && onto === piece;
  const junction = isRamp ? firstOnward(steps, piece, (i) => steps.road(i).exit) : "";
  return defined({
    road: isUnfinished ? "" : labelAhead(steps, onto),
    from: roadLabel(steps.road(piece - 1)),
    stays: roadLabel(steps.road(onto)) !== "" && isSameRoad(steps.road(piece - 1), steps.road(onto)),
    signed: firstOnward(steps, isRamp || type === "turn" ? piece : onto, (i) => steps.road(i).destination),
    ring:
      steps.road(type === "leave-roundabout" ? piece - 1 : piece).junction === "circular"
        ? "traffic circle"
        : "roundabout",
    modifier,
    exit,
    junction: junction === "" ? undefined : junction,
  });
}

/** How far ahead a road without a label is looked along for one: signs name the road one is about to be on. */
const LABEL_CENTIMETRES = 100_00;

const labelAhead = (steps: RouteSteps, piece: number): string =>
  firstOnward(steps, piece, (i) => roadLabel(steps.road(i)));

function firstOnward(steps: RouteSteps, piece: number, text: (piece: number) => string): string {
  for (const i of steps.onward(piece, LABEL_CENTIMETRES)) {
    if (text(i) !== "") return text(i);
  }
  return "";
}

/** Nearer than this to the line of the road, or further away, a place is on neither of its sides. */
const [NEAR_METRES, FAR_METRES] = [5, 250];

/** The side on which the destination lies, where it lies clearly beside the end of the route. */
function arrivalSide({ positions }: Route, location: Position | undefined): "left" | "right" | undefined {
  const end = positions.at(-1)!;
  const back = bearingAlong([...positions].reverse());
  if (location === undefined || back === undefined) return undefined;
  const metres = distanceMetres(end, location);
  if (metres < NEAR_METRES || metres > FAR_METRES) return undefined;
  const angle = turnAngle((back + 180) % 360, bearingAlong([end, location])!);
  if (Math.abs(angle) < 30 || Math.abs(angle) > 150) return undefined;
  return angle < 0 ? "left" : "right";
}
