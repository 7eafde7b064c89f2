import type { DiversionError } from "../core/errors";
import type { Recommendation } from "../diversion/answer/recommendation";
import type { IncidentRow } from "../diversion/incidents/incident-row";
import type { DiversionRouter } from "../diversion/router";
import { recommendationFeatures } from "../output/recommendation-geojson";
import { ndjsonLine, ndjsonRefusal } from "../output/recommendation-ndjson";
import type { RouteInstruction } from "../roads/route/instruction";
import { answerTable, wrap } from "./answer-table";

/** How answers are written to standard output; each call returns the text that comes next. */
export interface AnswerWriter {
  readonly begin: string;
  answer(incident: IncidentRow, advice: Recommendation): string;
  /** What stands in place of the answer to an incident that is none; standard error says the same in words. */
  refusal(incident: IncidentRow, error: DiversionError): string;
  readonly end: string;
}

/** One answer as a document. */
export const jsonWriter: AnswerWriter = {
  begin: "",
  answer: (_, advice) => `${JSON.stringify(advice, undefined, 2)}\n`,
  refusal: () => "",
  end: "",
};

/** A line per incident. */
export const ndjsonWriter: AnswerWriter = {
  begin: "",
  answer: (incident, advice) => ndjsonLine(incident, JSON.stringify(advice)),
  refusal: ndjsonRefusal,
  end: "",
};

/**
 * A table per incident for people, a blank line between two, and last the notice that must travel with the roads.
 *
 * @param withWay the way to the destination follows each table, instruction by instruction.
 */
export function tableWriter(router: DiversionRouter, withWay: boolean): AnswerWriter {
  const { notice } = router.roads.description;
  let count = 0;
  const way = (advice: Recommendation): string => {
    const route = withWay ? router.route(advice) : undefined;
    if (route === undefined) return "";
    const { destination, instructions } = route.properties;
    return `\nThe way to ${destination.name}:\n${instructionList(instructions)}`;
  };
  return {
    begin: "",
    answer: (_, advice) => `${count++ === 0 ? "" : "\n"}${answerTable(advice)}${way(advice)}`,
    refusal: () => "",
    end: notice === "" ? "" : `\n${wrap(`Roads: ${notice}.`).join("\n")}\n`,
  };
}

/** One FeatureCollection of all incidents, a feature a line. */
export function geojsonWriter(router: DiversionRouter): AnswerWriter {
  let count = 0;
  return {
    begin: '{"type":"FeatureCollection","features":[',
    answer: ({ id, row }, advice) =>
      recommendationFeatures(advice, router, id ?? row)
        .map((feature) => `${count++ === 0 ? "" : ","}\n${JSON.stringify(feature)}`)
        .join(""),
    refusal: () => "",
    end: "\n]}\n",
  };
}

/** How far to the next instruction, as people say it: to 10 m below a kilometre, to 100 m above. */
function distance(metres: number): string {
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${(metres / 1000).toFixed(1)} km`;
}

/** The instructions of a route, numbered, each with how far to go on after it; each line ended by a line feed. */
function instructionList(instructions: readonly RouteInstruction[]): string {
  const digits = String(instructions.length).length;
  return instructions
    .flatMap(({ type, text, metres }, i) => {
      const goOn = type === "arrive" ? "" : `, then ${distance(metres)}`;
      return wrap(`${String(i + 1).padStart(digits)}. ${text}${goOn}`, "  ");
    })
    .map((line) => `${line}\n`)
    .join("");
}
