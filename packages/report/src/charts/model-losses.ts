import * as Plot from "@observablehq/plot";
import type { Analysis, Estimate, ModelAnalysis } from "xent";
import { count, figure, percent, withError } from "../format.ts";
import { estimateIn } from "../in-unit.ts";
import type { Cell, Chart, ChartOptions } from "./chart.ts";
import { chartWidth, draw, fontSize, pixels } from "./draw.ts";
import { hitMarks } from "./hit-mark.ts";
import { intervalMarks } from "./interval-mark.ts";
import { barSymbol, intervalSymbol, key, keyHeight } from "./key.ts";
import { lossAxisX } from "./loss-axis.ts";
import { barDomain } from "./loss-domain.ts";
import { lossLabel } from "./loss-label.ts";
import { inBothUnits, perUnit } from "./loss-text.ts";
import { type Ruler, rulerMarks, rulersHeight } from "./rulers.ts";
import { fitText, textWidth } from "./text-width.ts";

const rowHeight = 46;
const barTop = 20;
const barHeight = 15;
const marginLeft = 18;
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
  const domain = barDomain([
    ...models.map(({ crossEntropyFinite }) => crossEntropyFinite),
    ...rulers.map(({ at }) => at),
  ]);
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
  const head = keyHeight(entries, inner) + rulersHeight(rulers) + 2;
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
        ...lossAxisX({ domain, label: "cross-entropy" }),
        ...rulerMarks(rulers, {
          width: inner,
          share: (value) => value / domain[1],
          lanes: { top: head, rows: models.map((_, m) => laneOf(head + m * rowHeight)) },
        }),
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

/** Of the first model that has them: rows in common have the same rulers. */
function rulersOf(models: ModelAnalysis[]): Ruler[] {
  const { uniformEntropy, priorEntropy } =
    models.find(({ priorEntropy: prior }) => prior !== undefined) ?? models[0];
  const ruler = (name: string, at: number | undefined, dash: string): Ruler[] =>
    at ? [{ at, dash, text: perUnit(at, (loss) => `${name} ${figure(loss, 2)}`) }] : [];
  return [...ruler("uniform", uniformEntropy, "1.5 3"), ...ruler("base rate", priorEntropy, "6 3")];
}

/** Rulers cross bars, but no names and no numbers. */
const laneOf = (top: number): [number, number] => [top + barTop - 2, top + barTop + barHeight + 2];

function rowMarks(model: ModelAnalysis, m: number, top: number, domain: [number, number]): Plot.Markish[] {
  const { crossEntropyFinite, decomposition, zeroProbabilities } = model;
  const className = `model-${m}`;
  // Without a finite row there is nothing but the infinity.
  const isKnown = Number.isFinite(crossEntropyFinite.estimate);
  const loss = isKnown ? crossEntropyFinite.estimate : 0;
  const known = Math.min(decomposition?.refinement?.estimate ?? loss, loss);
  const band = { className, y1: () => top + barTop, y2: () => top + barTop + barHeight };
  const middle = top + barTop + barHeight / 2;
  const infinite = zeroProbabilities > 0;
  const value = infinite
    ? `∞ (${count(zeroProbabilities)} ${zeroProbabilities === 1 ? "row" : "rows"})${isKnown ? ", else " : ""}`
    : "";
  const valueWidth = textWidth(value + withError(estimateIn(crossEntropyFinite, "bits")), fontSize);
  return [
    Plot.text([fitText(model.model, inner - valueWidth - 14, fontSize, { bold: true })], {
      className,
      frameAnchor: "left",
      dx: 5,
      y: () => top + barTop - 4,
      lineAnchor: "bottom",
      textAnchor: "start",
      fontWeight: 600,
    }),
    ...lossLabel(
      crossEntropyFinite,
      {
        className,
        frameAnchor: "right",
        y: () => top + barTop - 4,
        lineAnchor: "bottom",
        textAnchor: "end",
      },
      (one) => value + (isKnown ? withError(one) : ""),
    ),
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
    ...(infinite
      ? [
          Plot.ruleY([middle], {
            className,
            x1: () => loss,
            x2: () => domain[1],
            y: () => middle,
            strokeDasharray: "1.5 3",
            strokeWidth: 1.5,
          }),
          Plot.dot([0], {
            className,
            x: () => domain[1],
            y: () => middle,
            symbol: "triangle",
            rotate: 90,
            r: 3.5,
            fill: "currentColor",
            stroke: "none",
          }),
        ]
      : []),
    ...(crossEntropyFinite.interval
      ? intervalMarks([{ interval: crossEntropyFinite.interval, y: middle }], { domain, className })
      : []),
    ...hitMarks([{ title: sentence(model), top, bottom: top + rowHeight }], domain, { className }),
  ];
}

function sentence({ model, crossEntropyFinite, zeroProbabilities, decomposition }: ModelAnalysis): string {
  const rows = zeroProbabilities === 1 ? "row" : "rows";
  const parts = [
    zeroProbabilities > 0
      ? `infinite, because ${count(zeroProbabilities)} ${rows} gave the label probability zero${crossEntropyFinite.interval ? `; without them ${inBothUnits(crossEntropyFinite)}` : ""}`
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
