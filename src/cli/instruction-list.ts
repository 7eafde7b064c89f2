import type { RouteInstruction } from "../roads/route/instruction";
import { wrap } from "./answer-table";

/** How far to the next instruction, as people say it: to 10 m below a kilometre, to 100 m above. */
function distance(metres: number): string {
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${(metres / 1000).toFixed(1)} km`;
}

/** The instructions of a route, numbered, each with how far to go on after it; each line ended by a line feed. */
export function instructionList(instructions: readonly RouteInstruction[]): string {
  const digits = String(instructions.length).length;
  return instructions
    .flatMap(({ type, text, metres }, i) => {
      const goOn = type === "arrive" ? "" : `, then ${distance(metres)}`;
      return wrap(`${String(i + 1).padStart(digits)}. ${text}${goOn}`, "  ");
    })
    .map((line) => `${line}\n`)
    .join("");
}
