export interface Column {
  readonly heading: string;
  readonly rows: Readonly<Record<string, string>>;
}

const COLUMN_WIDTH = 38;

/** Columns under their headings, row by row, long text wrapped. */
export function sideBySide(columns: readonly Column[]): string {
  const labels = Object.keys(columns[0]?.rows ?? {});
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const line = (label: string, cells: readonly string[]): string =>
    `  ${label.padEnd(labelWidth)}  ${cells.map((cell) => cell.padEnd(COLUMN_WIDTH)).join("  ")}`.trimEnd();
  const lines = [
    line(
      "",
      columns.map(({ heading }) => heading.toUpperCase()),
    ),
    line(
      "",
      columns.map(() => "-".repeat(COLUMN_WIDTH)),
    ),
  ];
  for (const label of labels) {
    const cells = columns.map(({ rows }) => wrap(rows[label] ?? ""));
    for (let i = 0; i < Math.max(...cells.map((cell) => cell.length)); i++) {
      lines.push(
        line(
          i === 0 ? label : "",
          cells.map((cell) => cell[i] ?? ""),
        ),
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function wrap(text: string): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + 1 + word.length > COLUMN_WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
