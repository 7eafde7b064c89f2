import * as z from "zod";

export const SEVERITIES = ["minor", "significant", "considerable", "major", "catastrophic"] as const;
export const LIKELIHOODS = ["very low", "low", "medium", "high", "very high"] as const;

/** The example matrix of DCB0129's implementation guidance v3.2 (table 9): by likelihood, then severity as above. */
export const RISK_MATRIX: Record<(typeof LIKELIHOODS)[number], readonly number[]> = {
  "very high": [3, 4, 4, 5, 5],
  high: [2, 3, 3, 4, 5],
  medium: [2, 2, 3, 3, 4],
  low: [1, 2, 2, 3, 4],
  "very low": [1, 1, 2, 2, 3],
};

const Risk = z
  .strictObject({
    severity: z.enum(SEVERITIES),
    likelihood: z.enum(LIKELIHOODS),
    risk: z.int().min(1).max(5),
  })
  .refine(({ severity, likelihood, risk }) => RISK_MATRIX[likelihood][SEVERITIES.indexOf(severity)] === risk, {
    error: "the matrix gives another risk",
  });

const text = z.string().min(1);

const Hazard = z.strictObject({
  id: z.string().regex(/^H\d{2}$/),
  hazard: text,
  /** On patients. */
  effect: text,
  causes: z.array(text).min(1),
  /** In the product. */
  controls: z.array(text).min(1),
  /** Without the controls. */
  initial: Risk,
  /** With the controls in the product. */
  residual: Risk,
  /** What is left to the organisation that deploys the product. */
  deployer: text.optional(),
  /** Tests that fail when a control fails: the file, and the title as it stands there. */
  guardedBy: z.array(z.strictObject({ file: text, test: text })).min(1),
});
export type Hazard = z.infer<typeof Hazard>;

export const HazardLog = z.strictObject({ hazards: z.array(Hazard) });

const cell = (words: string): string => words.replaceAll("|", "\\|");
const list = (words: readonly string[]): string => cell(words.join("; "));

/** The table of the README, a line per hazard. */
export const hazardTable = (hazards: readonly Hazard[]): string =>
  [
    "| id | hazard | effect | causes | controls in the product | initial | residual | left to the deploying organisation | guarded by |",
    "|---|---|---|---|---|---|---|---|---|",
    ...hazards.map(({ id, hazard, effect, causes, controls, initial, residual, deployer = "", guardedBy }) => {
      const risk = (one: Hazard["initial"]): string => `${one.severity}, ${one.likelihood}: **${one.risk}**`;
      const guards = guardedBy.map(
        ({ file, test }) => `\`${file.replace(/^test\/|\.test\.ts$/g, "")}\`: ${cell(test)}`,
      );
      const cells = [id, cell(hazard), cell(effect), list(causes), list(controls), risk(initial), risk(residual)];
      return `| ${[...cells, cell(deployer), guards.join("<br>")].join(" | ")} |`;
    }),
  ].join("\n");
