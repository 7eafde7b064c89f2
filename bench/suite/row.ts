import { cpus, totalmem } from "node:os";
import * as z from "zod";
import { CASE_NAMES } from "./case-names";

/** One measured case on one graph, as `--json` writes it. */
export const BenchRowSchema = z.strictObject({
  case: z.enum(CASE_NAMES),
  graph: z.string(),
  nodes: z.int().min(0),
  edges: z.int().min(0),
  unit: z.enum(["ns", "us", "ms", "bytes"]),
  median: z.number().min(0),
  p99: z.number().min(0),
  samples: z.int().min(1),
  /** Of the answers, or of what was built; 8 hexadecimal digits. The same code, graph and seed give the same. */
  checksum: z.string().regex(/^[0-9a-f]{8}$/),
  machine: z.string(),
  node: z.string(),
});

export type BenchRow = z.infer<typeof BenchRowSchema>;

/** What the measuring was done on. */
export const thisMachine = (): string =>
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`;

/** One row per line, so that two runs can be compared with any tool. */
export const formatRows = (rows: readonly BenchRow[]): string =>
  `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`;

/** @throws Error in words when the text is not rows. */
export function parseRows(text: string, file: string): BenchRow[] {
  const result = z.array(BenchRowSchema).safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${file} holds no benchmark rows: at ${issue?.path.join(".")}, ${issue?.message}.`);
}
