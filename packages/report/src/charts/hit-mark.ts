import * as Plot from "@observablehq/plot";

/** A row of a chart that tells its figures when pointed at. */
interface HitRow {
  title: string;
  /** Pixels from the top. */
  top: number;
  bottom: number;
}

/** Unseen boxes over rows: a dot is too small to be pointed at, and one title does for all marks of a row. */
export function hitMarks(rows: HitRow[], [low, high]: [number, number], className?: string): Plot.Markish[] {
  return [
    Plot.rect(rows, {
      className: ["hit", className].filter(Boolean).join(" "),
      x1: () => low,
      x2: () => high,
      y1: "top",
      y2: "bottom",
      fill: "none",
      pointerEvents: "all",
      title: "title",
    }),
  ];
}
