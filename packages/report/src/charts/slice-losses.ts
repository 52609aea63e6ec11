import type { Analysis, SliceAnalysis } from "xent";
import { count, figure, percentWithError, withError } from "../format.ts";
import type { Chart, ChartOptions } from "./chart.ts";
import { draw } from "./draw.ts";
import { type IntervalRow, intervalRows } from "./interval-rows.ts";
import { inBothUnits } from "./loss-text.ts";

/** The cross-entropy of each slice with its interval, by column, the worst first. */
export function sliceLossesChart(analysis: Analysis, m: number, options: ChartOptions): Chart | undefined {
  const { slices, crossEntropyFinite, zeroProbabilities } = analysis.models[m];
  if (!slices || slices.length === 0) return undefined;
  const columns = [...new Set(slices.map(({ slice }) => slice))];
  const sorted = columns.flatMap((column) =>
    slices
      .filter(({ slice }) => slice === column)
      .sort((a, b) => b.crossEntropy.estimate - a.crossEntropy.estimate || b.rows - a.rows),
  );
  const each = Math.max(Math.floor((options.most ?? 20) / columns.length), 3);
  const drawn = columns.flatMap((column) => sorted.filter(({ slice }) => slice === column).slice(0, each));
  const id = `${options.prefix}slice-losses`;
  const title = columns.length === 1 ? `Slices by ${columns[0]}` : "Slices";
  const description = `Mean loss of the rows of each slice, the worst first, against the loss of all rows.${drawn.length < slices.length ? ` Drawn are the worst ${each} of each column.` : ""}`;
  const rows = columns.flatMap((column): IntervalRow[] => [
    ...(columns.length > 1 ? [{ name: column }] : []),
    ...drawn
      .filter(({ slice }) => slice === column)
      .map((one) => ({ name: one.value, loss: one.crossEntropy, sentence: sentence(one) })),
  ]);
  const svg = draw(
    {
      id,
      title,
      description,
      ...intervalRows({
        rows,
        overall: crossEntropyFinite,
        overallName: zeroProbabilities > 0 ? "finite rows" : "all rows",
      }),
    },
    options,
  );
  return { id, title, description, svg, table: tableOf(sorted) };
}

const sentence = ({ slice, value, crossEntropy, rows }: SliceAnalysis): string =>
  `${slice} ${value}: ${inBothUnits(crossEntropy)}; ${count(rows)} rows`;

function tableOf(slices: SliceAnalysis[]): Chart["table"] {
  const bytes = slices.some(({ bitsPerByte }) => bitsPerByte !== undefined);
  const skill = slices.some((one) => one.skill !== null);
  return {
    head: [
      "slice",
      "value",
      "rows",
      "cross-entropy",
      ...(bytes ? ["bits per byte"] : []),
      ...(skill ? ["skill"] : []),
    ],
    names: [0, 1],
    rows: slices.map((one) => [
      one.slice,
      one.value,
      count(one.rows),
      { loss: one.crossEntropy },
      ...(bytes ? [one.bitsPerByte ? withError(one.bitsPerByte) : "–"] : []),
      ...(skill ? [one.skill ? skillText(one.skill) : "–"] : []),
    ]),
  };
}

const skillText = (skill: NonNullable<SliceAnalysis["skill"]>): string =>
  Number.isFinite(skill.estimate) ? percentWithError(skill) : figure(skill.estimate);
