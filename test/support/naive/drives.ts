import type { Network, World } from "./world";

/** One minute of the way there is a kilometre, both ways. */
const MS_PER_METRE = 60;

/** Five kilometres an hour, and no farther than that on foot. */
const WALKED_MS_PER_METRE = 720;
const LONGEST_WALK_METRES = 5000;

interface Journey {
  readonly driveMs: number;
  readonly metres: number;
}

/**
 * Shortest journeys from a node to all others: drives, or, where roads are closed and none leads to any of the ends, walks
 * along roads, open or closed, to where a drive does.
 */
export function journeysFrom(world: World, start: number, ends: readonly number[]): Journey[] {
  const drives = drivesFrom(world, start);
  const leads = (journeys: readonly Journey[]): boolean =>
    ends.some((end) => journeys[end]!.driveMs < Number.POSITIVE_INFINITY);
  if (world.closed.length === 0 || leads(drives)) return drives;
  const onward = walksFrom(world, start).flatMap((walk, node) => {
    const after = walk.driveMs < Number.POSITIVE_INFINITY ? drivesFrom(world, node) : [];
    if (after.length === 0 || !leads(after)) return [];
    return [after.map(({ driveMs, metres }) => ({ driveMs: walk.driveMs + driveMs, metres: walk.metres + metres }))];
  });
  return drives.map((drive, node) =>
    onward
      .map((journeys) => journeys[node]!)
      .reduce(
        (best, one) =>
          one.driveMs < best.driveMs || (one.driveMs === best.driveMs && one.metres < best.metres) ? one : best,
        drive,
      ),
  );
}

/** Nobody walks faster than a vehicle drives. */
const walksFrom = ({ network }: World, start: number): Journey[] =>
  shortest(network, network.roads, start, (ms, metres) => Math.max(ms, metres * WALKED_MS_PER_METRE)).map((walk) =>
    walk.metres > LONGEST_WALK_METRES ? { driveMs: Number.POSITIVE_INFINITY, metres: 0 } : walk,
  );

const drivesFrom = ({ network, closed }: World, start: number): Journey[] =>
  shortest(
    network,
    network.roads.filter((_, road) => !closed.includes(road)),
    start,
    (ms) => ms,
  );

/** Every road relaxed until nothing changes (Bellman and Ford). */
function shortest(
  { nodes }: Network,
  roads: Network["roads"],
  start: number,
  timeOf: (ms: number, metres: number) => number,
): Journey[] {
  const journeys: Journey[] = nodes.map((_, node) => ({
    driveMs: node === start ? 0 : Number.POSITIVE_INFINITY,
    metres: 0,
  }));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b, thereMs, backMs] of roads) {
      const metres = Math.round(thereMs / MS_PER_METRE);
      for (const [from, to, ms] of [[a, b, thereMs] as const, [b, a, backMs] as const]) {
        const driveMs = journeys[from]!.driveMs + timeOf(ms, metres);
        if (driveMs >= journeys[to]!.driveMs) continue;
        journeys[to] = { driveMs, metres: journeys[from]!.metres + metres };
        changed = true;
      }
    }
  }
  return journeys;
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
