import { decomposeRows } from "../decomposition/decompose-rows.ts";
import { checkFolds, defaultFolds } from "../decomposition/folds.ts";
import { temperedRow } from "../decomposition/tempered-row.ts";
import { XentError } from "../error.ts";
import { type BadRow, type Form, predictionOf, scoreLabel, scoreTargets } from "../scores/score-row.ts";
import { collector, type ScoredRow } from "../statistics/collect.ts";
import { dependenceOf, vectorSquares } from "../statistics/dependence.ts";
import { foldOf } from "../statistics/fold-of.ts";
import { pairOf } from "../statistics/pairs.ts";
import { mostMeanSquares, type Statistics } from "../statistics/statistics.ts";
import { analyse } from "./analyse.ts";
import type { Analysis } from "./analysis.ts";
import { baselineOf } from "./baseline.ts";
import { influencesOf } from "./influence.ts";

/** A matrix in one array, row after row. */
export interface Matrix {
  data: ArrayLike<number>;
  rows: number;
  columns: number;
}

/**
 * `[rows, classes]` numbers as a matrix or as one array a row; or `[rows]` numbers: the probability of the
 * second of two classes.
 */
export type Predictions = Matrix | ArrayLike<ArrayLike<number>> | ArrayLike<number>;

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
  const models = namedModels(predictions);
  const labelOnly = options.form === "label-log-probabilities";
  checkLabels(labels, labelOnly);
  const targets = isMatrix(labels) ? rowsOf(labels) : undefined;
  const classes = labelOnly ? [] : classesOf(models[0][1], options);
  const indices =
    targets || labelOnly ? undefined : labelIndices(labels as ArrayLike<number | string>, classes);
  const rows = targets?.rows ?? indices?.length ?? models[0][1].rows;
  checkOptions(options, rows);

  const scored = models.map(([name, matrix]) =>
    scoreModel(name, matrix, { indices, targets, rows, classes, options }),
  );
  const statistics = scored.map((ofModel, m) => {
    const ofLabels = indices !== undefined;
    const shape = { groups: ofLabels ? classes.length : 1, classes: classes.length, top: ofLabels };
    const collect = collector(models[m][0], shape);
    for (const row of ofModel) collect.add(row);
    return collect.finish();
  });
  const { clusters } = options;
  const clusterOf = clusters ? (i: number): unknown => clusters[i] : (i: number): unknown => i;
  statistics.forEach((model, m) => {
    if (labelOnly || classes.length > mostMeanSquares) return;
    const prediction = ({ probabilities }: ScoredRow, k: number) => probabilities?.[k] ?? 0;
    const target = (row: ScoredRow, k: number) => row.targets?.[k] ?? (!targets && row.label === k ? 1 : 0);
    model.meanSquares = {
      prediction: vectorSquares(scored[m], model.meanPrediction, prediction, clusterOf),
      share: vectorSquares(scored[m], model.share, target, clusterOf),
    };
  });
  if (clusters || options.weights || options.bytes) {
    statistics.forEach((model, m) => {
      model.dependence = dependenceOf(
        scored[m],
        influencesOf(model).filter(({ perByte }) => clusters || options.weights || perByte),
        clusters ? "clusters" : null,
        clusterOf,
      );
    });
  }
  if (options.decompose && !labelOnly) {
    const { folds = defaultFolds, seed = 0 } = options;
    checkFolds("evaluate", folds, seed);
    const foldOfRow = foldsOf(rows, clusters, folds, seed);
    statistics.forEach((model, m) => {
      const finite = scored[m].flatMap(({ tempered, weight }, i) =>
        tempered && tempered.loss < Number.POSITIVE_INFINITY
          ? [{ ...tempered, row: i + 1, weight, fold: foldOfRow[i], cluster: clusterOf(i) }]
          : [],
      );
      model.decomposition = decomposeRows(finite, { folds, seed });
    });
  }
  const baseline = models.length > 1 ? baselineOf(statistics, options.baseline) : undefined;
  const base = scored[models.findIndex(([name]) => name === baseline)];
  return {
    version: 1,
    task: labelOnly ? "label-only" : targets ? "targets" : "labels",
    classes,
    weighted: options.weights !== undefined,
    models: statistics,
    pairs: models.flatMap(([name], m) =>
      baseline === undefined || name === baseline
        ? []
        : pairOf(
            name,
            baseline,
            scored[m].map((row, i) => ({
              model: row.scores.surprisal,
              baseline: base[i].scores.surprisal,
              weight: row.weight,
              cluster: clusterOf(i),
            })),
          ),
    ),
  };
}

function foldsOf(
  rows: number,
  clusters: ArrayLike<unknown> | undefined,
  folds: number,
  seed: number,
): Int32Array {
  const known = new Map<unknown, number>();
  return Int32Array.from({ length: rows }, (_, i) => {
    if (!clusters) return foldOf(String(i + 1), folds, seed);
    const fold = known.get(clusters[i]) ?? foldOf(String(clusters[i]), folds, seed);
    known.set(clusters[i], fold);
    return fold;
  });
}

const isMatrix = (value: unknown): value is Matrix =>
  typeof value === "object" && value !== null && "data" in value && "columns" in value;

const isPredictions = (value: object): value is Predictions => isMatrix(value) || "length" in value;

function namedModels(predictions: Predictions | Record<string, Predictions>): [string, RowSource][] {
  const named: [string, Predictions][] = isPredictions(predictions)
    ? [["model", predictions]]
    : Object.entries(predictions);
  if (named.length === 0)
    throw new XentError("shape", "evaluate: no predictions; at least one model is required");
  return named.map(([name, ofModel]) => [name, rowsOf(ofModel)]);
}

/** Rows of any accepted layout, read one at a time. */
interface RowSource {
  rows: number;
  columns: number;
  /** One number a row: the probability of the second class. */
  binary: boolean;
  float32: boolean;
  row: (i: number) => ArrayLike<number>;
}

function rowsOf(values: Predictions): RowSource {
  if (isMatrix(values)) {
    const { data, rows, columns } = values;
    if (data.length !== rows * columns) {
      throw new XentError(
        "shape",
        `evaluate: a matrix of ${rows} × ${columns} has ${data.length} numbers; it must have ${rows * columns}`,
      );
    }
    const float32 = data instanceof Float32Array;
    const typed = Float64Array.from(data);
    return {
      rows,
      columns,
      binary: false,
      float32,
      row: (i) => typed.subarray(i * columns, (i + 1) * columns),
    };
  }
  if (values.length > 0 && typeof values[0] === "number") {
    const column = values as ArrayLike<number>;
    return {
      rows: column.length,
      columns: 2,
      binary: true,
      float32: column instanceof Float32Array,
      row: (i) => [1 - column[i], column[i]],
    };
  }
  const nested = values as ArrayLike<ArrayLike<number>>;
  return {
    rows: nested.length,
    columns: nested.length > 0 ? nested[0].length : 0,
    binary: false,
    float32: nested.length > 0 && nested[0] instanceof Float32Array,
    row: (i) => nested[i],
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

interface Truth {
  indices: Int32Array | undefined;
  targets: RowSource | undefined;
  rows: number;
  classes: string[];
  options: EvaluateOptions;
}

function scoreModel(name: string, source: RowSource, truth: Truth): ScoredRow[] {
  const { indices, targets, rows, classes, options } = truth;
  if (source.rows !== rows) {
    throw new XentError(
      "shape",
      `evaluate: ${name} has ${source.rows} rows and the labels ${rows}; they must agree`,
    );
  }
  const { form = "probabilities", normalize = false, floor = 0, weights, bytes, slices = {} } = options;
  if (form === "label-log-probabilities") checkLabelOnly(name, source);
  const policy = (of: RowSource) => ({
    normalize,
    tolerance: options.tolerance ?? (of.float32 ? 1e-5 : 1e-9),
  });
  return Array.from({ length: rows }, (_, i) => {
    const shared = {
      label: indices ? indices[i] : 0,
      weight: weights ? weights[i] : 1,
      slices: Object.fromEntries(
        Object.entries(slices).map(([column, values]) => [column, String(values[i])]),
      ),
      ...(bytes && { bytes: bytes[i] }),
    };
    if (form === "label-log-probabilities") {
      const surprisal = Math.min(-source.row(i)[1], -Math.log(floor));
      return { ...shared, scores: { surprisal } };
    }
    const row = checkedRow(name, source, i, classes.length);
    const prediction = predictionOf(row, form, policy(source));
    if ("kind" in prediction) throw badRowError(name, i, prediction, policy(source).tolerance);
    // The first class's probability is 1 − q, whose own rounding must not become its loss.
    if (source.binary && form === "probabilities" && !normalize) {
      prediction.surprisal = (label) => (label === 1 ? -Math.log(row[1]) : -Math.log1p(-row[1]));
    }
    const { probabilities } = prediction;
    const temper = (truth: number | ArrayLike<number>) =>
      options.decompose ? { tempered: temperedRow(prediction, truth) } : {};
    if (!targets) {
      const scores = scoreLabel(prediction, shared.label, floor);
      return { ...shared, ...temper(shared.label), probabilities, scores, top: scores };
    }
    const target = checkedRow("targets", targets, i, classes.length);
    const distribution = predictionOf(target, "probabilities", policy(targets));
    if ("kind" in distribution) throw badRowError("targets", i, distribution, policy(targets).tolerance);
    const ofTarget = distribution.probabilities;
    const scores = scoreTargets(prediction, ofTarget, floor);
    return { ...shared, ...temper(ofTarget), probabilities, targets: ofTarget, scores };
  });
}

/** One log-probability a row, of the label: at most 0, but for the rounding that the command allows too. */
function checkLabelOnly(name: string, source: RowSource): void {
  if (!source.binary) {
    throw new XentError(
      "shape",
      `evaluate: ${name} has arrays; "label-log-probabilities" are one number a row`,
    );
  }
  for (let i = 0; i < source.rows; i++) {
    const own = source.row(i)[1];
    if (!(own <= 1e-9)) {
      throw new XentError("probability", `evaluate: ${name}[${i}] is ${own}; a log-probability is at most 0`);
    }
  }
}

function checkedRow(name: string, source: RowSource, i: number, columns: number): ArrayLike<number> {
  const row = source.row(i);
  if (row.length === columns) return row;
  throw new XentError(
    "shape",
    `evaluate: ${name}[${i}] has ${row.length} numbers; each row must have ${columns}`,
  );
}

function badRowError(name: string, i: number, bad: BadRow, tolerance: number): XentError {
  const found =
    bad.kind === "sum"
      ? `${name}[${i}] sums to ${bad.value}; a row must sum to 1 within ${tolerance}`
      : `${name}[${i}][${bad.class}] is ${bad.value}; a probability is a number from 0 to 1`;
  return new XentError("probability", `evaluate: ${found}`);
}
