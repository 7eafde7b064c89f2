/** Digits in groups of three: 264,346. */
export const grouped = (value: number): string => value.toLocaleString("en-GB");

/** Two columns, the left one padded to one width. */
export function definitionList(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, text]) => `${term.padEnd(width)}  ${text}\n`).join("");
}

/** Rows as columns two spaces apart, each as wide as its widest cell: the first `leftCount` ranged left, the others right. */
export function textColumns(rows: readonly (readonly string[])[], leftCount: number): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < leftCount ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
}
