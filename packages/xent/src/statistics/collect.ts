import type { ModelRows, RowsShape, ScoredRow } from "./model-rows.ts";
import type { Report } from "./progress.ts";
import { variablesOf } from "./row-statistics.ts";
import { rowSums } from "./row-sums.ts";
import type { Slicing } from "./slicing.ts";
import {
  binOf,
  type ConfusionCell,
  calibrationBins,
  decadeOf,
  type ModelStatistics,
  type SliceStatistics,
  surprisalDecades,
} from "./statistics.ts";

/** What the first pass over a model's rows finds. */
export interface CollectedRows {
  statistics: ModelStatistics;
  /** `[rows]`; NaN where a row is left out. */
  surprisals: Float64Array;
}

/** The first pass: all sums over the rows of a model. The sums of SQL, over rows in memory. */
export function collectRows(model: ModelRows, shape: RowsShape, report: Report): CollectedRows {
  const { weights } = model;
  const sums = modelSums(model, shape);
  const surprisals = new Float64Array(model.rows).fill(Number.NaN);
  for (let i = 0; i < model.rows; i++) {
    const row = model.score(i);
    if (row) {
      sums.add(i, row, weights ? weights[i] : 1);
      surprisals[i] = row.scores[0];
    }
    report(i);
  }
  return { statistics: sums.finish(), surprisals };
}

function modelSums(model: ModelRows, { task, classes }: RowsShape) {
  const ofLabels = task === "labels";
  const groups = ofLabels ? classes : 1;
  const known = variablesOf[task];
  const byClass = rowSums(groups, known);
  const bins = rowSums(ofLabels ? calibrationBins : 0, known);
  const decades = Array.from({ length: surprisalDecades }, () => ({ weight: 0, surprisal: 0 }));
  const confusion = new Map<number, ConfusionCell>();
  const means = vectorMeans(classes);
  const slices = model.slices.map((slicing) => sliceSums(slicing, groups, model.bytes));
  let bytes = 0;
  let zeros = 0;

  function add(i: number, row: ScoredRow, weight: number): void {
    const { scores, label } = row;
    byClass.add(label, scores, weight);
    const surprisal = scores[0];
    if (surprisal < Number.POSITIVE_INFINITY) {
      const decade = decades[decadeOf(surprisal)];
      decade.weight += weight;
      decade.surprisal += weight * surprisal;
    }
    if (ofLabels) {
      bins.add(binOf(row.confidence), scores, weight);
      addConfusion(label, row.predicted, surprisal, weight);
    }
    if (model.bytes) bytes += weight * model.bytes[i];
    if (row.probabilities.includes(0)) zeros += 1;
    means.add(row, weight);
    for (const slice of slices) slice.add(i, row, weight);
  }

  function addConfusion(label: number, predicted: number, surprisal: number, weight: number): void {
    const key = label * classes + predicted;
    let cell = confusion.get(key);
    if (!cell) {
      cell = { label, predicted, rows: 0, finiteWeight: 0, surprisal: 0, zeroRows: 0 };
      confusion.set(key, cell);
    }
    cell.rows += 1;
    if (surprisal < Number.POSITIVE_INFINITY) {
      cell.finiteWeight += weight;
      cell.surprisal += weight * surprisal;
    } else cell.zeroRows += 1;
  }

  function finish(): ModelStatistics {
    return {
      model: model.model,
      zeroRows: classes > 0 ? zeros : undefined,
      byClass: byClass.all(),
      bins: bins.all(),
      decades,
      confusion: [...confusion.values()].sort((a, b) => a.label - b.label || a.predicted - b.predicted),
      meanPrediction: [...means.prediction],
      share: [...means.share],
      slices: slices.flatMap((slice) => slice.finish()),
      ...(model.bytes && { bytes }),
    };
  }

  return { add, finish };
}

/** The weighted means of predictions and of targets. */
function vectorMeans(classes: number) {
  const prediction = new Float64Array(classes);
  const share = new Float64Array(classes);
  let total = 0;

  function add({ probabilities, targets, label }: ScoredRow, weight: number): void {
    total += weight;
    if (total === 0) return;
    const part = weight / total;
    for (let k = 0; k < classes; k++) {
      const t = targets.length > 0 ? targets[k] : k === label ? 1 : 0;
      prediction[k] += part * (probabilities[k] - prediction[k]);
      share[k] += part * (t - share[k]);
    }
  }

  return { add, prediction, share };
}

/** The sums of each value of a slicing column, by class. */
function sliceSums({ column, values, codes }: Slicing, groups: number, bytes?: ArrayLike<number>) {
  const sums = rowSums(values.length * groups, ["surprisal"]);
  const ofBytes = new Float64Array(values.length);

  function add(i: number, { scores, label }: ScoredRow, weight: number): void {
    sums.add(codes[i] * groups + label, scores, weight);
    if (bytes) ofBytes[codes[i]] += weight * bytes[i];
  }

  function finish(): SliceStatistics[] {
    return [...values.entries()]
      .sort(([, a], [, b]) => (a < b ? -1 : 1))
      .map(([code, value]) => ({
        slice: column,
        value,
        byClass: Array.from({ length: groups }, (_, k) => sums.statisticsOf(code * groups + k)),
        ...(bytes && { bytes: ofBytes[code] }),
      }))
      .filter(({ byClass }) => byClass.some(({ rows }) => rows > 0));
  }

  return { add, finish };
}
