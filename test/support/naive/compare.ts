import { naiveAnswer } from "./decide";
import { NETWORKS, RandomWorlds } from "./random-world";
import { productAnswer } from "./router-of-world";
import type { PlainAnswer, World } from "./world";

/** Where two answers to one question differ, a line each; empty when they agree. */
export function differences(naive: PlainAnswer, product: PlainAnswer): string[] {
  const lines: string[] = [];
  const compare = (what: string, a: unknown, b: unknown): void => {
    const [naively, product] = [JSON.stringify(a), JSON.stringify(b)];
    if (naively !== product) lines.push(`${what}: naive ${naively}, product ${product}`);
  };
  compare("outcome", naive.outcome, product.outcome);
  compare("destination", naive.destination, product.destination);
  compare("unrestricted", naive.unrestricted, product.unrestricted);
  compare("beyond a limit", naive.beyondLimit, product.beyondLimit);
  // An ED that would take the patient after a wait is told by what it waits for, or by the wait.
  const waits = new Set(Object.keys(naive.passedOver).filter((id) => naive.passedOver[id] === "waits"));
  compare("passed over", merged(naive, waits), merged(product, waits));
  return lines;
}

/** Of several reasons any may be told first, so that only this much is compared. */
const GROUPS: Readonly<Record<string, string>> = {
  "not-offered": "barred",
  age: "barred",
  closed: "barred",
  full: "asks",
  diverts: "asks",
};

const merged = ({ passedOver }: PlainAnswer, waits: ReadonlySet<string>): unknown =>
  Object.fromEntries(
    Object.entries(passedOver).map(([id, verdict]) => [id, waits.has(id) ? "waits" : (GROUPS[verdict] ?? verdict)]),
  );

/** Both answers to a world and how they differ; an error of either is a difference. */
export function disagreement(world: World): string[] {
  try {
    return differences(naiveAnswer(world), productAnswer(world));
  } catch (error) {
    return [`error: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
  }
}

/** The smallest world found, by leaving out one thing after another, in which the same still goes wrong. */
export function shrunk(world: World, fails: (world: World) => boolean): World {
  let smallest = world;
  for (let found = true; found; ) {
    found = false;
    for (const smaller of smallerThan(smallest)) {
      if (!isWhole(smaller) || !fails(smaller)) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

/** The network belongs to all worlds, and the policy's plain fields must be given. */
const REQUIRED = new Set(["at", "network", "policy", "question", "node", "id", "key", "effect", "hospital"]);

/** Every world with one field, one element of a list or one restriction less, or with one number made round. */
function* smallerThan(world: World): Generator<World> {
  const { network, ...rest } = world;
  for (const smaller of less(rest)) yield { ...(smaller as Omit<World, "network">), network };
}

const SIMPLE: Readonly<Record<string, unknown>> = {
  waitMinutes: 0,
  handoverDefaultMinutes: 0,
  handoverCapMinutes: null,
  divertExtraMinutes: null,
  receiverExtraMinutes: null,
  capExtraMinutes: null,
  handoverExtraMinutes: null,
  nearestWhenDiverting: null,
  divert: null,
  refuse: null,
  unrecorded: "use-with-warning",
  unknown: "use-with-warning",
  namedReceiver: "ignore",
  diverts: "honour",
  rankBy: "drive",
};

/** Fields that may not be left out but may be made simpler. */
const KEPT = new Set([...Object.keys(SIMPLE), "inform", "limits", "defaultExpiryMinutes", "capPerHour"]);
const NEEDED = new Set([
  ...REQUIRED,
  ...["closed", "hospitals", "reports", "expected", "needs", "services", "bypass", "need", "withinMinutes", "fallback"],
  ...[
    "observed",
    "received",
    "heard",
    "since",
    "says",
    "asks",
    "words",
    "timeToLiveMinutes",
    "zone",
    "weekly",
    "opens",
  ],
  ...["closes", "capability", "anyOf"],
]);

function* less(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) yield value.filter((_, j) => j !== i);
    for (let i = 0; i < value.length; i++) {
      for (const smaller of less(value[i])) yield value.map((one, j) => (j === i ? smaller : one));
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    if (!NEEDED.has(field) && !KEPT.has(field)) {
      const { [field]: _, ...without } = value as Record<string, unknown>;
      yield without;
    }
    if (field in SIMPLE && inner !== SIMPLE[field]) yield { ...value, [field]: SIMPLE[field] };
  }
  for (const [field, inner] of Object.entries(value)) {
    for (const smaller of less(inner)) yield { ...value, [field]: smaller };
  }
}

/** Whether everything a world speaks of is there, so that the product would take it. */
function isWhole({ hospitals, reports, feeds = [], question }: World): boolean {
  const ids = new Set(hospitals.map(({ id }) => id));
  const isKnown = (id: string | undefined): boolean => id === undefined || ids.has(id);
  const words = feeds.flatMap((feed) => Object.entries(feed.words));
  return (
    hospitals.length > 0 &&
    reports.every(({ hospital, divertTo }) => isKnown(hospital) && isKnown(divertTo)) &&
    words.every(([id, word]) => isKnown(id) && (word?.asks ?? []).every(({ divertTo }) => isKnown(divertTo))) &&
    words.every(([, word]) => word === null || word.says !== "restricted" || word.asks.length > 0) &&
    question.needs.every((need) => typeof need === "string" || need.anyOf.length > 0)
  );
}

/**
 * The first of so many random worlds in which the two disagree, shrunk, as something to paste into a test; undefined when
 * they agree on all.
 */
export function firstDisagreement(seed: number, count: number): string | undefined {
  const worlds = new RandomWorlds(seed);
  for (let i = 0; i < count; i++) {
    const world = worlds.next();
    const lines = disagreement(world);
    if (lines.length === 0) continue;
    const what = aspectOf(lines[0]!);
    const small = shrunk(world, (smaller) => disagreement(smaller).some((line) => aspectOf(line) === what));
    return [`seed ${seed}, world ${i}`, ...disagreement(small), script(small)].join("\n");
  }
  return undefined;
}

const aspectOf = (line: string): string => line.slice(0, line.indexOf(":"));

function script(world: World): string {
  const { network, ...rest } = world;
  const text = JSON.stringify(rest).slice(0, -1);
  return [
    `const world: World = ${text},"network":NETWORKS[${NETWORKS.indexOf(network)}]};`,
    `naive:   ${JSON.stringify(naiveAnswer(world))}`,
    `product: ${tried(() => JSON.stringify(productAnswer(world)))}`,
  ].join("\n");
}

function tried(action: () => string): string {
  try {
    return action();
  } catch (error) {
    return String(error);
  }
}
