import { defined } from "../../core/defined";
import type { RoadCautions } from "../graph/road-graph";
import type { Tags } from "../sources/osm-source";
import { type AccessRules, isExpress, wordsOf } from "./access";
import type { IgnoredTags } from "./ignored-tags";
import type { BarrierRule, VehicleProfile } from "./profile";
import type { VehicleLimits } from "./vehicle-limits";

/** What a point of a road does to traffic along it. */
export type BarrierVerdict = "open" | "shut" | BarrierPassage;

/** A point that can be passed, at the cost of some time, or that those who pass it are told of. */
export interface BarrierPassage {
  readonly delaySeconds: number;
  readonly cautions: Pick<RoadCautions, "barriers" | "ford">;
}

/** Where somebody lets traffic through, or there is nothing but a fee: no news to a crew, whatever time it takes. */
const STAFFED: ReadonlySet<string> = new Set(["toll_booth", "border_control", "checkpoint"]);

/** Applies one profile to the tags of barriers and fords that are points of a road. */
export class BarrierEvaluator {
  readonly #profile: Pick<VehicleProfile, "barriers" | "closedBy">;
  readonly #accessRules: AccessRules;
  readonly #limits: VehicleLimits;
  readonly #ignored: IgnoredTags;
  readonly #details: readonly (readonly [key: string, rules: Readonly<Record<string, BarrierRule | null>>])[];

  constructor(
    profile: Pick<VehicleProfile, "barriers" | "closedBy">,
    accessRules: AccessRules,
    limits: VehicleLimits,
    ignored: IgnoredTags,
  ) {
    this.#profile = profile;
    this.#accessRules = accessRules;
    this.#limits = limits;
    this.#ignored = ignored;
    this.#details = Object.entries(profile.barriers.details);
  }

  /**
   * The rule of the barrier's kind, changed by its details, its height, width and weight, and at last by its access
   * tags: a denial shuts it; a permission that names vehicles (not just `access`, and not for the last mile only) opens
   * even a bollard, for mappers set it where a vehicle fits past, or the crew can lower it.
   */
  evaluate(tags: Tags): BarrierVerdict {
    const kind = tags.get("barrier");
    const ford = tags.get("ford");
    if (kind === undefined && ford === undefined) return "open";
    this.#ignored.beginWay();
    const rule: BarrierRule = kind === undefined ? 0 : this.#ruleOf(kind, tags);
    const isShut = rule === "shut" || wordsOf(ford ?? "").some((word) => this.#profile.closedBy.ford?.includes(word));
    if (!this.#limits.admits(tags, "forward", this.#ignored)) return "shut";
    const ruling = this.#accessRules.rule(tags, "forward", this.#ignored);
    if (ruling.access === "denied" || (isShut && !isExpress(ruling))) return "shut";
    const cautions = defined({
      ford: isFord(tags) ? (true as const) : undefined,
      barriers: rule === 0 || wordsOf(kind!).every((word) => STAFFED.has(word)) ? undefined : [kind!],
    });
    const delaySeconds = rule === "shut" ? 0 : rule;
    return delaySeconds === 0 && Object.keys(cautions).length === 0 ? "open" : { delaySeconds, cautions };
  }

  /** Of a list of kinds (`gate;bollard`) the one that is hardest to pass. */
  #ruleOf(kind: string, tags: Tags): BarrierRule {
    const { kinds } = this.#profile.barriers;
    let rule: BarrierRule = 0;
    for (const word of wordsOf(kind)) {
      const own = Object.hasOwn(kinds, word) ? kinds[word]! : 0;
      if (!Object.hasOwn(kinds, word)) this.#ignored.note("barrier", kind);
      rule = rule === "shut" || own === "shut" ? "shut" : Math.max(rule, own);
    }
    for (const [key, rules] of this.#details) {
      const value = tags.get(key);
      if (value === undefined) continue;
      if (Object.hasOwn(rules, value)) rule = rules[value] ?? rule;
      else this.#ignored.note(key, value);
    }
    return rule;
  }
}

/** Whether water is said to run over the road, whatever is known of its depth. */
export const isFord = (tags: Tags): boolean => (tags.get("ford") ?? "no") !== "no";
