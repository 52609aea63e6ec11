import type { TemperedRow } from "../decomposition/tempered-row.ts";
import { addRow, type RowScores, zeroRows } from "./row-statistics.ts";
import {
  binOf,
  type ConfusionCell,
  calibrationBins,
  decadeOf,
  type ModelStatistics,
  type SliceStatistics,
  surprisalDecades,
} from "./statistics.ts";

/** One scored row, with where it belongs. */
export interface ScoredRow {
  scores: RowScores & { surprisal: number };
  /** Class of the label, or 0 where there is none. */
  label: number;
  weight: number;
  /** Only where every class's probability is known. */
  probabilities?: ArrayLike<number>;
  targets?: ArrayLike<number>;
  top?: { predicted: number; confidence: number };
  /** What a temperature does to the row, where the loss is to be decomposed. */
  tempered?: TemperedRow;
  /** Value of each slicing column. */
  slices: Record<string, string>;
  /** How long the row is, for bits per byte. */
  bytes?: number;
}

/** Adds rows, one at a time, to the statistics of a model. The sums of SQL, over arrays. */
export function collector(model: string, shape: { groups: number; classes: number; top: boolean }) {
  const byClass = Array.from({ length: shape.groups }, zeroRows);
  const bins = Array.from({ length: shape.top ? calibrationBins : 0 }, zeroRows);
  const decades = Array.from({ length: surprisalDecades }, () => ({ weight: 0, surprisal: 0 }));
  const confusion = new Map<number, ConfusionCell>();
  const prediction = new Float64Array(shape.classes);
  const target = new Float64Array(shape.classes);
  const slices = new Map<string, Map<string, Omit<SliceStatistics, "slice" | "value">>>();
  let bytes: number | undefined;
  let weightSum = 0;
  let zeros = 0;

  function add(row: ScoredRow): void {
    const { scores, label, weight } = row;
    addRow(byClass[label], scores, weight);
    if (Number.isFinite(scores.surprisal)) {
      const decade = decades[decadeOf(scores.surprisal)];
      decade.weight += weight;
      decade.surprisal += weight * scores.surprisal;
    }
    if (row.top) {
      addRow(bins[binOf(row.top.confidence)], scores, weight);
      const key = label * shape.classes + row.top.predicted;
      let cell = confusion.get(key);
      if (!cell) {
        cell = { label, predicted: row.top.predicted, rows: 0, finiteWeight: 0, surprisal: 0, zeroRows: 0 };
        confusion.set(key, cell);
      }
      cell.rows += 1;
      if (Number.isFinite(scores.surprisal)) {
        cell.finiteWeight += weight;
        cell.surprisal += weight * scores.surprisal;
      } else cell.zeroRows += 1;
    }
    weightSum += weight;
    if (row.bytes !== undefined) bytes = (bytes ?? 0) + weight * row.bytes;
    if (row.probabilities && Array.prototype.includes.call(row.probabilities, 0)) zeros += 1;
    for (let k = 0; k < shape.classes; k++) {
      const t = row.targets ? row.targets[k] : k === label ? 1 : 0;
      if (row.probabilities)
        prediction[k] += (weight * (row.probabilities[k] - prediction[k])) / (weightSum || 1);
      target[k] += (weight * (t - target[k])) / (weightSum || 1);
    }
    for (const [column, value] of Object.entries(row.slices)) {
      const values = slices.get(column) ?? new Map();
      const slice = values.get(value) ?? { byClass: Array.from({ length: shape.groups }, zeroRows) };
      slices.set(column, values.set(value, slice));
      addRow(slice.byClass[label], scores, weight);
      if (row.bytes !== undefined) slice.bytes = (slice.bytes ?? 0) + weight * row.bytes;
    }
  }

  function finish(): ModelStatistics {
    return {
      model,
      zeroRows: shape.classes > 0 ? zeros : undefined,
      byClass,
      bins,
      decades,
      confusion: [...confusion.values()].sort((a, b) => a.label - b.label || a.predicted - b.predicted),
      meanPrediction: [...prediction],
      share: [...target],
      slices: [...slices].flatMap(([slice, values]) =>
        [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, own]) => ({ slice, value, ...own })),
      ),
      ...(bytes !== undefined && { bytes }),
    };
  }

  return { add, finish };
}
