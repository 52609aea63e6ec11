import type { Estimate } from "../../analysis/analysis.ts";
import { compare } from "../../analysis/compare.ts";
import { XentError } from "../../error.ts";
import { checkLength } from "../../losses/check.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import { clustersOf } from "../../statistics/clusters.ts";
import { foldOf as hashedFold } from "../../statistics/fold-of.ts";
import { pairOf } from "../../statistics/pairs.ts";
import { mapOf } from "./apply-steps.ts";
import type { CalibratorOptions } from "./calibrator.ts";
import { calibratorMethods, type FittedMethod, fitCalibrator } from "./fit-calibrator.ts";
import { type Training, trainingOf } from "./training.ts";

export interface CrossValidationOptions extends CalibratorOptions {
  /** How many parts the rows are divided into; 5 unless given. */
  folds?: number;
  /** `[rows]` the part of each row, from 0 to folds − 1; by `foldOf` of its cluster, or of its number from 1, unless given. */
  foldOf?: ArrayLike<number>;
  /** Of the division, where `foldOf` is not given; 0 unless given. */
  seed?: number;
}

export interface CrossValidatedMethod {
  method: FittedMethod;
  /** Held out; null where the method could not be fitted. */
  crossEntropy: Estimate | null;
  /** Held out − uncalibrated, paired: below zero it helps. Null where both are infinite, or it could not be fitted. */
  difference: Estimate | null;
  /** Why it could not be fitted, or what was to be said of a fit. */
  message?: string;
}

export interface CrossValidation {
  folds: number;
  /** Without a calibrator. */
  before: Estimate;
  /** The recommended first, then from the lowest cross-entropy. */
  methods: CrossValidatedMethod[];
  /** None where nothing is better than doing nothing by more than its error. */
  recommended: FittedMethod | null;
}

/**
 * The loss of calibrators on rows that they were not fitted to: each part of the rows by calibrators of the others.
 *
 * Recommended is, of the methods whose difference to the uncalibrated has an interval below zero (or that make an
 * infinite loss finite), the simplest that is not worse than the best by more than one standard error of their paired
 * difference.
 *
 * @param methods of `calibratorMethods`; their order there is from simple to complex.
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options as of every fit, and `folds`, `foldOf`, `seed`. Rows of one cluster must be in one fold.
 * @returns estimates in nats with paired, cluster-robust intervals.
 * @throws `XentError` as `fitTemperature`, `option` for folds that are not two or more, or a cluster in two of them.
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), section 7.10, for the rule of one
 *   standard error.
 */
export function crossValidateCalibrators(
  methods: readonly FittedMethod[],
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CrossValidationOptions = {},
): CrossValidation {
  const caller = "crossValidateCalibrators";
  const training = trainingOf(caller, logProbabilities, labels, options);
  const unknown = methods.find((method) => !calibratorMethods.includes(method));
  if (unknown !== undefined) {
    throw new XentError(
      "option",
      `${caller}: there is no method ${JSON.stringify(unknown)}; it is one of ${calibratorMethods.join(", ")}`,
    );
  }
  const folds = foldsOf(caller, training, options);
  const before = lossesOf(training, folds.rows.flat(), []);
  const results = [...new Set(methods)].map((method) => heldOut(method, training, folds.rows, options));

  const meanOf = (losses: Float64Array): Estimate =>
    differenceOf(training, losses, new Float64Array(losses.length)) as Estimate;
  const rows = results.map(({ method, losses, message }) => ({
    method,
    losses,
    crossEntropy: losses && meanOf(losses),
    difference: losses && differenceOf(training, losses, before),
    message,
  }));
  rows.sort((a, b) => lossOrder(a.crossEntropy) - lossOrder(b.crossEntropy) || 0);
  const better = rows.filter(({ difference }) => isBelowZero(difference));
  const simplest = (a: { method: FittedMethod }, b: { method: FittedMethod }) =>
    calibratorMethods.indexOf(a.method) - calibratorMethods.indexOf(b.method);
  const best = better[0];
  const recommended = [...better].sort(simplest).find(({ losses }) => {
    const worse = differenceOf(training, losses as Float64Array, best.losses as Float64Array);
    return worse !== null && worse.estimate <= (worse.standardError ?? 0);
  });
  return {
    folds: folds.count,
    before: meanOf(before),
    methods: [...rows.filter((row) => row === recommended), ...rows.filter((row) => row !== recommended)].map(
      ({ method, crossEntropy, difference, message }) => ({
        method,
        crossEntropy,
        difference,
        ...(message ? { message } : {}),
      }),
    ),
    recommended: recommended?.method ?? null,
  };
}

/** What could not be fitted comes last. */
const lossOrder = (loss: Estimate | null): number =>
  loss === null ? Number.MAX_VALUE : Math.min(loss.estimate, Number.MAX_VALUE / 2);

function isBelowZero(difference: Estimate | null): boolean {
  if (difference === null) return false;
  return difference.estimate === Number.NEGATIVE_INFINITY || (difference.interval?.[1] ?? 0) < 0;
}

/** The rows of each fold that has any, those of weight zero left out. */
function foldsOf(
  caller: string,
  { rows, weightOf, clusterOf }: Training,
  { folds = 5, foldOf, seed = 0, clusters }: CrossValidationOptions,
): { count: number; rows: number[][] } {
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= 2 ** 20)) {
    throw new XentError("option", `${caller}: folds is ${folds}; it must be an integer from 2 to ${2 ** 20}`);
  }
  if (foldOf !== undefined) checkLength(caller, "foldOf", foldOf, rows, "rows");
  const parts: number[][] = Array.from({ length: folds }, () => []);
  const foldOfCluster = new Map<unknown, number>();
  for (let i = 0; i < rows; i++) {
    if (weightOf(i) === 0) continue;
    const fold = foldOf ? foldOf[i] : hashedFold(clusters ? String(clusters[i]) : String(i + 1), folds, seed);
    if (!(Number.isInteger(fold) && fold >= 0 && fold < folds)) {
      throw new XentError(
        "option",
        `${caller}: foldOf[${i}] is ${fold}; it must be an integer from 0 to ${folds - 1}`,
      );
    }
    const before = foldOfCluster.get(clusterOf(i)) ?? fold;
    if (before !== fold) {
      throw new XentError(
        "option",
        `${caller}: rows of the cluster ${JSON.stringify(clusterOf(i))} are in the folds ${before} and ${fold}; they must be in one`,
      );
    }
    foldOfCluster.set(clusterOf(i), fold);
    parts[fold].push(i);
  }
  const own = parts.filter((part) => part.length > 0);
  if (own.length < 2) {
    throw new XentError("option", `${caller}: all rows are in one fold; there must be rows in two or more`);
  }
  return { count: folds, rows: own };
}

/** The losses of all rows, each by the calibrator of the other folds; or why there are none. */
function heldOut(
  method: FittedMethod,
  training: Training,
  folds: number[][],
  options: CalibratorOptions,
): { method: FittedMethod; losses: Float64Array | null; message?: string } {
  const losses = new Float64Array(training.rows);
  let message: string | undefined;
  try {
    for (const own of folds) {
      const others = folds.filter((fold) => fold !== own).flat();
      const { data, columns, labels, weightOf, clusterOf } = training;
      const fitting = new Float64Array(others.length * columns);
      others.forEach((i, at) => {
        fitting.set(data.subarray(i * columns, (i + 1) * columns), at * columns);
      });
      const calibrator = fitCalibrator(
        method,
        { data: fitting, rows: others.length, columns },
        others.map((i) => labels[i]),
        {
          ...options,
          tolerance: 1, // the sums of rows have been looked at before
          weights: others.map(weightOf),
          clusters: options.clusters && others.map(clusterOf),
        },
      );
      message ??= calibrator.fitted.message;
      lossesOf(training, own, calibrator.steps, losses);
    }
    return { method, losses, message };
  } catch (error) {
    if (error instanceof XentError) return { method, losses: null, message: error.message };
    throw error;
  }
}

/** −ln q(label) of some rows, at their places among all. */
function lossesOf(
  { data, rows, columns, labels }: Training,
  which: number[],
  steps: Parameters<typeof mapOf>[0],
  into = new Float64Array(rows),
): Float64Array {
  const map = mapOf(steps, columns);
  const row = new Float64Array(columns);
  for (const i of which) {
    row.set(data.subarray(i * columns, (i + 1) * columns));
    map(row);
    into[i] = -Math.min(row[labels[i]], 0);
  }
  return into;
}

function differenceOf(
  { rows, weightOf, clusterOf, level }: Training,
  losses: Float64Array,
  baseline: Float64Array,
): Estimate | null {
  const kept = Array.from({ length: rows }, (_, i) => i).filter((i) => weightOf(i) > 0);
  const paired = {
    model: Float64Array.from(kept, (i) => losses[i]),
    baseline: Float64Array.from(kept, (i) => baseline[i]),
    weights: kept.map(weightOf),
    clusters: clustersOf("clusters", kept.map(clusterOf)),
  };
  return compare(pairOf("calibrated", "uncalibrated", paired), level).difference;
}
