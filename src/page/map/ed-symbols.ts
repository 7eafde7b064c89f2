import type { EdCondition } from "../../diversion/rules/ed-condition";
import { svg } from "../dom";

/** Outline and sign of each condition, in a square of 24 units: no two share a shape, so colour is never needed. */
const SHAPES: Readonly<Record<EdCondition, { readonly outline: string; readonly sign: string }>> = {
  open: { outline: "M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20z", sign: "M12 7v10M7 12h10" },
  partial: { outline: "M12 2L23 21H1z", sign: "M12 9v5M12 17.2v.1" },
  divert: { outline: "M12 1L23 12L12 23L1 12z", sign: "M8 15V11.5a2 2 0 0 1 2-2h6M13.5 6.500l3 3l-3 3" },
  refuse: { outline: "M7.500 2h9L22 7.500v9L16.500 22h-9L2 16.500v-9z", sign: "M8 8l8 8M16 8l-8 8" },
  shut: { outline: "M3 3h18v18h-18z", sign: "M7.500 12h9" },
  unknown: {
    outline: "M7 3h10l5 9l-5 9h-10l-5-9z",
    sign: "M9 9.500a3 3 0 1 1 4.200 2.700c-1 .5-1.200 1-1.200 1.800M12 17.200v.1",
  },
};

/** The symbol of a condition, to be coloured by its class. It says nothing by itself: words stand beside it. */
export function edSymbol(condition: EdCondition, size: number): SVGSVGElement {
  const { outline, sign } = SHAPES[condition];
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `symbol ${condition}`, "aria-hidden": "true" },
    svg("path", { class: "outline", d: outline }),
    svg("path", { class: "sign", d: sign }),
  );
}

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
