import type { MapGrid } from "../planning/situation/scene-map-data";

/** Units of drawing per cell. */
export const CELL = 5;

/**
 * The areas of EDs as path data: each a union of rectangles that do not overlap, one for every run of cells that repeats
 * from row to row.
 *
 * @param ed Int32[cells]: number of the ED of each cell; negative where there is none.
 * @param keep whether a cell is drawn. Default: all are.
 * @returns by number of the ED.
 */
export function areaPaths(
  { columns, rows }: Pick<MapGrid, "columns" | "rows">,
  ed: Int32Array,
  keep: (cell: number) => boolean = () => true,
): ReadonlyMap<number, string> {
  const paths = new Map<number, string>();
  const close = (run: Run, row: number): void => {
    const { owner, from, until, since } = run;
    const [width, height] = [(until - from) * CELL, (row - since) * CELL];
    const rectangle = `M${from * CELL} ${since * CELL}h${width}v${height}h-${width}z`;
    paths.set(owner, (paths.get(owner) ?? "") + rectangle);
  };
  let open: readonly Run[] = [];
  for (let row = 0; row <= rows; row++) {
    const runs =
      row === rows ? [] : runsOf(ed.subarray(row * columns, (row + 1) * columns), row, (c) => keep(row * columns + c));
    const carried = new Map(open.map((run) => [`${run.owner} ${run.from} ${run.until}`, run]));
    open = runs.map((run) => {
      const key = `${run.owner} ${run.from} ${run.until}`;
      const above = carried.get(key);
      carried.delete(key);
      return above ?? run;
    });
    for (const run of carried.values()) close(run, row);
  }
  return new Map([...paths].sort(([a], [b]) => a - b));
}

/** Cells of one row and one ED, `[from, until)`, the same in every row since one. */
interface Run {
  readonly owner: number;
  readonly from: number;
  readonly until: number;
  readonly since: number;
}

function runsOf(row: Int32Array, since: number, keep: (column: number) => boolean): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let column = 1; column <= row.length; column++) {
    if (column < row.length && row[column] === row[from] && keep(column) === keep(from)) continue;
    if (row[from]! >= 0 && keep(from)) runs.push({ owner: row[from]!, from, until: column, since });
    from = column;
  }
  return runs;
}

/** The lines between areas as path data, straight stretches in one. */
export function borderPath({ columns, rows }: Pick<MapGrid, "columns" | "rows">, ed: Int32Array): string {
  let path = "";
  const trace = (
    lines: number,
    length: number,
    differ: (line: number, step: number) => boolean,
    write: Stretch,
  ): void => {
    for (let line = 1; line < lines; line++) {
      for (let step = 0; step < length; step++) {
        if (!differ(line, step)) continue;
        const from = step;
        while (step + 1 < length && differ(line, step + 1)) step++;
        path += write(line * CELL, from * CELL, (step + 1 - from) * CELL);
      }
    }
  };
  const at = (row: number, column: number): number => Math.max(-1, ed[row * columns + column]!);
  trace(
    rows,
    columns,
    (row, column) => at(row - 1, column) !== at(row, column),
    (y, x, length) => `M${x} ${y}h${length}`,
  );
  trace(
    columns,
    rows,
    (column, row) => at(row, column - 1) !== at(row, column),
    (x, y, length) => `M${x} ${y}v${length}`,
  );
  return path;
}

type Stretch = (line: number, from: number, length: number) => string;

/**
 * A colour for each ED, as a number from 0, so that areas that touch differ: each ED in turn takes the first that none of
 * its neighbours has. When all are taken, the one that fewest of them have.
 *
 * @param pictures the same cells at different times: an ED keeps its colour.
 */
export function areaColours(
  { columns }: Pick<MapGrid, "columns">,
  pictures: readonly Int32Array[],
  edCount: number,
  colourCount: number,
): readonly number[] {
  const neighbours = Array.from({ length: edCount }, () => new Set<number>());
  const touch = (a: number, b: number): void => {
    if (a < 0 || b < 0 || a === b) return;
    neighbours[a]!.add(b);
    neighbours[b]!.add(a);
  };
  for (const ed of pictures) {
    for (let cell = 0; cell < ed.length; cell++) {
      if ((cell + 1) % columns !== 0) touch(ed[cell]!, ed[cell + 1]!);
      if (cell + columns < ed.length) touch(ed[cell]!, ed[cell + columns]!);
    }
  }
  const colours: number[] = [];
  for (let number = 0; number < edCount; number++) {
    const taken = Array.from({ length: colourCount }, () => 0);
    for (const neighbour of neighbours[number]!) {
      const colour = colours[neighbour];
      if (colour !== undefined) taken[colour]!++;
    }
    // Beginning at another colour each time spreads them: otherwise most of a sparse map has the first.
    const order = taken.map((_, step) => (number + step) % colourCount);
    colours.push(order.reduce((best, colour) => (taken[colour]! < taken[best]! ? colour : best)));
  }
  return colours;
}
