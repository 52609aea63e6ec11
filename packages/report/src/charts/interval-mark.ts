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
}

/** Half of the length of the bars at the ends. */
const cap = 4;

/** Intervals as lines with a bar at each end, or an arrowhead where they go on beyond the domain. */
export function intervalMarks(
  rows: IntervalRow[],
  { domain: [low, high], className }: IntervalOptions,
): Plot.Markish[] {
  const inside = (value: number) => Math.min(Math.max(value, low), high);
  return [
    Plot.link(rows, {
      className,
      strokeWidth: 1.5,
      x1: ({ interval }: IntervalRow) => inside(interval[0]),
      x2: ({ interval }: IntervalRow) => inside(interval[1]),
      y: "y",
      render: (index, _scales, { x1, x2, y1 }, _dimensions, { document }) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        const parts = Array.from(index, (i) => {
          const { interval } = rows[i];
          const [from, to, y] = [x1, x2, y1].map((values) => Math.round((values as number[])[i] * 10) / 10);
          const first =
            interval[0] < low
              ? `M${from + 6} ${y - cap}l-6 ${cap} 6 ${cap}m-6-${cap}`
              : `M${from} ${y - cap}v${2 * cap}m0-${cap}`;
          const last = interval[1] > high ? `m-6-${cap}l6 ${cap}-6 ${cap}` : `m0-${cap}v${2 * cap}`;
          return `${first}H${to}${last}`;
        });
        path.setAttribute("d", parts.join(""));
        path.setAttribute("fill", "none");
        path.setAttribute("stroke", "currentColor");
        path.setAttribute("stroke-width", "1.5");
        if (className !== undefined) path.setAttribute("class", className);
        return path;
      },
    }),
  ];
}
