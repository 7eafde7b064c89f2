import type { CompassPoint, InstructionType, TurnModifier } from "./instruction";

/** What sentences are made of; empty or absent where nothing is known. */
export interface InstructionFacts {
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

export const instructionText = (type: InstructionType, facts: InstructionFacts): string => SENTENCES[type](facts);
