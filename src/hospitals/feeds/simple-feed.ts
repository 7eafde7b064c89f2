import * as z from "zod/mini";
import { checksumOfText } from "../../core/checksum";
import { defined } from "../../core/defined";
import { feedJson, feedText, invalidFeed } from "../../core/feed-message";
import { INSTANT_FORM, readInstant } from "../../core/instant";
import { safeParse } from "../../core/safe-parse";
import { readSenderTime } from "../../core/sender-time";
import { TimeZone } from "../../core/time-zone";
import type { HospitalDirectory } from "../directory/directory";
import { quote, schemaProblems } from "../directory/schema-problems";
import {
  EFFECTS,
  normalScope,
  RestrictionReportSchema,
  restrictionKey,
  SCOPE_FIELDS,
  StatementSchema,
} from "../status/restriction";
import type { FeedReading, FeedRestriction, HospitalReading } from "./feed-reading";
import { type FeedReaderOptions, HospitalMatch, ReadingBuilder } from "./hospital-match";
import { type CsvStatement, readFeedCsv } from "./simple-feed-csv";

/** An instant kept as its text: statuses take text. */
const InstantText = z.string().check(z.refine((text) => readInstant(text) !== undefined, INSTANT_FORM));

/** One statement about one hospital; several about the same add up. Unknown fields are refused. */
const StatementRow = z
  .strictObject({
    /** Our id, or one that the reader's `ids` leads to ours. */
    hospital: z.string().check(z.minLength(1), z.maxLength(200)),
    /** The plain flag; null says that the source does not know. */
    open: z.optional(z.nullable(z.boolean())),
    /** Default with `open: false`: `divert`. */
    effect: z.optional(z.enum(EFFECTS)),
    scope: RestrictionReportSchema.shape.scope,
    from: z.optional(InstantText),
    until: z.optional(InstantText),
    divertTo: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
    reason: z.optional(StatementSchema),
    authorisedBy: z.optional(StatementSchema),
    observedAt: z.optional(InstantText),
    handoverMinutes: z.optional(
      z.number("write minutes as a number").check(z.gte(0, "from 0 to 1440"), z.lte(1440, "from 0 to 1440")),
    ),
  })
  .check(
    z.refine(({ open, effect }) => open !== undefined || effect !== undefined, {
      error: "write open: true, false or null, or an effect",
      path: ["open"],
    }),
    z.refine(({ open, effect }) => effect === undefined || (open !== true && open !== null), {
      error: "an ED that is open, or not known, has no effect; write open: false or leave it out",
      path: ["effect"],
    }),
    z.refine(({ from, until }) => from === undefined || until === undefined || epochMs(from) < epochMs(until), {
      error: "until is not after from",
      path: ["until"],
    }),
  );

type Row = z.output<typeof StatementRow>;

const Message = z.strictObject({ sentAt: z.optional(InstantText), hospitals: z.array(z.unknown()) });

/** More rows than this are a mistake. */
const MAX_ROWS = 20_000;

/**
 * Reads our own form: an array of statements, or `{ "sentAt", "hospitals": [...] }`.
 *
 * ```json
 * [{ "hospital": "RQ8L0", "open": false, "reason": "IT outage", "observedAt": "2017-05-15T15:00:00+01:00" },
 *  { "hospital": "RAJ01", "open": true },
 *  { "hospital": "RWH01", "effect": "divert", "scope": { "needs": ["stroke"] }, "reason": "no CT" }]
 * ```
 *
 * The form is strict: what a statement that cannot be read says of its hospital is not used, and nothing else about that
 * hospital either; the others are.
 *
 * @throws DiversionError `invalid-feed` with the row, from 1, and the field, when nothing can be read.
 */
export function readJsonFeed(content: string | Uint8Array, options: FeedReaderOptions): FeedReading {
  const json = feedJson(content);
  const zone = options.zone === undefined ? undefined : TimeZone.of(options.zone);
  const message = safeParse(Message, Array.isArray(json) ? { hospitals: json } : withSentAt(json, zone));
  if (!message.success) {
    const [problem] = schemaProblems(message.error.issues, json, () => Object.keys(Message.shape));
    throw invalidFeed(withoutStop(problem!.message), { field: problem!.field });
  }
  const { sentAt, hospitals } = message.data;
  const rows = hospitals.map((value, index) => ({ row: index + 1, value }));
  const reading = readRows(rows, options);
  const sent = sentAt === undefined ? undefined : readInstant(sentAt);
  return sent === undefined ? reading : { ...reading, sentAt: sent };
}

/**
 * Reads our own form as CSV (RFC 4180) with a header line: `hospital` and any of `open` (true, false, unknown; or yes, no, 1, 0),
 * `effect`, `needs`, `exceptNeeds` and `acuity` (words separated by `|`), `minAge`, `maxAge`, `from`, `until`, `divertTo`,
 * `reason`, `authorisedBy`, `observedAt`, `handoverMinutes`. Empty cells are fields left out.
 * Cells may be separated by `;` (then with decimal commas) or tabs instead, as spreadsheets write them.
 *
 * @throws DiversionError `invalid-feed` with the line of the file and the field.
 */
export function readCsvFeed(content: string | Uint8Array, options: FeedReaderOptions): FeedReading {
  return readRows(readFeedCsv(feedText(content)), options);
}

type InputRow = CsvStatement;

function withSentAt(json: unknown, zone: TimeZone | undefined): unknown {
  const sentAt = (json as { sentAt?: unknown } | null)?.sentAt;
  if (typeof sentAt !== "string") return json;
  return { ...(json as object), sentAt: readSenderTime(sentAt, zone)?.text ?? sentAt };
}

function readRows(rows: readonly InputRow[], options: FeedReaderOptions): FeedReading {
  if (rows.length > MAX_ROWS) throw invalidFeed(`The message has ${rows.length} rows and the limit is ${MAX_ROWS}`);
  const match = new HospitalMatch(options);
  const builder = new ReadingBuilder();
  const byHospital = new Map<string, { readonly row: number; readonly statement: Row }[]>();
  const zone = options.zone === undefined ? undefined : TimeZone.of(options.zone);
  for (const input of rows) {
    const { row } = input;
    const named = "value" in input ? hospitalNamed(input.value) : input.hospital;
    const hospital = named === undefined ? undefined : match.find([named]);
    try {
      if ("problem" in input) throw input.problem;
      const statement = statementOf(inOneForm(input.value, zone), row, options.directory);
      if (hospital === undefined) builder.unmatched.push({ ids: [statement.hospital], row });
      else byHospital.set(hospital, [...(byHospital.get(hospital) ?? []), { row, statement }]);
    } catch (error) {
      builder.unread(hospital, error, row);
    }
  }
  for (const [hospital, statements] of byHospital) {
    try {
      builder.add(combined(hospital, statements, match));
    } catch (error) {
      builder.unread(hospital, error, statements.at(-1)!.row);
    }
  }
  return { hospitals: builder.hospitals, unmatched: builder.unmatched, notes: builder.notes };
}

function hospitalNamed(value: unknown): string | undefined {
  const hospital = (value as { hospital?: unknown } | null | undefined)?.hospital;
  return typeof hospital === "string" ? hospital : undefined;
}

const TIMES = ["from", "until", "observedAt"] as const;

/** The statement with its times as RFC 3339 has them, those that can be read. */
function inOneForm(value: unknown, zone: TimeZone | undefined): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const statement: Record<string, unknown> = { ...value };
  for (const field of TIMES) {
    const text = statement[field];
    if (typeof text === "string") statement[field] = readSenderTime(text, zone)?.text ?? text;
  }
  return statement;
}

function statementOf(value: unknown, row: number, directory: HospitalDirectory): Row {
  const result = safeParse(StatementRow, value);
  if (!result.success) {
    const [problem] = schemaProblems(result.error.issues, value, (path) =>
      path.length === 0 ? Object.keys(StatementRow.shape) : SCOPE_FIELDS,
    );
    throw invalidFeed(withoutStop(problem!.message), { row, field: problem!.field });
  }
  for (const field of ["needs", "exceptNeeds"] as const) {
    for (const word of result.data.scope?.[field] ?? []) {
      const complaint = directory.vocabulary.complaintAbout(word);
      if (complaint !== undefined) throw invalidFeed(withoutStop(complaint), { row, field: `scope.${field}` });
    }
  }
  return result.data;
}

/** All statements about one hospital as one: open is the absence of everything else. */
function combined(
  hospital: string,
  statements: readonly { readonly row: number; readonly statement: Row }[],
  match: HospitalMatch,
): HospitalReading {
  const restrictions: FeedRestriction[] = [];
  const parts = new Set<string | undefined>();
  for (const { row, statement } of statements) {
    if (flagOf(statement) !== "restricted") continue;
    const restriction = restrictionOf(statement, hospital, row, match);
    const part = unusedPart(restriction, parts);
    parts.add(part);
    restrictions.push(part === undefined ? restriction : { part, ...restriction });
  }
  const flags = new Set(statements.map(({ statement }) => flagOf(statement)));
  if (flags.size > 1) {
    const { row } = statements.at(-1)!;
    throw invalidFeed(`${hospital} is said to be both ${[...flags].join(" and ")}`, { row, field: "open" });
  }
  // The oldest: the whole is no newer than its oldest part.
  const observed = statements.map(({ statement: { observedAt } }) => observedAt).filter((text) => text !== undefined);
  const observedAt = observed.map((text) => readInstant(text)!).sort((a, b) => a.epochMs - b.epochMs)[0];
  const handoverMinutes = statements.map(({ statement }) => statement.handoverMinutes).find((one) => one !== undefined);
  const [flag] = flags;
  return defined({
    hospital,
    state: flag === "unknown" ? "unknown" : flag === "open" ? "accepting" : "restricted",
    restrictions,
    observedAt,
    handoverMinutes,
  });
}

const flagOf = ({ open }: Row): "open" | "unknown" | "restricted" =>
  open === true ? "open" : open === null ? "unknown" : "restricted";

function restrictionOf(statement: Row, hospital: string, row: number, match: HospitalMatch): FeedRestriction {
  const { effect = "divert", scope, from, until, reason = "Closed", authorisedBy } = statement;
  const divertTo = statement.divertTo === undefined ? undefined : match.find([statement.divertTo]);
  if (statement.divertTo !== undefined && (divertTo === undefined || divertTo === hospital)) {
    const why = divertTo === undefined ? "is none of the hospitals" : "is the hospital itself";
    throw invalidFeed(`divertTo is ${quote(statement.divertTo)}, which ${why}`, { row, field: "divertTo" });
  }
  return defined({ effect, scope, from, until, divertTo, reason, authorisedBy });
}

/** Keys of statuses are at most 200 characters, of which `feed:`, the feed's id and a colon may take 70. */
const MAX_PART = 120;

/** None for the first restriction of everyone; else what it asks of whom, numbered where that comes again. */
function unusedPart({ effect, scope }: FeedRestriction, used: ReadonlySet<string | undefined>): string | undefined {
  const normal = normalScope(scope ?? {});
  if (Object.keys(normal).length === 0 && !used.has(undefined)) return undefined;
  const key = restrictionKey(effect, normal);
  const part = key.length <= MAX_PART ? key : checksumOfText(key).slice("sha256:".length, 39);
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? part : `${part}:${number}`;
    if (!used.has(numbered)) return numbered;
  }
}

const epochMs = (text: string): number => readInstant(text)?.epochMs ?? Number.NaN;

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, "");
