import type { Tags } from "../sources/osm-source";
import type { IgnoredTags } from "./ignored-tags";
import type { VehicleProfile } from "./profile";
import type { Direction } from "./speed";

/** Which directions of a way carry traffic of any kind: bit 1 with the drawing direction, bit 2 against it. */
export const FORWARD = 1;
export const BACKWARD = 2;
export const BOTH = FORWARD | BACKWARD;

/**
 * One-way rules of OpenStreetMap. Motorways, their links and roundabouts are one-way unless tagged otherwise. Roundabouts
 * are drawn the way they are driven, so driving on the left or on the right needs no rule of its own.
 *
 * - `alternating` (traffic lights at a narrow bridge) may be driven both ways; the wait is not modelled.
 * - `reversible` changes direction a few times a day. Which way it runs now is not in the data, so it is not driven:
 *   no bits, and noted.
 * - `oneway:bus=no` and its kin lift the rule for one kind of vehicle; `exemptKeys` are those that count, such as
 *   `oneway:bus`.
 */
export function onewayDirections(tags: Tags, ignored: IgnoredTags, exemptKeys: readonly string[] = []): number {
  const directions = taggedDirections(tags, ignored);
  if (directions === BOTH || directions === 0) return directions;
  return exemptKeys.some((key) => tags.get(key) === "no") ? BOTH : directions;
}

function taggedDirections(tags: Tags, ignored: IgnoredTags): number {
  const value = tags.get("oneway");
  switch (value) {
    case "yes":
    case "1":
    case "true":
      return FORWARD;
    case "-1":
    case "reverse":
      return BACKWARD;
    case "no":
    case "0":
    case "false":
    case "alternating":
      return BOTH;
    case "reversible":
      ignored.note("oneway", value);
      return 0;
  }
  if (value !== undefined) ignored.note("oneway", value);
  const junction = tags.get("junction");
  const highway = tags.get("highway");
  const implied =
    junction === "roundabout" || junction === "circular" || highway === "motorway" || highway === "motorway_link";
  return implied ? FORWARD : BOTH;
}

/** What the access tags of a way or a barrier say; `unstated` where no key the profile knows is present. */
export type Access = "allowed" | "denied" | "unstated";

export interface AccessRuling {
  readonly access: Access;
  /** Decided by a key that speaks of vehicles, not by the most general one (`access`). */
  readonly expressly: boolean;
  /** Allowed for the last mile only. */
  readonly lastMile: boolean;
}

const UNSTATED: AccessRuling = { access: "unstated", expressly: false, lastMile: false };
const GRANTED: AccessRuling = { access: "allowed", expressly: true, lastMile: false };

/** Allowed in words that mean this vehicle on its way through: what opens a ford or a bollard. */
export const isExpress = ({ access, expressly, lastMile }: AccessRuling): boolean =>
  access === "allowed" && expressly && !lastMile;

/** The access rules of a profile, prepared for lookup. */
export class AccessRules {
  /** `oneway:motor_vehicle`, `oneway:bus` …: keys whose `no` lifts a one-way rule for this vehicle. */
  readonly onewayExemptKeys: readonly string[];
  private readonly keys: Readonly<Record<Direction, readonly string[]>>;
  private readonly generalKeys: ReadonlySet<string>;
  private readonly grantedBy: readonly string[];
  private readonly allowed: ReadonlySet<string>;
  private readonly denied: ReadonlySet<string>;
  private readonly lastMile: ReadonlySet<string>;
  private readonly conditionalKeys: readonly string[];

  constructor({ keys, grantedBy, allowed, denied, lastMile }: VehicleProfile["access"]) {
    const mostSpecificFirst = [...keys].reverse();
    this.keys = {
      forward: mostSpecificFirst.flatMap((key) => [`${key}:forward`, key]),
      backward: mostSpecificFirst.flatMap((key) => [`${key}:backward`, key]),
    };
    const general = keys[0]!;
    this.generalKeys = new Set([general, `${general}:forward`, `${general}:backward`]);
    this.onewayExemptKeys = [...keys.slice(1), ...grantedBy].map((key) => `oneway:${key}`);
    this.grantedBy = grantedBy;
    this.allowed = new Set(allowed);
    this.denied = new Set(denied);
    this.lastMile = new Set(lastMile.values);
    this.conditionalKeys = ["maxspeed", "oneway", ...keys, ...grantedBy].map((key) => `${key}:conditional`);
  }

  /**
   * The most specific key with a value the profile knows decides; unknown values are noted and passed over. Where it does
   * not expressly allow, one of the granting keys may.
   */
  rule(tags: Tags, direction: Direction, ignored: IgnoredTags): AccessRuling {
    const stated = this.mostSpecific(tags, direction, ignored);
    if (isExpress(stated)) return stated;
    return this.opens(this.grantedBy, tags) ? GRANTED : stated;
  }

  /** Whether one of the keys has a value that allows. */
  opens(keys: readonly string[], tags: Tags): boolean {
    return keys.some((key) => this.allowed.has(tags.get(key) ?? ""));
  }

  /** Rules that hold only at certain times, or for certain loads, are left out; each is noted. */
  noteConditional(tags: Tags, ignored: IgnoredTags): void {
    for (const key of this.conditionalKeys) {
      const value = tags.get(key);
      if (value !== undefined) ignored.note(key, value);
    }
  }

  private mostSpecific(tags: Tags, direction: Direction, ignored: IgnoredTags): AccessRuling {
    for (const key of this.keys[direction]) {
      const value = tags.get(key);
      if (value === undefined) continue;
      const expressly = !this.generalKeys.has(key);
      if (this.allowed.has(value)) return { access: "allowed", expressly, lastMile: this.lastMile.has(value) };
      if (this.denied.has(value)) return { access: "denied", expressly, lastMile: false };
      ignored.note(key, value);
    }
    return UNSTATED;
  }
}
