/** Roads as a map from each place to what can be reached from it in one step: slow, and easy to believe. */
export type PlainNetwork = Map<string, { to: string; milliseconds: number }[]>;

export function addStep(network: PlainNetwork, from: string, to: string, milliseconds: number): void {
  const steps = network.get(from);
  if (steps === undefined) network.set(from, [{ to, milliseconds }]);
  else steps.push({ to, milliseconds });
}

export interface Reached {
  readonly milliseconds: number;
  readonly steps: number;
}

/** Dijkstra's algorithm as in the textbook, with a binary heap of pending visits. */
export function plainDijkstra(network: PlainNetwork, from: string): Map<string, Reached> {
  const reached = new Map<string, Reached>();
  const heap: { place: string; milliseconds: number; steps: number }[] = [];
  const push = (place: string, milliseconds: number, steps: number): void => {
    let i = heap.push({ place, milliseconds, steps }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.milliseconds <= heap[i]!.milliseconds) break;
      [heap[parent], heap[i]] = [heap[i]!, heap[parent]!];
      i = parent;
    }
  };
  const pop = () => {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      for (let i = 0; ; ) {
        const left = 2 * i + 1;
        if (left >= heap.length) break;
        const right = left + 1;
        const child = right < heap.length && heap[right]!.milliseconds < heap[left]!.milliseconds ? right : left;
        if (heap[child]!.milliseconds >= heap[i]!.milliseconds) break;
        [heap[child], heap[i]] = [heap[i]!, heap[child]!];
        i = child;
      }
    }
    return top;
  };
  push(from, 0, 0);
  while (heap.length > 0) {
    const { place, milliseconds, steps } = pop();
    if (reached.has(place)) continue;
    reached.set(place, { milliseconds, steps });
    for (const step of network.get(place) ?? []) {
      if (!reached.has(step.to)) push(step.to, milliseconds + step.milliseconds, steps + 1);
    }
  }
  return reached;
}
