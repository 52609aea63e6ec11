import * as Plot from "@observablehq/plot";
import { type Analysis, type CalibrationBin, type Estimate, type ModelAnalysis, wilsonInterval } from "xent";
import { count, figure, percent, percentWithError } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { draw } from "./draw.ts";

// Equal axes: a unit is as long across as upright, so that the diagonal is one.
const unit = 290;
const marginLeft = 46;
const marginRight = 14;
const marginTop = 26;
const marginBottom = 40;
/** Below the curve, in units of the axis: a gap, and the histogram of the rows. */
const floor = -0.05;
const lowest = -0.27;
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** How often a model was right where it was so and so sure, with an interval in each bin, and where its rows are. */
export function reliabilityChart(analysis: Analysis, m: number, options: ChartOptions): Chart | undefined {
  const { calibration, designEffect, crossEntropyFinite } = analysis.models[m];
  const filled = calibration?.bins.filter(({ rows }) => rows > 0) ?? [];
  if (!calibration || filled.length === 0) return undefined;
  // Rows that depend on each other are worth fewer: as many fewer as they are for the loss.
  const effect = Math.max(designEffect ?? 1, 1);
  const z = reachOf(crossEntropyFinite);
  const bins = filled.map((bin) => ({
    ...bin,
    interval: z === null ? null : wilsonInterval(bin.accuracy, bin.rows / effect, z),
  }));
  const id = `${options.prefix}reliability`;
  const title = "Reliability";
  const description = [
    `How often the top class was right, by its probability, with ${percent(analysis.level, 0)} intervals by the rows in each bin${dependence(analysis.models[m], effect)}.`,
    "Below the diagonal is overconfident, above it underconfident; the bars show where the rows are.",
  ].join(" ");
  const svg = draw(
    {
      id,
      title,
      description,
      width: marginLeft + unit + marginRight,
      height: marginTop + Math.round(unit * (1 - lowest)) + marginBottom,
      marginTop,
      marginRight,
      marginBottom,
      marginLeft,
      x: { domain: [0, 1] },
      y: { domain: [lowest, 1] },
      marks: [
        ...axes(),
        ...histogram(bins),
        Plot.rect(bins, {
          x1: "lower",
          x2: "upper",
          y1: ({ interval }: Bin) => interval?.[0],
          y2: ({ interval }: Bin) => interval?.[1],
          fill: "var(--xent-band)",
        }),
        ...words(bins, errorOf(calibration.expectedCalibrationError)),
        Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, strokeDasharray: "5 4" }),
        Plot.line(withGaps(bins), {
          x: "confidence",
          y: "accuracy",
          stroke: "var(--xent-mark)",
        }),
        Plot.dot(bins, { x: "confidence", y: "accuracy", r: 4, fill: "var(--xent-mark)", stroke: "none" }),
        Plot.rect(bins, {
          className: "hit",
          x1: "lower",
          x2: "upper",
          y1: () => lowest,
          y2: () => 1,
          fill: "none",
          pointerEvents: "all",
          title: sentence,
        }),
      ],
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(bins) };
}

interface Bin extends CalibrationBin {
  interval: [number, number] | null;
}

const errorOf = (error: Estimate): string =>
  error.interval ? percentWithError(error) : percent(error.estimate);

/** What the intervals make of rows that depend on each other. */
function dependence({ clusters }: ModelAnalysis, effect: number): string {
  if (clusters === undefined) return "";
  return effect === 1
    ? ", taken as independent"
    : `, divided by the design effect of the loss (${figure(effect, 1)})`;
}

/** How many standard errors the intervals of this analysis reach (Student's t): its upper end is never cut. */
function reachOf({ estimate, standardError, interval }: Estimate): number | null {
  return interval && standardError ? (interval[1] - estimate) / standardError : null;
}

/** An empty bin interrupts the line: nothing is known between its neighbours. */
function withGaps(bins: Bin[]): { confidence: number; accuracy: number }[] {
  return bins.flatMap((bin, b) => [
    ...(b > 0 && bins[b - 1].upper < bin.lower - 1e-9
      ? [{ confidence: Number.NaN, accuracy: Number.NaN }]
      : []),
    bin,
  ]);
}

function axes(): Plot.Markish[] {
  const text = ticks.map((tick) => figure(tick * 100, 0));
  const grid = { stroke: "var(--xent-grid)" };
  return [
    Plot.ruleY(ticks, grid),
    Plot.ruleX(ticks, { ...grid, y1: 0, y2: 1 }),
    Plot.text(ticks, { y: ticks, text, frameAnchor: "left", textAnchor: "end", dx: -6 }),
    Plot.text(ticks, { x: ticks, text, frameAnchor: "bottom", lineAnchor: "top", dy: 5 }),
    Plot.text(["confidence (%)"], { frameAnchor: "bottom", lineAnchor: "top", dy: 22 }),
    Plot.text(["was right (%)"], {
      frameAnchor: "top-left",
      lineAnchor: "bottom",
      textAnchor: "start",
      dx: -34,
      dy: -10,
    }),
  ];
}

/** Where the two words may stand: left ends and heights, on their side of the diagonal. */
const above = [
  [0.03, 0.94],
  [0.03, 0.83],
  [0.2, 0.94],
  [0.4, 0.94],
];
const below = [
  [0.64, 0.06],
  [0.64, 0.17],
  [0.46, 0.06],
  [0.28, 0.06],
];

/** What a side of the diagonal means, where no bin is in the way. */
function words(bins: Bin[], error: string): Plot.Markish[] {
  const isFree = ([x, y]: number[]) =>
    bins.every(({ lower, upper, accuracy, interval }) => {
      const [low, high] = interval ?? [accuracy, accuracy];
      return upper < x || lower > x + 0.34 || low > y + 0.05 || high < y - 0.05;
    });
  const word = (text: string, places: number[][]) =>
    places
      .filter(isFree)
      .slice(0, 1)
      .map(([x, y]) => Plot.text([text], { x: () => x, y: () => y, textAnchor: "start", fillOpacity: 0.8 }));
  return [
    ...word("underconfident", above),
    ...word("overconfident", below),
    Plot.text([`calibration error ${error}`], {
      textAnchor: "end",
      fillOpacity: 0.8,
      frameAnchor: "top-right",
      dy: -10,
      lineAnchor: "bottom",
    }),
  ];
}

function histogram(bins: Bin[]): Plot.Markish[] {
  const most = Math.max(...bins.map(({ rows }) => rows));
  const all = bins.reduce((sum, { rows }) => sum + rows, 0);
  const left = { frameAnchor: "left", textAnchor: "end", dx: -6 } as const;
  return [
    Plot.text([percent(most / all, 0)], { ...left, y: () => floor - 0.025 }),
    Plot.text(["rows"], { ...left, y: () => lowest + 0.025 }),
    Plot.rect(bins, {
      x1: "lower",
      x2: "upper",
      y1: () => lowest,
      y2: ({ rows }: Bin) => lowest + (floor - lowest) * (rows / most),
      insetLeft: 0.5,
      insetRight: 0.5,
      fill: "currentColor",
      fillOpacity: 0.55,
    }),
    Plot.ruleY([lowest]),
  ];
}

const span = ({ lower, upper }: Bin): string => `${figure(lower * 100, 0)}–${figure(upper * 100, 0)} %`;

const endsOf = ({ interval }: Bin): string =>
  interval ? `${figure(interval[0] * 100, 1)} to ${percent(interval[1])}` : "–";

function sentence(bin: Bin): string {
  const { rows, confidence, accuracy } = bin;
  return `confidence ${span(bin)}: ${count(rows)} ${rows === 1 ? "row" : "rows"}, said ${percent(confidence)}, was right ${percent(accuracy)} (${endsOf(bin)})`;
}

function tableOf(bins: Bin[]): Chart["table"] {
  return {
    head: ["confidence", "rows", "said", "was right", "interval", "gap"],
    names: [0],
    rows: bins.map((bin) => [
      span(bin),
      count(bin.rows),
      percent(bin.confidence),
      percent(bin.accuracy),
      endsOf(bin),
      figure((bin.confidence - bin.accuracy) * 100, 1),
    ]),
  };
}
