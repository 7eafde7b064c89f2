import type { VehicleProfile } from "../profile/profile";
import type { OsmMember, Tags } from "../sources/osm-source";

/** A turn restriction relation of OpenStreetMap that applies to the vehicle, members by their ids in the source. */
export interface TurnRestriction {
  /** `only_*`: of all ways on from the last via point, just `to` may be taken. Otherwise `no_*`: `to` may not. */
  readonly mandatory: boolean;
  /** `no_u_turn`: where `from` and `to` are one way, its two directions are meant. */
  readonly isUTurn: boolean;
  readonly from: readonly number[];
  readonly viaNode: number | undefined;
  /** In driving order; empty when the via member is a node. */
  readonly viaWays: readonly number[];
  readonly to: readonly number[];
}

/**
 * Why a restriction has no effect here:
 * - `conditional`: holds only at certain times or for certain loads;
 * - `other-vehicles`: `restriction:hgv` and the like; `exempt`: `except` names the vehicle;
 * - `unknown-kind`: neither `no_…` nor `only_…`;
 * - `incomplete`: from, via or to is missing, listed more often than the kind allows, or of the wrong type;
 * - `not-driven`: a member is not in the source, or its way is not driven by the vehicle;
 * - `not-joined`: the members do not meet end to end;
 * - `ambiguous`: a member runs on through the via point, so that either of its directions may be meant;
 * - `impossible`: one-way streets forbid the manoeuvre already.
 */
const IGNORED_TURN_REASONS = [
  "conditional",
  "other-vehicles",
  "exempt",
  "unknown-kind",
  "incomplete",
  "not-driven",
  "not-joined",
  "ambiguous",
  "impossible",
] as const;
export type IgnoredTurnReason = (typeof IGNORED_TURN_REASONS)[number];

/** What became of the turn restrictions of a source. */
export interface TurnRestrictionCounts {
  /** Relations of type `restriction`. */
  readonly read: number;
  /** Those that forbid something to the vehicle. */
  readonly applied: number;
  readonly ignored: Readonly<Record<IgnoredTurnReason, number>>;
}

const nothingIgnored = (): Record<IgnoredTurnReason, number> =>
  Object.fromEntries(IGNORED_TURN_REASONS.map((reason) => [reason, 0])) as Record<IgnoredTurnReason, number>;

/** The counts of a source that has no turn restrictions. */
export const NO_TURN_RESTRICTIONS: TurnRestrictionCounts = { read: 0, applied: 0, ignored: nothingIgnored() };

/** Tags of the years before `:conditional`: times of the day or week at which the restriction holds. */
const TIMED_KEYS = ["day_on", "day_off", "hour_on", "hour_off"];

/** Reads turn restrictions from relations, and counts what is left out. */
export class TurnRestrictionReader {
  readonly restrictions: TurnRestriction[] = [];
  read = 0;
  readonly ignored = nothingIgnored();
  /** Kinds of vehicle this one is, most specific first. */
  readonly #kinds: readonly string[];
  readonly #exemptions: ReadonlySet<string>;

  /**
   * @param access its keys are the kinds of vehicle this one is, which restrictions bind (`restriction:motor_vehicle`)
   * or except; what grants it access (`psv`) excepts it too.
   */
  constructor(access: Pick<VehicleProfile["access"], "keys" | "grantedBy">) {
    this.#kinds = [...access.keys].reverse();
    this.#exemptions = new Set([...access.keys, ...access.grantedBy]);
  }

  add(members: readonly OsmMember[], tags: Tags): void {
    const type = tags.get("type");
    if (type !== "restriction" && !type?.startsWith("restriction:")) return;
    this.read++;
    const result = this.#interpret(members, tags);
    if (typeof result === "string") this.ignored[result]++;
    else this.restrictions.push(result);
  }

  #interpret(members: readonly OsmMember[], tags: Tags): TurnRestriction | IgnoredTurnReason {
    const kind = this.#kindOf(tags);
    if (kind === undefined) {
      const isConditional = [...tags.keys()].some((key) => /^restriction(:.*)?:conditional$/.test(key));
      return isConditional ? "conditional" : "other-vehicles";
    }
    if (TIMED_KEYS.some((key) => tags.has(key))) return "conditional";
    const excepted = (tags.get("except") ?? "").split(";").map((word) => word.trim());
    if (excepted.some((word) => this.#exemptions.has(word))) return "exempt";
    const values = kind.split(";").map((value) => value.trim());
    const mandatory = values.every((value) => value.startsWith("only_"));
    if (!mandatory && !values.every((value) => value.startsWith("no_"))) return "unknown-kind";
    return membersOf(members, values, mandatory) ?? "incomplete";
  }

  /** The value that binds this vehicle: of its most specific kind, else the one for all. */
  #kindOf(tags: Tags): string | undefined {
    const type = tags.get("type")!;
    const applies = type === "restriction" || this.#kinds.includes(type.slice("restriction:".length));
    if (!applies) return undefined;
    const key = this.#kinds.map((name) => `restriction:${name}`).find((name) => tags.has(name));
    return tags.get(key ?? "restriction");
  }
}

/** Only `no_entry` may have several from members, and only `no_exit` several to members. */
function membersOf(
  members: readonly OsmMember[],
  values: readonly string[],
  mandatory: boolean,
): TurnRestriction | undefined {
  const inRole = (role: string): readonly OsmMember[] => members.filter((member) => member.role === role);
  const [from, via, to] = [inRole("from"), inRole("via"), inRole("to")];
  if (from.length === 0 || via.length === 0 || to.length === 0) return undefined;
  if (from.length > 1 && !values.includes("no_entry")) return undefined;
  if (to.length > 1 && !values.includes("no_exit")) return undefined;
  const isNode = via.length === 1 && via[0]!.type === "node";
  if ([...from, ...to, ...(isNode ? [] : via)].some((member) => member.type !== "way")) return undefined;
  const ids = (list: readonly OsmMember[]): number[] => list.map((member) => member.ref);
  return {
    mandatory,
    isUTurn: values.includes("no_u_turn"),
    from: ids(from),
    viaNode: isNode ? via[0]!.ref : undefined,
    viaWays: isNode ? [] : ids(via),
    to: ids(to),
  };
}
