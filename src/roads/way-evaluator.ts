import { AccessRules, BACKWARD, FORWARD, onewayDirections } from "./access";
import { IgnoredTags } from "./ignored-tags";
import type { Tags } from "./osm-source";
import type { VehicleProfile } from "./profile";
import { drivenSpeedKmh, parseDurationSeconds, parseLengthMetres } from "./speed";

/** What a profile makes of the tags of one way. */
export interface WayUse {
  readonly name: string;
  readonly ref: string;
  /** Highway class, or `ferry`. */
  readonly highway: string;
  /** km/h with and against the drawing direction; 0 where that direction may not be driven, never 0 in both. */
  readonly forwardKmh: number;
  readonly backwardKmh: number;
  /** Time from end to end, from a ferry's `duration`: it replaces the speed. */
  readonly durationSeconds: number | undefined;
  /** Length from end to end, from `length_km`: it replaces the length of the drawn line. */
  readonly lengthMetres: number | undefined;
}

/** Why a road is left out: its class is not in the profile, it is an area, closed to the vehicle, or a reversible lane. */
export type NotDrivenReason = "class" | "area" | "access" | "reversible";

/**
 * Applies one profile to the tags of ways.
 *
 * `length_km` is this product's own tag, for hand-compiled maps that draw a whole road as one straight line between
 * two junctions; OpenStreetMap data does not carry it.
 */
export class WayEvaluator {
  readonly ignored = new IgnoredTags();
  private readonly classes: ReadonlyMap<string, VehicleProfile["classes"][string]>;
  private readonly maxspeed: VehicleProfile["maxspeed"];
  private readonly accessRules: AccessRules;

  constructor(profile: VehicleProfile) {
    this.classes = new Map(Object.entries(profile.classes));
    this.maxspeed = profile.maxspeed;
    this.accessRules = new AccessRules(profile.access);
  }

  /** How the way is driven, why it is not, or undefined when it is no road at all. */
  evaluate(tags: Tags): WayUse | NotDrivenReason | undefined {
    const isFerry = tags.get("route") === "ferry";
    const highway = tags.get("highway") ?? (isFerry ? "ferry" : undefined);
    if (highway === undefined) return undefined;
    const rule = this.classes.get(highway);
    if (rule === undefined) return "class";
    if (tags.get("area") === "yes") return "area";

    const { ignored } = this;
    ignored.beginWay();
    this.accessRules.noteConditional(tags, ignored);
    const oneway = onewayDirections(tags, ignored);
    if (oneway === 0) return "reversible";
    const isFerryLine = highway === "ferry";
    const forwardKmh =
      oneway & FORWARD && this.mayDrive(tags, "forward", isFerryLine)
        ? drivenSpeedKmh(tags, "forward", rule, this.maxspeed, ignored)
        : 0;
    const backwardKmh =
      oneway & BACKWARD && this.mayDrive(tags, "backward", isFerryLine)
        ? drivenSpeedKmh(tags, "backward", rule, this.maxspeed, ignored)
        : 0;
    if (forwardKmh === 0 && backwardKmh === 0) return "access";
    return {
      name: tags.get("name") ?? "",
      ref: tags.get("ref") ?? "",
      highway,
      forwardKmh,
      backwardKmh,
      durationSeconds: isFerryLine ? this.read(tags, "duration", parseDurationSeconds) : undefined,
      lengthMetres: this.read(tags, "length_km", parseLengthMetres),
    };
  }

  /**
   * Roads are open unless tagged otherwise. A ferry that says nothing of vehicles but speaks of walkers or bicycles is
   * taken for a passenger boat: an ambulance sent to one would stand on the quay.
   */
  private mayDrive(tags: Tags, direction: "forward" | "backward", isFerry: boolean): boolean {
    const access = this.accessRules.access(tags, direction, this.ignored);
    if (access === "unstated" && isFerry) return !tags.has("foot") && !tags.has("bicycle");
    return access !== "denied";
  }

  private read(tags: Tags, key: string, parse: (value: string) => number | undefined): number | undefined {
    const value = tags.get(key);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) this.ignored.note(key, value);
    return parsed;
  }
}
