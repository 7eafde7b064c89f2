import { REPORT_STYLE } from "./report-html-style";
import { Html, html, type Part } from "./report-html-text";

export interface ReportSection {
  readonly heading: string;
  readonly body: Part;
}

/** Something stated without proof, or where it is known from. */
export interface ReportAssumption {
  readonly text: string;
  /** Absent for what nobody has said. */
  readonly source?: string | undefined;
}

export interface ReportPage {
  readonly title: string;
  /** What the page is about, in a sentence. */
  readonly standfirst: string;
  /** What readers must know before they believe a figure; empty for nothing. */
  readonly caution: string;
  readonly figures: readonly { readonly value: string; readonly label: string }[];
  readonly sections: readonly ReportSection[];
  readonly assumptions: readonly ReportAssumption[];
  /** What it was computed from, as term and value. */
  readonly basis: readonly (readonly [term: string, value: string])[];
  /** Notices that travel with the data, and the intended use. */
  readonly notices: readonly string[];
}

/**
 * One page that holds everything it shows: nothing is fetched, no script is needed, and it is well-formed XML. All text is
 * escaped. The same contents give the same bytes.
 */
export function reportHtml(page: ReportPage): string {
  const { title, standfirst, caution, figures, sections, assumptions, basis, notices } = page;
  return html`<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>${title}</title>
<style>${new Html(REPORT_STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="standfirst">${standfirst}</p>
${caution === "" ? undefined : html`<p class="caution">${caution}</p>`}
<dl class="figures">${figures.map(({ value, label }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
</header>
${sections.map(
  ({ heading, body }) => html`<section>
<h2>${heading}</h2>
${body}
</section>
`,
)}${
  assumptions.length === 0
    ? undefined
    : html`<section>
<h2>Assumptions and sources</h2>
<ul>${assumptions.map(({ text, source }) => html`<li>${text}${source === undefined ? undefined : html` <span class="source">${source}</span>`}</li>\n`)}</ul>
</section>
`
}<section>
<h2>Basis</h2>
<p>The same basis gives the same page, byte for byte.</p>
<dl class="basis">${basis.map(([term, value]) => html`<dt>${term}</dt><dd><code>${value}</code></dd>`)}</dl>
</section>
<footer>${notices.map((notice) => html`<p>${notice}</p>`)}</footer>
</main>
</body>
</html>
`.text;
}
