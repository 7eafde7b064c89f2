import type { Position } from "../../core/units";

/** Eight points of the compass: the modifier of a departure. */
export type CompassPoint =
  | "north"
  | "north-east"
  | "east"
  | "south-east"
  | "south"
  | "south-west"
  | "west"
  | "north-west";

/** Which way, as seen from the vehicle; the side traffic keeps to has no part in it. */
export type TurnModifier =
  | "straight"
  | "slight-left"
  | "slight-right"
  | "left"
  | "right"
  | "sharp-left"
  | "sharp-right";

/** What is to be done. Stable codes, with the English sentence of each in `instructions.ts`. */
export type InstructionType =
  | "depart"
  | "continue"
  | "turn"
  | "keep"
  | "u-turn"
  | "roundabout"
  | "leave-roundabout"
  | "slip-road"
  | "motorway-exit"
  | "join"
  | "ferry"
  | "leave-ferry"
  | "arrive";

/** One line of the list a crew drives by. */
export interface RouteInstruction {
  readonly type: InstructionType;
  /** Compass point of a departure, way to turn or keep; of an arrival, the side of the road, where it is known. */
  readonly modifier?: TurnModifier | CompassPoint;
  /** The instruction in plain English. */
  readonly text: string;
  /** The road driven from here on, as in the text; empty where it has neither name nor number. */
  readonly road: string;
  /** From here to the next instruction; those of a route add up to its own. */
  readonly metres: number;
  readonly seconds: number;
  /** Where to do it. */
  readonly location: Position;
  /** Of a roundabout: which exit to take, counted from 1 in driving order. Roads one may not leave by do not count. */
  readonly exit?: number;
  /** Number of the motorway junction, where the map says it. */
  readonly junction?: string;
}
