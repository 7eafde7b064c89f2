/** A label that would like to be shown beside its symbol, in pixels, and how much it matters. */
export interface WantedLabel {
  /** The middle of the symbol, which covers other labels. */
  readonly x: number;
  readonly y: number;
  readonly symbolSize: number;
  readonly width: number;
  readonly height: number;
  readonly weight: number;
}

/** On which side of its symbol a label has room. */
type LabelSide = "right" | "left";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * Where labels have room, undefined where there is none: the weightiest choose first, then in the order given, right
 * before left unless it would be cut off there, each where no symbol but its own and no label before it lies.
 *
 * @param mapWidth in pixels; labels are placed from its left edge on.
 */
export function roomForLabels(labels: readonly WantedLabel[], mapWidth: number): readonly (LabelSide | undefined)[] {
  const symbols = labels.map(({ x, y, symbolSize }): Box => {
    const half = symbolSize / 2;
    return { left: x - half, top: y - half, right: x + half, bottom: y + half };
  });
  const taken: Box[] = [];
  const sides = labels.map((): LabelSide | undefined => undefined);
  const order = [...labels.keys()].sort((a, b) => labels[b]!.weight - labels[a]!.weight || a - b);
  for (const index of order) {
    const { y, width, height } = labels[index]!;
    const { left, right } = symbols[index]!;
    const [top, bottom] = [y - height / 2, y + height / 2];
    const places = {
      right: { left: right, top, right: right + width, bottom },
      left: { left: left - width, top, right: left, bottom },
    };
    const isCutOff = right + width > mapWidth;
    for (const side of isCutOff ? (["left", "right"] as const) : (["right", "left"] as const)) {
      const box = places[side];
      const isTaken = (other: Box): boolean => overlap(box, other);
      if (taken.some(isTaken) || symbols.some((symbol, other) => other !== index && isTaken(symbol))) continue;
      taken.push(box);
      sides[index] = side;
      break;
    }
  }
  return sides;
}
