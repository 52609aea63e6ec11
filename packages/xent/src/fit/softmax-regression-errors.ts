import { XentError } from "../error.ts";
import { checkLabels, checkLength, checkMatrix, checkOption, checkWeights } from "../losses/check.ts";
import type { FloatMatrix, Labels } from "../losses/matrix.ts";
import { cholesky, solveCholesky } from "../numerics/cholesky.ts";
import { normalQuantile, normalTail } from "../numerics/normal-tail.ts";
import { predictSoftmaxRegression } from "./predict-softmax-regression.ts";
import { softmaxInformation } from "./softmax-information.ts";
import type { SoftmaxRegression } from "./softmax-regression.ts";

export interface SoftmaxRegressionErrorsOptions {
  /** `[rows]` ≥ 0: how often each row counts, as in the fit; 1 unless given. */
  weights?: ArrayLike<number>;
  /** `[rows]`: rows of the same cluster depend on each other. The standard errors are then those of the sandwich. */
  clusters?: ArrayLike<number | string>;
  /** The class that the others are compared with, by its number; 0 unless given. */
  reference?: number;
  /** Of the intervals; 0.95 unless given. */
  level?: number;
}

/** A coefficient: how much a feature adds to the log-odds of a class against the reference class. */
export interface Coefficient {
  class: string;
  /** The feature's column, or the intercept. */
  feature: number | "intercept";
  coefficient: number;
  standardError: number;
  /** coefficient / standardError. */
  z: number;
  /** P(|Z| ≥ |z|) if the true coefficient were 0. */
  p: number;
  interval: [lower: number, upper: number];
  /** e^coefficient: by what the odds are multiplied where the feature is larger by 1. */
  oddsRatio: number;
  oddsRatioInterval: [lower: number, upper: number];
}

export interface SoftmaxRegressionErrors {
  reference: string;
  level: number;
  /** "information": the inverse of the observed information; "clustered": the sandwich. */
  errors: "information" | "clustered";
  clusters: number | null;
  /** Σ weights[i]·ln p[i, labels[i]], in nats. */
  logLikelihood: number;
  /** Class after class, feature after feature, the intercept last. */
  coefficients: Coefficient[];
  /** Covariances of the coefficients, in their order. */
  covariance: number[][];
}

/**
 * How well the coefficients of a softmax regression are known: standard errors, tests, and odds ratios with intervals.
 *
 *     β[k] = W[k] − W[reference],   V = H⁻¹,   or V = H⁻¹·(Σ over clusters of s·sᵀ)·H⁻¹·C/(C − 1)
 *
 * with the observed information H and the score s of each of C clusters. Only differences from a class are identified,
 * so there are none of the reference class. They are the errors of maximum likelihood: the model must have been fitted
 * without a penalty, smoothing, focus or class weights (row weights are counts).
 *
 * @param features `[rows, features]`, `labels` `[rows]`: those that the model was fitted to.
 * @returns plain JSON.
 * @throws `XentError` `option` if the model is not of maximum likelihood, or did not converge; `value` if the
 *   information is singular: features that are sums of others, or constant beside an intercept.
 * @see Agresti, Categorical Data Analysis (2013), section 8.1.4; Liang & Zeger, Longitudinal Data Analysis Using
 *   Generalized Linear Models (1986), eq. 7, for clusters.
 */
export function softmaxRegressionErrors(
  model: SoftmaxRegression,
  features: FloatMatrix,
  labels: Labels,
  options: SoftmaxRegressionErrorsOptions = {},
): SoftmaxRegressionErrors {
  const caller = "softmaxRegressionErrors";
  const { weights, clusters, reference = 0, level = 0.95 } = options;
  const { classes, objective } = model;
  checkIsLikelihood(caller, model);
  checkMatrix(caller, "features", features);
  checkLabels(caller, labels, { rows: features.rows, columns: classes.length });
  checkWeights(caller, "weights", weights, features.rows, "rows");
  checkOption(caller, "level", level, 0, 1);
  if (level === 0 || level === 1) {
    throw new XentError("option", `${caller}: level is ${level}; it must be between 0 and 1`);
  }
  if (!(Number.isInteger(reference) && reference >= 0 && reference < classes.length)) {
    throw new XentError(
      "option",
      `${caller}: reference is ${reference}; it is the number of a class, 0 to ${classes.length - 1}`,
    );
  }
  const logProbabilities = predictSoftmaxRegression(model, features);
  const probabilities = { ...logProbabilities, data: logProbabilities.data.map(Math.exp) };
  const design = objective.intercept ? withConstant(features) : features;
  const kept = classes.map((_, k) => k).filter((k) => k !== reference);
  const width = design.columns;
  const size = kept.length * width;

  const factor = softmaxInformation(design, probabilities, kept, weights);
  if (!cholesky(factor, size)) {
    throw new XentError(
      "value",
      `${caller}: the information is singular; some coefficients cannot be told apart`,
      "leave out features that are constant, or sums of others; or classes that others cannot be told from",
    );
  }
  const cluster = clusters && clusterScores(caller, design, labels, probabilities, kept, weights, clusters);
  // V = H⁻¹ = Σ v·vᵀ over the columns v of L⁻ᵀ, or Σ v·vᵀ over v = H⁻¹·s.
  const covariance = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  if (cluster) {
    const correction = cluster.length / (cluster.length - 1);
    for (const score of cluster) {
      solveCholesky(factor, size, score);
      for (let a = 0; a < size; a++) {
        for (let b = 0; b < size; b++) covariance[a][b] += correction * score[a] * score[b];
      }
    }
  } else {
    for (let a = 0; a < size; a++) {
      const unit = new Float64Array(size);
      unit[a] = 1;
      solveCholesky(factor, size, unit);
      for (let b = 0; b < size; b++) covariance[a][b] = unit[b];
    }
  }

  const quantile = normalQuantile((1 + level) / 2);
  const coefficients = kept.flatMap((k, m) =>
    Array.from({ length: width }, (_, j): Coefficient => {
      const isIntercept = objective.intercept && j === width - 1;
      const at = (c: number) => (isIntercept ? model.intercepts[c] : model.weights[c][j]);
      const coefficient = at(k) - at(reference);
      const standardError = Math.sqrt(covariance[m * width + j][m * width + j]);
      const z = coefficient / standardError;
      const [lower, upper] = [-1, 1].map((sign) => coefficient + sign * quantile * standardError);
      return {
        class: classes[k],
        feature: isIntercept ? "intercept" : j,
        coefficient,
        standardError,
        z,
        p: 2 * normalTail(Math.abs(z)),
        interval: [lower, upper],
        oddsRatio: Math.exp(coefficient),
        oddsRatioInterval: [Math.exp(lower), Math.exp(upper)],
      };
    }),
  );
  let logLikelihood = 0;
  for (let i = 0; i < features.rows; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight > 0) logLikelihood += weight * logProbabilities.data[i * classes.length + labels[i]];
  }
  return {
    reference: classes[reference],
    level,
    errors: cluster ? "clustered" : "information",
    clusters: cluster ? cluster.length : null,
    logLikelihood,
    coefficients,
    covariance,
  };
}

function checkIsLikelihood(caller: string, { objective, fitted }: SoftmaxRegression): void {
  const { l1, l2, labelSmoothing, focal, classWeights } = objective;
  const given = Object.entries({ l1, l2, labelSmoothing, focal, classWeights }).find(([, value]) => value);
  if (given) {
    throw new XentError(
      "option",
      `${caller}: the model was fitted with ${given[0]}; standard errors are those of maximum likelihood`,
      `fit it without ${given[0]}`,
    );
  }
  // At the limit of rounding it is as converged as it can be.
  if (fitted.converged || fitted.reason === "no progress") return;
  throw new XentError(
    "option",
    `${caller}: the model has not converged (${fitted.reason}: ${fitted.message}); its coefficients are not those of maximum likelihood`,
  );
}

/** The features with a column of ones. */
function withConstant({ data, rows, columns }: FloatMatrix): FloatMatrix<Float64Array> {
  const width = columns + 1;
  const design = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    design.set(data.subarray(i * columns, (i + 1) * columns), i * width);
    design[i * width + columns] = 1;
  }
  return { data: design, rows, columns: width };
}

/** Each cluster's score: the gradient of its rows' log-likelihood. */
function clusterScores(
  caller: string,
  { data, rows, columns: width }: FloatMatrix,
  labels: Labels,
  probabilities: FloatMatrix,
  kept: number[],
  weights: ArrayLike<number> | undefined,
  clusters: ArrayLike<number | string>,
): Float64Array[] {
  checkLength(caller, "clusters", clusters, rows, "rows");
  const scores = new Map<number | string, Float64Array>();
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    let score = scores.get(clusters[i]);
    if (!score) {
      score = new Float64Array(kept.length * width);
      scores.set(clusters[i], score);
    }
    for (const [m, k] of kept.entries()) {
      const residual =
        weight * ((labels[i] === k ? 1 : 0) - probabilities.data[i * probabilities.columns + k]);
      for (let a = 0; a < width; a++) score[m * width + a] += residual * data[i * width + a];
    }
  }
  if (scores.size >= 2) return [...scores.values()];
  throw new XentError("option", `${caller}: there is ${scores.size} cluster; an error needs at least two`);
}
