import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import type { TimeZone } from "../../core/time-zone";
import { segmentOf } from "../../roads/graph/edge-key";
import type { FerryService, RoadGraph, RoadNames } from "../../roads/graph/road-graph";
import { drivenEdges, isOver, type Route, routeOf } from "../../roads/route/route";
import type { Warning } from "../answer/recommendation";
import { barriersText, ferryText, fordText, privateRoadText, type Sailing, timedRoadText } from "./drive-texts";
import type { ReachableEds } from "./reachable-eds";
import { isWithinHours } from "./sailing-hours";

/** When the drive begins, and the clock of the region. */
interface DriveClock {
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

/** Ferries as far as they are taken without going ashore: the usual wait is waited once. */
interface Crossing {
  readonly name: string;
  /** More than one where ways that are tagged differently join at sea. */
  readonly services: readonly FerryService[];
  /** Since the drive began. */
  readonly quayMs: number;
  readonly milliseconds: number;
}

function crossingsOf(graph: RoadGraph, { parts }: Route): Crossing[] {
  const crossings: Crossing[] = [];
  let soFar = 0;
  let before: number | undefined;
  for (const { edge, milliseconds } of parts) {
    const { cautions, name, ref } = graph.edgeRoad(edge);
    const service = cautions?.ferry;
    if (service !== undefined) {
      const last = before !== undefined && isAboard(graph, before, edge) ? crossings.pop() : undefined;
      crossings.push({
        name: last === undefined ? name || ref : last.name,
        services: [...new Set([...(last?.services ?? []), service])],
        quayMs: last?.quayMs ?? soFar,
        milliseconds: (last?.milliseconds ?? 0) + milliseconds,
      });
    }
    before = edge;
    soFar += milliseconds;
  }
  return crossings;
}

/** Whether one goes from edge to edge without going ashore: on one ferry, or at sea, where no road comes. */
function isAboard(graph: RoadGraph, before: number, after: number): boolean {
  const { firstEdge, keyOfEdge, segmentFirstWay, wayId } = graph.columns;
  const isFerry = (edge: number): boolean => graph.edgeRoad(edge).cautions?.ferry !== undefined;
  if (!isFerry(before)) return false;
  const waysOf = (edge: number): number[] => {
    const segment = segmentOf(keyOfEdge[edge]!);
    return [...wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1])];
  };
  const ways = waysOf(before);
  if (waysOf(after).some((way) => ways.includes(way))) return true;
  const node = graph.junctionOf(graph.edgeTail(after));
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) if (!isFerry(edge)) return false;
  return true;
}

function ferryWarning({ name, services, quayMs, milliseconds }: Crossing, { atMs, zone }: DriveClock): Warning {
  const waitMs = Math.min(services[0]!.waitSeconds * 1000, milliseconds);
  // It has to sail when the usual wait is over.
  const departsMs = atMs + quayMs + waitMs;
  const offsetMinutes = zone.offsetMinutes(departsMs);
  const localMs = departsMs + offsetMinutes * MS_PER_MINUTE;
  const each = services.map((service) => sailsAt(service, localMs));
  const sails = each.includes(false) ? false : each.includes(undefined) ? undefined : true;
  const told = (texts: readonly (string | undefined)[]): string[] => [
    ...new Set(texts.filter((text) => text !== undefined)),
  ];
  const sailing: Sailing = {
    sails,
    hours: told(
      services.flatMap(({ hours, closedHours }) => [
        hours,
        closedHours === undefined ? undefined : `not ${closedHours}`,
      ]),
    ),
    season: told(services.map(({ season }) => season)).join(", ") || undefined,
    departsMs,
    clock: { atMs, offsetMinutes },
  };
  const code = sails === false ? "ferry-not-sailing" : "ferry";
  return { code, text: ferryText(name, { milliseconds, waitMs }, sailing) };
}

/** Whether a ferry sails at a moment of the wall clock by its hours; undefined where they cannot tell. */
function sailsAt({ hours, closedHours }: FerryService, localMs: number): boolean | undefined {
  const isOpen = hours === undefined ? true : isWithinHours(hours, localMs);
  const isClosed = closedHours === undefined ? false : isWithinHours(closedHours, localMs);
  if (isOpen === false || isClosed === true) return false;
  return isOpen === true && isClosed === false ? true : undefined;
}
