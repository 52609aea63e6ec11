import type { Analysis, CostlyConfusion } from "xent";
import { count, percent } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { confusionBars } from "./confusion-bars.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
import { draw } from "./draw.ts";
import { inBothUnits } from "./loss-text.ts";

/** Above it cells are too small to be told apart, and bars say more. */
const mostClasses = 20;

/** A kind of mistake and its part of the finite loss. */
export interface ConfusionPart extends CostlyConfusion {
  part: number;
  sentence: string;
}

/** Which mistakes cost most: a matrix of few classes, or bars of the costliest of many. */
export function costliestConfusionsChart(
  analysis: Analysis,
  m: number,
  options: ChartOptions,
): Chart | undefined {
  const { costliest, crossEntropyFinite } = analysis.models[m];
  if (!costliest || costliest.length === 0) return undefined;
  const whole = crossEntropyFinite.estimate;
  const parts = costliest.map((cell): ConfusionPart => {
    const part = whole > 0 ? cell.added / whole : 0;
    return { ...cell, part, sentence: sentence(cell, part) };
  });
  const isMatrix = analysis.classes.length <= mostClasses;
  const id = `${options.prefix}costliest-confusions`;
  const title = "Mistakes by what they cost";
  const zeros = costliest.some(({ zeroProbabilities }) => zeroProbabilities > 0)
    ? " ∞: rows whose label had probability zero."
    : "";
  const description = isMatrix
    ? `Rows with this label that were taken for that class, as percent of the whole loss; the stronger the colour, the more.${zeros} What is right costs the rest.`
    : `What each kind of mistake adds to the loss, label → predicted class, the costliest first.${zeros}`;
  const drawing = isMatrix
    ? confusionMatrix(parts, analysis.classes)
    : confusionBars(parts.slice(0, Math.min(options.most ?? 15, 15)));
  const svg = draw({ id, title, description, ...drawing }, options);
  return { id, title, description, svg, table: tableOf(parts) };
}

function sentence(cell: CostlyConfusion, part: number): string {
  const { label, predicted, rows, added, zeroProbabilities } = cell;
  const zeros = zeroProbabilities > 0 ? `, ${count(zeroProbabilities)} with probability zero` : "";
  return `${label} taken for ${predicted}: ${count(rows)} ${rows === 1 ? "row" : "rows"}${zeros}; adds ${inBothUnits(added)} (${percent(part)})`;
}

function tableOf(parts: ConfusionPart[]): Chart["table"] {
  const zeros = parts.some(({ zeroProbabilities }) => zeroProbabilities > 0);
  return {
    head: [
      "label",
      "predicted",
      "rows",
      ...(zeros ? ["of probability zero"] : []),
      "mean loss",
      "adds",
      "of the loss",
    ],
    names: [0, 1],
    rows: parts.map((cell) => [
      cell.label,
      cell.predicted,
      count(cell.rows),
      ...(zeros ? [count(cell.zeroProbabilities)] : []),
      { loss: cell.crossEntropy },
      { loss: cell.added },
      percent(cell.part),
    ]),
  };
}
