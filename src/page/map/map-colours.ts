export type Theme = "light" | "dark";

/** By rank of road, from motorways to tracks: greys, so that EDs and routes stand out. */
export const RANK_COLOURS: Readonly<Record<Theme, readonly string[]>> = {
  light: ["#56657a", "#69778b", "#808c9d", "#99a3b0", "#b0b8c2", "#bfc6ce", "#d2d7dc"],
  dark: ["#8b9cb3", "#76879d", "#62728a", "#4d5b6f", "#414d5e", "#37424f", "#2c353f"],
};

/**
 * Catchments, from the palette of Okabe and Ito (2008), which people of any colour vision can tell apart; two more for
 * maps with many EDs.
 */
export const CATCHMENT_COLOURS: readonly Readonly<Record<Theme, string>>[] = [
  { light: "#0072b2", dark: "#3aa0dc" },
  { light: "#e69f00", dark: "#f0b429" },
  { light: "#009e73", dark: "#1fbf93" },
  { light: "#cc79a7", dark: "#e29ac2" },
  { light: "#d55e00", dark: "#f07a2b" },
  { light: "#56b4e9", dark: "#8fd0f5" },
  { light: "#7f6a00", dark: "#c9b458" },
  { light: "#5e4fa2", dark: "#a697e6" },
];

const darkQuery = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

export const currentTheme = (): Theme => (darkQuery().matches ? "dark" : "light");

export const onThemeChange = (listener: () => void): void => darkQuery().addEventListener("change", listener);
