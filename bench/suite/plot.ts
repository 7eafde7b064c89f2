import type { Growth } from "./growth";

const WIDTH = 960;
const HEIGHT = 760;
const MARGIN = { left: 76, right: 300, top: 64, bottom: 56 };
const MINIMUM_LABEL_GAP = 15;

const PER_UNIT = { ns: 1, us: 1e3, ms: 1e6, bytes: 1 } as const;

/** Told apart by colour-blind readers too (Okabe and Ito); lines beyond the eighth are dashed. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7a7a00"];

/**
 * Medians over nodes as an SVG, both axes logarithmic, so that growth like a power of the nodes is a straight line whose
 * slope is the exponent. Cases counted in bytes are left out: the axis is time.
 */
export function growthPlot(growths: readonly Growth[], title: string, subtitle: string): string {
  const timed = growths.filter(({ unit }) => unit !== "bytes");
  const nodes = timed.flatMap(({ points }) => points.map((point) => point.nodes));
  const times = timed.flatMap(({ points, unit }) => points.map(({ median }) => median * PER_UNIT[unit]));
  if (times.length === 0) throw new RangeError("There is nothing to draw: no timed case has two sizes.");
  const x = logScale(Math.min(...nodes), Math.max(...nodes), MARGIN.left, WIDTH - MARGIN.right);
  const [low, high] = [Math.floor(Math.log10(Math.min(...times))), Math.ceil(Math.log10(Math.max(...times)))];
  const y = logScale(10 ** low, 10 ** Math.max(high, low + 1), HEIGHT - MARGIN.bottom, MARGIN.top);
  const labelY = spreadLabels(timed.map((growth) => y(lastTime(growth))));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(MARGIN.left, 26, title, 'font-size="17" font-weight="600"'),
    text(MARGIN.left, 45, subtitle, 'fill="#555555"'),
    ...timeAxis(low, Math.max(high, low + 1), y),
    ...nodeAxis(
      [...new Set(nodes)].sort((a, b) => a - b),
      x,
    ),
    ...timed.flatMap((growth, i) => line(growth, i, x, y, labelY[i]!)),
    "</svg>\n",
  ].join("\n");
}

type Scale = (value: number) => number;

function logScale(low: number, high: number, from: number, to: number): Scale {
  const span = Math.log(high / low) || 1;
  return (value) => from + (Math.log(value / low) / span) * (to - from);
}

function timeAxis(low: number, high: number, y: Scale): string[] {
  const right = WIDTH - MARGIN.right;
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).flatMap((power) => {
    const at = y(10 ** power).toFixed(1);
    return [
      `<line x1="${MARGIN.left}" x2="${right}" y1="${at}" y2="${at}" stroke="#dddddd"/>`,
      text(MARGIN.left - 8, Number(at) + 4, timeLabel(power), 'text-anchor="end" fill="#555555"'),
    ];
  });
}

/** 10 to a power, in nanoseconds. */
function timeLabel(power: number): string {
  const units = ["ns", "µs", "ms", "s"];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(power / 3)));
  return `${10 ** (power - 3 * unit)} ${units[unit]}`;
}

function nodeAxis(sizes: readonly number[], x: Scale): string[] {
  const bottom = HEIGHT - MARGIN.bottom;
  return [
    ...sizes.flatMap((size) => {
      const at = x(size).toFixed(1);
      return [
        `<line x1="${at}" x2="${at}" y1="${MARGIN.top}" y2="${bottom}" stroke="#eeeeee"/>`,
        text(Number(at), bottom + 18, size.toLocaleString("en-GB"), 'text-anchor="middle" fill="#555555"'),
      ];
    }),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, bottom + 42, "nodes", 'text-anchor="middle" fill="#555555"'),
  ];
}

const lastTime = ({ points, unit }: Growth): number => points.at(-1)!.median * PER_UNIT[unit];

function line({ case: name, points, unit, exponent }: Growth, i: number, x: Scale, y: Scale, labelY: number): string[] {
  const colour = COLOURS[i % COLOURS.length]!;
  const places = points.map(({ nodes, median }) => [x(nodes), y(median * PER_UNIT[unit])] as const);
  const drawn = places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(" ");
  const dashes = i < COLOURS.length ? "" : ' stroke-dasharray="6 4"';
  const [endX, endY] = places.at(-1)!;
  const labelX = WIDTH - MARGIN.right + 22;
  return [
    `<polyline points="${drawn}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`,
    ...places.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${colour}"/>`),
    `<line x1="${(endX + 4).toFixed(1)}" y1="${endY.toFixed(1)}" x2="${labelX - 4}" y2="${labelY.toFixed(1)}" stroke="${colour}" stroke-width="0.7"/>`,
    text(labelX, labelY + 4, `${name}  n^${exponent.toFixed(2)}`, `fill="${colour}"`),
  ];
}

/** Moves labels apart, in their order, as little as it takes. */
function spreadLabels(wanted: readonly number[]): number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]!);
  const placed: number[] = new Array(wanted.length).fill(0);
  let free = MARGIN.top;
  for (const label of order) {
    placed[label] = Math.max(free, wanted[label]!);
    free = placed[label]! + MINIMUM_LABEL_GAP;
  }
  let limit = HEIGHT - MARGIN.bottom;
  for (const label of order.reverse()) {
    placed[label] = Math.min(limit, placed[label]!);
    limit = placed[label]! - MINIMUM_LABEL_GAP;
  }
  return placed;
}

const text = (x: number, y: number, content: string, attributes = ""): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;

const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
