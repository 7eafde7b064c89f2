import type { StageCost } from "../core/progress";

/** The last stage of a build that ends in a file. */
export const WRITING = "writing the file";

/**
 * Stages of a build in order, as listeners hear of them; costs are per cent of the time that 33 million nodes of
 * OpenStreetMap took (bench/README.md, "Building at scale"). `order` grows a little faster than the rest.
 */
export const OSM_BUILD_STAGES: readonly StageCost[] = [
  { stage: "reading ways", cost: 45 },
  { stage: "reading nodes", cost: 15 },
  { stage: "folding roads", cost: 9 },
  { stage: "order", cost: 12 },
  { stage: "numbering nodes by rank", cost: 3 },
  { stage: "building the hierarchy", cost: 2 },
  { stage: "customizing", cost: 1 },
  { stage: "laying the snapping grid", cost: 8 },
  { stage: WRITING, cost: 5 },
];

/** The same for a DIMACS graph, after New York. */
export const DIMACS_BUILD_STAGES: readonly StageCost[] = [
  { stage: "reading arcs", cost: 22 },
  { stage: "reading positions", cost: 10 },
  ...OSM_BUILD_STAGES.slice(3),
];
