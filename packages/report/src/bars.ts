import type { Estimate } from "xent";
import { figure } from "./format.ts";

const eighths = "▏▎▍▌▋▊▉█";
const levels = "▁▂▃▄▅▆▇█";

/** A bar from the left, in eighths of a character: `width` characters are the whole. */
export function bar(share: number, width: number): string {
  const parts = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  const rest = parts % 8;
  return "█".repeat(Math.floor(parts / 8)) + (rest > 0 ? eighths[rest - 1] : "");
}

/** A character for each share from 0 to 1; `·` where it is unknown. */
export const sparkline = (shares: (number | undefined)[]): string =>
  shares
    .map((share) =>
      share === undefined ? "·" : levels[Math.min(Math.floor(Math.min(Math.max(share, 0), 1) * 8), 7)],
    )
    .join("");

/** What a column of intervals is drawn on. */
export interface Scale {
  low: number;
  high: number;
  /** Where a line runs through all rows: the base rate, or no difference. */
  rule?: number;
  /** Characters. */
  width: number;
}

/** A scale that holds all finite estimates with their intervals, and the rule. */
export function scaleOf(
  estimates: Estimate[],
  width: number,
  options: { rule?: number; zero?: boolean } = {},
): Scale {
  const ends = estimates.flatMap(({ estimate, interval }) => [estimate, ...(interval ?? [])]);
  const all = [
    ...ends,
    ...(options.rule === undefined ? [] : [options.rule]),
    ...(options.zero ? [0] : []),
  ].filter(Number.isFinite);
  return { low: Math.min(...all), high: Math.max(...all), rule: options.rule, width };
}

/** `  ├──●──┤  │`: an estimate with its interval, and the rule; `∞` at the end where it is infinite. */
export function intervalBar({ estimate, interval }: Estimate, { low, high, rule, width }: Scale): string {
  // An end may be infinite, and the scale holds only what is finite.
  const at = (value: number): number =>
    high > low ? Math.round(Math.min(Math.max((value - low) / (high - low), 0), 1) * (width - 1)) : 0;
  const characters = Array.from({ length: width }, () => " ");
  if (rule !== undefined) characters[at(rule)] = "│";
  if (Number.isNaN(estimate)) return characters.join("");
  if (!Number.isFinite(estimate)) {
    characters[estimate > 0 ? width - 1 : 0] = "∞";
    return characters.join("");
  }
  if (interval) {
    const [from, to] = [at(interval[0]), at(interval[1])];
    for (let c = from; c <= to; c++) characters[c] = characters[c] === "│" ? "┼" : "─";
    if (from < at(estimate) && characters[from] === "─") characters[from] = "├";
    if (to > at(estimate) && characters[to] === "─") characters[to] = "┤";
  }
  characters[at(estimate)] = "●";
  return characters.join("");
}

/** The ends of a scale in figures, as wide as its bars. */
export function scaleEnds({ low, high, width }: Scale): string {
  const decimals = high - low >= 1 ? 1 : 1 - Math.floor(Math.log10(high - low || 1));
  const [left, right] = [figure(low, decimals), figure(high, decimals)];
  const space = width - left.length - right.length;
  return space < 1 ? "".padEnd(width) : left + " ".repeat(space) + right;
}
