import stringWidth from "string-width";
import type { Estimate } from "xent";
import { intervalBar, type Scale, scaleEnds, scaleOf } from "./bars.ts";
import type { EvaluationTable } from "./evaluation-tables.ts";
import { cut, table } from "./table.ts";

/** Narrower than this, a column of intervals says nothing. */
const leastBar = 12;
const mostBar = 32;

interface Ruler {
  /** Where a line runs through all intervals. */
  rule?: number;
  /** Whether the scale begins at 0. */
  zero?: boolean;
}

/** A table for a terminal; where there is room, its estimates stand beside it as intervals. */
export function layOut(of: EvaluationTable, width: number, ruler: Ruler = {}): string[] {
  if (of.rows.length === 0) return [];
  const plain = table(of.head, of.rows, { left: of.left, width });
  const more = of.more > 0 ? [`… and ${of.more.toLocaleString("en-US")} more`] : [];
  const room = Math.min(width - Math.max(...plain.map((line) => stringWidth(line))) - 2, mostBar);
  const drawn = (of.estimates ?? []).filter((one) => one !== undefined);
  if (room < leastBar || !drawn.some(({ interval }) => interval)) return [...plain, ...more];
  const scale = scaleOf(drawn, room, ruler);
  const bars = of.rows.map((_, r) => barOf(of.estimates?.[r], scale));
  const head = [...of.head, scaleEnds(scale)];
  const rows = of.rows.map((row, r) => [...row, bars[r]]);
  return [...table(head, rows, { left: [...of.left, of.head.length], width }), ...more];
}

const barOf = (estimate: Estimate | undefined, scale: Scale): string =>
  estimate ? intervalBar(estimate, scale) : "";

/** Intervals a line each, beside their names, over the whole width. */
export function intervalLines(
  names: string[],
  estimates: Estimate[],
  width: number,
  { ruleName, ...ruler }: Ruler & { ruleName: string },
): string[] {
  if (!estimates.some(({ interval }) => interval)) return [];
  const longest = Math.min(Math.max(...names.map((name) => stringWidth(name))), Math.floor(width * 0.4));
  const scale = scaleOf(estimates, Math.min(width - longest - 2, 72), ruler);
  const head = ["", scaleEnds(scale)];
  const rows = names.map((name, i) => [cut(name, longest), intervalBar(estimates[i], scale)]);
  const legend = ruler.rule === undefined ? [] : [["", `│ ${ruleName}`]];
  return table(head, [...rows, ...legend], { left: [0, 1], width });
}
