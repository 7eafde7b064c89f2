import type { IgnoredTags } from "./ignored-tags";
import type { Tags } from "./osm-source";
import type { VehicleProfile } from "./profile";
import type { Direction } from "./speed";

/** Which directions of a way carry traffic of any kind: bit 1 with the drawing direction, bit 2 against it. */
export const FORWARD = 1;
export const BACKWARD = 2;
export const BOTH = FORWARD | BACKWARD;

/**
 * One-way rules of OpenStreetMap. Motorways, their links and roundabouts are one-way unless tagged otherwise.
 *
 * - `alternating` (traffic lights at a narrow bridge) may be driven both ways; the wait is not modelled.
 * - `reversible` changes direction a few times a day. Which way it runs now is not in the data, so it is not driven:
 *   no bits, and noted.
 */
export function onewayDirections(tags: Tags, ignored: IgnoredTags): number {
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

/** What the access tags of a way say for one direction; `unstated` where no key the profile knows is present. */
export type Access = "allowed" | "denied" | "unstated";

/** The access rules of a profile, prepared for lookup. */
export class AccessRules {
  private readonly keys: Readonly<Record<Direction, readonly string[]>>;
  private readonly grantedBy: readonly string[];
  private readonly allowed: ReadonlySet<string>;
  private readonly denied: ReadonlySet<string>;
  private readonly conditionalKeys: readonly string[];

  constructor(access: VehicleProfile["access"]) {
    const mostSpecificFirst = [...access.keys].reverse();
    this.keys = {
      forward: mostSpecificFirst.flatMap((key) => [`${key}:forward`, key]),
      backward: mostSpecificFirst.flatMap((key) => [`${key}:backward`, key]),
    };
    this.grantedBy = access.grantedBy;
    this.allowed = new Set(access.allowed);
    this.denied = new Set(access.denied);
    this.conditionalKeys = ["maxspeed", "oneway", ...access.keys, ...access.grantedBy].map(
      (key) => `${key}:conditional`,
    );
  }

  /** The most specific key with a value the profile knows decides; unknown values are noted and passed over. */
  access(tags: Tags, direction: Direction, ignored: IgnoredTags): Access {
    const stated = this.mostSpecific(tags, direction, ignored);
    if (stated !== "denied") return stated;
    const granted = this.grantedBy.some((key) => this.allowed.has(tags.get(key) ?? ""));
    return granted ? "allowed" : "denied";
  }

  /** Rules that hold only at certain times, or for certain loads, are left out; each is noted. */
  noteConditional(tags: Tags, ignored: IgnoredTags): void {
    for (const key of this.conditionalKeys) {
      const value = tags.get(key);
      if (value !== undefined) ignored.note(key, value);
    }
  }

  private mostSpecific(tags: Tags, direction: Direction, ignored: IgnoredTags): Access {
    for (const key of this.keys[direction]) {
      const value = tags.get(key);
      if (value === undefined) continue;
      if (this.allowed.has(value)) return "allowed";
      if (this.denied.has(value)) return "denied";
      ignored.note(key, value);
    }
    return "unstated";
  }
}
