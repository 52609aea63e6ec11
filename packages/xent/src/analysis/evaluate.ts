import { checkFolds, defaultFolds } from "../decomposition/folds.ts";
import { XentError } from "../error.ts";
import type { Form } from "../scores/row-scorer.ts";
import { clustersOf } from "../statistics/clusters.ts";
import type { ModelRows } from "../statistics/model-rows.ts";
import { pairOf } from "../statistics/pairs.ts";
import type { OnProgress } from "../statistics/progress.ts";
import { slicingOf } from "../statistics/slicing.ts";
import type { Statistics, Task } from "../statistics/statistics.ts";
import { analyse } from "./analyse.ts";
import type { Analysis } from "./analysis.ts";
import { baselineOf } from "./baseline.ts";
import {
  isMatrix,
  type Matrix,
  namedModels,
  type Predictions,
  type RowSource,
  rowsOf,
} from "./predictions.ts";
import { scoresOfLabels, scoresOfOwn, scoresOfTargets } from "./scores-of-arrays.ts";
import { statisticsOfRows } from "./statistics-of-rows.ts";

export interface EvaluateOptions {
  /**
   * What the numbers are; "probabilities" unless given. Where only the label's own log-probability is known, as of
   * language models, it is "label-log-probabilities": `[rows]` numbers, and null stands for the labels.
   */
  form?: Form | "label-log-probabilities";
  /** Class names in column order; "0", "1", … unless given. */
  classes?: string[];
  /** `[rows]` weights, ≥ 0. */
  weights?: ArrayLike<number>;
  /** `[rows]` lengths in bytes, ≥ 0, where rows are pieces of text: gives bits per byte. */
  bytes?: ArrayLike<number>;
  /** `[rows]` values: rows that share one depend on each other. */
  clusters?: ArrayLike<unknown>;
  /** Named columns of `[rows]` values, each a partition into subsets. */
  slices?: Record<string, ArrayLike<unknown>>;
  /** How far a row's sum may be from one; 1e-9, or 1e-5 for a Float32Array, unless given. */
  tolerance?: number;
  /** Divide each row by its sum. */
  normalize?: boolean;
  /** Raise probabilities of labels below it to it; 0 unless given: nothing is clipped in silence. */
  floor?: number;
  /** Probability of the intervals; 0.95 unless given. */
  level?: number;
  /** The model that others are compared with; the best unless given. */
  baseline?: string;
  /** Split the loss into refinement and calibration loss, by cross-fitted temperatures. */
  decompose?: boolean;
  /** Folds of the cross-fit, from 2 to 100; 5 unless given. Rows of a cluster are in one fold. */
  folds?: number;
  /** Another seed gives other folds; 0 unless given. */
  seed?: number;
  /** Told now and then what is being done and how far it is, from 0 to 1. */
  onProgress?: OnProgress;
}

/**
 * Cross-entropy of predictions and all that the command reports, over arrays.
 *
 *     crossEntropy = (1/n) Σᵢ −ln q[i, label[i]]
 *
 * @param predictions of one model, or `{ name: predictions }` of several on the same rows.
 * @param labels `[rows]` class indices or class names; or `[rows, classes]` soft targets as a matrix; null where
 *   the form is "label-log-probabilities".
 * @returns estimates with errors and intervals, in nats.
 * @throws `XentError` `shape` if row or column counts differ, `label` for a label that is no class,
 *   `probability` for a row that is no distribution, `option` for an option outside its range.
 */
export function evaluate(
  predictions: Predictions | Record<string, Predictions>,
  labels: ArrayLike<number | string> | Matrix | null,
  options: EvaluateOptions = {},
): Analysis {
  return analyse(statisticsOf(predictions, labels, options), options);
}

/** The statistics behind `evaluate`: plain sums that can be stored, merged and analysed later. */
export function statisticsOf(
  predictions: Predictions | Record<string, Predictions>,
  labels: ArrayLike<number | string> | Matrix | null,
  options: EvaluateOptions = {},
): Statistics {
  const named = namedModels(predictions);
  const labelOnly = options.form === "label-log-probabilities";
  checkLabels(labels, labelOnly);
  const targets = isMatrix(labels) ? rowsOf("targets", labels) : undefined;
  const classes = labelOnly ? [] : classesOf(named[0][1], options);
  const indices =
    targets || labelOnly ? undefined : labelIndices(labels as ArrayLike<number | string>, classes);
  const rows = targets?.rows ?? indices?.length ?? named[0][1].rows;
  checkOptions(options, rows);

  const task: Task = labelOnly ? "label-only" : targets ? "targets" : "labels";
  const { weights, bytes, folds = defaultFolds, seed = 0 } = options;
  const clusters = options.clusters && clustersOf("clusters", options.clusters);
  const slices = Object.entries(options.slices ?? {}).map(([column, cells]) => slicingOf(column, cells));
  const models = named.map(([name, source]): ModelRows => {
    checkColumns(name, source, rows, classes.length);
    const scores = indices
      ? scoresOfLabels(name, source, indices, options)
      : targets
        ? scoresOfTargets(name, source, targets, options)
        : scoresOfOwn(name, source, options);
    return { model: name, rows, weights, bytes, clusters, slices, ...scores };
  });
  const isSplit = options.decompose && !labelOnly;
  if (isSplit) checkFolds("evaluate", folds, seed);
  const shape = { task, classes: classes.length, ...(isSplit && { split: { folds, seed } }) };
  const collected = statisticsOfRows(models, shape, options.onProgress);
  const statistics = collected.map((one) => one.statistics);
  const baseline = models.length > 1 ? baselineOf(statistics, options.baseline) : undefined;
  const base = collected[models.findIndex(({ model }) => model === baseline)];
  return {
    version: 1,
    task,
    classes,
    weighted: weights !== undefined,
    models: statistics,
    pairs: models.flatMap(({ model }, m) =>
      baseline === undefined || model === baseline
        ? []
        : pairOf(model, baseline, {
            model: collected[m].surprisals,
            baseline: base.surprisals,
            weights,
            clusters,
          }),
    ),
  };
}

function classesOf(source: RowSource, { classes }: EvaluateOptions): string[] {
  if (!classes) return Array.from({ length: source.columns }, (_, k) => String(k));
  if (classes.length !== source.columns) {
    throw new XentError(
      "shape",
      `evaluate: ${classes.length} classes for ${source.columns} columns; there must be one a column`,
    );
  }
  return classes;
}

function labelIndices(labels: ArrayLike<number | string>, classes: string[]): Int32Array {
  const index = new Map(classes.map((name, k) => [name, k]));
  return Int32Array.from({ length: labels.length }, (_, i) => {
    const label = labels[i];
    const k = typeof label === "number" ? label : index.get(label);
    if (k === undefined || !Number.isInteger(k) || k < 0 || k >= classes.length) {
      const required =
        typeof label === "number"
          ? `with ${classes.length} classes a label is an integer from 0 to ${classes.length - 1}`
          : `the classes are ${classes.slice(0, 10).join(", ")}${classes.length > 10 ? ", …" : ""}`;
      throw new XentError("label", `evaluate: labels[${i}] is ${JSON.stringify(label)}; ${required}`);
    }
    return k;
  });
}

function checkLabels(labels: unknown, labelOnly: boolean): void {
  if ((labels === null) === labelOnly) return;
  throw new XentError(
    "option",
    labelOnly
      ? 'evaluate: there are labels, and the form is "label-log-probabilities"; labels must be null there'
      : 'evaluate: labels are null; only where the form is "label-log-probabilities" there are none',
  );
}

function checkOptions(options: EvaluateOptions, rows: number): void {
  if (rows === 0) throw new XentError("shape", "evaluate: no rows; at least one is required");
  const { floor = 0, weights, bytes, clusters, slices = {} } = options;
  if (!(floor >= 0 && floor < 1)) {
    throw new XentError("option", `evaluate: floor is ${floor}; it must be at least 0 and below 1`);
  }
  for (const [name, column] of Object.entries({ weights, bytes, clusters, ...slices })) {
    if (column && column.length !== rows) {
      throw new XentError("shape", `evaluate: ${name} has ${column.length} values for ${rows} rows`);
    }
  }
  checkSizes("weights", weights, rows, "a weight is finite and not negative");
  checkSizes("bytes", bytes, rows, "a number of bytes is finite and not negative");
}

/** Numbers that say how much a row counts, or how long it is. */
function checkSizes(
  name: string,
  sizes: ArrayLike<number> | undefined,
  rows: number,
  required: string,
): void {
  let total = 0;
  for (let i = 0; sizes && i < rows; i++) {
    if (!(sizes[i] >= 0 && sizes[i] < Number.POSITIVE_INFINITY)) {
      throw new XentError("option", `evaluate: ${name}[${i}] is ${sizes[i]}; ${required}`);
    }
    total += sizes[i];
  }
  if (sizes && total === 0) throw new XentError("option", `evaluate: all ${name} are zero`);
}

function checkColumns(name: string, source: RowSource, rows: number, classes: number): void {
  if (source.rows !== rows) {
    throw new XentError(
      "shape",
      `evaluate: ${name} has ${source.rows} rows and the labels ${rows}; they must agree`,
    );
  }
  if (classes > 0 && rows > 0 && source.columns !== classes) {
    throw new XentError(
      "shape",
      `evaluate: ${name}[0] has ${source.columns} numbers; each row must have ${classes}`,
    );
  }
}
