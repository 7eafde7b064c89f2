import type { OsmElements } from "./osm-elements";

/** A piece of a way driven from one of its nodes to a neighbouring one; ids as in the source. */
export interface RawPiece {
  readonly way: number;
  readonly from: number;
  readonly to: number;
}

interface RawWay {
  readonly nodes: readonly number[];
  readonly tags: Readonly<Record<string, string>>;
}

interface RawRule {
  readonly relation: number;
  readonly only: boolean;
  readonly from: number;
  readonly viaNode: number | undefined;
  readonly viaWays: readonly number[];
  readonly to: number;
}

const ROADS =
  /^(motorway|trunk|primary|secondary|tertiary)(_link)?$|^(unclassified|residential|living_street|service|road|busway|track|pedestrian)$/;
const PATHS = /^(footway|path|cycleway|bridleway)$/;
const AMBULANCE_TONNES = 5;
const CLOSING_BARRIERS = /^(bollard|block|jersey_barrier|log|debris|planter|wall|fence)$/;

/**
 * The law of the road as OpenStreetMap writes it, for an ambulance under blue lights, read a second time: straight from
 * ways, nodes and relations, with nothing of the product's own reading. Stricter than nobody, so that what it calls a
 * fault is one.
 */
export class RawLaw {
  private readonly ways = new Map<number, RawWay>();
  private readonly closedNodes = new Set<number>();
  private readonly rulesTo = new Map<number, RawRule[]>();
  private readonly onlyFrom = new Map<string, RawRule[]>();

  constructor({ nodes, ways, relations }: OsmElements) {
    for (const { id, nodes: refs, tags } of ways) this.ways.set(id, { nodes: refs, tags });
    const uses = new Map<number, number>();
    for (const { nodes: refs, tags } of ways) {
      if (tags.highway === undefined && tags.route === undefined) continue;
      refs.forEach((ref, i) => {
        uses.set(ref, (uses.get(ref) ?? 0) + (i === 0 || i === refs.length - 1 ? 1 : 2));
      });
    }
    for (const { id, tags = {} } of nodes) {
      const isBare = Object.keys(tags).length === 1 && CLOSING_BARRIERS.test(tags.barrier ?? "");
      if (isBare && uses.get(id) === 2) this.closedNodes.add(id);
    }
    for (const relation of relations) for (const rule of rulesOf(relation)) this.addRule(rule);
  }

  get ruleCount(): number {
    return new Set([...this.rulesTo.values(), ...this.onlyFrom.values()].flat().map((rule) => rule.relation)).size;
  }

  wayNodes(way: number): readonly number[] {
    return this.ways.get(way)?.nodes ?? [];
  }

  /** What is wrong with driving `next` after `driven`, the latest last; undefined when nothing is. */
  faultOf(driven: readonly RawPiece[], next: RawPiece): string | undefined {
    const fault = this.accessFault(next);
    if (fault !== undefined) return `${fault} on way ${next.way} from node ${next.from}`;
    const last = driven.at(-1);
    if (last === undefined) return undefined;
    if (this.closedNodes.has(next.from) && next.to !== last.from) return `barrier at node ${next.from}`;
    return this.turnFault(driven, last, next);
  }

  private addRule(rule: RawRule): void {
    const add = <K>(map: Map<K, RawRule[]>, key: K): void => void map.set(key, [...(map.get(key) ?? []), rule]);
    if (rule.only) add(this.onlyFrom, `${rule.from} ${rule.viaNode ?? ""} ${rule.viaWays.join()}`);
    else add(this.rulesTo, rule.to);
  }

  private turnFault(driven: readonly RawPiece[], last: RawPiece, next: RawPiece): string | undefined {
    for (const rule of this.rulesTo.get(next.way) ?? []) {
      if (!this.cameBy(rule, driven, last)) continue;
      if (rule.from === rule.to && rule.viaWays.length === 0 && next.to !== last.from) continue;
      return `turn forbidden by relation ${rule.relation} at node ${next.from}`;
    }
    const approaches = [`${last.way} ${last.to} `, ...this.viaApproaches(last)];
    for (const rules of approaches.map((key) => this.onlyFrom.get(key) ?? [])) {
      const binding = rules.filter((rule) => this.cameBy(rule, driven, last) && this.canLeave(rule.to, last.to));
      if (binding.length === 0) continue;
      const isAllowed = binding.some(({ from, to }) => to === next.way && (to !== from || next.to === last.from));
      if (!isAllowed) return `turn against relation ${binding[0]!.relation} at node ${next.from}`;
    }
    return undefined;
  }

  private viaApproaches({ way }: RawPiece): string[] {
    return [...this.onlyFrom.keys()].filter((key) => key.endsWith(` ${way}`) || key.endsWith(`,${way}`));
  }

  /** Whether the drive so far ends with the rule's from way and all of its via ways, each from end to end. */
  private cameBy({ from, viaNode, viaWays }: RawRule, driven: readonly RawPiece[], last: RawPiece): boolean {
    if (viaNode !== undefined) return last.to === viaNode && last.way === from;
    let at = driven.length - 1;
    for (const via of [...viaWays].reverse()) {
      const { nodes } = this.ways.get(via) ?? { nodes: [] };
      for (let i = 0; i < nodes.length - 1; i++) if (driven[at - i]?.way !== via) return false;
      const piecesFrom = at - (nodes.length - 2);
      const ends = [driven[piecesFrom]!.from, driven[at]!.to];
      const [a, b] = [nodes[0], nodes.at(-1)];
      if (!((ends[0] === a && ends[1] === b) || (ends[0] === b && ends[1] === a))) return false;
      at = piecesFrom - 1;
    }
    return driven[at]?.way === from;
  }

  /** Whether some piece of the way may be driven away from the node. */
  private canLeave(way: number, node: number): boolean {
    const { nodes } = this.ways.get(way) ?? { nodes: [] };
    return nodes.some(
      (ref, i) =>
        ref === node &&
        [nodes[i - 1], nodes[i + 1]].some(
          (to) => to !== undefined && this.accessFault({ way, from: node, to }) === undefined,
        ),
    );
  }

  private accessFault({ way, from, to }: RawPiece): string | undefined {
    const raw = this.ways.get(way);
    if (raw === undefined) return "no such road";
    const { nodes, tags } = raw;
    const along = nodes.some((node, i) => node === from && nodes[i + 1] === to);
    const against = nodes.some((node, i) => node === from && nodes[i - 1] === to);
    if (!along && !against) return "no such piece of road";
    const highway = tags.highway ?? "";
    const openPath =
      PATHS.test(highway) &&
      ["emergency", "motorcar", "motor_vehicle"].some((key) => isOpening(tags[key]) || tags[key] === "private");
    if (!ROADS.test(highway) && !openPath && tags.route !== "ferry") return `road of class "${highway}"`;
    const suffix = along ? ":forward" : ":backward";
    const keys = ["emergency", "motor_vehicle", "vehicle", "access"].flatMap((key) => [`${key}${suffix}`, key]);
    const stated = keys.map((key) => tags[key]).find((value) => value !== undefined);
    const isGranted =
      ["bus", "psv", "motorcar"].some((key) => isOpening(tags[`${key}${suffix}`] ?? tags[key])) ||
      tags.service === "emergency_access";
    const opensAtTimes = keys.some((key) => tags[`${key}:conditional`] !== undefined);
    const isOnBusLane = !along && hasOppositeLane(tags);
    if (/^(no|military)$/i.test(stated ?? "") && !isGranted && !opensAtTimes && !isOnBusLane) return `access=${stated}`;
    if (tags.area === "yes") return "area";
    const isExempt = isOpening(tags.emergency) || /none @ \(?emergency/.test(tags["maxweight:conditional"] ?? "");
    if (Number(tags.maxweight) < AMBULANCE_TONNES && !isExempt) return `maxweight=${tags.maxweight}`;
    if (along && against) return undefined;
    const isBarredToCars = (way: string): boolean => tags[`motorcar:${way}`] === "no" && !isOpening(tags.emergency);
    const isOneSided = isBarredToCars("forward") !== isBarredToCars("backward");
    if (isOneSided && isBarredToCars(suffix.slice(1)) && !isOnBusLane) return `motorcar${suffix}=no`;
    return along === isReversed(tags) && isOneway(tags) ? "wrong way" : undefined;
  }
}

/** The way's own words for one-way, the most specific first. */
const onewayOf = (tags: Readonly<Record<string, string>>): string | undefined =>
  ["oneway:emergency", "oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway"]
    .map((key) => tags[key])
    .find((value) => value !== undefined);

const isOpening = (value: string | undefined): boolean =>
  (value ?? "")
    .split(";")
    .some((word) => /^(yes|designated|official|permissive|destination|delivery)$/.test(word.trim()));

/** Lanes for buses against a one-way street, in any of the ways to write them. */
const hasOppositeLane = (tags: Readonly<Record<string, string>>): boolean =>
  ["psv:backward", "bus:backward", "emergency:backward"].some((key) => isOpening(tags[key])) ||
  ["lanes:psv:backward", "lanes:bus:backward"].some((key) => Number(tags[key] ?? 0) > 0) ||
  ["psv:lanes:backward", "bus:lanes:backward"].some((key) => /designated|yes/.test(tags[key] ?? "")) ||
  ["busway", "busway:left", "busway:right", "busway:both"].some((key) => /^opposite/.test(tags[key] ?? ""));

function isOneway(tags: Readonly<Record<string, string>>): boolean {
  if (["oneway:bus", "oneway:psv"].some((key) => tags[key] === "no") || hasOppositeLane(tags)) return false;
  const stated = onewayOf(tags) ?? "";
  if (/^(yes|1|true|-1|reverse)$/.test(stated)) return true;
  if (/^(no|0|false|alternating)$/.test(stated)) return false;
  return /^(roundabout|circular)$/.test(tags.junction ?? "") || /^motorway(_link)?$/.test(tags.highway ?? "");
}

const isReversed = (tags: Readonly<Record<string, string>>): boolean => /^(-1|reverse)$/.test(onewayOf(tags) ?? "");

function rulesOf({ id, members, tags }: OsmElements["relations"][number]): RawRule[] {
  const value = tags.restriction ?? "";
  if (tags.type !== "restriction" || !/^(no|only)_/.test(value)) return [];
  if (Object.keys(tags).some((key) => /^(day|hour)_(on|off)$/.test(key))) return [];
  if ((tags.except ?? "").split(";").some((word) => /^(emergency|psv|bus|motorcar|motor_vehicle|vehicle)$/.test(word)))
    return [];
  const refs = (role: string, type: string): number[] =>
    members.filter((member) => member.role === role && member.type === type).map((member) => member.ref);
  const [from, to] = [refs("from", "way"), refs("to", "way")];
  const [viaNode, ...moreNodes] = refs("via", "node");
  const viaWays = refs("via", "way");
  const isSingle =
    (from.length === 1 || value === "no_entry") && (to.length === 1 || value === "no_exit") && moreNodes.length === 0;
  if (!isSingle || (viaNode === undefined) === (viaWays.length === 0)) return [];
  const only = value.startsWith("only_");
  return from.flatMap((a) => to.map((b) => ({ relation: id, only, from: a, viaNode, viaWays, to: b })));
}
