import { type Html, html, type Part } from "./report-html-text";

interface TableColumn {
  readonly heading: string;
  /** Ranged right. */
  readonly isNumber?: boolean;
  /** Never broken over lines, as moments. */
  readonly isWhole?: boolean;
}

interface ReportTable {
  readonly caption: string;
  /** The first names the row. */
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Part[])[];
}

export function tableFigure({ caption, columns, rows }: ReportTable): Html {
  const kind = (column: number): Html | undefined => {
    const { isNumber = false, isWhole = false } = columns[column]!;
    return isNumber ? html` class="n"` : isWhole ? html` class="w"` : undefined;
  };
  return html`<div class="scroll"><table><caption>${caption}</caption><thead><tr>${columns.map(
    ({ heading }, column) => html`<th scope="col"${kind(column)}>${heading}</th>`,
  )}</tr></thead><tbody>
${rows.map(
  (row) =>
    html`<tr>${row.map((cell, column) => (column === 0 ? html`<th scope="row"${kind(column)}>${cell}</th>` : html`<td${kind(column)}>${cell}</td>`))}</tr>\n`,
)}</tbody></table></div>`;
}

interface LoadRow {
  readonly name: string;
  /** Beside the name; empty for nothing. */
  readonly tag: string;
  readonly before: number;
  readonly after: number;
}

interface LoadTable {
  readonly caption: string;
  /** What is counted, such as "patients". */
  readonly unit: string;
  readonly rows: readonly LoadRow[];
}

const grouped = (value: number): string => value.toLocaleString("en-GB");

/** The sign written out, with a minus as wide as the plus. */
const signed = (value: number): string =>
  value > 0 ? `+${grouped(value)}` : value < 0 ? `\u2212${grouped(-value)}` : "0";

/** What each ED takes before and after, as numbers and as bars. */
export function loadFigure({ caption, unit, rows }: LoadTable): Html {
  const most = Math.max(1, ...rows.flatMap(({ before, after }) => [before, after]));
  const width = (value: number): number => Math.round((value / most) * 1000) / 10;
  return html`<div class="scroll"><table><caption>${caption} <span class="legends"><svg class="legend" aria-hidden="true" viewBox="0 0 14 8" preserveAspectRatio="none"><rect class="was" width="14" height="8"/></svg>before <svg class="legend" aria-hidden="true" viewBox="0 0 14 8" preserveAspectRatio="none"><rect class="is" width="14" height="8"/></svg>after</span></caption><thead><tr><th scope="col">ED</th><th scope="col" class="n">${unit} before</th><th scope="col" class="n">after</th><th scope="col" class="n">change</th><th scope="col" class="bars"><span>before and after</span></th></tr></thead><tbody>
${rows.map(
  ({ name, tag, before, after }) =>
    html`<tr><th scope="row">${name}${tag === "" ? undefined : html` <span class="tag all">${tag}</span>`}</th><td class="n">${grouped(before)}</td><td class="n">${grouped(after)}</td><td class="n${after > before ? " up" : ""}">${signed(after - before)}</td><td class="bars"><svg aria-hidden="true" viewBox="0 0 100 20" preserveAspectRatio="none"><rect class="was" y="2" width="${width(before)}" height="7"/><rect class="is" y="11" width="${width(after)}" height="7"/></svg></td></tr>\n`,
)}</tbody></table></div>`;
}
