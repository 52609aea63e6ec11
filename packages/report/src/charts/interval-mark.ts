import * as Plot from "@observablehq/plot";

/** An interval in a row of a chart; ends outside of the domain are cut there. */
interface IntervalRow {
  interval: [number, number];
  /** Pixels from the top. */
  y: number;
}

interface IntervalOptions {
  domain: [number, number];
  className?: string;
  stroke?: string;
  /** Half of the length of the bars at its ends. */
  cap?: number;
}

/** Intervals as lines with a bar at each end, or an arrowhead where they go on beyond the domain. */
export function intervalMarks(
  rows: IntervalRow[],
  { domain: [low, high], className, stroke = "currentColor", cap = 4 }: IntervalOptions,
): Plot.Markish[] {
  const inside = (value: number) => Math.min(Math.max(value, low), high);
  const ends = rows.flatMap(({ interval: [from, to], y }) => [
    ...(from >= low && from <= high ? [{ x: from, y }] : []),
    ...(to <= high && to >= low ? [{ x: to, y }] : []),
  ]);
  const arrow = (where: { x: number; y: number }[], rotate: number) =>
    where.length === 0
      ? null
      : Plot.dot(where, {
          x: "x",
          y: "y",
          className,
          symbol: "triangle",
          rotate,
          r: 3.5,
          fill: stroke,
          stroke: "none",
        });
  return [
    Plot.ruleY(rows, {
      className,
      stroke,
      strokeWidth: 1.5,
      y: "y",
      x1: ({ interval }: IntervalRow) => inside(interval[0]),
      x2: ({ interval }: IntervalRow) => inside(interval[1]),
    }),
    Plot.ruleX(ends, {
      className,
      stroke,
      strokeWidth: 1.5,
      x: "x",
      y1: ({ y }: { y: number }) => y - cap,
      y2: ({ y }: { y: number }) => y + cap,
    }),
    arrow(
      rows.filter(({ interval }) => interval[0] < low).map(({ y }) => ({ x: low, y })),
      -90,
    ),
    arrow(
      rows.filter(({ interval }) => interval[1] > high).map(({ y }) => ({ x: high, y })),
      90,
    ),
  ];
}
