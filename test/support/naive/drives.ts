import type { World } from "./world";

/** One minute of the way there is a kilometre, both ways. */
const MS_PER_METRE = 60;

/** Shortest drives from a node to all others over the open roads: every road relaxed until nothing changes (Bellman and Ford). */
export function drivesFrom({ network, closed }: World, start: number): { driveMs: number; metres: number }[] {
  const drives = network.nodes.map((_, node) => ({
    driveMs: node === start ? 0 : Number.POSITIVE_INFINITY,
    metres: 0,
  }));
  const open = network.roads.filter((_, road) => !closed.includes(road));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b, thereMs, backMs] of open) {
      const metres = Math.round(thereMs / MS_PER_METRE);
      for (const [from, to, ms] of [[a, b, thereMs] as const, [b, a, backMs] as const]) {
        const driveMs = drives[from]!.driveMs + ms;
        if (driveMs >= drives[to]!.driveMs) continue;
        drives[to] = { driveMs, metres: drives[from]!.metres + metres };
        changed = true;
      }
    }
  }
  return drives;
}
