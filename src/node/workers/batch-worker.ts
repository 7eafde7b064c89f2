/** The thread side of {@link BatchPool}: a router over shared roads, asked chunk by chunk. */
import { parentPort, workerData } from "node:worker_threads";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import { type RouterParts, routerOf } from "./router-parts";
import { answerRow } from "./row-answer";

/** What a thread is born with; every large array lies in shared memory. */
export interface BatchWorkerData {
  readonly parts: RouterParts;
  /** The words of a fresh table over all hospitals; undefined when the engine has none. */
  readonly table: Int32Array | undefined;
}

const { parts, table } = workerData as BatchWorkerData;
const router = routerOf(parts);
if (table !== undefined) router.adoptTable(table);

parentPort?.on("message", (requests: readonly RecommendationRequest[]) => {
  parentPort?.postMessage(requests.map((request) => answerRow(router, request)));
});
