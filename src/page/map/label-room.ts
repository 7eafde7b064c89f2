/** A label that would like to be shown: where, in pixels, and how much it matters. */
export interface WantedLabel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The symbol the label belongs to, which covers other labels: left, top and side. */
  readonly symbol: { readonly left: number; readonly top: number; readonly side: number };
  readonly weight: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * Which labels have room: the weightiest first, then in the order given, each where no symbol but its own and no label
 * before it lies.
 */
export function labelsWithRoom(labels: readonly WantedLabel[]): readonly boolean[] {
  const symbols = labels.map(({ symbol: { left, top, side } }) => ({
    left,
    top,
    right: left + side,
    bottom: top + side,
  }));
  const taken: Box[] = [];
  const hasRoom = labels.map(() => false);
  const order = [...labels.keys()].sort((a, b) => labels[b]!.weight - labels[a]!.weight || a - b);
  for (const index of order) {
    const { left, top, width, height } = labels[index]!;
    const box = { left, top, right: left + width, bottom: top + height };
    if (taken.some((other) => overlap(box, other))) continue;
    if (symbols.some((symbol, other) => other !== index && overlap(box, symbol))) continue;
    taken.push(box);
    hasRoom[index] = true;
  }
  return hasRoom;
}
