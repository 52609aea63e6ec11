import * as Plot from "@observablehq/plot";

/** A row of a chart that tells its figures when pointed at. */
interface HitRow {
  title: string;
  /** Pixels from the top. */
  top: number;
  bottom: number;
}

interface HitOptions {
  className?: string;
  /** How far the boxes reach beyond the frame, to the left and to the right: over names in the margins. */
  beyond?: [number, number];
}

/** Unseen boxes over rows: a dot is too small to be pointed at, and one title does for all marks of a row. */
export function hitMarks(
  rows: HitRow[],
  [low, high]: [number, number],
  { className, beyond: [left, right] = [0, 0] }: HitOptions = {},
): Plot.Markish[] {
  return [
    Plot.rect(rows, {
      className: ["hit", className].filter(Boolean).join(" "),
      x1: () => low,
      x2: () => high,
      y1: "top",
      y2: "bottom",
      insetLeft: -left,
      insetRight: -right,
      fill: "none",
      pointerEvents: "all",
      title: "title",
    }),
  ];
}
