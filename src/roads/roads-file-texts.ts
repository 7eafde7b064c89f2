import * as z from "zod/mini";
import { Contradiction } from "../core/columns";
import { defined } from "../core/defined";
import { parseJson } from "../core/parse-json";
import { safeParse } from "../core/safe-parse";
import type { RoadNames } from "./graph/road-graph";
import { MAXIMUM_PROFILES } from "./graph/segment-table";
import type { RoadProfile, RoadsDescription } from "./road-index";

/** The sections of a `.roads` file that are text: the description, which is JSON, and the road table. */

// Control characters that no road sign carries; the builder's names are cleaned of them on the way in.
const FIELD_SEPARATOR = "\u001f";
const ROW_SEPARATOR = "\u001e";
const FIELDS = 8;

export const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);
// A copy, since browsers decode nothing that lies in shared memory.
const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.slice());

/** What the description section holds. */
export interface DescriptionSection extends Omit<RoadsDescription, "trusted"> {
  readonly checksum: string;
  /** Absent where there is one profile. */
  readonly servedProfiles?: readonly RoadProfile[];
}

const checksum = z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/));
const report = z.record(z.string(), z.unknown());

const descriptionSchema = z.strictObject({
  checksum,
  source: z.string(),
  notice: z.string(),
  profile: z.string(),
  snapLimitMetres: z.number().check(z.nonnegative()),
  onFootKmh: z.optional(z.number().check(z.positive())),
  report,
  servedProfiles: z.optional(
    z
      .array(z.strictObject({ name: z.string(), checksum, report }))
      .check(z.minLength(2))
      .check(z.maxLength(MAXIMUM_PROFILES)),
  ),
});

export function encodeDescription({ trusted: _, ...description }: DescriptionSection & RoadsDescription): Uint8Array {
  return encodeText(JSON.stringify(description));
}

/** @throws Contradiction when it is not of the documented form. */
export function decodeDescription(bytes: Uint8Array): DescriptionSection {
  const description = valid(descriptionSchema, "description", decodeText(bytes));
  const names = description.servedProfiles?.map(({ name }) => name) ?? [description.profile];
  if (names[0] !== description.profile || new Set(names).size < names.length) {
    throw new Contradiction(`the description names the profiles ${names.join(", ")}, the first ${description.profile}`);
  }
  return defined(description);
}

const cautionsSchema = z.strictObject({
  access: z.optional(z.enum(["private", "at-times"])),
  ford: z.optional(z.literal(true)),
  barriers: z.optional(z.array(z.string())),
  ferry: z.optional(
    z.strictObject({
      waitSeconds: z.number().check(z.nonnegative()),
      hours: z.optional(z.string()),
      closedHours: z.optional(z.string()),
      season: z.optional(z.string()),
    }),
  ),
});

const JUNCTIONS: ReadonlySet<string> = new Set<RoadNames["junction"]>(["", "roundabout", "circular"]);

export function encodeRoadTable(roads: readonly RoadNames[]): Uint8Array {
  const clean = (text: string): string => text.replaceAll(FIELD_SEPARATOR, " ").replaceAll(ROW_SEPARATOR, " ");
  return encodeText(
    roads
      .map(({ name, ref, highway, junction, destination, exit, layer, cautions }) =>
        [name, ref, highway, junction, destination, exit, `${layer}`, cautions ? JSON.stringify(cautions) : ""]
          .map(clean)
          .join(FIELD_SEPARATOR),
      )
      .join(ROW_SEPARATOR),
  );
}

/** @throws Contradiction when a row is not of the documented form. */
export function decodeRoadTable(bytes: Uint8Array): RoadNames[] {
  return decodeText(bytes)
    .split(ROW_SEPARATOR)
    .map((text, row) => {
      const fields = text.split(FIELD_SEPARATOR);
      const [name, ref, highway, junction, destination, exit, layerText, cautions] = fields as Row;
      const layer = Number(layerText);
      if (fields.length !== FIELDS || !JUNCTIONS.has(junction) || layerText === "" || !Number.isInteger(layer)) {
        throw new Contradiction(`row ${row} of the road table has other fields than roads have`);
      }
      return defined({
        name,
        ref,
        highway,
        junction: junction as RoadNames["junction"],
        destination,
        exit,
        layer,
        cautions:
          cautions === "" ? undefined : defined(valid(cautionsSchema, `row ${row} of the road table`, cautions)),
      });
    });
}

type Row = [string, string, string, string, string, string, string, string];

function valid<S extends z.core.$ZodType>(schema: S, what: string, text: string): z.output<S> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new Contradiction(`${what} is no JSON: ${(cause as Error).message}`, { cause });
  }
  const result = safeParse(schema, value);
  // As it stands there, the order of its fields too: what is written again has the same bytes.
  if (result.success) return value as z.output<S>;
  const { path, message } = result.error.issues[0]!;
  throw new Contradiction(`${what} is not of its form${path.length === 0 ? "" : ` at ${path.join(".")}`}: ${message}`);
}
