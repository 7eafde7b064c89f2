import * as z from "zod/mini";
import { type Checksum, checksumOf } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { type ChainedLine, type HashChainEnd, HashChainLogFormat } from "../../core/hash-chain-log";
import { safeParse } from "../../core/safe-parse";
import { firstProblem } from "../../hospitals/directory/schema-problems";
import type { FeedHealth, FeedReport } from "../../hospitals/feeds/feed-health";
import { HeardHospitalsSchema } from "../../hospitals/status/heard-hospitals";
import type { Status } from "../../hospitals/status/status";
import type { ClosureCollection } from "../../roads/closures/closure-geojson";
import {
  BasisSchema,
  OptionSchema,
  PassedOverSchema,
  type RecommendationData,
  RecommendationSchema,
} from "../answer/recommendation-data";
import { type RecommendationRequest, RecommendationRequestSchema } from "../incidents/request";
import type { NearestOpenRouter } from "../nearest-open-router";

/**
 * The decision log: a {@link HashChainLogFormat} in which every line after the first is numbered `v`, counting from 1
 * without a gap, and is one of:
 * - `decision`: a question, its answer with the basis, and of that basis what the answer does not carry: the checksum of
 *   the status at its version, and the snapping limit;
 * - `closures`: the closures and slowdowns of the roads, written before the first decision made under them. They are held
 *   nowhere else, and the decisions after it whose basis has a `roadsVersion` cannot be replayed without;
 * - `feeds`: what feeds had said, written likewise for decisions whose basis has `feeds`.
 *
 * A question has no field that could identify a patient: its schema refuses all others. The id under which an incident
 * came in a batch is the caller's, and is left out for the same reason; a caller who must find a decision again keeps its
 * {@link DecisionReference}.
 *
 * Format versions: 1, first; 2, answers by the rules on limits, waits and what is left out, with `unrestricted` from which
 * the counts follow. A decision of format 1 would come out otherwise by these rules, and be counted as unchanged.
 */
export const DECISION_LOG_FORMAT = new HashChainLogFormat({
  name: "ambulance-diversion decisions",
  format: 2,
  noun: "decision log",
  corrupt: "corrupt-decision-log",
  unsupported: "unsupported-decision-log",
  locked: "decision-log-locked",
});

/** Where a decision stands in its log. */
export interface DecisionReference {
  /** The number `v` of its line. */
  readonly line: number;
  /** Of its line and all before it: proves later that nothing up to here was changed. */
  readonly checksum: Checksum;
}

/** A decision as the log holds it. */
export interface LoggedDecision {
  /** The number `v` of its line. */
  readonly line: number;
  /** Complete but for what the policy supplies: the moment is always given. */
  readonly request: RecommendationRequest;
  /** Plain JSON, its members in the order they were written. */
  readonly answer: RecommendationData;
  /** {@link statusChecksum} of the status at the answer's version. */
  readonly status: string;
  readonly snapLimitMetres: number;
  /** What was held on the roads; undefined when nothing was. The same object for all decisions made under it. */
  readonly closures: ClosureCollection | undefined;
  /** What feeds had said; undefined without feeds. The same object for all decisions made under it. */
  readonly feeds: readonly FeedReport[] | undefined;
}

/** The router that makes decisions, as far as the recorder asks. */
export type DecisionSource = Pick<NearestOpenRouter, "roads" | "status" | "snapLimitMetres" | "feeds">;

/** Appends a line that is made from the checksum of the one before it. */
type AppendLine = (line: (previous: Checksum) => ChainedLine) => ChainedLine;

/** What a log holds already, for whoever goes on writing it. */
export interface DecisionLogState extends HashChainEnd {
  /** Lines after the header. */
  readonly lines: number;
  /** The last closures written. */
  readonly closures: ClosureCollection | undefined;
  /** The last feeds written. */
  readonly feeds: readonly FeedReport[] | undefined;
}

/** Everything that is held at one version of a status. */
export function statusChecksum(status: Status, version: number): string {
  const view = status.viewAt({ version });
  const [restrictions, overrules] = [view.all(), view.overrules()];
  return checksumOf(overrules.length === 0 ? restrictions : { restrictions, overrules });
}

/** Turns decisions into lines of a log. */
export class DecisionRecorder {
  #line: number;
  #closuresWritten: string | undefined;
  #closuresKnown:
    | { readonly version: number; readonly collection: ClosureCollection; readonly text: string }
    | undefined;
  #feedsWritten: string | undefined;
  #statusKnown: { readonly version: number; readonly checksum: string } | undefined;
  readonly #source: DecisionSource;
  readonly #append: AppendLine;

  constructor(
    source: DecisionSource,
    append: AppendLine,
    state?: Pick<DecisionLogState, "lines" | "closures" | "feeds">,
  ) {
    this.#source = source;
    this.#append = append;
    this.#line = state?.lines ?? 0;
    this.#closuresWritten = state?.closures === undefined ? undefined : JSON.stringify(state.closures);
    this.#feedsWritten = state?.feeds === undefined ? undefined : checksumOf(state.feeds);
  }

  /**
   * Writes one decision.
   *
   * @param advice the answer of this recorder's router to the request, before its roads change or its feeds are heard
   * again.
   * @throws DiversionError `invalid-incident` for a request that is none, `invalid-argument` when roads or feeds are no
   * longer those of the answer, and what writing throws.
   */
  record(request: RecommendationRequest, advice: RecommendationData): DecisionReference {
    const { at, roadsVersion, statusVersion, feeds } = advice.basis;
    this.#requireRoadsOf(roadsVersion);
    const health = this.#healthOf(feeds);
    if (roadsVersion !== undefined) this.#writeClosures(roadsVersion);
    if (health !== undefined) this.#writeFeeds(health);
    return this.#write({
      kind: "decision",
      request: { ...withoutMoment(request), at },
      answer: advice,
      status: this.#statusAt(statusVersion),
      snapLimitMetres: this.#source.snapLimitMetres,
    });
  }

  #requireRoadsOf(roadsVersion: number | undefined): void {
    const { roads } = this.#source;
    const held = roads.isUndisturbed ? undefined : roads.version;
    if (held === roadsVersion) return;
    throw new DiversionError(
      "invalid-argument",
      `The answer is for version ${roadsVersion ?? "0"} of the roads' closures and they are at ${roads.version} now; record an answer before the roads change.`,
      { field: "basis.roadsVersion" },
    );
  }

  #writeClosures(version: number): void {
    if (this.#closuresKnown?.version !== version) {
      const collection = this.#source.roads.exportClosures();
      this.#closuresKnown = { version, collection, text: JSON.stringify(collection) };
    }
    const { collection, text } = this.#closuresKnown;
    if (text === this.#closuresWritten) return;
    this.#write({ kind: "closures", closures: collection });
    this.#closuresWritten = text;
  }

  #healthOf(feeds: string | undefined): FeedHealth | undefined {
    const health = this.#source.feeds?.health();
    if (health?.checksum === feeds) return health;
    throw new DiversionError(
      "invalid-argument",
      "The feeds have said something since the answer was made; record an answer before they are heard again.",
      { field: "basis.feeds" },
    );
  }

  #writeFeeds(health: FeedHealth): void {
    if (health.checksum === this.#feedsWritten) return;
    this.#write({ kind: "feeds", feeds: health });
    this.#feedsWritten = health.checksum;
  }

  #write(members: Readonly<Record<string, unknown>>): DecisionReference {
    const line = this.#line + 1;
    const { checksum } = this.#append((previous) => DECISION_LOG_FORMAT.chained({ v: line, ...members }, previous));
    this.#line = line;
    return { line, checksum };
  }

  #statusAt(version: number): string {
    if (this.#statusKnown?.version !== version) {
      this.#statusKnown = { version, checksum: statusChecksum(this.#source.status, version) };
    }
    return this.#statusKnown.checksum;
  }
}

/** The request checked, without its moment: that is taken from the answer, which was made for one even if none was named. */
function withoutMoment(request: RecommendationRequest): Omit<RecommendationRequest, "at"> {
  const { at: _, ...rest } = request;
  const result = safeParse(RecommendationRequestSchema, rest);
  if (result.success) return rest;
  const { field, message } = firstProblem(result.error.issues, rest);
  throw new DiversionError("invalid-incident", `The request cannot be recorded: ${message}`, { field });
}

/**
 * Of the answer's shape what replays and counts read; the rest is compared as it stands. Releases that write this format
 * may leave out fields that came later, or give reasons that are not known here: neither is damage.
 */
const AnswerSchema = z.object({
  outcome: RecommendationSchema.shape.outcome,
  destination: z.optional(
    z.object({ hospital: OptionSchema.shape.hospital, driveSeconds: OptionSchema.shape.driveSeconds }),
  ),
  passedOver: z.array(
    z.object({
      hospital: PassedOverSchema.shape.hospital,
      driveSeconds: PassedOverSchema.shape.driveSeconds,
      because: z.array(z.object({ code: z.string() })),
    }),
  ),
  basis: BasisSchema,
});

const LineSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    v: z.int(),
    kind: z.literal("decision"),
    request: z.required(RecommendationRequestSchema, { at: true }),
    answer: AnswerSchema,
    status: z.string(),
    snapLimitMetres: z.number().check(z.gte(0)),
  }),
  z.strictObject({ v: z.int(), kind: z.literal("closures"), closures: z.looseObject({}) }),
  z.strictObject({
    v: z.int(),
    kind: z.literal("feeds"),
    feeds: z.array(
      z.strictObject({
        feed: z.string(),
        timeToLiveMs: z.number().check(z.positive()),
        hospitals: HeardHospitalsSchema,
      }),
    ),
  }),
]);

/** A line as JSON gives it, which {@link LineSchema} has found to be of this form. */
type Line =
  | ({ readonly kind: "decision" } & Omit<LoggedDecision, "line" | "closures" | "feeds">)
  | { readonly kind: "closures"; readonly closures: ClosureCollection }
  | { readonly kind: "feeds"; readonly feeds: readonly FeedReport[] };

/**
 * The decisions of a log, oldest first, one at a time: memory does not grow with the log.
 *
 * @param content the log, whole or in pieces.
 * @returns what a writer needs to go on, when all decisions have been taken.
 * @throws DiversionError `corrupt-decision-log` with the row of the first damaged whole line;
 * `unsupported-decision-log` when it is something else.
 */
export function* readDecisions(
  content: string | Uint8Array | Iterable<Uint8Array>,
): Generator<LoggedDecision, DecisionLogState> {
  const lines = DECISION_LOG_FORMAT.lines(piecesOf(content));
  let closures: ClosureCollection | undefined;
  let feeds: readonly FeedReport[] | undefined;
  let count = 0;
  let next = lines.next();
  for (; !next.done; next = lines.next()) {
    const { members, row, byte } = next.value;
    count++;
    const result = safeParse(LineSchema, members);
    if (!result.success) {
      const why = firstProblem(result.error.issues, members).message.replace(/\.$/, "");
      throw DECISION_LOG_FORMAT.damaged(row, byte, why);
    }
    if (result.data.v !== count) {
      throw DECISION_LOG_FORMAT.damaged(row, byte, `it has number ${result.data.v} where ${count} is due`);
    }
    // Not what the schema made of it: answers are compared byte for byte, and a schema puts members into its own order.
    const line = members as Line;
    if (line.kind === "closures") {
      closures = line.closures;
      continue;
    }
    if (line.kind === "feeds") {
      feeds = line.feeds;
      continue;
    }
    const { request, answer, status, snapLimitMetres } = line;
    const { roadsVersion, feeds: feedsChecksum } = answer.basis;
    if (roadsVersion !== undefined && closures === undefined) {
      throw DECISION_LOG_FORMAT.damaged(row, byte, "its basis has a roadsVersion and no closures stand above it");
    }
    if (feedsChecksum !== undefined && feeds === undefined) {
      throw DECISION_LOG_FORMAT.damaged(row, byte, "its basis has feeds and none stand above it");
    }
    yield {
      line: count,
      request,
      answer,
      status,
      snapLimitMetres,
      closures: roadsVersion === undefined ? undefined : closures,
      feeds: feedsChecksum === undefined ? undefined : feeds,
    };
  }
  return { ...next.value, lines: count, closures, feeds };
}

function piecesOf(content: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}
