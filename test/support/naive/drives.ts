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

/**
 * Whether two ways that are equally fast are not equally long, for any of the ends: how long the drive is then is a matter
 * of which way is told, and so is what a tie broken by distance comes to.
 */
export function hasFastestOfSeveralLengths(world: World, start: number, ends: readonly number[]): boolean {
  const drives = drivesFrom(world, start);
  const roads = world.network.roads.filter((_, road) => !world.closed.includes(road));
  const longest = drives.map(({ metres }) => metres);
  const shortestOf = drives.map(({ metres }) => metres);
  // Only along roads that a fastest way may take, which never lead in a circle.
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b, thereMs, backMs] of roads) {
      const metres = Math.round(thereMs / MS_PER_METRE);
      for (const [from, to, ms] of [[a, b, thereMs] as const, [b, a, backMs] as const]) {
        if (drives[from]!.driveMs + ms !== drives[to]!.driveMs || !Number.isFinite(drives[to]!.driveMs)) continue;
        const [long, short] = [longest[from]! + metres, shortestOf[from]! + metres];
        if (long <= longest[to]! && short >= shortestOf[to]!) continue;
        longest[to] = Math.max(longest[to]!, long);
        shortestOf[to] = Math.min(shortestOf[to]!, short);
        changed = true;
      }
    }
  }
  return ends.some((end) => longest[end] !== shortestOf[end]);
}
