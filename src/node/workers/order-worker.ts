import { parentPort } from "node:worker_threads";
import type { CellGraph } from "../../shortest-path/order/cell-graph";
import { Dissector } from "../../shortest-path/order/dissect";
import { type OrderTask, runOrderTask } from "../../shortest-path/order/order-tasks";

/** First the columns, then any number of tasks, each answered by one message. */
export type OrderWorkerMessage = { readonly cells: CellGraph } | { readonly task: OrderTask };

const port = parentPort;
if (port === null) throw new Error("The order worker runs as a worker thread only; call computeOrderInParallel.");

let work: { cells: CellGraph; dissector: Dissector } | undefined;

port.on("message", (message: OrderWorkerMessage) => {
  if ("cells" in message) work = { cells: message.cells, dissector: new Dissector(message.cells) };
  else if (work !== undefined) port.postMessage(runOrderTask(work.cells, work.dissector, message.task));
});
