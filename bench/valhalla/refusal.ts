import type { Position } from "../../src/core/units";
import type { VehicleProfile } from "../../src/roads/profile/profile";
import { WayEvaluator } from "../../src/roads/profile/way-evaluator";
import type { Tags } from "../../src/roads/sources/osm-source";
import type { RawExtract } from "./raw-extract";
import type { RawLineIndex, RawPiece } from "./raw-line";

export const REFUSAL_KINDS = ["class", "access", "size", "one-way", "barrier", "turn", "u-turn", "end"] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

/** Why our rules do not let a foreign line go on at one of its points. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** In OpenStreetMap's own words: the way, node or relation and its tags. */
  readonly evidence: string;
  readonly at: Position;
}

/** Tells from the raw tags why the piece from point `refusedAt` of a line to the next was refused. */
export class RefusalReader {
  private readonly evaluator: WayEvaluator;

  constructor(
    private readonly raw: RawExtract,
    private readonly lines: RawLineIndex,
    profile: VehicleProfile,
  ) {
    this.evaluator = new WayEvaluator(profile);
  }

  read(line: readonly Position[], refusedAt: number): Refusal {
    const at = line[refusedAt]!;
    const piece = this.lines.pieceBetween(at, line[refusedAt + 1]!);
    if (piece === undefined) return { kind: "end", evidence: "a point that is no node", at };
    return { ...this.ofPiece(piece, line, refusedAt), at };
  }

  private ofPiece(piece: RawPiece, line: readonly Position[], refusedAt: number): Omit<Refusal, "at"> {
    const { way, from, along } = piece;
    const wayEvidence = `way ${way.id} ${tagText(way.tags)}`;
    const use = this.evaluator.evaluate(way.tags);
    if (use === undefined || use === "class" || use === "area") return { kind: "class", evidence: wayEvidence };
    if (use === "size") return { kind: "size", evidence: wayEvidence };
    if (typeof use === "string") return { kind: "access", evidence: wayEvidence };
    if ((along ? use.forwardKmh : use.backwardKmh) === 0) return { kind: "one-way", evidence: wayEvidence };
    const tags = this.raw.nodeTags.get(from);
    if (tags !== undefined && this.evaluator.barriers.evaluate(tags) === "shut") {
      return { kind: "barrier", evidence: `node ${from} ${tagText(tags)}` };
    }
    const before = refusedAt > 0 ? this.lines.pieceBetween(line[refusedAt - 1]!, line[refusedAt]!) : undefined;
    if (before?.from === piece.to) {
      return { kind: "u-turn", evidence: `node ${from}, where ${this.degree(from)} pieces of driven road meet` };
    }
    const relation = this.raw.restrictions.find(
      ({ members }) =>
        members.some(({ role, ref }) => role === "via" && (ref === from || ref === before?.way.id)) &&
        members.some(({ role, ref }) => role === "from" && (ref === before?.way.id || role === "from")),
    );
    if (relation !== undefined && refusedAt + 2 < line.length) {
      return { kind: "turn", evidence: `relation ${relation.id} ${tagText(relation.tags)}` };
    }
    return { kind: "end", evidence: wayEvidence };
  }

  private degree(node: number): number {
    return this.lines.degree(node, ({ tags }) => typeof this.evaluator.evaluate(tags) === "object");
  }
}

/** Keys that decide nothing here. */
const SILENT =
  /^(name|ref|source|addr|wikidata|wikipedia|note|lit|operator|tiger|created_by|old_|int_|loc_|alt_|is_in|RLIS|sidewalk|cycleway|NHS|HFCS|website|description)/;

export const tagText = (tags: Tags): string =>
  `[${[...tags]
    .filter(([key]) => !SILENT.test(key))
    .map(([key, value]) => `${key}=${value}`)
    .join(" ")}]`;
