import { times } from "../../numerics/times.ts";
import type { Problem } from "../problem.ts";
import { leastLogProbability, mapOf } from "./apply-steps.ts";
import type { AffineStep, CalibratorStep } from "./calibrator.ts";
import type { Training } from "./training.ts";

/** How much of the scale is free: one number, one a class, or a matrix. */
export type Scale = "scalar" | "diagonal" | "full";

/** The rows that count, as an affine map sees them. */
export interface Features {
  /** `[rows × columns]` log-probabilities, all finite. */
  x: Float64Array;
  rows: number;
  columns: number;
  labels: Int32Array;
  /** `[rows]`, with sum one. */
  weights: Float64Array;
}

/**
 * The log-probabilities after some steps, as features. Where one is −∞ no gradient could be taken: then the uniform
 * distribution is mixed in first, a part in rows + 1, as a step that the calibrator keeps.
 */
export function featuresOf(
  training: Training,
  before: CalibratorStep[],
): { steps: CalibratorStep[]; features: Features } {
  const { data, columns, labels, weightOf, count, total } = training;
  const x = new Float64Array(count * columns);
  const features: Features = {
    x,
    rows: count,
    columns,
    labels: new Int32Array(count),
    weights: new Float64Array(count),
  };
  const map = mapOf(before, columns);
  let at = 0;
  for (let i = 0; i < training.rows; i++) {
    if (weightOf(i) === 0) continue;
    const row = x.subarray(at * columns, (at + 1) * columns);
    row.set(data.subarray(i * columns, (i + 1) * columns));
    map(row);
    features.labels[at] = labels[i];
    features.weights[at] = weightOf(i) / total;
    at += 1;
  }
  if (x.every((z) => z > leastLogProbability)) return { steps: before, features };
  return featuresOf(training, [...before, uniformMixture(training)]);
}

/** (1 − 1/(n + 1))·p + (1/(n + 1))/K. */
export const uniformMixture = ({ count, columns }: Training): CalibratorStep => ({
  kind: "mixture",
  weight: 1 / (count + 1),
  distribution: new Array<number>(columns).fill(1 / columns),
});

/** λ of λ·(distance from the identity map)², for each kind of parameter. */
export interface Ridge {
  bias: number;
  diagonal: number;
  offDiagonal: number;
}

/**
 * The mean loss of softmax(S·x + b) as a function of S − I and b, one after the other, and a ridge on them:
 *
 *     Σᵢ wᵢ·(−Σₖ t[yᵢ][k]·ln p[i, k]) + ridge
 *
 * @param targets `[classes][classes]` what a label is to be predicted as; the class itself unless given.
 */
export function affineProblem(features: Features, scale: Scale, ridge: Ridge, targets?: number[][]): Problem {
  const { x, rows, columns: K, labels, weights } = features;
  const ofScale = scale === "scalar" ? 1 : scale === "diagonal" ? K : K * K;
  const z = new Float64Array(K);
  return {
    size: ofScale + K,
    valueAndGradient(parameters, gradient) {
      gradient.fill(0);
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const start = i * K;
        let max = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < K; k++) {
          z[k] = x[start + k] + parameters[ofScale + k];
          if (scale === "full") for (let j = 0; j < K; j++) z[k] += parameters[k * K + j] * x[start + j];
          else z[k] += parameters[scale === "scalar" ? 0 : k] * x[start + k];
          if (z[k] > max) max = z[k];
        }
        let sum = 0;
        for (let k = 0; k < K; k++) sum += Math.exp(z[k] - max);
        const logSum = max + Math.log(sum);
        const y = labels[i];
        const weight = weights[i];
        for (let k = 0; k < K; k++) {
          const target = targets ? targets[y][k] : k === y ? 1 : 0;
          const logProbability = z[k] - logSum;
          loss -= weight * times(target, logProbability);
          const residual = weight * (Math.exp(logProbability) - target);
          gradient[ofScale + k] += residual;
          if (scale === "full") for (let j = 0; j < K; j++) gradient[k * K + j] += residual * x[start + j];
          else gradient[scale === "scalar" ? 0 : k] += residual * x[start + k];
        }
      }
      for (let at = 0; at < parameters.length; at++) {
        const strength = strengthOf(at);
        loss += strength * parameters[at] ** 2;
        gradient[at] += 2 * strength * parameters[at];
      }
      return loss;
    },
  };

  function strengthOf(at: number): number {
    if (at >= ofScale) return ridge.bias;
    return scale === "full" && at % (K + 1) !== 0 ? ridge.offDiagonal : ridge.diagonal;
  }
}

/**
 * The parameters of each class (its row of the scale, its bias), and the second derivatives of the loss with respect to
 * them where the map is the identity:
 *
 *     Σᵢ wᵢ·p[i, k]·(1 − p[i, k])·(x, 1)(x, 1)ᵀ + ridge,   x of the row, or of its own class alone
 */
export function classCurvatures(
  { x, rows, columns: K, weights }: Features,
  scale: "diagonal" | "full",
  ridge: Ridge,
): { blocks: Int32Array[]; curvatures: Float64Array[] } {
  const inputs = scale === "full" ? K : 1;
  const size = inputs + 1;
  const blocks = Array.from({ length: K }, (_, k) =>
    Int32Array.from({ length: size }, (__, j) => (j < inputs ? k * inputs + j : K * inputs + k)),
  );
  const curvatures = blocks.map(() => new Float64Array(size * size));
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < K; k++) {
      const p = Math.exp(x[i * K + k]);
      const weight = weights[i] * p * Math.max(1 - p, 0);
      if (weight === 0) continue;
      const own = curvatures[k];
      const start = scale === "full" ? i * K : i * K + k;
      for (let j = 0; j < inputs; j++) {
        const part = weight * x[start + j];
        for (let m = 0; m <= j; m++) own[j * size + m] += part * x[start + m];
        own[inputs * size + j] += part;
      }
      own[inputs * size + inputs] += weight;
    }
  }
  curvatures.forEach((own, k) => {
    for (let j = 0; j < inputs; j++) {
      own[j * size + j] += 2 * (scale === "full" && j !== k ? ridge.offDiagonal : ridge.diagonal);
    }
    own[inputs * size + inputs] += 2 * ridge.bias;
  });
  return { blocks, curvatures };
}

/** The parameters of such a problem as a step. */
export function stepOf(parameters: Float64Array, scale: Scale, columns: number): AffineStep {
  const bias = [...parameters.subarray(parameters.length - columns)];
  if (scale === "scalar") return { kind: "affine", scale: 1 + parameters[0], bias };
  if (scale === "diagonal") {
    return { kind: "affine", scale: Array.from(bias, (_, k) => 1 + parameters[k]), bias };
  }
  const row = (_: number, k: number) =>
    Array.from({ length: columns }, (__, j) => parameters[k * columns + j] + (j === k ? 1 : 0));
  return { kind: "affine", scale: Array.from(bias, row), bias };
}
