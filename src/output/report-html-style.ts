/** Fills of neighbouring areas: Paul Tol's "light" qualitative scheme, made for readers with any colour vision. */
export const AREA_COLOURS = [
  "#77aadd",
  "#ee8866",
  "#eedd88",
  "#ffaabb",
  "#99ddff",
  "#44bb99",
  "#bbcc33",
  "#dddddd",
] as const;

/** The look of a report, on a light or dark screen and on A4. No fonts, no images, nothing to fetch. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1a1c20; --soft: #5a606b; --line: #d5d9e0; --band: #f3f5f8;
  --accent: #0b5cab; --all: #b3261e; --some: #e8a33d; --before: #9aa3b2; --after: #0b5cab; --road: #43484f; --area: 1; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14161a; --ink: #e8eaee; --soft: #a3a9b5; --line: #343943; --band: #1d2026;
    --accent: #7db7f5; --all: #f2766c; --some: #e8b45f; --before: #737b89; --after: #7db7f5; --road: #000000; --area: 0.62; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.5rem; max-width: 46rem; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 3rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
p, li { max-width: 46rem; }
.standfirst { font-size: 1.1rem; color: var(--soft); margin: 0 0 1.5rem; }
.caution { border-left: 0.25rem solid var(--some); background: var(--band); padding: 0.6rem 1rem; max-width: 46rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 1px; background: var(--line);
  border: 1px solid var(--line); margin: 1.5rem 0; padding: 0; }
.figures div { background: var(--paper); padding: 0.8rem 1rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--soft); font-size: 0.875rem; line-height: 1.35; }
.figures dd { margin: 0; font-size: 1.7rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; }
figcaption { color: var(--soft); font-size: 0.9rem; margin-top: 0.5rem; max-width: 46rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font-family: inherit; }
.scroll { overflow-x: auto; }
.scroll > svg { min-width: 40rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1.25rem; }
.pair figure { margin: 0; }
.pair figcaption { color: var(--ink); font-weight: 600; margin: 0 0 0.4rem; }
.map { border: 1px solid var(--line); background: var(--band); }
.area { shape-rendering: crispEdges; opacity: var(--area); }
.area.kept { opacity: calc(var(--area) * 0.35); }
.edge { fill: none; stroke: var(--paper); stroke-width: 2; shape-rendering: crispEdges; }
.road { fill: none; stroke: var(--road); stroke-linejoin: round; stroke-linecap: round; opacity: 0.55; }
.leader { stroke: var(--ink); stroke-width: 1.5; }
.mark { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.mark.all { fill: var(--all); stroke: var(--paper); }
.mark.some { fill: var(--some); stroke: var(--ink); }
svg text.number { font-size: 15px; font-weight: 700; text-anchor: middle; }
svg text.number.all { fill: var(--paper); }
svg text.number.some { fill: #1a1c20; }
.key { columns: 15rem; column-gap: 1.5rem; list-style: none; padding: 0; margin: 1rem 0 0; font-size: 0.9rem; }
.key li { break-inside: avoid; display: flex; gap: 0.5rem; align-items: baseline; }
.key b { display: inline-block; min-width: 1.6rem; text-align: right; font-variant-numeric: tabular-nums; }
.key .swatch { width: 1.6rem; height: 0.9rem; flex: none; align-self: center; }
.grid { stroke: var(--line); stroke-width: 1; }
.band { fill: var(--band); }
.bar-all { fill: var(--all); }
.bar-some { fill: var(--some); }
.bar-away { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 4 3; fill-opacity: 0.45; }
.bar-flow { fill: var(--after); }
.fact { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 2 3; }
svg .soft { fill: var(--soft); }
svg .small { font-size: 11.5px; }
svg .label { font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 0.9rem; padding-bottom: 0.4rem; }
th, td { text-align: left; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; color: var(--soft); font-size: 0.85rem; vertical-align: bottom; border-bottom: 2px solid var(--line); }
.n { text-align: right; white-space: nowrap; }
thead .n { white-space: normal; }
.w { white-space: nowrap; }
.bars { width: 38%; min-width: 9rem; padding-right: 0; }
.bars svg { height: 1.35rem; margin-top: 0.05rem; }
.was { fill: var(--before); }
.is { fill: var(--after); }
.up { color: var(--all); font-weight: 600; }
.tag { font-size: 0.78rem; border: 1px solid var(--line); border-radius: 0.2rem; padding: 0 0.3rem; white-space: nowrap; color: var(--soft); }
.source { color: var(--soft); font-size: 0.85rem; }
.source::before { content: "["; }
.source::after { content: "]"; }
.tag.all { color: var(--all); border-color: currentColor; }
.legend { display: inline-block; width: 1.4rem; height: 0.75rem; vertical-align: -0.05rem; margin: 0 0.3rem 0 0.9rem; }
.legends { white-space: nowrap; }
code { font: 0.85em/1.4 ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl.basis { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1rem; font-size: 0.9rem; }
dl.basis dd { margin: 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; color: var(--soft); font-size: 0.9rem; }
@page { size: A4; margin: 14mm; }
@media print {
  :root { --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --band: #f3f5f8; --accent: #0b5cab; --all: #b3261e;
    --some: #e8a33d; --before: #9aa3b2; --after: #0b5cab; --road: #43484f; --area: 1; color-scheme: light; }
  html { font-size: 9.5pt; }
  body, main { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2 { margin-top: 1.5rem; break-after: avoid; }
  p, li, figcaption, .caution { max-width: none; }
  figure, tr, .figures, .pair figure, .caution, li { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  .scroll > svg { min-width: 0; }
  .pair { grid-template-columns: 1fr; max-width: 150mm; }
  .figures { grid-template-columns: repeat(5, 1fr); }
}
`;
