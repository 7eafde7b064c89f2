import { defined } from "../../core/defined";
import type { Direction } from "../graph/edge-key";
import type { RoadCautions } from "../graph/road-graph";
import type { Tags } from "../sources/osm-source";
import { conditionalClauses } from "./conditional";
import type { IgnoredTags } from "./ignored-tags";
import type { VehicleProfile } from "./profile";

/** Which directions of a way carry traffic of any kind: bit 1 with the drawing direction, bit 2 against it. */
export const FORWARD = 1;
export const BACKWARD = 2;
const BOTH = FORWARD | BACKWARD;

/** The words of a value that may be a list (`destination;delivery`), without blanks at their ends, in lower case. */
export const wordsOf = (value: string): readonly string[] =>
  value
    .split(";")
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== "");

/**
 * What a `oneway` value says in words of OpenStreetMap. `alternating` (traffic lights at a narrow bridge) may be driven
 * both ways; the wait is not modelled. `reversible` changes direction a few times a day, and which way it runs now is not
 * in the data: no direction is sure.
 */
const ONEWAY_WORDS: Readonly<Record<string, number>> = {
  yes: FORWARD,
  "1": FORWARD,
  true: FORWARD,
  "-1": BACKWARD,
  reverse: BACKWARD,
  no: BOTH,
  "0": BOTH,
  false: BOTH,
  alternating: BOTH,
  reversible: 0,
};

/** Geofabrik's GeoJSON and shapefiles: from, to or both, seen from the drawing direction. Lower-case `t` may be `true`. */
const ONEWAY_LETTERS: Readonly<Record<string, number>> = { F: FORWARD, T: BACKWARD, B: BOTH };

/**
 * The directions that a `oneway` value leaves open beyond doubt: of a list, those that every word allows; what cannot be
 * read says that there is a rule, which is nearly always with the drawing direction. Values that leave a doubt are noted.
 */
function surelyOpen(key: string, value: string, unreadable: number, ignored: IgnoredTags): number {
  const letter = ONEWAY_LETTERS[value.trim()];
  if (letter !== undefined) return letter;
  const words = wordsOf(value);
  const said = new Set(words.map((word) => (Object.hasOwn(ONEWAY_WORDS, word) ? ONEWAY_WORDS[word]! : undefined)));
  if (said.size !== 1 || said.has(undefined) || said.has(0)) ignored.note(key, value);
  let open = words.length === 0 ? unreadable : BOTH;
  for (const directions of said) open &= directions ?? unreadable;
  return open;
}

/** What the access tags of a way or a barrier say; `unstated` where no key the profile knows is present. */
type Access = "allowed" | "denied" | "unstated";

interface AccessRuling {
  readonly access: Access;
  /** Decided by a key that speaks of vehicles, not by the most general one (`access`). */
  readonly expressly: boolean;
  /** Allowed for the last mile only. */
  readonly lastMile: boolean;
  /** What those who are sent there are told: allowed by leave of an owner, or at certain times. */
  readonly caution?: RoadCautions["access"];
}

const UNSTATED: AccessRuling = { access: "unstated", expressly: false, lastMile: false };
const GRANTED: AccessRuling = { access: "allowed", expressly: true, lastMile: false };
const AT_TIMES: AccessRuling = { access: "allowed", expressly: true, lastMile: true, caution: "at-times" };

/** The access value of roads whose owner decides who may drive there, and when none of them is a right of way. */
const PRIVATE = "private";

/** Allowed in words that mean this vehicle on its way through: what opens a ford or a bollard. */
export const isExpress = ({ access, expressly, lastMile }: AccessRuling): boolean =>
  access === "allowed" && expressly && !lastMile;

/** Lanes for buses against a one-way street, from before `oneway:bus=no` (wiki.openstreetmap.org, Key:busway). */
const BUSWAY_KEYS = ["busway", "busway:left", "busway:right", "busway:both"];
const OPPOSITE_BUSWAYS: ReadonlySet<string> = new Set(["opposite_lane", "opposite"]);
const BUS_KEYS: readonly string[] = ["psv", "bus"];

/** The access rules of a profile, prepared for lookup. */
export class AccessRules {
  /** `oneway:vehicle`, `oneway:motor_vehicle` …, the most specific last: each replaces what `oneway` says. */
  readonly #onewayKeys: readonly string[];
  readonly #othersOnewayKeys: readonly string[];
  /** `oneway:bus` …: their `no` lifts a one-way rule, and nothing they say makes one. */
  readonly #onewayExemptKeys: readonly string[];
  readonly #keys: Readonly<Record<Direction, readonly string[]>>;
  readonly #mostSpecific: string;
  /** Keys that are about this vehicle alone, and those that speak for it. */
  readonly vehicleKeys: readonly string[];
  readonly #generalKeys: ReadonlySet<string>;
  readonly #grantedBy: readonly string[];
  readonly #busKeys: readonly string[];
  readonly #allowed: ReadonlySet<string>;
  readonly #denied: ReadonlySet<string>;
  readonly #lastMile: ReadonlySet<string>;
  readonly #grantingValues: Readonly<Record<string, ReadonlySet<string>>>;
  readonly #opensAtTimes: boolean;
  readonly #conditionalKeys: readonly string[];

  constructor(access: VehicleProfile["access"]) {
    const { keys, grantedBy, onewayKeys, allowed, denied, lastMile, grantingValues, atTimes } = access;
    const mostSpecificFirst = [...keys].reverse();
    this.#keys = {
      forward: mostSpecificFirst.flatMap((key) => [`${key}:forward`, key]),
      backward: mostSpecificFirst.flatMap((key) => [`${key}:backward`, key]),
    };
    const general = keys[0]!;
    this.#mostSpecific = mostSpecificFirst[0]!;
    this.vehicleKeys = [this.#mostSpecific, ...grantedBy];
    this.#generalKeys = new Set([general, `${general}:forward`, `${general}:backward`]);
    const ofVehicles = keys.slice(1);
    this.#onewayKeys = [...ofVehicles.slice(0, -1), ...onewayKeys, ...ofVehicles.slice(-1)].map(
      (key) => `oneway:${key}`,
    );
    this.#othersOnewayKeys = onewayKeys;
    this.#onewayExemptKeys = grantedBy.map((key) => `oneway:${key}`);
    this.#grantedBy = grantedBy;
    this.#busKeys = BUS_KEYS.filter((key) => grantedBy.includes(key));
    this.#allowed = new Set(allowed);
    this.#denied = new Set(denied);
    this.#lastMile = new Set(lastMile.values);
    this.#grantingValues = Object.fromEntries(
      Object.entries(grantingValues).map(([key, values]) => [key, new Set(values)]),
    );
    this.#opensAtTimes = atTimes === "last-mile";
    this.#conditionalKeys = ["maxspeed", "oneway", ...keys, ...grantedBy].map((key) => `${key}:conditional`);
  }

  /**
   * One-way rules of OpenStreetMap for this vehicle: bits of the directions that are open. Motorways, their links and
   * roundabouts are one-way unless tagged otherwise. Roundabouts are drawn the way they are driven, so driving on the left
   * or on the right needs no rule of its own. A rule that cannot be read is counted and closes the direction in doubt.
   */
  onewayDirections(tags: Tags, ignored: IgnoredTags): number {
    const highway = tags.get("highway");
    const junction = tags.get("junction");
    const implied =
      junction === "roundabout" || junction === "circular" || highway === "motorway" || highway === "motorway_link";
    const general = tags.get("oneway");
    let open = general !== undefined ? surelyOpen("oneway", general, FORWARD, ignored) : implied ? FORWARD : BOTH;
    for (const key of this.#onewayKeys) {
      const value = tags.get(key);
      if (value !== undefined) open = surelyOpen(key, value, open === BOTH ? FORWARD : open, ignored);
    }
    for (const key of this.#othersOnewayKeys) open &= this.#openToOthers(key, tags);
    for (const { value, condition } of conditionalClauses(tags.get("oneway:conditional") ?? "")) {
      // At other times than the data can place, it is one-way; what a condition of that kind opens stays closed.
      if (this.isAboutVehicle(condition)) open = surelyOpen("oneway:conditional", value, open, ignored);
      else open &= surelyOpen("oneway:conditional", value, open, ignored);
    }
    if (open === BOTH || open === 0) return open;
    return this.#onewayExemptKeys.some((key) => wordsOf(tags.get(key) ?? "").includes("no")) ? BOTH : open;
  }

  /** Whether other vehicles may not be there at all: no road is closed by that, but a ferry without cars has no ramp. */
  isBarredToOthers(tags: Tags): boolean {
    return this.#othersOnewayKeys.some((key) => wordsOf(tags.get(key) ?? "").some((word) => this.#denied.has(word)));
  }

  /** The directions that a key of other vehicles leaves open by `KEY:forward=no`; all where it denies both or none. */
  #openToOthers(key: string, tags: Tags): number {
    const isDenied = (direction: Direction): boolean =>
      wordsOf(tags.get(`${key}:${direction}`) ?? "").some((word) => this.#denied.has(word)) &&
      !this.#isAllowed(tags.get(this.#mostSpecific));
    const [forward, backward] = [isDenied("forward"), isDenied("backward")];
    return forward === backward ? BOTH : forward ? BACKWARD : FORWARD;
  }

  /**
   * Whether a lane leads against a one-way rule that this vehicle may use: `psv:backward=yes`, `lanes:bus:backward=1`,
   * `busway=opposite_lane` for one that may use bus lanes, `emergency:backward=yes` for any that the key is about.
   */
  hasContraflowLane(tags: Tags, direction: Direction): boolean {
    for (const key of this.vehicleKeys) {
      if (this.#isAllowed(tags.get(`${key}:${direction}`))) return true;
    }
    for (const key of this.#busKeys) {
      if (Number(tags.get(`lanes:${key}:${direction}`) ?? 0) >= 1) return true;
      const lanes = tags.get(`${key}:lanes:${direction}`)?.split("|") ?? [];
      if (lanes.some((lane) => lane === "designated" || lane === "yes")) return true;
    }
    return this.#busKeys.length > 0 && BUSWAY_KEYS.some((key) => OPPOSITE_BUSWAYS.has(tags.get(key) ?? ""));
  }

  /**
   * The most specific key with a value the profile knows decides; unknown values are noted and passed over. Where it does
   * not expressly allow, one of the granting keys may, or a condition that names this vehicle (`no`, and
   * `access:conditional=yes @ emergency`).
   *
   * @param onOwnLane the vehicle has a lane of its own there, which a denial to all others is not about.
   */
  rule(tags: Tags, direction: Direction, ignored: IgnoredTags, onOwnLane = false): AccessRuling {
    const stated = this.#mostSpecificRuling(tags, direction, ignored);
    if (isExpress(stated)) return stated;
    if (onOwnLane || this.#isGranted(tags, direction)) return GRANTED;
    return stated.access === "denied" ? (this.#conditionalRuling(tags, direction) ?? stated) : stated;
  }

  /** Whether one of the keys has a value that allows. */
  opens(keys: readonly string[], tags: Tags): boolean {
    return keys.some((key) => this.#isAllowed(tags.get(key)));
  }

  /** Whether the key that is about this vehicle alone opens the way to it: what exempts from signs meant for others. */
  isExempt(tags: Tags, direction: Direction): boolean {
    if (this.#generalKeys.has(this.#mostSpecific)) return false;
    return this.#isAllowed(tags.get(`${this.#mostSpecific}:${direction}`) ?? tags.get(this.#mostSpecific));
  }

  /** Rules that hold only at certain times, or for certain loads, are left out; each is noted. */
  noteConditional(tags: Tags, ignored: IgnoredTags): void {
    for (const key of this.#conditionalKeys) {
      const value = tags.get(key);
      if (value !== undefined) ignored.note(key, value);
    }
  }

  /** Of a list every word counts: it opens the way to each that it names. */
  #isAllowed(value: string | undefined): boolean {
    return value !== undefined && wordsOf(value).some((word) => this.#allowed.has(word));
  }

  #isGranted(tags: Tags, direction: Direction): boolean {
    for (const key of this.#grantedBy) {
      if (this.#isAllowed(tags.get(`${key}:${direction}`) ?? tags.get(key))) return true;
    }
    for (const key in this.#grantingValues) {
      if (wordsOf(tags.get(key) ?? "").some((word) => this.#grantingValues[key]!.has(word))) return true;
    }
    return false;
  }

  #mostSpecificRuling(tags: Tags, direction: Direction, ignored: IgnoredTags): AccessRuling {
    for (const key of this.#keys[direction]) {
      const value = tags.get(key);
      if (value === undefined) continue;
      const expressly = !this.#generalKeys.has(key);
      const words = wordsOf(value);
      const allowed = words.filter((word) => this.#allowed.has(word));
      if (allowed.length < words.length && !words.every((word) => this.#allowed.has(word) || this.#denied.has(word))) {
        ignored.note(key, value);
      }
      if (allowed.length > 0) {
        const isPrivate =
          allowed.includes(PRIVATE) && allowed.every((word) => word === PRIVATE || this.#lastMile.has(word));
        return defined({
          access: "allowed",
          expressly,
          lastMile: allowed.every((word) => this.#lastMile.has(word)),
          caution: isPrivate ? PRIVATE : undefined,
        });
      }
      if (words.some((word) => this.#denied.has(word))) return { access: "denied", expressly, lastMile: false };
    }
    return UNSTATED;
  }

  /** Of a denied way: opened by a condition that names this vehicle, or at some times, which the data cannot place. */
  #conditionalRuling(tags: Tags, direction: Direction): AccessRuling | undefined {
    let ruling: AccessRuling | undefined;
    for (const key of this.#keys[direction]) {
      for (const { value, condition } of conditionalClauses(tags.get(`${key}:conditional`) ?? "")) {
        if (!this.#isAllowed(value)) continue;
        if (this.isAboutVehicle(condition)) return GRANTED;
        if (this.#opensAtTimes) ruling = AT_TIMES;
      }
    }
    return ruling;
  }

  /**
   * When a way is open (`yes @ (06:00-22:00)` beside a denial) and when it is closed (`no @ (22:00-06:00)`) by conditions
   * of the most specific key that has any; absent where there are none. Those about a kind of vehicle are none of them.
   */
  conditionsOf(tags: Tags): { readonly open?: string; readonly closed?: string } {
    const key = [...this.#keys.forward].find((one) => tags.has(`${one}:conditional`));
    const clauses = conditionalClauses(tags.get(`${key}:conditional`) ?? "").filter(
      ({ condition }) => !this.isAboutVehicle(condition),
    );
    const joined = (isOf: (value: string) => boolean): string =>
      clauses
        .filter(({ value }) => isOf(value))
        .map(({ condition }) => condition)
        .join(" or ");
    const open = joined((value) => this.#isAllowed(value));
    const closed = joined((value) => this.#denied.has(value.toLowerCase()));
    return defined({ open: open === "" ? undefined : open, closed: closed === "" ? undefined : closed });
  }

  /** Whether a condition is that the vehicle is one of this kind: `emergency`, `bus`. */
  isAboutVehicle(condition: string): boolean {
    return this.vehicleKeys.includes(condition);
  }
}
