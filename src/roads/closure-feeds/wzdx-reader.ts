import { defined } from "../../core/defined";
import { feedJson, invalidFeed } from "../../core/feed-message";
import { planeBearing, turnDegrees } from "../../core/geometry";
import type { Instant } from "../../core/instant";
import { listOf, recordOf, textOf } from "../../core/json-values";
import { readSenderTime } from "../../core/sender-time";
import { TimeZone } from "../../core/time-zone";
import type { Position } from "../../core/units";
import { MAXIMUM_SPEED_KMH } from "../profile/profile";
import {
  type ClosureFeedReaderOptions,
  type ClosureFeedReading,
  ClosureReadingBuilder,
  type EventPlace,
  isLongOver,
  type Period,
  positionOf,
  reasonOf,
  shown,
} from "./closure-feed-reading";

type Fields = Readonly<Record<string, unknown>>;

/** More events than this are a mistake: the largest state feeds have some thousands. */
const MAX_EVENTS = 50_000;

/** Of `vehicle_impact`: what closes the road, and what leaves it open with fewer lanes or by turns. */
const CLOSES = new Set(["all-lanes-closed"]);
const LANES = new Set([
  "some-lanes-closed",
  "some-lanes-closed-merge-left",
  "some-lanes-closed-merge-right",
  "some-lanes-closed-split",
  "all-lanes-open-shift-left",
  "all-lanes-open-shift-right",
  "alternating-one-way",
  "flagging",
  "temporary-traffic-signal",
]);

/** Where traffic goes on roads of these directions, in degrees; the line should run about so. */
const HEADINGS: Readonly<Record<string, number>> = { northbound: 0, eastbound: 90, southbound: 180, westbound: 270 };

/** A line that runs so far from the stated direction is drawn backward, or the direction is wrong. */
const CONTRARY_DEGREES = 135;

/**
 * Reads a WZDx feed (Work Zone Data Exchange, version 4, GeoJSON; USDOT).
 *
 * | it says | is taken as |
 * |---|---|
 * | `vehicle_impact` `all-lanes-closed` | a closure of the road along the line, in its direction |
 * | `vehicle_impact` of fewer lanes, or by turns | lanes: the road stays open, told and not counted |
 * | `vehicle_impact` `unknown`, and every general lane closed | a closure |
 * | `reduced_speed_limit_kph` of a road that is open | a slowdown to no more than that |
 * | `event_status` `completed`, `cancelled` | nothing |
 * | `event_type` `detour`, restrictions of size, an event without a line | told as lost |
 *
 * @throws DiversionError `invalid-feed` with the field when nothing can be read.
 */
export function readWzdx(content: string | Uint8Array, options: ClosureFeedReaderOptions = {}): ClosureFeedReading {
  const json = recordOf(feedJson(content));
  if (json?.type !== "FeatureCollection" || !Array.isArray(json.features)) {
    throw invalidFeed("The message is no GeoJSON FeatureCollection, as a WZDx feed is", { field: "type" });
  }
  if (json.features.length > MAX_EVENTS) {
    throw invalidFeed(`The message has ${json.features.length} events and the limit is ${MAX_EVENTS}`);
  }
  const zone = options.zone === undefined ? undefined : TimeZone.of(options.zone);
  const builder = new ClosureReadingBuilder();
  const info = recordOf(json.feed_info) ?? recordOf(json.road_event_feed_info);
  const version = textOf(info?.version) ?? String(info?.version ?? "");
  if (!/^4(\.|$)/.test(version)) {
    builder.note("odd", `The feed's version is ${shown(version)}; it is read as version 4.`);
  }
  const sentAt = momentOf(info?.update_date, "update_date", zone, builder, undefined);
  const reader = new WzdxReader(zone, sentAt, builder);
  for (const [place, feature] of json.features.entries()) {
    const id = textOf(recordOf(feature)?.id) ?? `feature ${place + 1}`;
    builder.event(id, () => reader.take(feature, id, place));
  }
  return builder.reading(sentAt === undefined ? {} : { sentAt });
}

class WzdxReader {
  readonly #zone: TimeZone | undefined;
  readonly #sentAt: Instant | undefined;
  readonly #builder: ClosureReadingBuilder;

  constructor(zone: TimeZone | undefined, sentAt: Instant | undefined, builder: ClosureReadingBuilder) {
    this.#zone = zone;
    this.#sentAt = sentAt;
    this.#builder = builder;
  }

  take(feature: unknown, id: string, place: number): void {
    const builder = this.#builder;
    const properties = recordOf(recordOf(feature)?.properties);
    if (properties === undefined)
      throw invalidFeed("A feature has no properties", { row: place + 1, field: "properties" });
    // Until version 3 what all kinds of event share stood beside the rest.
    const core = recordOf(properties.core_details) ?? properties;
    const type = textOf(core.event_type) ?? "";
    if (type === "detour") {
      builder.note("lost", "Detours are not used: ways around are the map's own.", id);
      return;
    }
    const status = textOf(properties.event_status);
    if (status === "completed" || status === "cancelled") return;
    const effect = this.#effectOf(properties, id);
    if (effect === undefined) return;
    const period = this.#periodOf(properties, id);
    if (isLongOver(period, this.#sentAt?.epochMs)) return;
    const roads = listOf(core.road_names).flatMap((name) => textOf(name) ?? []);
    const works = listOf(properties.types_of_work).flatMap((one) => textOf(recordOf(one)?.type_name) ?? []);
    const reason = reasonOf([textOf(core.description), textOf(core.name), works.join(", ")], "Work zone");
    this.#noteLost(properties, id);
    const what = textOf(properties.vehicle_impact) ?? "unknown";
    const event = { id, reason, roads, periods: [period] };
    if (effect === "lanes") builder.lanes.push({ ...event, what });
    const maximumKmh = effect === "closure" ? undefined : this.#reducedSpeedOf(properties, id);
    if (effect !== "closure" && maximumKmh === undefined) return;
    const where = this.#placeOf(recordOf(feature)?.geometry, core, id);
    if (where === undefined) return;
    if (maximumKmh === undefined) builder.closures.push({ ...event, effect: "closure", place: where });
    else builder.closures.push({ ...event, effect: "slowdown", maximumKmh, place: where });
  }

  #effectOf(properties: Fields, id: string): "closure" | "lanes" | "open" | undefined {
    const impact = textOf(properties.vehicle_impact) ?? "unknown";
    const general = listOf(properties.lanes)
      .map((lane) => recordOf(lane))
      .filter((lane) => lane?.type === "general");
    const isOpen = general.some((lane) => textOf(lane?.status)?.startsWith("closed") === false);
    if (CLOSES.has(impact)) {
      if (isOpen) this.#builder.note("odd", `vehicle_impact is ${impact}, and a lane is open; taken as closed.`, id);
      return "closure";
    }
    if (LANES.has(impact)) return "lanes";
    if (impact === "all-lanes-open") return "open";
    if (general.length > 0 && !isOpen) {
      this.#builder.note("odd", `vehicle_impact is ${impact}, and every general lane is closed; taken as closed.`, id);
      return "closure";
    }
    this.#builder.note("lost", `vehicle_impact is ${shown(impact)}: whether the road is open is not said.`, id);
    return undefined;
  }

  #periodOf(properties: Fields, id: string): Period {
    const from = momentOf(properties.start_date, "start_date", this.#zone, this.#builder, id);
    const until = momentOf(properties.end_date, "end_date", this.#zone, this.#builder, id);
    if (from !== undefined && until !== undefined && from.epochMs >= until.epochMs) {
      this.#builder.note("odd", "end_date is not after start_date; it holds for as long as the feed says so.", id);
      return { from };
    }
    return defined({ from, until });
  }

  #reducedSpeedOf(properties: Fields, id: string): number | undefined {
    const stated = properties.reduced_speed_limit_kph;
    if (stated === undefined || stated === null) {
      if (properties.reduced_speed_limit !== undefined) {
        this.#builder.note("lost", "reduced_speed_limit has no unit; version 4 has reduced_speed_limit_kph.", id);
      }
      return undefined;
    }
    if (typeof stated === "number" && stated > 0 && stated <= MAXIMUM_SPEED_KMH) return stated;
    this.#builder.note("odd", `reduced_speed_limit_kph is ${shown(stated)}, no speed; not used.`, id);
    return undefined;
  }

  #placeOf(geometry: unknown, core: Fields, id: string): EventPlace | undefined {
    const { type, coordinates } = recordOf(geometry) ?? {};
    if (type !== "LineString") {
      const what = type === "MultiPoint" ? "begins and ends by points" : `is drawn as ${shown(type ?? null)}`;
      this.#builder.note("lost", `What ${what} cannot be placed on the roads; a LineString can.`, id);
      return undefined;
    }
    const line = listOf(coordinates).map((one) => {
      const [lon, lat] = listOf(one);
      const position = positionOf(lon, lat);
      if (position === undefined) throw invalidFeed(`${shown(one)} is no position`, { field: "coordinates" });
      return position;
    });
    if (line.length < 2) throw invalidFeed("A line has fewer than two positions", { field: "coordinates" });
    return { type: "lines", lines: [line], along: this.#alongOf(core, line, id) };
  }

  /** An event is about one direction of its road, in which its line is drawn; where the two contradict, about both. */
  #alongOf(core: Fields, line: readonly Position[], id: string): "one-way" | "both-ways" {
    const direction = textOf(core.direction) ?? "unknown";
    if (direction === "unknown" || direction === "undefined") {
      this.#builder.note("odd", "The direction is not said; taken for both.", id);
      return "both-ways";
    }
    const heading = HEADINGS[direction];
    const [first, last] = [line[0]!, line.at(-1)!];
    const scale = Math.cos((first[1] * Math.PI) / 180);
    const drawn = planeBearing((last[0] - first[0]) * scale, last[1] - first[1]);
    if (heading === undefined || Math.abs(turnDegrees(heading, drawn)) < CONTRARY_DEGREES) return "one-way";
    this.#builder.note("odd", `The line runs against the direction, ${direction}; taken for both.`, id);
    return "both-ways";
  }

  #noteLost(properties: Fields, id: string): void {
    for (const restriction of listOf(properties.restrictions)) {
      const type = textOf(recordOf(restriction)?.type) ?? "of no type";
      this.#builder.note("lost", `A restriction ${type} is not used: what a vehicle measures is the profile's.`, id);
    }
  }
}

/** A moment in the forms senders use; what cannot be read counts as not said. */
function momentOf(
  stated: unknown,
  field: string,
  zone: TimeZone | undefined,
  builder: ClosureReadingBuilder,
  id: string | undefined,
): Instant | undefined {
  if (stated === undefined || stated === null) return undefined;
  const moment = typeof stated === "string" ? readSenderTime(stated, zone) : undefined;
  if (moment === undefined) builder.note("odd", `${field} is ${shown(stated)}, no moment; taken as not said.`, id);
  return moment;
}
