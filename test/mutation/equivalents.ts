/**
 * Mutants that behave as what they replace, and why: they are not run. Each is told by the text of its line, so that it
 * is found wherever the line moves, and no longer counts once the line is written otherwise.
 */
export interface Equivalent {
  readonly file: string;
  /** The line, without the white space around it. */
  readonly code: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "(text) => isCalendarDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))),",
    from: "10",
    to: "11",
    why: "the text has ten letters",
  },
  {
    file: "src/hospitals/directory/opening-hours.ts",
    code: "for (let day = today - 1; day < today + HORIZON_DAYS; day++) {",
    from: "1",
    to: "2",
    why: "a span of the day before yesterday began before any moment of today",
  },
];
