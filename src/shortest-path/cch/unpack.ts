import { DiversionError } from "../../core/errors";
import type { ArcWeights } from "../graph";
import { findUpwardArc, type Hierarchy, NO_ARC } from "./hierarchy";
import { fastestInputArc, NO_INPUT_ARC } from "./input-arcs";
import { LowerTriangles } from "./lower-triangles";
import type { Metric } from "./metric";

/** A path under construction, one input arc after the other; reused from path to path. */
export class PathBuffer {
  #nodes = new Int32Array(256);
  #arcs = new Int32Array(256);
  #length = 0;

  /** Starts anew at a node. */
  begin(node: number): void {
    this.#length = 0;
    this.#nodes[0] = node;
  }

  append(arc: number, head: number): void {
    if (this.#length + 1 === this.#nodes.length) {
      this.#nodes = doubled(this.#nodes);
      this.#arcs = doubled(this.#arcs);
    }
    this.#arcs[this.#length++] = arc;
    this.#nodes[this.#length] = head;
  }

  /** A copy of the nodes passed, one more than arcs. */
  nodes(): Int32Array {
    return this.#nodes.slice(0, this.#length + 1);
  }

  /** A copy of the input arcs driven. */
  arcs(): Int32Array {
    return this.#arcs.slice(0, this.#length);
  }
}

/**
 * Turns hops between neighbours in the hierarchy into the input arcs they stand for. A hop is an input arc if one is as
 * fast; else it goes over the lowest node that makes it as fast. Iterative: shortcuts nest as deep as the hierarchy.
 */
export class Unpacker {
  readonly #hierarchy: Hierarchy;
  readonly #triangles: LowerTriangles;
  /** Hops yet to unpack, the next on top: where it starts, where it ends, its upward arc. */
  #stack = new Int32Array(3 * 64);

  constructor(hierarchy: Hierarchy) {
    this.#hierarchy = hierarchy;
    this.#triangles = new LowerTriangles(hierarchy);
  }

  /**
   * Appends the fastest path from one node to a neighbour in the hierarchy, over nodes below both; the path must have
   * reached `from`.
   *
   * @param metric a customization of `weights`.
   */
  unpackHop(metric: Metric, weights: ArcWeights, from: number, to: number, path: PathBuffer): void {
    const low = from < to ? from : to;
    const high = from < to ? to : from;
    const hop = findUpwardArc(this.#hierarchy, low, high);
    if (hop === NO_ARC) {
      throw new DiversionError(
        "invalid-argument",
        `Nodes ${from} and ${to} are not neighbours in the hierarchy; unpack hop by hop.`,
      );
    }
    this.#push(0, from, to, hop);
    for (let depth = 1; depth > 0; ) {
      depth--;
      const tail = this.#stack[3 * depth]!;
      const head = this.#stack[3 * depth + 1]!;
      const arc = this.#stack[3 * depth + 2]!;
      const milliseconds = tail < head ? metric.forward[arc]! : metric.backward[arc]!;
      const inputArc = fastestInputArc(this.#hierarchy.graph, weights, tail, head);
      if (inputArc !== NO_INPUT_ARC && weights[inputArc] === milliseconds) {
        path.append(inputArc, head);
        continue;
      }
      const middle = this.#middle(metric, tail, head, milliseconds);
      const { arcToX, arcToY } = this.#triangles;
      this.#push(depth++, middle, head, tail < head ? arcToY : arcToX);
      this.#push(depth++, tail, middle, tail < head ? arcToX : arcToY);
    }
  }

  #middle({ forward, backward }: Metric, tail: number, head: number, milliseconds: number): number {
    const triangles = this.#triangles;
    const found =
      tail < head
        ? triangles.fastest(tail, head, backward, forward, milliseconds)
        : triangles.fastest(head, tail, forward, backward, milliseconds);
    if (found !== milliseconds) {
      throw new DiversionError(
        "invalid-argument",
        `No way from node ${tail} to node ${head} takes the ${milliseconds} ms the metric says; ` +
          "customize the metric from the weights it is used with.",
      );
    }
    return triangles.node;
  }

  #push(depth: number, tail: number, head: number, arc: number): void {
    if (3 * depth === this.#stack.length) this.#stack = doubled(this.#stack);
    this.#stack[3 * depth] = tail;
    this.#stack[3 * depth + 1] = head;
    this.#stack[3 * depth + 2] = arc;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
