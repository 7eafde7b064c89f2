import type { Graph } from "../../shortest-path/graph";

/**
 * Strongly connected components by Tarjan's algorithm (SIAM J. Comput. 1972), iterative because recursion as deep as a
 * road network overflows any call stack.
 *
 * @returns Int32[nodeCount]: component of each node, numbered from 0 by descending size, then by lowest node.
 */
export function stronglyConnectedComponents({ nodeCount, firstArc, head }: Graph): Int32Array {
  const label = new Int32Array(nodeCount).fill(-1);
  // Order of discovery, from 1; 0 means not yet discovered.
  const discovered = new Int32Array(nodeCount);
  const lowLink = new Int32Array(nodeCount);
  const nextArc = firstArc.slice(0, nodeCount);
  const open = new Int32Array(nodeCount);
  const path = new Int32Array(nodeCount);
  let openCount = 0;
  let clock = 0;
  let componentCount = 0;

  for (let root = 0; root < nodeCount; root++) {
    if (discovered[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    discovered[root] = lowLink[root] = ++clock;
    open[openCount++] = root;
    while (depth >= 0) {
      const node = path[depth]!;
      if (nextArc[node]! < firstArc[node + 1]!) {
        const next = head[nextArc[node]!++]!;
        if (discovered[next] === 0) {
          discovered[next] = lowLink[next] = ++clock;
          open[openCount++] = next;
          path[++depth] = next;
        } else if (label[next] === -1 && discovered[next]! < lowLink[node]!) {
          lowLink[node] = discovered[next]!;
        }
        continue;
      }
      if (lowLink[node] === discovered[node]) {
        let member: number;
        do {
          member = open[--openCount]!;
          label[member] = componentCount;
        } while (member !== node);
        componentCount++;
      }
      depth--;
      if (depth >= 0 && lowLink[node]! < lowLink[path[depth]!]!) lowLink[path[depth]!] = lowLink[node]!;
    }
  }
  return numberBySize(label, componentCount);
}

/** Renumbers component labels 0..componentCount-1 by descending size, then by lowest member. */
export function numberBySize(label: Int32Array, componentCount: number): Int32Array {
  const size = new Int32Array(componentCount);
  const lowest = new Int32Array(componentCount).fill(-1);
  for (let v = 0; v < label.length; v++) {
    const c = label[v]!;
    size[c]!++;
    if (lowest[c] === -1) lowest[c] = v;
  }
  const bySize = Int32Array.from({ length: componentCount }, (_, c) => c);
  bySize.sort((a, b) => size[b]! - size[a]! || lowest[a]! - lowest[b]!);
  const number = new Int32Array(componentCount);
  for (let i = 0; i < componentCount; i++) number[bySize[i]!] = i;
  return label.map((c) => number[c]!);
}
