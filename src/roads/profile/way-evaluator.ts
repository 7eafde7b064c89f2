import { defined } from "../../core/defined";
import type { Direction } from "../graph/edge-key";
import type { FerryService, RoadCautions, RoadNames } from "../graph/road-graph";
import type { Tags } from "../sources/osm-source";
import { AccessRules, BACKWARD, FORWARD, isExpress, wordsOf } from "./access";
import { BarrierEvaluator, isFord } from "./barrier";
import { IgnoredTags } from "./ignored-tags";
import type { VehicleProfile } from "./profile";
import { drivenSpeedKmh, parseDurationSeconds, parseLengthMetres } from "./speed";
import { VehicleLimits } from "./vehicle-limits";

/** What a profile makes of the tags of one way. */
export interface WayUse extends RoadNames {
  /** km/h with and against the drawing direction; 0 where that direction may not be driven, never 0 in both. */
  readonly forwardKmh: number;
  readonly backwardKmh: number;
  /** Time from end to end, from a ferry's `duration`: it replaces the speed. */
  readonly durationSeconds: number | undefined;
  /** Wait at its start, added once to the time from end to end whichever way that is found: a ferry's boarding. */
  readonly waitSeconds: number;
  /** Length from end to end, from `length_km`: it replaces the length of the drawn line. */
  readonly lengthMetres: number | undefined;
}

/**
 * Why a road is left out: its class is not in the profile, it is an area, closed to the vehicle, a reversible lane,
 * closed to everyone by what it is (a ford, impassable), or too low, narrow or weak for the vehicle.
 */
export type NotDrivenReason = "class" | "area" | "access" | "reversible" | "closed" | "size";

/**
 * Applies one profile to the tags of ways, and, as {@link WayEvaluator.barriers}, to those of the barriers on them.
 *
 * `length_km` is this product's own tag, for hand-compiled maps that draw a whole road as one straight line between
 * two junctions; OpenStreetMap data does not carry it.
 */
export class WayEvaluator {
  readonly ignored = new IgnoredTags();
  readonly barriers: BarrierEvaluator;
  readonly #classes: ReadonlyMap<string, VehicleProfile["classes"][string]>;
  readonly #profile: VehicleProfile;
  readonly #accessRules: AccessRules;
  readonly #limits: VehicleLimits;
  readonly #closedBy: readonly (readonly [key: string, values: ReadonlySet<string>])[];
  readonly #contraflowClasses: ReadonlySet<string>;
  readonly #contraflowKmh: number;

  constructor(profile: VehicleProfile) {
    this.#classes = new Map(Object.entries(profile.classes));
    this.#profile = profile;
    this.#accessRules = new AccessRules(profile.access);
    this.#limits = new VehicleLimits(profile.vehicle, this.#accessRules);
    this.#closedBy = Object.entries(profile.closedBy).map(([key, values]) => [key, new Set(values)]);
    this.barriers = new BarrierEvaluator(profile, this.#accessRules, this.#limits, this.ignored);
    const { contraflow } = profile;
    this.#contraflowClasses = new Set(contraflow === "none" ? [] : contraflow.classes);
    this.#contraflowKmh = contraflow === "none" ? 0 : contraflow.speedKmh;
  }

  /** How the way is driven, why it is not, or undefined when it is no road at all. */
  evaluate(tags: Tags): WayUse | NotDrivenReason | undefined {
    const isFerry = tags.get("route") === "ferry";
    const highway = tags.get("highway") ?? (isFerry ? "ferry" : undefined);
    if (highway === undefined) return undefined;
    const rule = this.#classes.get(highway);
    if (rule === undefined) return "class";
    if (rule.openedBy !== undefined && !this.#accessRules.opens(rule.openedBy, tags)) return "class";
    if (tags.get("area") === "yes") return "area";

    const { ignored } = this;
    ignored.beginWay();
    this.#accessRules.noteConditional(tags, ignored);
    const oneway = this.#accessRules.onewayDirections(tags, ignored);
    if (oneway === 0) return "reversible";
    const isFerryLine = highway === "ferry";
    const isClosed = this.#closedBy.some(([key, values]) =>
      wordsOf(tags.get(key) ?? "").some((word) => values.has(word)),
    );
    let isTooLarge = false;
    let accessCaution: RoadCautions["access"];

    const kmhOf = (direction: Direction, onOwnLane: boolean): number => {
      const ruling = this.#accessRules.rule(tags, direction, ignored, onOwnLane);
      if (ruling.access === "denied" || (ruling.access === "unstated" && isFerryForWalkers(highway, tags))) return 0;
      if (isFerryLine && this.#accessRules.isBarredToOthers(tags) && !this.#accessRules.isExempt(tags, direction))
        return 0;
      if (isClosed && !isExpress(ruling)) return 0;
      if (!this.#limits.admits(tags, direction, ignored)) {
        isTooLarge = true;
        return 0;
      }
      accessCaution ??= ruling.caution;
      const kmh = drivenSpeedKmh(tags, direction, rule, this.#profile, ignored);
      // Nobody cuts through by ferry: one that sails at certain times is no slower than others.
      return ruling.lastMile && !isFerryLine ? kmh * this.#profile.access.lastMile.factor : kmh;
    };
    const against = this.#mayDriveAgainst(highway, tags) ? this.#contraflowKmh : 0;
    const limited = (direction: Direction, bit: number): number => {
      if (oneway & bit) return kmhOf(direction, false);
      if (this.#accessRules.hasContraflowLane(tags, direction)) return kmhOf(direction, true);
      return against > 0 ? Math.min(against, kmhOf(direction, false)) : 0;
    };
    const forwardKmh = limited("forward", FORWARD);
    const backwardKmh = limited("backward", BACKWARD);
    if (forwardKmh === 0 && backwardKmh === 0) return isTooLarge ? "size" : isClosed ? "closed" : "access";
    const waitSeconds = isFerryLine ? this.#profile.ferry.boardingWaitSeconds : 0;
    // When a ferry sails is told with it.
    const isTold = accessCaution !== undefined && !(isFerryLine && accessCaution === "at-times");
    const cautions = defined({
      access: isTold ? accessCaution : undefined,
      ford: isFord(tags) ? (true as const) : undefined,
      ferry: isFerryLine ? { waitSeconds, ...this.#sailings(tags) } : undefined,
    });
    return {
      name: tags.get("name") ?? tags.get("bridge:name") ?? "",
      ref: tags.get("ref") ?? "",
      highway,
      ...waySigns(tags, forwardKmh === 0 || backwardKmh === 0),
      forwardKmh,
      backwardKmh,
      durationSeconds: isFerryLine ? this.#read(tags, "duration", parseDurationSeconds) : undefined,
      waitSeconds,
      lengthMetres: this.#read(tags, "length_km", parseLengthMetres),
      ...defined({ cautions: Object.keys(cautions).length === 0 ? undefined : cautions }),
    };
  }

  #sailings(tags: Tags): Omit<FerryService, "waitSeconds"> {
    const { open, closed } = this.#accessRules.conditionsOf(tags);
    const hours = tags.get("opening_hours") ?? tags.get("service_times") ?? open;
    const season = tags.get("seasonal");
    return defined({
      hours,
      closedHours: closed,
      season: season === undefined || season === "no" ? undefined : season,
    });
  }

  /** Roundabouts are never driven the wrong way round, whatever their class. */
  #mayDriveAgainst(highway: string, tags: Tags): boolean {
    const junction = tags.get("junction");
    return this.#contraflowClasses.has(highway) && junction !== "roundabout" && junction !== "circular";
  }

  #read(tags: Tags, key: string, parse: (value: string) => number | undefined): number | undefined {
    const value = tags.get(key);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) this.ignored.note(key, value);
    return parsed;
  }
}

/**
 * Roads are open unless tagged otherwise. A ferry that says nothing of vehicles but speaks of walkers or bicycles is
 * taken for a passenger boat: an ambulance sent to one would stand on the quay.
 */
function isFerryForWalkers(highway: string, tags: Tags): boolean {
  return highway === "ferry" && (tags.has("foot") || tags.has("bicycle"));
}

/** OSM draws layers from -5 to 5; anything else is a slip of the keyboard. */
const LAYER = /^[+-]?[0-5]$/;

/**
 * What a road's signs and its shape in space tell those who drive or look it up (wiki.openstreetmap.org, Key:destination,
 * Key:junction, Key:junction:ref, Key:layer).
 *
 * @param isDrivenOneWay where it may be driven both ways, a `destination` does not say in which it is signed: left out.
 */
export function waySigns(
  tags: Tags,
  isDrivenOneWay: boolean,
): Pick<RoadNames, "junction" | "destination" | "exit" | "layer"> {
  const junction = tags.get("junction");
  return {
    junction: junction === "roundabout" || junction === "circular" ? junction : "",
    destination: isDrivenOneWay ? signedDestination(tags) : "",
    exit: spaced(tags.get("junction:ref") ?? "", "/"),
    layer: layerOf(tags),
  };
}

/** Road numbers before places, as signs have them: `A12/M25 London, Chelmsford`. */
function signedDestination(tags: Tags): string {
  const refs = spaced(tags.get("destination:ref") ?? "", "/");
  const places = spaced(tags.get("destination") ?? tags.get("destination:street") ?? "", ", ");
  return [refs, places].filter((part) => part !== "").join(" ");
}

const spaced = (list: string, separator: string): string =>
  list
    .split(";")
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .join(separator);

/** Without a `layer`, a bridge runs one above the ground and a tunnel one below; a passage through a building on it. */
function layerOf(tags: Tags): number {
  const layer = tags.get("layer");
  if (layer !== undefined && LAYER.test(layer)) return Number(layer) + 0;
  if (isTagged(tags.get("bridge"))) return 1;
  const tunnel = tags.get("tunnel");
  return isTagged(tunnel) && tunnel !== "building_passage" ? -1 : 0;
}

const isTagged = (value: string | undefined): boolean => value !== undefined && value !== "no";
