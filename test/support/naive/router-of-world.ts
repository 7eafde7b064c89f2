import createGraph from "ngraph.graph";
import type { Recommendation } from "../../../src/diversion/answer/recommendation";
import { DiversionRouter } from "../../../src/diversion/router";
import { InboundList } from "../../../src/diversion/rules/inbound";
import { ENGLAND_DEFAULT, type Policy, parsePolicy } from "../../../src/diversion/rules/policy";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import type { HospitalInput } from "../../../src/hospitals/directory/hospital";
import { FeedMonitor } from "../../../src/hospitals/feeds/feed-monitor";
import type { FeedReading } from "../../../src/hospitals/feeds/feed-reading";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import { indexRoads } from "../../../src/roads/index-roads";
import { RoadIndex } from "../../../src/roads/road-index";
import { fromNgraph } from "../../../src/roads/tables/ngraph";
import { DIJKSTRA_ENGINE } from "../../../src/shortest-path/dijkstra/dijkstra-engine";
import { at } from "../small-county";
import type { Network, PlainAnswer, PlainHours, VerdictClass, World } from "./world";

const MINUTE = 60_000;

/** One index for each network: worlds that close no road share it. */
const indexes = new WeakMap<Network, RoadIndex>();

/** The roads of a network, none of them closed; not to be changed. */
export function indexOf(network: Network): RoadIndex {
  let index = indexes.get(network);
  if (index === undefined) {
    const graph = createGraph<{ lon: number; lat: number }, { milliseconds: number; metres: number; name: string }>({
      multigraph: true,
    });
    network.nodes.forEach((node, i) => {
      const [lon, lat] = at(...node);
      graph.addNode(i, { lon, lat });
    });
    network.roads.forEach(([a, b, thereMs, backMs], i) => {
      const road = { metres: Math.round(thereMs / 60), name: `R${i}` };
      graph.addLink(a, b, { ...road, milliseconds: thereMs });
      graph.addLink(b, a, { ...road, milliseconds: backMs });
    });
    index = indexRoads(fromNgraph(graph).roads, { snapLimitMetres: 1000 });
    indexes.set(network, index);
  }
  return index;
}

function roadsOf({ network, closed }: World): RoadIndex {
  const index = indexOf(network);
  if (closed.length === 0) return index;
  const roads = new RoadIndex(index);
  for (const road of closed) closeRoad(roads, network, road);
  return roads;
}

/** Closes a road of the network by its number, under the number as id. */
export function closeRoad(roads: RoadIndex, network: Network, road: number): void {
  const [a, b] = network.roads[road]!;
  const [[east, north], [toEast, toNorth]] = [network.nodes[a]!, network.nodes[b]!];
  const point = at((east + toEast) / 2, (north + toNorth) / 2);
  roads.close({ id: String(road), point, bufferMetres: 100, reason: "flood" });
}

const hoursOf = ({ zone, weekly }: PlainHours): NonNullable<HospitalInput["openingHours"]> => ({
  zone,
  periods: [{ weekly: weekly.map((span) => ({ ...span })) }],
});

export function directoryOf({ network, hospitals, recorded }: World): HospitalDirectory {
  const inputs = hospitals.map(({ id, node, services, openingHours, recorded: own, ...rest }) => ({
    id,
    name: `${id} Hospital`,
    location: at(...network.nodes[node]!),
    capabilities: services.map(({ openingHours: hours, ...service }) => ({
      ...service,
      ...(hours === undefined ? {} : { openingHours: hoursOf(hours) }),
    })),
    ...(openingHours === undefined ? {} : { openingHours: hoursOf(openingHours) }),
    ...(own === undefined ? {} : { recorded: [...own] }),
    ...rest,
  }));
  return HospitalDirectory.parse(recorded === undefined ? inputs : { recorded, hospitals: inputs });
}

/** The product's router in a world, everything told it by its public calls in the order of their times. */
export function routerOfWorld(world: World): DiversionRouter {
  const now = Date.parse(world.at);
  let clockMs = now;
  const clock = (): number => clockMs;
  const text = (minutes: number): string => new Date(now + minutes * MINUTE).toISOString();
  const times = ({ from, until }: { from?: number | undefined; until?: number | undefined }) => ({
    ...(from === undefined ? {} : { from: text(from) }),
    ...(until === undefined ? {} : { until: text(until) }),
  });
  const hospitals = directoryOf(world);
  const status = new StatusBoard(hospitals, { clock });
  const events = world.reports.map((report): { minute: number; happen: () => void } => ({
    minute: report.received,
    happen: () => {
      const { hospital, effect, key, scope, divertTo, observed, received, from, until, lifts } = report;
      // What is over when it is reported needs its moment of observation.
      const isOver = until !== undefined && until <= received;
      const observedAt = observed === received && !isOver ? {} : { observedAt: text(observed) };
      // Nothing weakens by accident: here it is meant, where it does.
      const weakens = { weakens: true };
      if (key === "flag") {
        status.setOpen(hospital, false, {
          effect: effect === "refuse" ? "refuse" : "divert",
          ...observedAt,
          ...weakens,
        });
        return;
      }
      status.report({
        hospital,
        key,
        effect,
        reason: "full",
        ...(scope === undefined ? {} : { scope: JSON.parse(JSON.stringify(scope)) }),
        ...(divertTo === undefined ? {} : { divertTo }),
        ...(lifts === undefined ? {} : { lifts: [...lifts] }),
        ...times({ from, until }),
        ...observedAt,
        ...weakens,
      });
    },
  }));
  for (const { hospital, received, until } of world.overrules ?? []) {
    const overrule = (): void =>
      void status.overrule(hospital, { by: "duty manager", reason: "by telephone", until: text(until) });
    events.push({ minute: received, happen: overrule });
  }
  const monitor =
    world.feeds === undefined
      ? undefined
      : new FeedMonitor(
          status,
          world.feeds.map(({ id, timeToLiveMinutes, words }) => ({
            id,
            hospitals: Object.keys(words),
            timeToLiveMs: timeToLiveMinutes * MINUTE,
          })),
          { clock },
        );
  for (const { id, timeToLiveMinutes, words } of world.feeds ?? []) {
    for (const [hospital, word] of Object.entries(words)) {
      if (word === null) continue;
      const { says, asks, since, heard, handoverMinutes } = word;
      const reading: FeedReading = {
        hospitals: [
          {
            hospital,
            state: says,
            restrictions: asks.map(({ key, effect, scope, divertTo, from, until }) => ({
              part: key,
              effect,
              reason: "full",
              ...(scope === undefined ? {} : { scope: JSON.parse(JSON.stringify(scope)) }),
              ...(divertTo === undefined ? {} : { divertTo }),
              ...times({ from, until }),
            })),
            observedAt: { text: text(since), epochMs: now + since * MINUTE } as never,
            ...(handoverMinutes === undefined ? {} : { handoverMinutes }),
          },
        ],
        unmatched: [],
        notes: [],
      };
      const step = Math.max(1, timeToLiveMinutes);
      for (let minute = since; minute < heard; minute += step) {
        events.push({ minute, happen: () => void monitor!.apply(id, reading) });
      }
      events.push({ minute: heard, happen: () => void monitor!.apply(id, reading) });
    }
  }
  for (const { minute, happen } of events.sort((a, b) => a.minute - b.minute)) {
    clockMs = now + minute * MINUTE;
    happen();
  }
  clockMs = now;
  const policy = policyOf(world);
  const expected = Object.entries(world.expected).map(([hospital, count]) => ({ hospital, count }));
  return new DiversionRouter({
    roads: roadsOf(world),
    hospitals,
    policy,
    status,
    clock,
    engine: DIJKSTRA_ENGINE,
    inbound: new InboundList(expected),
    ...(monitor === undefined ? {} : { feeds: monitor }),
    schedule: () => {},
  });
}

/** Nothing of England's rules but what says nothing of how to decide. */
export function policyOf(world: World): Policy {
  const { byAcuity: _, ...england } = ENGLAND_DEFAULT;
  return parsePolicy({ ...england, ...world.policy, id: "random", alternatives: 1 });
}

/** What the product answers, in the form of the naive answer. */
export const productAnswer = (world: World): PlainAnswer => answerOf(routerOfWorld(world), world);

/** What a router answers to a world's question. */
export function answerOf(router: DiversionRouter, world: World): PlainAnswer {
  const { network, question } = world;
  const { node, needs, age, acuity } = question;
  const advice = router.recommend({
    location: at(...network.nodes[node]!),
    needs: JSON.parse(JSON.stringify(needs)),
    ...(age === undefined ? {} : { age }),
    ...(acuity === undefined ? {} : { acuity }),
    at: world.at,
  });
  return plainAnswer(advice);
}

/** Fields that the product will have beside those it has. */
interface Coming {
  readonly unrestricted?: { hospital: { id: string }; driveSeconds: number; totalSeconds: number };
  readonly destination?: { waitSeconds?: number };
}

function plainAnswer(advice: Recommendation): PlainAnswer {
  const { outcome, destination, passedOver } = advice;
  const { unrestricted, destination: coming } = advice as Coming;
  const warned = destination?.warnings.map(({ code }) => code as string) ?? [];
  const overs = passedOver
    .filter(({ driveSeconds }) => driveSeconds !== undefined)
    .filter(({ driveSeconds }) => destination === undefined || driveSeconds! < destination.driveSeconds)
    .map(({ hospital, because }): [string, VerdictClass] => [hospital.id, classOf(because.map(({ code }) => code))])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    outcome,
    ...(destination === undefined
      ? {}
      : {
          destination: {
            hospital: destination.hospital.id,
            driveSeconds: destination.driveSeconds,
            waitSeconds: coming?.waitSeconds ?? 0,
            handoverSeconds: destination.handoverSeconds,
            totalSeconds: destination.totalSeconds,
          },
        }),
    ...(unrestricted === undefined
      ? {}
      : {
          unrestricted: {
            hospital: unrestricted.hospital.id,
            driveSeconds: unrestricted.driveSeconds,
            totalSeconds: unrestricted.totalSeconds,
          },
        }),
    beyondLimit: warned.includes("beyond-limit") || warned.includes("nearest-diverting"),
    passedOver: Object.fromEntries(overs),
  };
}

/** The first that holds of what an ED's reasons say. */
function classOf(codes: readonly string[]): VerdictClass {
  const classes: readonly (readonly [code: string, verdict: VerdictClass])[] = [
    ["capability", "not-offered"],
    ["age", "age"],
    ["closed", "closed"],
    ["refuse", "refuses"],
    ["unknown-status", "unknown"],
    ["inbound-cap", "full"],
    ["divert", "diverts"],
  ];
  return classes.find(([code]) => codes.includes(code))?.[1] ?? "accepts";
}
