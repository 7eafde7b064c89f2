/** Digits in groups of three: 264,346. */
export const grouped = (value: number): string => value.toLocaleString("en-GB");

/** Two columns, the left one padded to one width. */
export function definitionList(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, text]) => `${term.padEnd(width)}  ${text}\n`).join("");
}
