import { invalidFeed } from "../../core/feed-message";
import { planeBearing, turnDegrees } from "../../core/geometry";
import { readSenderTime } from "../../core/sender-time";
import { TimeZone } from "../../core/time-zone";
import type { Position } from "../../core/units";
import { childOf, readXml, within, type XmlElement } from "../../core/xml";
import { MAXIMUM_SPEED_KMH } from "../profile/profile";
import {
  type ClosureFeedReaderOptions,
  type ClosureFeedReading,
  ClosureReadingBuilder,
  type EventPlace,
  isLongOver,
  positionOf,
  reasonOf,
  shown,
} from "./closure-feed-reading";
import { periodsOf } from "./datex-validity";

/** Of `roadOrCarriagewayOrLaneManagementType`: what closes a road, both its ways or that of one carriageway. */
const CLOSES: ReadonlySet<string> = new Set([
  "roadClosed",
  "carriagewayClosures",
  "closedPermanentlyForTheWinter",
  "overnightClosures",
]);
const CLOSES_ONE_WAY: ReadonlySet<string> = new Set(["carriagewayClosures"]);

/** Of the same: what leaves a road open with fewer lanes, others, or by turns. */
const LANES: ReadonlySet<string> = new Set([
  "laneClosures",
  "narrowLanes",
  "lanesDeviated",
  "contraflow",
  "singleAlternateLineTraffic",
  "intermittentShortTermClosures",
  "doNotUseSpecifiedLanesOrCarriageways",
  "useOfSpecifiedLanesOrCarriagewaysAllowed",
  "useSpecifiedLanesOrCarriageways",
  "newRoadworksLayout",
  "rollingRoadBlock",
]);

/** Of `trafficConstrictionType`, which any record may have. */
const BLOCKS: ReadonlySet<string> = new Set(["roadBlocked", "carriagewayBlocked"]);
const CONSTRICTS: ReadonlySet<string> = new Set([
  "roadPartiallyObstructed",
  "carriagewayPartiallyObstructed",
  "lanesBlocked",
  "lanesPartiallyObstructed",
]);

/** Vehicles that a measure for them is a measure for an ambulance. */
const VEHICLES_LIKE_OURS: ReadonlySet<string> = new Set([
  "anyVehicle",
  "car",
  "carOrLightVehicle",
  "van",
  "motorVehicle",
]);

const COMPASS: Readonly<Record<string, number>> = {
  northBound: 0,
  northEastBound: 45,
  eastBound: 90,
  southEastBound: 135,
  southBound: 180,
  southWestBound: 225,
  westBound: 270,
  northWestBound: 315,
};

/** Where a direction may stand. */
const DIRECTION_ELEMENTS = [
  "tpegDirection",
  "directionBoundOnLinearSection",
  "directionBound",
  "directionPurpose",
  "alertCDirectionCoded",
];

/**
 * Reads a DATEX II situation publication, of version 3 or, as far as it is alike, 2.
 *
 * | it says | is taken as |
 * |---|---|
 * | `roadClosed`, `closedPermanentlyForTheWinter`, `overnightClosures` | a closure of the road along the line, both ways unless one is said |
 * | `carriagewayClosures`, `trafficConstrictionType` `carriagewayBlocked` | a closure of one way along the line |
 * | `trafficConstrictionType` `roadBlocked`, no operational lane | a closure, whatever kind of record |
 * | `laneClosures` and their like, other constrictions | lanes: the road stays open, told and not counted |
 * | `temporarySpeedLimit` | a slowdown to no more than that |
 * | `validityStatus` `suspended`; cancelled or ended | nothing |
 * | a line (`gmlLineString`), a point | the road that runs along it; the nearest road at it |
 * | a place by codes or names alone (Alert-C, OpenLR, reference points), queues, rerouting and what is for other vehicles | told as lost |
 *
 * @throws DiversionError `invalid-feed` with the line when nothing can be read.
 */
export function readDatex(content: string | Uint8Array, options: ClosureFeedReaderOptions = {}): ClosureFeedReading {
  const root = readXml(content);
  const situations = within(root, "situation");
  const publication = [...within(root, "payloadPublication"), ...within(root, "payload"), root].find(
    (one) => typeOf(one) === "SituationPublication" || childOf(one, "publicationTime") !== undefined,
  );
  if (situations.length === 0 && typeOf(publication ?? root) !== "SituationPublication") {
    throw invalidFeed(`The root element is <${root.name}> and there is no situation publication in it`, {
      row: root.line,
    });
  }
  const zone = options.zone === undefined ? undefined : TimeZone.of(options.zone);
  const builder = new ClosureReadingBuilder();
  const stated = publication === undefined ? undefined : childOf(publication, "publicationTime")?.text;
  const sentAt = stated === undefined ? undefined : readSenderTime(stated, zone);
  if (sentAt === undefined) builder.note("odd", `publicationTime is ${shown(stated ?? null)}, taken as not said.`);
  const reader = new DatexReader(zone, sentAt?.epochMs, builder);
  for (const [id, { record, situation }] of latestVersions(situations)) {
    builder.event(id, () => reader.take(record, situation, id));
  }
  return builder.reading(sentAt === undefined ? {} : { sentAt });
}

/** Without the prefix, which senders choose freely. */
/** How places are referred to without coordinates, by what is written: DATEX II 3 and, where it differs, 2. */
const CODED_PLACES: Readonly<Record<string, readonly string[]>> = {
  "Alert-C codes": ["alertCPoint", "alertCLinear", "alertCArea"],
  OpenLR: [
    "openlrLinear",
    "openlrLineLocationReference",
    "openlrPointLocationReference",
    "openlrAreaLocationReference",
    "openlrExtendedLinear",
    "openlrExtendedPoint",
  ],
  "reference points": ["linearWithinLinearElement", "pointAlongLinearElement", "roadsideReferencePoint"],
};

/** What a place is that has no line and no point in coordinates. */
function withoutCoordinates(location: XmlElement | undefined): string {
  if (location === undefined) return "What names no place";
  const used = Object.entries(CODED_PLACES).filter(([, names]) =>
    names.some((name) => within(location, name).length > 0),
  );
  return used.length === 0
    ? "A place that is no line and no point in coordinates"
    : `A place given by ${used.map(([method]) => method).join(" and ")} alone, without coordinates,`;
}

const typeOf = (element: XmlElement): string => (element.attributes.get("type") ?? "").replace(/^.*:/, "");

interface FoundRecord {
  readonly record: XmlElement;
  readonly situation: XmlElement;
}

/** The records by id; of several versions of one the highest, or the last. */
function latestVersions(situations: readonly XmlElement[]): ReadonlyMap<string, FoundRecord> {
  const found = new Map<string, FoundRecord>();
  const versionOf = ({ record }: FoundRecord): number => Number(record.attributes.get("version") ?? Number.NaN);
  for (const situation of situations) {
    const name = situation.attributes.get("id") ?? `line ${situation.line}`;
    for (const [place, record] of situation.children.filter((one) => one.name === "situationRecord").entries()) {
      const id = record.attributes.get("id") ?? `${name}/${place + 1}`;
      const known = found.get(id);
      const one = { record, situation };
      if (known === undefined || !(versionOf(one) < versionOf(known))) found.set(id, one);
    }
  }
  return found;
}

class DatexReader {
  readonly #zone: TimeZone | undefined;
  readonly #sentMs: number | undefined;
  readonly #builder: ClosureReadingBuilder;

  constructor(zone: TimeZone | undefined, sentMs: number | undefined, builder: ClosureReadingBuilder) {
    this.#zone = zone;
    this.#sentMs = sentMs;
    this.#builder = builder;
  }

  take(record: XmlElement, situation: XmlElement, id: string): void {
    const note = (kind: "lost" | "odd", text: string): void => this.#builder.note(kind, text, id);
    const status = firstText(situation, "informationStatus") ?? "real";
    if (status !== "real") {
      note("lost", `What has the informationStatus ${shown(status)} is not used.`);
      return;
    }
    if (isOver(record)) return;
    const what = this.#effectOf(record, note);
    if (what === undefined) return;
    const others = vehiclesOf(record);
    if (others !== undefined) {
      note("lost", `What is for ${others} alone is not used.`);
      return;
    }
    const periods = periodsOf(record, { zone: this.#zone, sentMs: this.#sentMs, note }).filter(
      (period) => !isLongOver(period, this.#sentMs),
    );
    if (periods.length === 0) return;
    const location = childOf(record, "locationReference") ?? childOf(record, "groupOfLocations");
    const roads = location === undefined ? [] : namesIn(location);
    const reason = reasonOf([commentOf(record), commentOf(situation)], inWords(what.word));
    if (what.effect === "lanes") {
      this.#builder.lanes.push({ id, what: what.word, reason, roads, periods });
      return;
    }
    const place = location === undefined ? undefined : placeOf(location, what.isOneWay, note);
    if (place === undefined) {
      note("lost", `${withoutCoordinates(location)} cannot be found on the roads; it is not closed here.`);
      return;
    }
    const event = { id, periods, reason, roads, place };
    this.#builder.closures.push(
      what.effect === "closure"
        ? { ...event, effect: "closure" }
        : { ...event, effect: "slowdown", maximumKmh: what.maximumKmh },
    );
  }

  #effectOf(
    record: XmlElement,
    note: (kind: "lost" | "odd", text: string) => void,
  ):
    | { readonly effect: "closure"; readonly word: string; readonly isOneWay: boolean }
    | { readonly effect: "lanes"; readonly word: string }
    | { readonly effect: "slowdown"; readonly word: string; readonly isOneWay: boolean; readonly maximumKmh: number }
    | undefined {
    const type = typeOf(record);
    const management = firstText(record, "roadOrCarriagewayOrLaneManagementType") ?? "";
    const constriction = firstText(record, "trafficConstrictionType") ?? "";
    const operational = firstText(record, "numberOfOperationalLanes");
    if (CLOSES.has(management)) {
      return { effect: "closure", word: management, isOneWay: CLOSES_ONE_WAY.has(management) };
    }
    if (BLOCKS.has(constriction)) {
      return { effect: "closure", word: constriction, isOneWay: constriction === "carriagewayBlocked" };
    }
    if (operational === "0") return { effect: "closure", word: "no lane is open", isOneWay: true };
    const limit = firstText(record, "temporarySpeedLimit");
    if (limit !== undefined) {
      const maximumKmh = Number(/^\d{1,3}(\.\d{1,6})?$/.test(limit) ? limit : Number.NaN);
      if (maximumKmh > 0 && maximumKmh <= MAXIMUM_SPEED_KMH) {
        return { effect: "slowdown", word: "temporarySpeedLimit", isOneWay: true, maximumKmh };
      }
      note("odd", `temporarySpeedLimit is ${shown(limit)}, no speed; not used.`);
      return undefined;
    }
    if (LANES.has(management)) return { effect: "lanes", word: management };
    if (CONSTRICTS.has(constriction)) return { effect: "lanes", word: constriction };
    const word = management === "" ? type : management;
    note("lost", `${word === "" ? "A record without a type" : word} closes no road and slows none; it is not used.`);
    return undefined;
  }
}

/** Suspended, cancelled or ended, by its own word. */
function isOver(record: XmlElement): boolean {
  if (firstText(record, "validityStatus") === "suspended") return true;
  const isTrue = (name: string): boolean => within(record, name).some(({ text }) => text === "true" || text === "1");
  return ["cancel", "end"].some(isTrue) || firstText(record, "operatorActionStatus") === "rejected";
}

/** Which vehicles it is about, where an ambulance is none of them; undefined when it is about all, or ours. */
function vehiclesOf(record: XmlElement): string | undefined {
  const characteristics = within(record, "forVehiclesWithCharacteristicsOf");
  if (characteristics.length === 0) return undefined;
  const types = characteristics.flatMap((one) => within(one, "vehicleType").map(({ text }) => text));
  if (types.some((type) => VEHICLES_LIKE_OURS.has(type))) return undefined;
  return types.length > 0 ? types.map(shown).join(", ") : "vehicles of a certain size or load";
}

const firstText = (element: XmlElement, name: string): string | undefined => {
  const text = within(element, name)[0]?.text;
  return text === undefined || text === "" ? undefined : text;
};

/** A comment for the public, in the first language it comes in. */
const commentOf = (element: XmlElement): string | undefined => {
  const comments = element.children.filter(({ name }) => name === "generalPublicComment");
  return comments.flatMap((one) => within(one, "value").map(({ text }) => text)).find((text) => text !== "");
};

/** "roadClosed" as "road closed". */
const inWords = (word: string): string => word.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

function namesIn(location: XmlElement): string[] {
  const elements = ["roadName", "roadNumber"].flatMap((name) => within(location, name));
  const texts = elements.flatMap((one) => [one.text, ...within(one, "value").map(({ text }) => text)]);
  return [...new Set(texts.filter((text) => text !== ""))];
}

function placeOf(
  location: XmlElement,
  isOneWay: boolean,
  note: (kind: "lost" | "odd", text: string) => void,
): EventPlace | undefined {
  const lines = within(location, "gmlLineString").flatMap((one) => within(one, "posList").map(positionsOf));
  if (lines.length > 0) return { type: "lines", lines, along: alongOf(location, lines, isOneWay, note) };
  const point = within(location, "pointByCoordinates")[0];
  const coordinates = point === undefined ? undefined : within(point, "pointCoordinates")[0];
  if (coordinates === undefined) return undefined;
  const [lat, lon] = ["latitude", "longitude"].map((name) => numberOf(firstText(coordinates, name) ?? ""));
  const position = positionOf(lon, lat);
  if (position === undefined) throw invalidFeed("A point is no place on earth", { row: coordinates.line });
  return { type: "point", position };
}

/** GML has latitude first in this reference system (EPSG 4326). */
function positionsOf({ text, line }: XmlElement): Position[] {
  const numbers = text.split(/\s+/).map(numberOf);
  const positions: Position[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const position = positionOf(numbers[i + 1], numbers[i]);
    if (position === undefined) throw invalidFeed("A posList is no list of latitudes and longitudes", { row: line });
    positions.push(position);
  }
  if (positions.length < 2 || numbers.length % 2 !== 0) {
    throw invalidFeed("A posList has no two positions, latitude and longitude each", { row: line });
  }
  return positions;
}

/** Number() alone would read "" as 0. */
const numberOf = (text: string): number => (/^[+-]?\d{1,3}(\.\d{1,18})?$/.test(text) ? Number(text) : Number.NaN);

/** The way that is said: one where the line runs so, both where it runs against it; else as the kind of measure has it. */
function alongOf(
  location: XmlElement,
  lines: readonly (readonly Position[])[],
  isOneWay: boolean,
  note: (kind: "lost" | "odd", text: string) => void,
): "one-way" | "both-ways" {
  const words = DIRECTION_ELEMENTS.flatMap((name) => within(location, name).map(({ text }) => text));
  if (words.some((word) => word === "bothWays" || word === "both" || word === "allDirections")) return "both-ways";
  const heading = words.map((word) => COMPASS[word]).find((degrees) => degrees !== undefined);
  if (heading === undefined) return isOneWay ? "one-way" : "both-ways";
  const [first, last] = [lines[0]![0]!, lines.at(-1)!.at(-1)!];
  const scale = Math.cos((first[1] * Math.PI) / 180);
  const drawn = planeBearing((last[0] - first[0]) * scale, last[1] - first[1]);
  if (Math.abs(turnDegrees(heading, drawn)) < 135) return "one-way";
  note("odd", "The line runs against the direction that is said; taken for both ways.");
  return "both-ways";
}
