/**
 * Someone who has nothing but the three files of a csv export, and answers from them by a search that obeys turns: what
 * the contract promises to be possible. Slow, and written to be believed: a state is the run of nodes passed last, cut to
 * what may still matter for a forbidden run.
 */
export class CsvOutsider {
  readonly nodeCount: number;
  private readonly edges = new Map<number, { to: number; milliseconds: number }[]>();
  private readonly forbidden = new Set<string>();
  /** Every proper beginning of a forbidden run, of two nodes or more. */
  private readonly begun = new Set<string>();
  private longest = 1;

  constructor(nodesCsv: string, edgesCsv: string, turnsCsv: string) {
    const rows = (text: string): number[][] =>
      text
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").map(Number));
    this.nodeCount = rows(nodesCsv).length;
    for (const [from, to, milliseconds] of rows(edgesCsv) as [number, number, number][]) {
      const edges = this.edges.get(from) ?? [];
      edges.push({ to, milliseconds });
      this.edges.set(from, edges);
    }
    for (const run of rows(turnsCsv)) {
      this.forbidden.add(run.join());
      for (let length = 2; length < run.length; length++) this.begun.add(run.slice(0, length).join());
      this.longest = Math.max(this.longest, run.length - 1);
    }
  }

  get turnCount(): number {
    return this.forbidden.size;
  }

  /** Forbidden runs that do not tell which edges are meant, because not exactly one joins some two nodes of theirs. */
  get ambiguousRuns(): string[] {
    return [...this.forbidden].filter((run) => {
      const nodes = run.split(",").map(Number);
      return nodes.some((node, i) => {
        const edges = (this.edges.get(nodes[i - 1]!) ?? []).filter(({ to }) => to === node);
        return i > 0 && edges.length !== 1;
      });
    });
  }

  /** Milliseconds from a node to every node that can be reached, by node. */
  timesFrom(start: number): Map<number, number> {
    const reached = new Map<number, number>();
    const settled = new Set<string>();
    const queue = new Queue();
    queue.push(0, [start]);
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
      const { milliseconds, run } = item;
      const key = run.join();
      if (settled.has(key)) continue;
      settled.add(key);
      const node = run.at(-1)!;
      if (!reached.has(node)) reached.set(node, milliseconds);
      for (const edge of this.edges.get(node) ?? []) {
        const longer = [...run, edge.to];
        if (!this.endsForbidden(longer)) queue.push(milliseconds + edge.milliseconds, this.whatMatters(longer));
      }
    }
    return reached;
  }

  private endsForbidden(run: readonly number[]): boolean {
    for (let first = 0; first < run.length - 2; first++) if (this.forbidden.has(run.slice(first).join())) return true;
    return false;
  }

  private whatMatters(run: readonly number[]): readonly number[] {
    for (let first = Math.max(0, run.length - this.longest); first < run.length - 1; first++) {
      if (this.begun.has(run.slice(first).join())) return run.slice(first);
    }
    return run.slice(-1);
  }
}

/** A binary heap of runs by time. */
class Queue {
  private readonly heap: { milliseconds: number; run: readonly number[] }[] = [];

  push(milliseconds: number, run: readonly number[]): void {
    const { heap } = this;
    let i = heap.push({ milliseconds, run }) - 1;
    while (i > 0 && heap[(i - 1) >> 1]!.milliseconds > heap[i]!.milliseconds) {
      const parent = (i - 1) >> 1;
      [heap[parent], heap[i]] = [heap[i]!, heap[parent]!];
      i = parent;
    }
  }

  pop(): { milliseconds: number; run: readonly number[] } | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) return top;
      const child = left + 1 < heap.length && heap[left + 1]!.milliseconds < heap[left]!.milliseconds ? left + 1 : left;
      if (heap[child]!.milliseconds >= heap[i]!.milliseconds) return top;
      [heap[child], heap[i]] = [heap[i]!, heap[child]!];
      i = child;
    }
  }
}
