// Builds one roads file in a process of its own, so that its peak of memory is that build's alone, with the package as
// it is published: measured-build.mjs MODULE SOURCE OUTPUT. Prints one line of JSON.
import { rmSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, source, output] = process.argv.slice(2);
const { buildRoads, writeRoads } = await import(pathToFileURL(module).href);

const stages = [];
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const peakBytes = () => process.resourceUsage().maxRSS * 1024;
const started = performance.now();
let current;
function enter(stage) {
  if (current !== undefined) {
    stages.push({
      stage: current.stage,
      seconds: (performance.now() - current.began) / 1000,
      cpuSeconds: cpuSeconds() - current.cpu,
      peakBytes: peakBytes(),
    });
  }
  current = stage === undefined ? undefined : { stage, began: performance.now(), cpu: cpuSeconds() };
}

const atRestBytes = process.memoryUsage().rss;
enter("reading ways");
const roads = await buildRoads(source, {
  onProgress: ({ stage }) => {
    if (stage !== current.stage) enter(stage);
  },
});
enter("writing the file");
const roadsBytes = await writeRoads(output, roads);
enter(undefined);
const seconds = (performance.now() - started) / 1000;
rmSync(output);
process.stdout.write(
  `${JSON.stringify({
    sourceBytes: statSync(source).size,
    roadsBytes,
    seconds,
    cpuSeconds: cpuSeconds(),
    atRestBytes,
    peakBytes: peakBytes(),
    graphNodes: roads.graph.nodeCount,
    graphEdges: roads.graph.edgeCount,
    km: Math.round(roads.description.report.kilometres),
    waysUsed: roads.description.report.waysUsed,
    stages,
  })}\n`,
);
