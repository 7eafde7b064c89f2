/** The thread side of {@link CustomizeWorkers}: one share of each customization it is told of. */
import { parentPort, workerData } from "node:worker_threads";
import type { CustomizationPlan } from "../../shortest-path/cch/customization-plan";
import { customizeShare } from "../../shortest-path/cch/customization-share";
import type { Hierarchy } from "../../shortest-path/cch/hierarchy";
import type { Metric } from "../../shortest-path/cch/metric";
import type { ArcWeights } from "../../shortest-path/graph";

/** What a thread is born with; every array lies in shared memory. */
export interface CustomizeWorkerData {
  readonly hierarchy: Hierarchy;
  readonly plan: CustomizationPlan;
  readonly weights: ArcWeights;
  readonly cursor: Int32Array;
  readonly control: Int32Array;
  readonly threads: number;
}

const { hierarchy, plan, weights, cursor, control, threads } = workerData as CustomizeWorkerData;
const scratch = { cursor, accumulator: new Int32Array(2 * hierarchy.nodeCount) };

parentPort?.on("message", (metric: Metric) => {
  if (customizeShare(hierarchy, plan, weights, metric, scratch, control, threads)) parentPort?.postMessage("done");
});
