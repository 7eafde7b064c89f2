/**
 * `ambulance-diversion/ngraph`: to and from ngraph.graph, changes by hand, and the engine over ngraph.path. Runs in browsers
 * and in Node.
 */
export { RoadEditor, type RoadEditorOptions } from "../roads/road-editor";
export type { EditedLink, EditedLinkData } from "../roads/tables/link-edit";
export {
  type EventedGraph,
  type FromNgraphOptions,
  fromNgraph,
  type NgraphLinkData,
  type NgraphNodeData,
  type NgraphRoads,
  toNgraph,
  toNgraphOfPlaces,
} from "../roads/tables/ngraph";
export { REFERENCE_ENGINE } from "../shortest-path/dijkstra/reference-engine";
