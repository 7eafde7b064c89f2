import { distanceMetres } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import type { Position } from "../../src/core/units";
import { DEFAULT_SNAP_LIMIT_METRES } from "../../src/roads/road-index";
import { type Hospital, type RawExtract, type RawWay, rawPosition } from "./raw-extract";
import {
  BORDER_PAIRS_PER_EXTRACT,
  LARGEST_POCKET_NODES,
  PAIRS_PER_EXTRACT,
  POCKET_PAIRS_PER_EXTRACT,
  SEED,
  SEEDED_HOSPITALS,
} from "./settings";

export interface Pair {
  /** Its number in the extract, from 1: the name explanations go by, with the extract's. */
  readonly number: number;
  readonly from: Position;
  readonly to: Position;
}

const PUBLIC_ROADS = /^(motorway|trunk|primary|secondary|tertiary)(_link)?$|^(unclassified|residential|living_street)$/;

/**
 * Pairs of nodes of public roads, drawn from the raw data: neither engine has a say in what is asked. A node lies on the
 * road exactly, so that both engines may begin in the same place; nothing is done about it where one of them may not.
 */
export function seededPairs(raw: RawExtract): Pair[] {
  const nodes = publicNodes(raw);
  const random = new SeededRandom(SEED);
  return Array.from({ length: PAIRS_PER_EXTRACT }, (_, i) => {
    const from = random.pick(nodes);
    let to = random.pick(nodes);
    while (to === from) to = random.pick(nodes);
    return { number: i + 1, from: rawPosition(raw, from), to: rawPosition(raw, to) };
  });
}

/** Ways that are one-way as drawn: nearly all are tagged so, and roundabouts never end anywhere. */
const isDrawnOneWay = (tags: RawWay["tags"]): boolean =>
  tags.get("oneway") === "yes" || (/^motorway(_link)?$/.test(tags.get("highway") ?? "") && !tags.has("oneway"));

/**
 * Pairs with an end on a road that only leads into the extract, or only out of it: a one-way road that nothing joins at
 * its first point, or at its last, as where a dual carriageway is cut. Half begin on one that leads in, half end on one
 * that leads out, as far as there are such roads.
 */
export function borderPairs(raw: RawExtract): Pair[] {
  const nodes = publicNodes(raw);
  const uses = new Map<number, number>();
  for (const { nodes: own } of raw.ways.values()) for (const node of own) uses.set(node, (uses.get(node) ?? 0) + 1);
  const inward: number[] = [];
  const outward: number[] = [];
  for (const { nodes: own, tags } of raw.ways.values()) {
    if (!PUBLIC_ROADS.test(tags.get("highway") ?? "") || !isDrawnOneWay(tags) || own[0] === own.at(-1)) continue;
    const known = own.filter((node) => raw.places.has(node));
    if (uses.get(own[0]!) === 1) inward.push(...known.slice(0, -1));
    if (uses.get(own.at(-1)!) === 1) outward.push(...known.slice(1));
  }
  const random = new SeededRandom(SEED + 2);
  const drawn = (ends: readonly number[], pair: (end: number, other: number) => readonly [number, number]) =>
    Array.from({ length: ends.length === 0 ? 0 : BORDER_PAIRS_PER_EXTRACT / 2 }, () =>
      pair(random.pick(ends), random.pick(nodes)),
    );
  return [...drawn(inward, (end, other) => [end, other]), ...drawn(outward, (end, other) => [other, end])]
    .filter(([from, to]) => from !== to)
    .map(([from, to], i) => ({
      number: PAIRS_PER_EXTRACT + i + 1,
      from: rawPosition(raw, from),
      to: rawPosition(raw, to),
    }));
}

/**
 * Pairs with an end on a road of a pocket: roads that nothing which is mapped and open to all joins to the others, as behind
 * a gate or where an extract cuts them off. Both engines begin, or end, on the nearest road that leads somewhere.
 */
export function pocketPairs(raw: RawExtract): Pair[] {
  const parts = openParts(raw);
  const pocket = publicNodes(raw).filter((node) => {
    const size = parts.sizeOf(node);
    return size >= 2 && size <= LARGEST_POCKET_NODES;
  });
  if (pocket.length === 0) return [];
  const nodes = publicNodes(raw).filter((node) => parts.sizeOf(node) === parts.largest);
  const random = new SeededRandom(SEED + 3);
  return Array.from({ length: POCKET_PAIRS_PER_EXTRACT }, (_, i) => {
    const [end, other] = [random.pick(pocket), random.pick(nodes)];
    const [from, to] = i % 2 === 0 ? [end, other] : [other, end];
    const number = PAIRS_PER_EXTRACT + BORDER_PAIRS_PER_EXTRACT + i + 1;
    return { number, from: rawPosition(raw, from), to: rawPosition(raw, to) };
  });
}

/** Barriers that nobody passes by car, and others that are locked or private. */
const SHUT = /^(bollard|block|fence|wall|jersey_barrier|gate|lift_gate|swing_gate)$/;

/** Nodes joined, in either direction, by roads that are open to all; counted by the part they are in. */
function openParts(raw: RawExtract): { sizeOf(node: number): number; readonly largest: number } {
  const parent = new Map<number, number>();
  const find = (node: number): number => {
    let root = node;
    while ((parent.get(root) ?? root) !== root) root = parent.get(root)!;
    while (node !== root) {
      const next = parent.get(node) ?? node;
      parent.set(node, root);
      node = next;
    }
    return root;
  };
  const isOpen = (tags: RawWay["tags"]): boolean =>
    ["access", "vehicle", "motor_vehicle", "motorcar"].every((key) => !/^(no|private)$/.test(tags.get(key) ?? "")) &&
    (PUBLIC_ROADS.test(tags.get("highway") ?? "") || /^(service|track|road)$/.test(tags.get("highway") ?? ""));
  for (const { nodes, tags } of raw.ways.values()) {
    if (!isOpen(tags)) continue;
    const isShut = (node: number): boolean => SHUT.test(raw.nodeTags.get(node)?.get("barrier") ?? "");
    for (let i = 1; i < nodes.length; i++) {
      const [a, b] = [nodes[i - 1]!, nodes[i]!];
      if (!isShut(a) && !isShut(b)) parent.set(find(a), find(b));
    }
  }
  const sizes = new Map<number, number>();
  for (const node of raw.places.keys()) sizes.set(find(node), (sizes.get(find(node)) ?? 0) + 1);
  return { sizeOf: (node) => sizes.get(find(node))!, largest: Math.max(...sizes.values()) };
}

/**
 * The tagged hospitals within our snapping limit of a public road, or, where there are fewer than two, as many seeded ones
 * as a region has. (Feldkirch's lies in Liechtenstein's extract, 1.5 km from the nearest of its roads.)
 */
export function hospitalsOf(raw: RawExtract): readonly Hospital[] {
  const nodes = publicNodes(raw);
  const tagged = raw.hospitals.filter(({ location }) =>
    nodes.some((node) => distanceMetres(location, rawPosition(raw, node)) <= DEFAULT_SNAP_LIMIT_METRES),
  );
  if (tagged.length >= 2) return tagged;
  const random = new SeededRandom(SEED + 1);
  return Array.from({ length: SEEDED_HOSPITALS }, (_, i) => ({
    id: `seeded/${i + 1}`,
    name: "",
    location: rawPosition(raw, random.pick(nodes)),
  }));
}

function publicNodes(raw: RawExtract): number[] {
  const nodes = new Set<number>();
  for (const { nodes: own, tags } of raw.ways.values()) {
    if (PUBLIC_ROADS.test(tags.get("highway") ?? "") && tags.get("area") !== "yes") {
      for (const node of own) if (raw.places.has(node)) nodes.add(node);
    }
  }
  return [...nodes].sort((a, b) => a - b);
}
