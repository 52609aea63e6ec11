import { XentError } from "../../error.ts";
import { checkArray, checkLabels, checkLength, checkOption, checkWeights } from "../../losses/check.ts";
import type { FloatArray, FloatMatrix, Labels } from "../../losses/matrix.ts";
import { sumOver } from "../../numerics/compensated-sum.ts";
import { mapOf } from "./apply-steps.ts";
import type {
  Calibrator,
  CalibratorFit,
  CalibratorMethod,
  CalibratorOptions,
  CalibratorStep,
  JsonNumber,
} from "./calibrator.ts";
import { checkLogProbabilities } from "./log-probability-rows.ts";

/** The rows that a calibrator is fitted to, once checked. Rows of weight zero are as if they were not there. */
export interface Training {
  caller: string;
  /** `[rows × columns]` log-probabilities. */
  data: FloatArray;
  rows: number;
  columns: number;
  labels: Labels;
  weightOf: (i: number) => number;
  clusterOf: (i: number) => unknown;
  classes: string[];
  /** Rows of a weight above zero, and Σ weights. */
  count: number;
  total: number;
  /** Σ weights of each class's rows. */
  classWeight: number[];
  penalty: number;
  level: number;
  mixture: boolean;
}

/** Checks once, at the public door, what every fit takes. */
export function trainingOf(
  caller: string,
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions,
): Training {
  const { weights, clusters, penalty = 0, level = 0.95, mixture = true } = options;
  checkLogProbabilities(caller, logProbabilities, options.tolerance);
  const { data, rows, columns } = logProbabilities;
  checkArray(caller, "labels", labels);
  checkLabels(caller, labels, logProbabilities);
  checkWeights(caller, "weights", weights, rows, "rows");
  if (clusters !== undefined) checkLength(caller, "clusters", clusters, rows, "rows");
  checkOption(caller, "penalty", penalty, 0);
  if (!(level > 0 && level < 1)) {
    throw new XentError("option", `${caller}: level is ${level}; it must be above 0 and below 1`);
  }
  const classes = namesOf(caller, options.classes, columns);
  const weightOf = weights ? (i: number) => weights[i] : () => 1;
  const classWeight = new Array<number>(columns).fill(0);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (weightOf(i) > 0) count += 1;
    classWeight[labels[i]] += weightOf(i);
  }
  if (count === 0) {
    const found = rows === 0 ? "there are no rows" : "all weights are zero";
    throw new XentError(rows === 0 ? "shape" : "option", `${caller}: ${found}; at least one is required`);
  }
  return {
    caller,
    data,
    rows,
    columns,
    labels,
    weightOf,
    clusterOf: clusters ? (i) => clusters[i] : (i) => i,
    classes,
    count,
    total: classWeight.reduce((sum, one) => sum + one, 0),
    classWeight,
    penalty,
    level,
    mixture,
  };
}

/** The names of the classes, once each. */
export function namesOf(caller: string, classes: string[] | undefined, columns: number): string[] {
  if (classes === undefined) return Array.from({ length: columns }, (_, k) => String(k));
  checkLength(caller, "classes", classes, columns, "columns");
  if (new Set(classes).size < columns) {
    throw new XentError("option", `${caller}: a class is named twice; the names are those of the columns`);
  }
  return [...classes];
}

/**
 * The base rate that no class is impossible by, whether it was seen or not (Laplace's rule of succession):
 *
 *     π[k] = (n·weight[k]/Σweight + 1) / (n + K)
 */
export const baseRateOf = ({ classWeight, total, count, columns }: Training): number[] =>
  classWeight.map((weight) => ((count * weight) / total + 1) / (count + columns));

/** Fitted steps as a calibrator: with the base rate mixed in unless it is not wanted, and its in-sample losses. */
export function calibratorOf(
  training: Training,
  method: CalibratorMethod,
  fitted: CalibratorStep[],
  figures: Partial<CalibratorFit> = {},
): Calibrator {
  const { count, mixture, classes } = training;
  const steps = mixture
    ? [...fitted, { kind: "mixture" as const, weight: 1 / (count + 1), distribution: baseRateOf(training) }]
    : fitted;
  const before = lossOf(training, []);
  const zeros = zerosOf(training);
  return {
    version: 1,
    method,
    classes,
    steps,
    fitted: {
      rows: count,
      crossEntropyBefore: before,
      crossEntropyAfter: lossOf(training, steps),
      ...(zeros > 0 ? { zeroProbabilities: zeros } : {}),
      ...figures,
    },
  };
}

const zerosOf = ({ data, rows, columns, labels, weightOf }: Training): number => {
  let zeros = 0;
  for (let i = 0; i < rows; i++) {
    if (weightOf(i) > 0 && data[i * columns + labels[i]] === Number.NEGATIVE_INFINITY) zeros += 1;
  }
  return zeros;
};

/** The weighted mean loss of the rows after the steps. */
export function lossOf(training: Training, steps: CalibratorStep[]): JsonNumber {
  const { data, rows, columns, labels, weightOf, total } = training;
  const map = mapOf(steps, columns);
  const row = new Float64Array(columns);
  const loss = sumOver(rows, (i) => {
    const weight = weightOf(i);
    if (weight === 0) return 0;
    row.set(data.subarray(i * columns, (i + 1) * columns));
    map(row);
    return -weight * Math.min(row[labels[i]], 0);
  });
  return loss === Number.POSITIVE_INFINITY ? "Infinity" : loss / total;
}
