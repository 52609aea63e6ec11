import * as Plot from "@observablehq/plot";
import type { Analysis, Decomposition, Estimate } from "xent";
import { figure, percent, withError } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { chartWidth, draw } from "./draw.ts";
import { lossAxisWidth, lossAxisY } from "./loss-axis.ts";
import { exactly, inBothUnits } from "./loss-text.ts";
import { rulerMarks } from "./rulers.ts";

type Point = { temperature: number; crossEntropy: number };

const marginRight = 16;
const ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** The loss as a function of the temperature, with the model as it is, the best temperature and its interval. */
export function temperatureCurveChart(
  analysis: Analysis,
  m: number,
  options: ChartOptions,
): Chart | undefined {
  const { decomposition } = analysis.models[m];
  if (!decomposition?.curve || decomposition.curve.length < 2) return undefined;
  const all = [...decomposition.curve].sort((a, b) => a.temperature - b.temperature);
  const best = bestOf(decomposition);
  const id = `${options.prefix}temperature-curve`;
  const title = "Cross-entropy by temperature";
  const description = `The loss if the logits were divided by a temperature T: above 1 the model is less sure, below it surer.${best ? ` The shade is the ${percent(analysis.level, 0)} interval of the best.` : ""}`;
  const points = near(all);
  const [low, high] = [points[0].temperature, points[points.length - 1].temperature];
  const top = Math.max(...points.map(({ crossEntropy }) => crossEntropy)) * 1.05;
  const axis = { domain: [0, top] as [number, number], label: "cross-entropy", above: 36, ticks: 4 };
  const marginLeft = lossAxisWidth(axis);
  const inside = (temperature: number) => Math.min(Math.max(temperature, low), high);
  const one = all.filter(({ temperature }) => temperature === 1);
  const least = all.reduce((a, b) => (b.crossEntropy < a.crossEntropy ? b : a));
  const shown = ticks.filter((tick) => tick >= low && tick <= high);
  const svg = draw(
    {
      id,
      title,
      description,
      height: 270,
      marginTop: 58,
      marginRight,
      marginBottom: 40,
      marginLeft,
      x: { type: "log", domain: [low, high] },
      y: { domain: [0, top] },
      marks: [
        best?.interval
          ? Plot.rect([0], {
              x1: () => inside((best.interval as number[])[0]),
              x2: () => inside((best.interval as number[])[1]),
              y1: () => 0,
              y2: () => top,
              fill: "var(--xent-band)",
            })
          : null,
        ...lossAxisY(axis),
        Plot.text(shown, {
          x: shown,
          text: shown.map(String),
          frameAnchor: "bottom",
          lineAnchor: "top",
          dy: 6,
        }),
        Plot.text(["temperature (log scale)"], { frameAnchor: "bottom", lineAnchor: "top", dy: 24 }),
        Plot.ruleY([0]),
        ...rulerMarks(
          [
            { at: 1, dash: "6 3", text: "as it is, T = 1" },
            ...(best ? [{ at: best.estimate, dash: "1.5 3", text: `best, T = ${withError(best)}` }] : []),
          ].filter(({ at }) => at >= low && at <= high),
          {
            width: chartWidth - marginLeft - marginRight,
            share: (temperature) => Math.log(temperature / low) / Math.log(high / low),
          },
        ),
        Plot.line(points, {
          x: "temperature",
          y: "crossEntropy",
          stroke: "var(--xent-mark)",
          strokeWidth: 2,
        }),
        Plot.dot(one, {
          x: "temperature",
          y: "crossEntropy",
          r: 4.5,
          fill: "var(--xent-background)",
          stroke: "currentColor",
        }),
        Plot.dot(best ? [least] : [], {
          x: "temperature",
          y: "crossEntropy",
          symbol: "diamond",
          r: 5,
          fill: "var(--xent-mark)",
          stroke: "none",
        }),
        ...hits(thinned(points, least), top),
      ],
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(thinned(points, least)) };
}

const bestOf = ({ temperature }: Decomposition): Estimate | null =>
  temperature && Number.isFinite(temperature.estimate) ? temperature : null;

/** What is near the model or its best: far out the curve would squeeze the valley flat. */
function near(points: Point[]): Point[] {
  const least = Math.min(...points.map(({ crossEntropy }) => crossEntropy));
  const asItIs = points.find(({ temperature }) => temperature === 1)?.crossEntropy ?? least;
  const most = Math.max(asItIs * 1.15, least * 1.6);
  const kept = points.filter(({ crossEntropy }) => crossEntropy <= most);
  return kept.length >= 2 ? kept : points;
}

/** Every fourth point, the model as it is, and the best: a curve needs more of them than a reader. */
const thinned = (points: Point[], least: Point): Point[] =>
  points.filter((point, p) => p % 4 === 0 || point.temperature === 1 || point === least);

/** A strip about each point, from halfway to its neighbours. */
function hits(points: Point[], top: number): Plot.Markish[] {
  const between = (a: Point, b: Point) => Math.sqrt(a.temperature * b.temperature);
  const strips = points.map((point, p) => ({
    ...point,
    from: p === 0 ? point.temperature : between(points[p - 1], point),
    to: p === points.length - 1 ? point.temperature : between(point, points[p + 1]),
  }));
  return [
    Plot.rect(strips, {
      className: "hit",
      x1: "from",
      x2: "to",
      y1: () => 0,
      y2: () => top,
      fill: "none",
      pointerEvents: "all",
      title: ({ temperature, crossEntropy }: Point) =>
        `T = ${figure(temperature, 2)}: ${inBothUnits(crossEntropy)}`,
    }),
  ];
}

function tableOf(points: Point[]): Chart["table"] {
  return {
    head: ["temperature", "cross-entropy"],
    names: [0],
    rows: points.map(({ temperature, crossEntropy }) => [
      figure(temperature, 3),
      { loss: exactly(crossEntropy) },
    ]),
  };
}
