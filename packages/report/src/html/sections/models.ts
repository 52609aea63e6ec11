import type { ModelAnalysis, Unit } from "xent";
import { modelLossesChart } from "../../charts/index.ts";
import { count, figure, percent, percentWithError, withError } from "../../format.ts";
import { figureMarkup } from "../figure-markup.ts";
import { estimatedLoss } from "../losses.ts";
import { html, type Markup, type Piece } from "../markup.ts";
import type { ReportContext, Section } from "../options.ts";
import { tableMarkup } from "../table-markup.ts";

interface Column {
  title: string;
  /** Undefined where no model has it: then there is no such column. */
  cell: (model: ModelAnalysis) => Piece;
  baseRate?: Piece;
  uniform?: Piece;
}

/** How good each model is: the section that every report has. */
export function modelsSection(context: ReportContext): Section {
  return {
    id: "models",
    title: context.analysis.models.length > 1 ? "Models" : "The model",
    body: html`${modelsTable(context)}
${figureMarkup(modelLossesChart(context.analysis, { document: context.document, prefix: "xent-chart-" }), { unit: context.unit })}
${figuresTable(context)}`,
  };
}

/** Each model in a line, between the rulers: what one would copy into a mail. */
function modelsTable({ analysis, unit }: ReportContext): Markup {
  const { models, classes, task } = analysis;
  const [{ priorEntropy, uniformEntropy }] = models;
  const hasRulers = priorEntropy !== undefined && uniformEntropy !== undefined;
  // Where rows are pieces of text, what a whole one was chosen from says nothing: 1e264 is nobody's number.
  const ofText = task === "label-only" && models[0].bitsPerByte !== undefined;
  const columns: Column[] = [
    {
      title: "Cross-entropy",
      cell: (model) => crossEntropy(model, unit),
      baseRate: estimatedLoss(priorEntropy, unit),
      uniform: estimatedLoss(uniformEntropy, unit),
    },
    { title: "Bits per byte", cell: ({ bitsPerByte }) => bitsPerByte && withError(bitsPerByte) },
    { title: "KL divergence", cell: ({ klDivergence }) => klDivergence && estimatedLoss(klDivergence, unit) },
    {
      title: "Skill",
      cell: ({ skill }) => skill && percentWithError(skill),
      baseRate: percent(0),
      uniform: hasRulers && priorEntropy > 0 ? percent(1 - uniformEntropy / priorEntropy) : "–",
    },
    {
      title: "Perplexity",
      cell: ({ perplexity }) => (ofText ? undefined : figure(perplexity.estimate, 3)),
      baseRate: figure(Math.exp(priorEntropy ?? 0), 3),
      uniform: figure(classes.length, 3),
    },
    { title: "Accuracy", cell: ({ accuracy }) => accuracy && percentWithError(accuracy) },
    {
      title: "At the best temperature",
      cell: ({ decomposition: split }) =>
        split?.refinement ? estimatedLoss(split.refinement, unit) : undefined,
    },
    {
      title: "Temperature",
      cell: ({ decomposition: split }) => (split?.temperature ? withError(split.temperature) : undefined),
    },
  ];
  return tableOf(
    hasRulers ? "Between the rulers uniform and base rate" : "Loss of each model",
    columns,
    models,
    hasRulers,
  );
}

/** What else is known of the probabilities, a line a model. */
function figuresTable({ analysis, unit }: ReportContext): Markup | undefined {
  const columns: Column[] = [
    { title: "Rows", cell: ({ rows }) => count(rows) },
    { title: "Brier score", cell: ({ brierScore }) => brierScore && withError(brierScore) },
    {
      title: "Calibration error",
      cell: ({ calibration }) => calibration && percentWithError(calibration.expectedCalibrationError),
    },
    {
      title: "Predicted entropy",
      cell: ({ predictedEntropy }) => predictedEntropy && estimatedLoss(predictedEntropy, unit),
    },
    { title: "Excess", cell: ({ excess }) => excess && estimatedLoss(excess, unit) },
    {
      title: "Mean over classes",
      cell: ({ macroCrossEntropy }) => macroCrossEntropy && estimatedLoss(macroCrossEntropy, unit),
    },
    {
      title: "Entropy of targets",
      cell: ({ targetEntropy }) => targetEntropy && estimatedLoss(targetEntropy, unit),
    },
    { title: "Bytes", cell: ({ bytes }) => bytes !== undefined && count(bytes) },
    { title: "Clusters", cell: ({ clusters }) => clusters !== undefined && count(clusters) },
    {
      title: "Design effect",
      cell: ({ designEffect }) => designEffect !== undefined && figure(designEffect, 1),
    },
  ];
  const known = columns.filter(({ cell }) => analysis.models.some((model) => isThere(cell(model))));
  return known.length > 1
    ? tableOf("More figures of each model", columns, analysis.models, false)
    : undefined;
}

function tableOf(caption: string, columns: Column[], models: ModelAnalysis[], hasRulers: boolean): Markup {
  const known = columns.filter(({ cell }) => models.some((model) => isThere(cell(model))));
  const ruler = (name: string, key: "baseRate" | "uniform") => [
    html`<em>${name}</em>`,
    ...known.map((column) => column[key] ?? ""),
  ];
  return tableMarkup({
    caption,
    head: ["Model", ...known.map(({ title }) => title)],
    names: [0],
    rows: [
      ...models.map((model) => [model.model, ...known.map(({ cell }) => cell(model) || "–")]),
      ...(hasRulers ? [ruler("base rate", "baseRate"), ruler("uniform", "uniform")] : []),
    ],
  });
}

const isThere = (piece: Piece): boolean => piece !== undefined && piece !== false;

function crossEntropy(
  { crossEntropy: all, crossEntropyFinite, zeroProbabilities }: ModelAnalysis,
  unit: Unit,
) {
  if (zeroProbabilities === 0) return estimatedLoss(all, unit);
  return html`∞ <small>${estimatedLoss(crossEntropyFinite, unit)} without ${count(zeroProbabilities)} ${zeroProbabilities === 1 ? "row" : "rows"}</small>`;
}
