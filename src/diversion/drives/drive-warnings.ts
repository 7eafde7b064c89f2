import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import type { TimeZone } from "../../core/time-zone";
import { segmentOf } from "../../roads/graph/edge-key";
import type { FerryService, RoadGraph, RoadNames } from "../../roads/graph/road-graph";
import { drivenEdges, isOver, type Route, routeOf } from "../../roads/route/route";
import type { Warning } from "../answer/recommendation";
import { barriersText, ferryText, fordText, privateRoadText, type Sailing, timedRoadText } from "../answer/texts";
import type { ReachableEds } from "./reachable-eds";
import { isWithinHours } from "./sailing-hours";

/** When the drive begins, and the clock of the region. */
export interface DriveClock {
  readonly atMs: EpochMs;
  readonly zone: TimeZone;
}

/**
 * What crews are told of the drive to a hospital, by its number: the ferries on it, each with its time and the usual wait
 * and whether it sails then, as far as its hours tell; private roads and roads closed but at times; fords; gates.
 */
export function driveWarnings(graph: RoadGraph, eds: ReachableEds, target: number, clock: DriveClock): Warning[] {
  const { cautioned } = graph;
  if (cautioned === undefined) return [];
  const drive = eds.drive(target);
  if (drive === undefined || !isOver(graph, drive, cautioned)) return [];
  const { from, to } = drive;
  const edges = drivenEdges(graph, drive);
  const driven = edges.slice(from.onFoot?.stretches.length ?? 0, edges.length - (to.onFoot?.stretches.length ?? 0));
  const roads = driven.map((edge) => graph.edgeRoad(edge)).filter(({ cautions }) => cautions !== undefined);
  const warnings: Warning[] = [];
  if (roads.some(({ cautions }) => cautions!.ferry !== undefined)) {
    const { weights, state } = eds.drives;
    for (const crossing of crossingsOf(graph, routeOf(graph, weights, drive, state.closed))) {
      warnings.push(ferryWarning(crossing, clock));
    }
  }
  const namesOf = (isMeant: (cautions: NonNullable<RoadNames["cautions"]>) => boolean): string[] =>
    roads.filter(({ cautions }) => isMeant(cautions!)).map(({ name, ref }) => name || ref);
  const byLeave = namesOf(({ access }) => access === "private");
  const atTimes = namesOf(({ access }) => access === "at-times");
  const fords = namesOf(({ ford }) => ford === true);
  const barriers = roads.flatMap(({ cautions }) => cautions!.barriers ?? []);
  if (byLeave.length > 0) warnings.push({ code: "private-road", text: privateRoadText(byLeave) });
  if (atTimes.length > 0) warnings.push({ code: "closed-at-times", text: timedRoadText(atTimes) });
  if (fords.length > 0) warnings.push({ code: "ford", text: fordText(fords) });
  if (barriers.length > 0) warnings.push({ code: "gate", text: barriersText(barriers) });
  return warnings;
}

/** A ferry as far as it is taken without going ashore. */
interface Crossing {
  readonly name: string;
  readonly service: FerryService;
  /** Since the drive began. */
  readonly quayMs: number;
  readonly milliseconds: number;
  /** What of its time is waiting: once for each way it is mapped as. */
  readonly waitMs: number;
}

function crossingsOf(graph: RoadGraph, { parts }: Route): Crossing[] {
  const { keyOfEdge, segmentFirstWay, wayId } = graph.columns;
  const crossings: Crossing[] = [];
  const waysTaken = new Set<number>();
  let soFar = 0;
  let last: RoadNames | undefined;
  for (const { edge, milliseconds } of parts) {
    const road = graph.edgeRoad(edge);
    const service = road.cautions?.ferry;
    if (service !== undefined) {
      const isNext = last?.cautions?.ferry !== undefined && last.name === road.name && last.ref === road.ref;
      const crossing: Crossing =
        (isNext ? crossings.pop() : undefined) ??
        ({ name: road.name || road.ref, service, quayMs: soFar, milliseconds: 0, waitMs: 0 } satisfies Crossing);
      const segment = segmentOf(keyOfEdge[edge]!);
      const ways = wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1]);
      const boarded = ways.filter((way) => !waysTaken.has(way));
      for (const way of boarded) waysTaken.add(way);
      crossings.push({
        ...crossing,
        milliseconds: crossing.milliseconds + milliseconds,
        waitMs: crossing.waitMs + boarded.length * service.waitSeconds * 1000,
      });
    }
    last = road;
    soFar += milliseconds;
  }
  return crossings;
}

function ferryWarning({ name, service, quayMs, milliseconds, waitMs }: Crossing, { atMs, zone }: DriveClock): Warning {
  const { hours, closedHours, season, waitSeconds } = service;
  // It has to sail when the usual wait is over.
  const departsMs = atMs + quayMs + waitSeconds * 1000;
  const offsetMinutes = zone.offsetMinutes(departsMs);
  const localMs = departsMs + offsetMinutes * MS_PER_MINUTE;
  const isOpen = hours === undefined ? true : isWithinHours(hours, localMs);
  const isClosed = closedHours === undefined ? false : isWithinHours(closedHours, localMs);
  const sails =
    isOpen === false || isClosed === true ? false : isOpen === true && isClosed === false ? true : undefined;
  const sailing: Sailing = {
    sails,
    hours: [hours, closedHours === undefined ? undefined : `not ${closedHours}`].filter((one) => one !== undefined),
    season,
    departsMs,
    clock: { atMs, offsetMinutes },
  };
  const code = sails === false ? "ferry-not-sailing" : "ferry";
  return { code, text: ferryText(name, { milliseconds, waitMs: Math.min(waitMs, milliseconds) }, sailing) };
}
