import type { FoldedSegments, WayTable } from "../graph/fold-chains";
import type { IdIndex } from "../graph/id-index";
import type { SegmentTable } from "../graph/segment-table";
import type { VehicleProfile } from "../profile/profile";
import type { OsmMember, Tags } from "../sources/osm-source";
import { cutAmbiguousSegments } from "./turn-cuts";
import { type JoinedRestriction, TurnMembers } from "./turn-members";
import { type TurnRestrictionCounts, TurnRestrictionReader } from "./turn-restrictions";
import { EdgeKeys, type TurnSequence, TurnSequences } from "./turn-sequences";
import { forbidUTurns } from "./turn-u-turns";

/**
 * The turn restrictions of a source on their way into the road graph: read from relations ({@link add}), found on the
 * ways that are driven ({@link join}), and, once ways are folded into segments, told as forbidden turns ({@link forbid}).
 */
export class Turns {
  readonly #profile: Pick<VehicleProfile, "access" | "uTurns">;
  readonly #reader: TurnRestrictionReader;
  #joined: readonly JoinedRestriction[] = [];
  #applied = 0;

  constructor(profile: Pick<VehicleProfile, "access" | "uTurns">) {
    this.#profile = profile;
    this.#reader = new TurnRestrictionReader(profile.access);
  }

  /** Takes a relation of any type. */
  add(members: readonly OsmMember[], tags: Tags): void {
    this.#reader.add(members, tags);
  }

  /** Returns the points that must remain nodes. */
  join(ways: WayTable, ids: IdIndex): number[] {
    const { restrictions, ignored } = this.#reader;
    const members = new TurnMembers(restrictions, ways, ids);
    this.#joined = restrictions.flatMap((restriction) => {
      const joined = members.join(restriction);
      if (typeof joined !== "string") return joined;
      ignored[joined]++;
      return [];
    });
    return this.#joined.flatMap(({ points }) => points);
  }

  /** The forbidden turns, and the segments they speak of: those given, some of them cut so that nodes tell them apart. */
  forbid(folded: FoldedSegments): { segments: SegmentTable; sequences: readonly TurnSequence[] } {
    if (this.#joined.length === 0) return { segments: folded, sequences: [] };
    const turns = new TurnSequences(folded, new EdgeKeys(folded), this.#joined);
    this.#applied = turns.applied;
    for (const reason of turns.ignored) this.#reader.ignored[reason]++;
    let segments: SegmentTable = folded;
    let restricted = turns.list();
    for (;;) {
      const keys = new EdgeKeys(segments);
      const sequences = this.#profile.uTurns === "undivided" ? restricted : forbidUTurns(keys, restricted);
      const cut = cutAmbiguousSegments(segments, keys, sequences);
      if (cut === undefined) return { segments, sequences };
      // Cutting makes junctions of its own, at which one may turn round or not: look again.
      segments = cut.segments;
      restricted = restricted.map(cut.translate);
    }
  }

  get counts(): TurnRestrictionCounts {
    const { read, ignored } = this.#reader;
    return { read, applied: this.#applied, ignored: { ...ignored } };
  }
}
