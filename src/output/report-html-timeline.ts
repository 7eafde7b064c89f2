import { type Html, html, type Part } from "./report-html-text";

/** A stretch of time in which an ED asked for something. */
interface TimelineBar {
  readonly fromMs: number;
  readonly untilMs: number;
  /** All patients, or some. */
  readonly about: "all" | "some";
  /** For the row's note, and for those who point at the bar. */
  readonly text: string;
}

export interface TimelineRow {
  readonly label: string;
  /** Under the label; empty for nothing. */
  readonly note: string;
  /** Drawn dashed: what it asked changed no answer. */
  readonly isAway: boolean;
  readonly bars: readonly TimelineBar[];
}

interface TimelineTick {
  readonly atMs: number;
  readonly text: string;
}

interface Timeline {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly rows: readonly TimelineRow[];
  /** Beginnings of days. */
  readonly days: readonly TimelineTick[];
  /** Marked moments, such as what sources say. */
  readonly marks: readonly TimelineTick[];
  /** A count for each step of time, drawn below as columns; empty for none. */
  readonly flow: { readonly label: string; readonly stepMs: number; readonly counts: readonly number[] };
  readonly caption: Part;
}

const WIDTH = 1000;
const LEFT = 310;
const HEAD = 46;
const ROW = 36;
const FLOW = 90;

/** Who asked for what, and when, as bars over time. */
export function timelineFigure({ fromMs, untilMs, rows, days, marks, flow, caption }: Timeline): Html {
  const x = (ms: number): number => Math.round(LEFT + ((ms - fromMs) / (untilMs - fromMs)) * (WIDTH - LEFT - 10));
  const bottom = HEAD + rows.length * ROW;
  const most = Math.max(1, ...flow.counts);
  const hasFlow = flow.counts.length > 0;
  const height = bottom + (hasFlow ? FLOW + 30 : 10);
  const flowY = (count: number): number => Math.round(bottom + 20 + FLOW - (count / most) * FLOW);
  return html`<figure><div class="scroll"><svg role="img" aria-label="Restrictions over time, ED by ED" viewBox="0 0 ${WIDTH} ${height}">
${rows.map((_, row) => (row % 2 === 0 ? html`<rect class="band" x="0" y="${HEAD + row * ROW}" width="${WIDTH}" height="${ROW}"/>` : undefined))}
${days.map(({ atMs, text }) => html`<path class="grid" d="M${x(atMs)} ${HEAD - 8}V${height - 10}"/><text class="small soft" x="${x(atMs) + 4}" y="${HEAD - 10}">${text}</text>`)}
${rows.map(
  ({ label, note, isAway, bars }, row) =>
    html`<g><text class="label" x="8" y="${HEAD + row * ROW + (note === "" ? 23 : 16)}">${shortened(label)}</text>${
      note === ""
        ? undefined
        : html`<text class="small soft" x="8" y="${HEAD + row * ROW + 30}">${shortened(note)}</text>`
    }${bars.map(({ fromMs: begins, untilMs: ends, about, text }) => {
      const [from, until] = [x(begins), x(ends)];
      return html`<rect class="bar-${about}${isAway ? " bar-away" : ""}" x="${from}" y="${HEAD + row * ROW + 8}" width="${Math.max(2, until - from)}" height="${ROW - 16}"><title>${label}: ${text}</title></rect>`;
    })}</g>`,
)}
${marks.map(({ atMs, text }) => html`<path class="fact" d="M${x(atMs)} ${HEAD - 24}V${bottom}"/><text class="small" text-anchor="middle" x="${x(atMs)}" y="${HEAD - 30}">${text}</text>`)}
${
  hasFlow
    ? html`<g><text class="label" x="8" y="${bottom + 40}">${flow.label}</text><text class="small soft" text-anchor="end" x="${LEFT - 6}" y="${bottom + 26}">${most}</text><text class="small soft" text-anchor="end" x="${LEFT - 6}" y="${bottom + 20 + FLOW}">0</text><path class="grid" d="M${LEFT} ${bottom + 20 + FLOW}H${WIDTH - 10}"/>${flow.counts.map(
        (count, step) => {
          const from = x(fromMs + step * flow.stepMs);
          const until = x(Math.min(untilMs, fromMs + (step + 1) * flow.stepMs));
          return count === 0
            ? undefined
            : html`<rect class="bar-flow" x="${from}" y="${flowY(count)}" width="${Math.max(1, until - from - 1)}" height="${bottom + 20 + FLOW - flowY(count)}"/>`;
        },
      )}</g>`
    : undefined
}
</svg></div><figcaption>${caption}</figcaption></figure>`;
}

/** Labels end before the bars begin. */
const LONGEST_LABEL = 44;

const shortened = (text: string): string =>
  text.length <= LONGEST_LABEL ? text : `${text.slice(0, LONGEST_LABEL - 1).trimEnd()}\u2026`;
