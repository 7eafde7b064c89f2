import { DiversionError } from "../core/errors";
import type { Recommendation } from "../diversion/answer/recommendation";
import type { IncidentRow } from "../diversion/incidents/incident-row";
import type { RecommendationRequest } from "../diversion/incidents/request";
import type { DiversionRouter } from "../diversion/router";
import type { DecisionLogFile } from "../node/logs/decision-log-file";
import { answerIncidents } from "../node/workers/recommend-many";
import { errorOf } from "../node/workers/row-answer";
import { ndjsonLine } from "../output/recommendation-ndjson";
import { type AnswerWriter, ndjsonWriter } from "./answer-writers";
import { EXIT, type Terminal } from "./command";
import { ReaderGone, writeText } from "./write-text";

/** Incidents to be answered, and how. */
export interface Batch {
  /** What messages call the source; undefined for a single question, whose error ends the command. */
  readonly name: string | undefined;
  readonly incidents: AsyncIterable<IncidentRow> | Iterable<IncidentRow>;
  readonly needs?: readonly string[] | undefined;
  /** What every incident is asked with unless it says otherwise. */
  readonly defaults: Pick<RecommendationRequest, "alternatives" | "at">;
  /** Undefined: tables for people. */
  readonly writer: AnswerWriter | undefined;
  /** Undefined: as many as pay. */
  readonly threads: number | undefined;
}

/** What is written for one incident. */
type Written = { readonly incident: IncidentRow } & (
  | { readonly text: string; readonly hasDestination: boolean }
  | { readonly error: DiversionError }
);

/** Answers incident after incident; lines of NDJSON, which need no router to be written, on several threads. */
export async function* answers(
  { incidents, defaults, threads }: Batch,
  router: DiversionRouter,
  writer: AnswerWriter,
  log: DecisionLogFile | undefined,
): AsyncGenerator<readonly Written[]> {
  if (writer === ndjsonWriter) {
    const completed = withDefaults(incidents, defaults);
    for await (const rows of answerIncidents(router, completed, { threads })) {
      for (const { incident, answer } of log === undefined ? [] : rows) {
        if ("json" in answer && "request" in incident) log!.record(incident.request, JSON.parse(answer.json));
      }
      yield rows.map(({ incident, answer }) =>
        "json" in answer
          ? { incident, text: ndjsonLine(incident, answer.json), hasDestination: answer.hasDestination }
          : { incident, error: errorOf(answer) },
      );
    }
    return;
  }
  for await (const incident of withDefaults(incidents, defaults)) {
    const advice = adviceFor(incident, router);
    if (advice instanceof DiversionError) yield [{ incident, error: advice }];
    else {
      if ("request" in incident) log?.record(incident.request, advice);
      const hasDestination = advice.destination !== undefined;
      yield [{ incident, text: writer.answer(incident, advice), hasDestination }];
    }
  }
}

async function* withDefaults(incidents: Batch["incidents"], defaults: Batch["defaults"]): AsyncGenerator<IncidentRow> {
  for await (const incident of incidents) {
    yield "request" in incident ? { ...incident, request: { ...defaults, ...incident.request } } : incident;
  }
}

function adviceFor(incident: IncidentRow, router: DiversionRouter): Recommendation | DiversionError {
  if ("error" in incident) return incident.error;
  try {
    return router.recommend(incident.request);
  } catch (error) {
    if (error instanceof DiversionError) return error;
    throw error;
  }
}

/** Writes answers no faster than they are read. Resolves to the exit status. */
export async function writeAll(
  answered: AsyncIterable<readonly Written[]>,
  { name }: Batch,
  writer: AnswerWriter,
  terminal: Terminal,
): Promise<number> {
  const write = (text: string): Promise<void> => (text === "" ? Promise.resolve() : writeText(terminal.stdout, text));
  let hasBegun = false;
  let hasBadRows = false;
  let hasNoAnswer = false;
  try {
    for await (const rows of answered) {
      let text = hasBegun ? "" : writer.begin;
      let problems = "";
      for (const row of rows) {
        const { incident } = row;
        if ("error" in row) {
          const { error } = row;
          if (name === undefined) {
            throw new DiversionError(error.code, error.message, { field: "--at" }, { cause: error });
          }
          hasBadRows = true;
          text += writer.refusal(incident, error);
          problems += `ambulance-diversion: ${inBatch(error, name, incident.row).describe()}\n`;
        } else {
          hasNoAnswer ||= !row.hasDestination;
          text += row.text;
        }
      }
      hasBegun = true;
      await write(text);
      if (problems !== "") await writeText(terminal.stderr, problems);
    }
    if (!hasBegun) await write(writer.begin);
    await write(writer.end);
  } catch (error) {
    if (error instanceof ReaderGone) return EXIT.done;
    // What was written stays whole: a document that was begun is ended before the error is told.
    if (hasBegun) await write(writer.end);
    throw error instanceof DiversionError && name !== undefined ? error.in(name) : error;
  }
  return hasBadRows ? EXIT.badInput : hasNoAnswer ? EXIT.no : EXIT.done;
}

/** The error with its place in the batch. */
const inBatch = (error: DiversionError, name: string, row: number): DiversionError =>
  new DiversionError(error.code, error.message, { ...error.place, file: name, row }, { cause: error });
