import { availableParallelism } from "node:os";
import { DiversionError } from "../../core/errors";
import { Recommendation } from "../../diversion/answer/recommendation";
import type { IncidentRow } from "../../diversion/incidents/incident-row";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import type { DiversionRouter } from "../../diversion/router";
import { BatchPool } from "./batch-pool";
import { chunksInOrder } from "./chunks-in-order";
import { partsOf, routerOf, sharedParts } from "./router-parts";
import { answerRow, errorOf, type RowAnswer, refusal } from "./row-answer";
import { inSharedMemory } from "./shared-memory";

export interface BatchOptions {
  /**
   * Threads that answer. Default: one per core the process may use, up to {@link MAXIMUM_DEFAULT_THREADS}. Small batches
   * are answered on the calling thread in any case.
   */
  readonly threads?: number | undefined;
}

/** Reading rows and writing answers, which one thread does, takes it about a quarter of the time of finding them. */
const MAXIMUM_DEFAULT_THREADS = 4;

/** More than any machine has cores; each thread takes memory, so a slip of the finger must not start millions. */
export const MAXIMUM_THREADS = 256;

/**
 * A nearest table takes as long as finding so many nodes' share of answers without one: once that many rows are answered,
 * the table would have paid, and likely still will. (Building it takes 0.65 µs a node and saves 350 µs a row.)
 */
const NODES_PER_ROW_BEFORE_TABLE = 500;

/** Likewise for starting threads: a third of a second, the time of so many answers. */
const ROWS_BEFORE_THREADS = 2000;

/** Rows sent to a thread together: some 15 ms of work, beside which the 0.1 ms of sending it is little. */
const CHUNK_ROWS = 128;

/**
 * Chunks at work in a thread, waiting for it there, and being read or written here: a thread whose cores others use too
 * gets its turn every few dozen milliseconds, and has to find work until the next. Some 1 MB a thread.
 */
const CHUNKS_PER_THREAD = 6;

interface AnsweredRow<Row extends IncidentRow = IncidentRow> {
  readonly incident: Row;
  readonly answer: RowAnswer;
}

/** @throws DiversionError `invalid-argument` unless it is a whole number of threads from 1 to {@link MAXIMUM_THREADS}. */
function threadCountOf({ threads = Math.min(availableParallelism(), MAXIMUM_DEFAULT_THREADS) }: BatchOptions): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MAXIMUM_THREADS) return threads;
  throw new DiversionError(
    "invalid-argument",
    `Cannot answer on ${threads} threads; give a whole number from 1 to ${MAXIMUM_THREADS}.`,
    { field: "threads" },
  );
}

/**
 * Answers incidents in their order, some at a time, the same byte for byte whatever the number of threads.
 *
 * @param router the caller's own: nothing about it may change meanwhile, and its hospitals are the first it was given.
 */
export async function* answerIncidents<Row extends IncidentRow>(
  router: DiversionRouter,
  incidents: AsyncIterable<Row> | Iterable<Row>,
  options: BatchOptions = {},
): AsyncGenerator<readonly AnsweredRow<Row>[]> {
  const threads = threadCountOf(options);
  const rows = iteratorOf(incidents);
  const rowsBeforeTable = Math.ceil(router.roads.graph.nodeCount / NODES_PER_ROW_BEFORE_TABLE);
  const rowsBeforeThreads = threads === 1 ? Number.POSITIVE_INFINITY : Math.max(rowsBeforeTable, ROWS_BEFORE_THREADS);
  try {
    for (let count = 0; count < rowsBeforeThreads; count++) {
      const { value: incident, done } = await rows.next();
      if (done === true) return;
      // Later on a timer does so, when closures come and go with the moments of the rows.
      if (count === rowsBeforeTable) router.refreshTable();
      yield [answered(router, incident)];
    }
    yield* onThreads(router, rows, threads);
  } finally {
    // Not waited for: an input that stalls would hold up whoever has stopped listening to the answers.
    rows.return(undefined).catch(() => {});
  }
}

async function* onThreads<Row extends IncidentRow>(
  router: DiversionRouter,
  rows: AsyncIterator<Row>,
  threads: number,
): AsyncGenerator<readonly AnsweredRow<Row>[]> {
  const pool = new BatchPool({ parts: sharedParts(partsOf(router)), table: sharedTable(router) }, threads);
  const work = async (chunk: readonly Row[]): Promise<readonly AnsweredRow<Row>[]> => {
    const requests = chunk.flatMap((incident) => ("request" in incident ? [incident.request] : []));
    const answers = await pool.answer(requests).catch((error: unknown) => {
      if (!(error instanceof DOMException)) throw error;
      // What cannot be sent to another thread is no valid request either; here it is told why.
      return requests.map((request) => answerRow(router, request));
    });
    let next = 0;
    return chunk.map((incident) => ({
      incident,
      answer: "request" in incident ? answers[next++]! : refusal(incident.error),
    }));
  };
  try {
    yield* chunksInOrder(rows, work, { chunkLength: CHUNK_ROWS, window: CHUNKS_PER_THREAD * threads });
  } finally {
    await pool.close();
  }
}

/**
 * The words of the fresh table, where every thread can read them; the router then reads them there as well. Undefined
 * under closures, by which each thread moves its own engine to the moment of each row.
 */
function sharedTable(router: DiversionRouter): Int32Array | undefined {
  const own = router.roads.closures.length > 0 ? undefined : router.refreshTable();
  if (own === undefined) return undefined;
  const words = inSharedMemory(own);
  router.adoptTable(words);
  return words;
}

const answered = <Row extends IncidentRow>(router: DiversionRouter, incident: Row): AnsweredRow<Row> => ({
  incident,
  answer: "request" in incident ? answerRow(router, incident.request) : refusal(incident.error),
});

async function* iteratorOf<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

/** One request of a batch, the very object that was given, and what became of it. */
export type BatchAnswer<Request extends RecommendationRequest = RecommendationRequest> = {
  readonly request: Request;
} & (
  | { readonly advice: Recommendation; readonly error?: undefined }
  | { readonly advice?: undefined; readonly error: DiversionError }
);

/**
 * Recommends for many requests, on worker threads once there are enough of them to pay, in the order of the requests and
 * no faster than the answers are taken. A request that is not of the documented form, or off the roads, has its error in
 * its place and does not stop the others.
 *
 * All answers are for the status and the closures as they are when the first is asked for, and requests without a moment of
 * their own for that moment: they are what `router.recommend` would have said then. The router may be used and changed meanwhile.
 *
 * Threads read one copy of the roads: open them with `openRoads(path, { shared: true })`, or a second copy is made for
 * them.
 *
 * ```ts
 * for await (const { request, advice, error } of recommendMany(router, requests)) {
 *   console.log(request.location, advice?.destination?.hospital.name ?? error?.message);
 * }
 * ```
 *
 * @throws DiversionError `worker-failed` when a thread ends before its time; and what the iteration of requests throws.
 */
export async function* recommendMany<Request extends RecommendationRequest>(
  router: DiversionRouter,
  requests: AsyncIterable<Request> | Iterable<Request>,
  options: BatchOptions = {},
): AsyncGenerator<BatchAnswer<Request>> {
  const own = routerOf(partsOf(router));
  for await (const rows of answerIncidents(own, numbered(requests), options)) {
    for (const { incident, answer } of rows) {
      const { request } = incident;
      if ("json" in answer) yield { request, advice: new Recommendation(JSON.parse(answer.json)) };
      else yield { request, error: errorOf(answer) };
    }
  }
}

async function* numbered<Request>(requests: AsyncIterable<Request> | Iterable<Request>) {
  let row = 0;
  for await (const request of requests) yield { row: ++row, id: undefined, request };
}
