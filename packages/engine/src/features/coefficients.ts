import { XentError } from "xent";
import { type SoftmaxRegression, softmaxRegressionErrors } from "xent/fit";
import type { FloatMatrix } from "xent/losses";
import type { FittedModel } from "./model-file.ts";
import { encodedNames, encodedScales, type FeatureSchema } from "./schema.ts";

/** A coefficient of a softmax regression in the feature's own unit, against the reference class. */
export interface Coefficient {
  class: string;
  /** A name of the encoded row, or "(intercept)". */
  feature: string;
  /** Change of ln(p of the class / p of the reference class) for one unit of the feature. */
  coefficient: number;
  /** Null where the errors of maximum likelihood are none: with a penalty, smoothing, focus or class weights. */
  standardError: number | null;
  /** coefficient / standardError. */
  z: number | null;
  /** exp(coefficient): by what the odds are multiplied for one unit more. */
  oddsRatio: number;
  oddsRatioInterval: [number, number] | null;
}

/** More coefficients than these nobody reads, and their covariances would be a large matrix. */
const mostCoefficients = 1000;

/**
 * The coefficients of a softmax regression on standardised features, in the features' own units.
 *
 *     β'ⱼ = βⱼ / scaleⱼ,   intercept' = intercept − Σⱼ βⱼ·meanⱼ / scaleⱼ
 *
 * and their errors by the same line through the covariance.
 */
export function coefficientsOf(
  model: SoftmaxRegression,
  schema: FeatureSchema,
  features: FloatMatrix,
  labels: Int32Array,
  options: { weights?: Float64Array; clusters?: Float64Array; level: number },
): { coefficients?: FittedModel["coefficients"]; warnings: string[] } {
  const { classes, weights, intercepts } = model;
  const scales = encodedScales(schema);
  const width = scales.length + 1;
  if ((classes.length - 1) * width > mostCoefficients) return { warnings: [] };
  const names = [...encodedNames(schema), "(intercept)"];
  const { errors, warnings } = errorsOf(model, features, labels, options);
  const rows: Coefficient[] = [];
  for (let k = 1; k < classes.length; k++) {
    const difference = [
      ...scales.map((_, j) => weights[k][j] - weights[0][j]),
      intercepts[k] - intercepts[0],
    ];
    for (let j = 0; j < width; j++) {
      const line = lineOf(j, scales);
      const coefficient = line.reduce(
        (sum, factor, i) => (factor === 0 ? sum : sum + factor * difference[i]),
        0,
      );
      const standardError = errors ? Math.sqrt(quadratic(line, errors.covariance, (k - 1) * width)) : null;
      const ends = standardError === null || !errors ? null : errors.quantile * standardError;
      rows.push({
        class: classes[k],
        feature: names[j],
        coefficient,
        standardError,
        z: standardError === null ? null : coefficient / standardError,
        oddsRatio: Math.exp(coefficient),
        oddsRatioInterval:
          ends === null ? null : [Math.exp(coefficient - ends), Math.exp(coefficient + ends)],
      });
    }
  }
  const kind = errors ? (options.clusters ? "clustered" : "information") : null;
  return { coefficients: { reference: classes[0], errors: kind, level: options.level, rows }, warnings };
}

/** What a coefficient in the feature's own unit is of those on standardised features. */
function lineOf(j: number, scales: { mean: number; scale: number }[]): number[] {
  const line = new Array<number>(scales.length + 1).fill(0);
  if (j < scales.length) line[j] = 1 / scales[j].scale;
  else
    for (const [i, { mean, scale }] of [...scales, { mean: -1, scale: 1 }].entries()) line[i] = -mean / scale;
  return line;
}

/** lineᵀ·V·line, of the block of V that begins at `first`. */
function quadratic(line: number[], covariance: number[][], first: number): number {
  let sum = 0;
  for (let a = 0; a < line.length; a++) {
    if (line[a] === 0) continue;
    for (let b = 0; b < line.length; b++) sum += line[a] * covariance[first + a][first + b] * line[b];
  }
  return sum;
}

function errorsOf(
  model: SoftmaxRegression,
  features: FloatMatrix,
  labels: Int32Array,
  options: { weights?: Float64Array; clusters?: Float64Array; level: number },
): { errors?: { covariance: number[][]; quantile: number }; warnings: string[] } {
  const { l1, l2, labelSmoothing, focal, classWeights } = model.objective;
  if (l1 || l2 || labelSmoothing || focal || classWeights) return { warnings: [] };
  try {
    const { covariance, coefficients } = softmaxRegressionErrors(model, features, labels, options);
    const [{ interval, coefficient, standardError }] = coefficients;
    return { errors: { covariance, quantile: (interval[1] - coefficient) / standardError }, warnings: [] };
  } catch (error) {
    // Not converged, separable, or features that are sums of others: the model is there, its errors are not.
    if (!(error instanceof XentError)) throw error;
    const reason = error.message.replace(/^softmaxRegressionErrors: /, "");
    return { warnings: [`there are no errors of the coefficients: ${reason}`] };
  }
}
