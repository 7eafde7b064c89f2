import type { StageCost } from "../../core/progress";

/** The last stage of a build that ends in a file. */
export const WRITING = "writing the file";

/**
 * Stages of a build in order, as listeners hear of them; costs are per cent of the processor time, between those of a full
 * extract and of one of roads alone (bench/README.md, "Building at scale").
 */
export const OSM_BUILD_STAGES: readonly StageCost[] = [
  { stage: "reading ways", cost: 32 },
  { stage: "reading nodes", cost: 10 },
  { stage: "folding roads", cost: 21 },
  { stage: "order", cost: 14 },
  { stage: "numbering nodes by rank", cost: 11 },
  { stage: "building the hierarchy", cost: 1 },
  { stage: "customizing", cost: 1 },
  { stage: "laying the snapping grid", cost: 7 },
  { stage: WRITING, cost: 3 },
];

/** The same for a DIMACS graph, whose text takes most of the time. */
export const DIMACS_BUILD_STAGES: readonly StageCost[] = [
  { stage: "reading arcs", cost: 22 },
  { stage: "reading positions", cost: 10 },
  ...OSM_BUILD_STAGES.slice(3),
];
