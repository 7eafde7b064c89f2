import { buildHierarchy } from "../shortest-path/cch/hierarchy";
import { customize } from "../shortest-path/cch/metric";
import { componentsOf } from "./graph/assemble-road-graph";
import type { RoadIndex } from "./road-index";
import { buildSnapColumns } from "./snap/snap-columns";

/**
 * Proves that what a roads file holds beside its road graph follows from it: computes it all anew and compares every
 * number. What is left is the road graph itself, which follows from its source alone.
 *
 * @returns the first that differs, in words; undefined when all agree.
 */
export function verifyDerived(roads: RoadIndex): string | undefined {
  const { graph, hierarchy, metric, snapColumns } = roads;
  const built = buildHierarchy(graph.topology);
  return (
    difference("component", { "of nodes": graph.columns.nodeComponent }, { "of nodes": componentsOf(graph) }) ??
    difference("hierarchy", pick(hierarchy), pick(built)) ??
    difference("metric", { ...metric }, { ...customize(built, roads.weights) }) ??
    difference("snapping index", { ...snapColumns }, { ...buildSnapColumns(graph) })
  );
}

const pick = ({ firstUp, upHead, firstDown, downTail, parent }: RoadIndex["hierarchy"]): Columns => ({
  firstUp,
  upHead,
  firstDown,
  downTail,
  parent,
});

type Columns = Readonly<Record<string, Int32Array>>;

function difference(what: string, stored: Columns, computed: Columns): string | undefined {
  for (const [name, column] of Object.entries(computed)) {
    const given = stored[name]!;
    if (given.length !== column.length) {
      return `the stored ${what} ${name} has ${given.length} values; computed anew it has ${column.length}`;
    }
    for (let i = 0; i < column.length; i++) {
      if (given[i] !== column[i])
        return `the stored ${what} ${name} is ${given[i]} at ${i}; computed anew it is ${column[i]}`;
    }
  }
  return undefined;
}
