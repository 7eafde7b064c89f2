import type { Node, NodeId } from "ngraph.graph";
import type { BoundingBox } from "../core/bounding-box";
import { defined } from "../core/defined";
import { INFINITE_MS } from "../core/units";
import type { RoadClosure } from "./closures/closure";
import type { ClosureEntry } from "./closures/closures";
import type { RoadIndex } from "./road-index";
import {
  type EditedLink,
  type EditedLinkData,
  type LinkReading,
  nameOfLink,
  readLink,
  refusedEdit,
} from "./tables/link-edit";
import { type EventedGraph, type NgraphLinkData, type NgraphNodeData, toNgraphOfPlaces } from "./tables/ngraph";

export interface RoadEditorOptions {
  /** Only roads with both ends inside. Default: all of them; meant for districts, as ngraph.graph is. */
  readonly bounds?: BoundingBox;
  /** Why roads are edited: the reason of every closure and slowdown made. */
  readonly reason: string;
  /** Who edits: a role, or a name on the staff. */
  readonly by?: string;
}

/** As ngraph.graph tells it. */
interface GraphChange {
  readonly node?: Node<NgraphNodeData>;
  readonly link?: EditedLink;
}

/** A direction of a segment, which a link stands for. */
interface Slot {
  readonly from: number;
  readonly to: number;
  /** As the roads file has it; its `edge` is the one out of the base node, and stands for those out of copies. */
  readonly usual: NgraphLinkData;
  /** The link there was when the graph was last in order; undefined while it is removed. */
  link: EditedLink | undefined;
  /** The link's data then: what a refused edit goes back to. */
  data: EditedLinkData;
  /** Time to drive then; INFINITE_MS while removed or closed. */
  milliseconds: number;
  /** What the edit came to; undefined while there is none. */
  closure: RoadClosure | undefined;
}

/** What a change makes of a slot; without a link when it is removed. */
interface SlotEdit {
  readonly slot: Slot;
  readonly link?: EditedLink;
  readonly reading?: LinkReading;
}

const millisecondsAfter = ({ reading }: SlotEdit): number => reading?.milliseconds ?? INFINITE_MS;

/**
 * A district of the roads as a graph of ngraph.graph, whose edits are closures and slowdowns of the roads: in force for
 * every router over them when the edit returns.
 *
 * - Removing a link closes it, and removing a node all links at it. Adding a link again between the same nodes, with its
 *   old data or none, reopens it.
 * - `closed`, `seconds`, `kmh` and `milliseconds` of a link's data close it, or set how fast it is driven. ngraph.graph
 *   has no event for link data: use {@link update}, or assign `link.data` and then call `graph.addNode(link.fromId,
 *   node.data)`, which has one.
 * - New nodes, new links and moved nodes are refused, because an index is for roads that are where they are: the call that
 *   ends the change throws, and the whole change is taken back.
 *
 * What lies between `graph.beginUpdate` and `endUpdate` is one change, and makes one version of the roads. Nodes are
 * places and a link is one direction of a segment, whatever turns lead into it: paths over the graph know nothing of turn
 * restrictions, answers of routers do. When someone else reopens what an edit closed, the link comes back; closures made
 * elsewhere are not shown.
 */
export class RoadEditor {
  /** Edit this. Node ids are node numbers of the road graph. */
  readonly graph: EventedGraph<NgraphNodeData, EditedLinkData>;
  readonly #roads: RoadIndex;
  readonly #note: Pick<RoadEditorOptions, "reason" | "by">;
  readonly #slots: readonly Slot[];
  readonly #slotOfLink = new Map<EditedLink, Slot>();
  /** By the ids of closures that edits came to. */
  readonly #edited = new Map<string, Slot>();
  /** Every node of the district, and whether it was there when the graph was last in order. */
  readonly #nodes = new Map<NodeId, boolean>();
  readonly #onGraph = (changes: GraphChange[]): void => this.#graphChanged(changes);
  readonly #stopRoads: () => void;
  /** Whether closures change by the editor's own doing. */
  #isRevising = false;

  constructor(roads: RoadIndex, { bounds, reason, by }: RoadEditorOptions) {
    this.#roads = roads;
    this.#note = defined({ reason, by });
    this.graph = toNgraphOfPlaces(roads.graph, bounds);
    this.graph.forEachNode(({ id }) => void this.#nodes.set(id, true));
    const slots: Slot[] = [];
    this.graph.forEachLink((link) => {
      const usual = link.data;
      const [from, to] = [Number(link.fromId), Number(link.toId)];
      const { milliseconds } = usual;
      const slot = { from, to, usual, link, data: { ...usual }, milliseconds, closure: undefined };
      link.data = { ...usual };
      slots.push(slot);
      this.#slotOfLink.set(link, slot);
    });
    this.#slots = slots;
    // The first of all listeners, so that others never hear of a change that is taken back.
    this.graph.on("changed", this.#onGraph);
    this.#stopRoads = roads.onChange(({ kind, closure }) => {
      if (closure === undefined) return;
      const slot = this.#edited.get(closure.id);
      if (kind === "reopened" && !this.#isRevising && slot?.closure === closure) this.#restore([slot]);
    });
  }

  /** The closures and slowdowns that edits came to, in the order in which they were made. */
  get closures(): readonly RoadClosure[] {
    return this.#roads.closures.filter((closure) => this.#edited.get(closure.id)?.closure === closure);
  }

  /**
   * Closes a link, sets its time or speed, or opens it again with `{ closed: false }`, and tells the graph's listeners.
   *
   * @throws DiversionError `invalid-road-edit`, or `invalid-closure` for a speed out of reason; nothing has changed then.
   */
  update(link: EditedLink, change: Pick<EditedLinkData, "closed" | "seconds" | "kmh">): void {
    const node = this.graph.getNode(link.fromId);
    if (node === undefined || !this.#isThere(link)) throw refusedEdit(`${nameOfLink(link)} is not in this graph`);
    link.data = { ...link.data, ...change };
    this.#tellOf(node);
  }

  /** Takes back all edits, as one change. */
  undo(): void {
    const slots = [...this.#edited.values()];
    this.#revise(this.#stillHeld(slots), []);
    this.#restore(slots);
  }

  /** Stops listening, to the graph and to the roads. What has been edited stays in force. */
  dispose(): void {
    this.graph.off("changed", this.#onGraph);
    this.#stopRoads();
  }

  #graphChanged(changes: GraphChange[]): void {
    try {
      const edits = this.#editsIn(changes);
      this.#enter(edits.filter((edit) => edit.slot.milliseconds !== millisecondsAfter(edit)));
      this.#takeOver(edits, changes);
    } catch (error) {
      this.#takeBack(changes);
      throw error;
    }
  }

  /** What a change of the graph makes of the slots. @throws DiversionError `invalid-road-edit`. */
  #editsIn(changes: readonly GraphChange[]): SlotEdit[] {
    for (const { node } of changes) if (node !== undefined) this.#checkNode(node);
    const edits = new Map<Slot, SlotEdit>();
    const links = this.#linksIn(changes);
    for (const link of links) {
      const slot = this.#slotOfLink.get(link);
      if (slot !== undefined && !this.#isThere(link)) edits.set(slot, { slot });
    }
    for (const link of links) {
      if (!this.#isThere(link)) continue;
      const slot = this.#slotOfLink.get(link) ?? this.#vacantSlot(link, edits);
      edits.set(slot, { slot, link, reading: readLink(link, slot.usual) });
    }
    return [...edits.values()];
  }

  /** Links that changed, and links out of nodes that did: their data may have. */
  #linksIn(changes: readonly GraphChange[]): Set<EditedLink> {
    const links = new Set<EditedLink>();
    for (const { node, link } of changes) {
      if (link !== undefined) links.add(link);
      for (const other of node?.links ?? []) if (other.fromId === node!.id) links.add(other);
    }
    return links;
  }

  #isThere(link: EditedLink): boolean {
    return this.graph.getLinkById(link.id) === link;
  }

  #checkNode({ id, data }: Node<NgraphNodeData>): void {
    if (!this.graph.hasNode(id)) return;
    if (!this.#nodes.has(id)) {
      throw refusedEdit(
        `Node ${JSON.stringify(id)} is new, and roads cannot be added to an index; build one with them`,
      );
    }
    const [lon, lat] = this.#roads.graph.nodePosition(Number(id));
    if (data !== undefined && (data.lon !== lon || data.lat !== lat)) {
      throw refusedEdit(`Node ${JSON.stringify(id)} is at [${lon}, ${lat}] and cannot be moved`);
    }
  }

  /** The removed link that a new one brings back. */
  #vacantSlot(link: EditedLink, edits: ReadonlyMap<Slot, SlotEdit>): Slot {
    const edge: unknown = (link.data as Partial<EditedLinkData> | undefined)?.edge;
    const vacant = this.#slots.filter((slot) => {
      const before = edits.get(slot);
      const isVacant = before === undefined ? slot.link === undefined : before.link === undefined;
      const isMeant = edge === undefined || slot.usual.edge === edge;
      return isVacant && isMeant && slot.from === link.fromId && slot.to === link.toId;
    });
    const [slot] = vacant;
    if (slot !== undefined && vacant.length === 1) return slot;
    throw refusedEdit(
      slot === undefined
        ? `${nameOfLink(link)} is new, and roads cannot be added to an index; only links that were removed can be added again`
        : `${nameOfLink(link)} may be any of ${vacant.length} that were removed; say which by the edge in its data`,
    );
  }

  /** Closures and slowdowns as the edits have them, in one version. */
  #enter(edits: readonly SlotEdit[]): void {
    const replaced = edits.flatMap(({ slot }) => slot.closure?.id ?? []);
    const reopened = this.#stillHeld(edits.map(({ slot }) => slot));
    const unusual = edits.filter((edit) => edit.slot.usual.milliseconds !== millisecondsAfter(edit));
    const entered = this.#revise(
      reopened,
      unusual.map((edit) => this.#entryFor(edit)),
    );
    for (const { slot } of edits) slot.closure = undefined;
    for (const id of replaced) this.#edited.delete(id);
    for (const [i, { slot }] of unusual.entries()) {
      slot.closure = entered[i]!;
      this.#edited.set(entered[i]!.id, slot);
    }
  }

  /** Ids of the slots' closures but for those someone else has reopened while the news waits for its turn. */
  #stillHeld(slots: readonly Slot[]): string[] {
    const held = new Set(this.#roads.closures);
    return slots.flatMap(({ closure }) => (closure !== undefined && held.has(closure) ? closure.id : []));
  }

  #entryFor(edit: SlotEdit): ClosureEntry {
    const about = { edges: [edit.slot.usual.edge], ...this.#note };
    return millisecondsAfter(edit) === INFINITE_MS
      ? { kind: "closure", request: about }
      : { kind: "slowdown", request: { ...about, ...edit.reading!.speed } };
  }

  #revise(reopen: readonly string[], enter: readonly ClosureEntry[]): RoadClosure[] {
    this.#isRevising = true;
    try {
      return this.#roads.reviseClosures({ reopen, enter });
    } finally {
      this.#isRevising = false;
    }
  }

  #takeOver(edits: readonly SlotEdit[], changes: readonly GraphChange[]): void {
    for (const edit of edits) {
      const { slot, link, reading } = edit;
      if (slot.link !== undefined) this.#slotOfLink.delete(slot.link);
      slot.link = link;
      slot.milliseconds = millisecondsAfter(edit);
      if (link === undefined) continue;
      this.#slotOfLink.set(link, slot);
      link.data = reading!.data;
      slot.data = { ...reading!.data };
    }
    for (const { node } of changes) {
      if (node === undefined) continue;
      const isThere = this.graph.hasNode(node.id) !== undefined;
      this.#nodes.set(node.id, isThere);
      if (isThere) node.data ??= this.#positionOf(node.id);
    }
  }

  /** Makes the graph what it was when it was last in order. Links that come back are new objects of ngraph.graph. */
  #takeBack(changes: GraphChange[]): void {
    const { graph } = this;
    graph.beginUpdate();
    const links = this.#linksIn(changes);
    for (const link of links) {
      const slot = this.#slotOfLink.get(link);
      if (slot !== undefined) link.data = { ...slot.data };
      else if (this.#isThere(link)) graph.removeLink(link);
    }
    for (const id of new Set(changes.flatMap(({ node }) => node?.id ?? []))) {
      if (this.#nodes.get(id) === true) graph.addNode(id, { ...graph.getNode(id)?.data, ...this.#positionOf(id) });
      else graph.removeNode(id);
    }
    for (const link of links) {
      const slot = this.#slotOfLink.get(link);
      if (slot !== undefined && !this.#isThere(link)) this.#putLink(slot, slot.data);
    }
    // ngraph.graph hands out the list it keeps, and forgets it only when no listener throws: left as it is, it would be
    // told again with the next change.
    changes.length = 0;
    graph.endUpdate();
  }

  /** Brings the graph into line with closures that are gone, and tells its listeners. */
  #restore(slots: readonly Slot[]): void {
    const { graph } = this;
    graph.beginUpdate();
    for (const slot of slots) {
      this.#edited.delete(slot.closure!.id);
      slot.closure = undefined;
      slot.milliseconds = slot.usual.milliseconds;
      for (const id of [slot.from, slot.to]) {
        if (!graph.hasNode(id)) graph.addNode(id, this.#positionOf(id));
        this.#nodes.set(id, true);
      }
      const { closed: _, ...others } = slot.data;
      slot.data = { ...others, milliseconds: slot.milliseconds };
      if (slot.link === undefined) this.#putLink(slot, slot.data);
      else {
        slot.link.data = { ...slot.data };
        this.#tellOf(graph.getNode(slot.from)!);
      }
    }
    graph.endUpdate();
  }

  #putLink(slot: Slot, data: EditedLinkData): void {
    if (slot.link !== undefined) this.#slotOfLink.delete(slot.link);
    slot.link = this.graph.addLink(slot.from, slot.to, { ...data });
    this.#slotOfLink.set(slot.link, slot);
  }

  /** ngraph.graph has an event for data of nodes, and none for data of links: those out of the node are read again. */
  #tellOf({ id, data }: Node<NgraphNodeData>): void {
    this.graph.addNode(id, data);
  }

  #positionOf(id: NodeId): NgraphNodeData {
    const [lon, lat] = this.#roads.graph.nodePosition(Number(id));
    return { lon, lat };
  }
}
