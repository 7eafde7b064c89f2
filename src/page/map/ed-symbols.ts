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
