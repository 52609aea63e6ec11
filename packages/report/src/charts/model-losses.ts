import * as Plot from "@observablehq/plot";
import type { Analysis, Estimate, ModelAnalysis } from "xent";
import { count, figure, percent, withError } from "../format.ts";
import type { Cell, Chart, ChartOptions } from "./chart.ts";
import { chartWidth, draw, fontSize, halo, pixels } from "./draw.ts";
import { hitMarks } from "./hit-mark.ts";
import { intervalMarks } from "./interval-mark.ts";
import { barSymbol, intervalSymbol, key, keyHeight } from "./key.ts";
import { lossAxisX } from "./loss-axis.ts";
import { lossLabel } from "./loss-label.ts";
import { estimateIn, inBothUnits } from "./loss-text.ts";
import { fitText, textWidth } from "./text-width.ts";

const rowHeight = 46;
const barTop = 20;
const barHeight = 15;
const marginLeft = 10;
const marginRight = 14;
const inner = chartWidth - marginLeft - marginRight;

/**
 * The cross-entropy of every model with its interval, between nothing and the rulers, split where it is decomposed
 * into what the best temperature leaves and what it removes.
 */
export function modelLossesChart(analysis: Analysis, options: ChartOptions): Chart {
  const { models, level } = analysis;
  const id = `${options.prefix}model-losses`;
  const title = models.length === 1 ? "Cross-entropy" : "Cross-entropy of each model";
  const split = models.some(isSplit);
  const rulers = rulersOf(models);
  const domain: [number, number] = [0, highest(models, rulers)];
  const entries = [
    ...(split
      ? [
          { text: "refinement", symbol: barSymbol, fill: "var(--xent-mark)" },
          {
            text: "calibration loss",
            symbol: barSymbol,
            fill: "var(--xent-band)",
            stroke: "var(--xent-mark)",
          },
        ]
      : []),
    { text: `${percent(level, 0)} interval`, symbol: intervalSymbol, stroke: "currentColor" },
  ];
  const head = keyHeight(entries, inner) + rulers.length * 15 + 6;
  const foot = 40;
  const bottom = head + models.length * rowHeight;
  const description = [
    split
      ? "Bars from zero to the cross-entropy: the filled part (refinement) is left at the best temperature, which removes the pale part (calibration loss)."
      : "Bars from zero to the cross-entropy: shorter is better.",
    ...(rulers.length > 0
      ? ["Base rate is always predicting the class shares, uniform all classes evenly."]
      : []),
    ...(models.some(({ zeroProbabilities }) => zeroProbabilities > 0)
      ? ["∞: some labels had probability zero, and the bar shows the other rows."]
      : []),
  ].join(" ");
  const svg = draw(
    {
      id,
      title,
      description,
      height: bottom + foot,
      marginTop: head,
      marginBottom: foot,
      marginLeft,
      marginRight,
      x: { domain },
      y: pixels,
      marks: [
        ...lossAxisX({ low: 0, high: domain[1], label: "cross-entropy" }),
        ...rulerMarks(rulers, domain, head, bottom),
        ...models.flatMap((model, m) => rowMarks(model, m, head + m * rowHeight, domain)),
        Plot.ruleX([0]),
        ...key(entries, inner, { x: 0, y: -head }),
      ],
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(models) };
}

const isSplit = ({ decomposition }: ModelAnalysis): boolean => (decomposition?.refinement ?? null) !== null;

interface Ruler {
  name: string;
  loss: number;
  dash: string;
}

/** Of the first model that has them: rows in common have the same rulers. */
function rulersOf(models: ModelAnalysis[]): Ruler[] {
  const { uniformEntropy, priorEntropy } =
    models.find(({ priorEntropy: prior }) => prior !== undefined) ?? models[0];
  return [
    ...(uniformEntropy ? [{ name: "uniform", loss: uniformEntropy, dash: "1.5 3" }] : []),
    ...(priorEntropy ? [{ name: "base rate", loss: priorEntropy, dash: "6 3" }] : []),
  ];
}

/** All estimates and rulers, and of the intervals what does not squeeze these together. */
function highest(models: ModelAnalysis[], rulers: Ruler[]): number {
  const marks = [
    ...models.map(({ crossEntropyFinite }) => crossEntropyFinite.estimate),
    ...rulers.map(({ loss }) => loss),
  ];
  const ends = models.map(({ crossEntropyFinite: { interval, estimate } }) => interval?.[1] ?? estimate);
  const most = Math.max(...marks);
  return Math.min(Math.max(most, ...ends), most * 1.5) * 1.02 || 1;
}

function rulerMarks(rulers: Ruler[], domain: [number, number], head: number, bottom: number): Plot.Markish[] {
  return rulers.flatMap(({ name, loss, dash }, r) => {
    const y = head - 4 - (rulers.length - 1 - r) * 15;
    const right = loss > domain[1] / 2;
    const place = {
      x: () => loss,
      y: () => y,
      lineAnchor: "bottom",
      textAnchor: right ? "end" : "start",
      dx: right ? -4 : 4,
    } as const;
    return [
      Plot.ruleX([loss], { y1: y - 11, y2: bottom, strokeDasharray: dash, strokeWidth: 1.5 }),
      ...lossLabel(exact(loss), place, (one) => `${name} ${figure(one.estimate, 2)}`),
    ];
  });
}

function rowMarks(model: ModelAnalysis, m: number, top: number, domain: [number, number]): Plot.Markish[] {
  const { crossEntropyFinite, decomposition, zeroProbabilities } = model;
  const className = `model-${m}`;
  const loss = crossEntropyFinite.estimate;
  const known = Math.min(decomposition?.refinement?.estimate ?? loss, loss);
  const band = { className, y1: () => top + barTop, y2: () => top + barTop + barHeight };
  const middle = top + barTop + barHeight / 2;
  const infinite = zeroProbabilities > 0;
  const value = infinite
    ? `∞ (${count(zeroProbabilities)} ${zeroProbabilities === 1 ? "row" : "rows"}), else `
    : "";
  const valueWidth = textWidth(value + withError(estimateIn(crossEntropyFinite, "bits")), fontSize);
  return [
    Plot.rect([0], { ...band, x1: 0, x2: known, fill: "var(--xent-mark)" }),
    known < loss
      ? Plot.rect([0], {
          ...band,
          x1: known,
          x2: loss,
          fill: "var(--xent-band)",
          stroke: "var(--xent-mark)",
        })
      : null,
    infinite
      ? Plot.arrow([0], {
          className,
          x1: loss,
          x2: domain[1],
          y1: () => middle,
          y2: () => middle,
          strokeDasharray: "2 4",
          headLength: 6,
          inset: 4,
        })
      : null,
    ...(crossEntropyFinite.interval
      ? intervalMarks([{ interval: crossEntropyFinite.interval, y: middle }], { domain, className })
      : []),
    Plot.text([fitText(model.model, inner - valueWidth - 8, fontSize)], {
      className,
      frameAnchor: "left",
      y: () => top + barTop - 4,
      lineAnchor: "bottom",
      textAnchor: "start",
      fontWeight: 600,
      ...halo,
    }),
    ...lossLabel(
      crossEntropyFinite,
      {
        className,
        frameAnchor: "right",
        y: () => top + barTop - 4,
        lineAnchor: "bottom",
        textAnchor: "end",
        ...halo,
      },
      (one) => value + withError(one),
    ),
    ...hitMarks([{ title: sentence(model), top, bottom: top + rowHeight }], domain, className),
  ];
}

const exact = (loss: number): Estimate => ({ estimate: loss, standardError: null, interval: null });

function sentence({ model, crossEntropyFinite, zeroProbabilities, decomposition }: ModelAnalysis): string {
  const rows = zeroProbabilities === 1 ? "row" : "rows";
  const parts = [
    zeroProbabilities > 0
      ? `infinite, because ${count(zeroProbabilities)} ${rows} gave the label probability zero; without them ${inBothUnits(crossEntropyFinite)}`
      : inBothUnits(crossEntropyFinite),
    ...(decomposition?.refinement ? [`refinement ${inBothUnits(decomposition.refinement)}`] : []),
    ...(decomposition?.calibrationLoss
      ? [`calibration loss ${inBothUnits(decomposition.calibrationLoss)}`]
      : []),
  ];
  return `${model}: ${parts.join("; ")}`;
}

function tableOf(models: ModelAnalysis[]): Chart["table"] {
  const zeros = models.some(({ zeroProbabilities }) => zeroProbabilities > 0);
  const split = models.some(isSplit);
  const loss = (estimate: Estimate | null | undefined): Cell => ({ loss: estimate ?? null });
  return {
    head: [
      "model",
      "cross-entropy",
      ...(zeros ? ["rows with zero", "without them"] : []),
      ...(split ? ["refinement", "calibration loss", "temperature"] : []),
    ],
    names: [0],
    rows: models.map((model) => [
      model.model,
      loss(model.crossEntropy),
      ...(zeros ? [count(model.zeroProbabilities), loss(model.crossEntropyFinite)] : []),
      ...(split
        ? [
            loss(model.decomposition?.refinement),
            loss(model.decomposition?.calibrationLoss),
            model.decomposition?.temperature ? withError(model.decomposition.temperature) : "–",
          ]
        : []),
    ]),
  };
}
