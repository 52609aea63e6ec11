import { times } from "../../numerics/times.ts";
import type { Problem } from "../problem.ts";
import { leastLogProbability, mapOf } from "./apply-steps.ts";
import type { AffineStep, CalibratorStep } from "./calibrator.ts";
import { temperatureOf } from "./fit-temperature.ts";
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
 * The log-probabilities after some steps, as features. Where one is −∞ no gradient could be taken: then a temperature
 * comes first, and the uniform distribution is mixed in, a part in rows + 1, as steps that the calibrator keeps.
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
  return featuresOf(training, temperedSteps(training, temperatureOf(training).scale));
}

/** The temperature, and then a mixture with the uniform distribution: no logarithm below about −ln(n·K). */
export const temperedSteps = (training: Training, scale: number): CalibratorStep[] => [
  { kind: "affine", scale, bias: new Array<number>(training.columns).fill(0) },
  uniformMixture(training),
];

/** (1 − 1/(n + 1))·p + (1/(n + 1))/K. */
const uniformMixture = ({ count, columns }: Training): CalibratorStep => ({
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

/** How many parameters a scale has. */
const sizeOf = (scale: Scale, classes: number): number =>
  scale === "scalar" ? 1 : scale === "diagonal" ? classes : classes * classes;

/**
 * The mean loss of softmax(S·x + b) as a function of S − I and b, one after the other, and a ridge on them:
 *
 *     Σᵢ wᵢ·(−Σₖ t[yᵢ][k]·ln p[i, k]) + ridge
 *
 * @param targets `[classes][classes]` what a label is to be predicted as; the class itself unless given.
 */
export function affineProblem(features: Features, scale: Scale, ridge: Ridge, targets?: number[][]): Problem {
  const { x, rows, columns: K, labels, weights } = features;
  const ofScale = sizeOf(scale, K);
  const logs = new Float64Array(K);
  const strength = strengths(scale, K, ridge);
  return {
    size: ofScale + K,
    valueAndGradient(parameters, gradient) {
      gradient.fill(0);
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const start = i * K;
        logProbabilitiesOf(features, scale, parameters, i, logs);
        for (let k = 0; k < K; k++) {
          const target = targets ? targets[labels[i]][k] : k === labels[i] ? 1 : 0;
          loss -= weights[i] * times(target, logs[k]);
          const residual = weights[i] * (Math.exp(logs[k]) - target);
          gradient[ofScale + k] += residual;
          if (scale === "full") for (let j = 0; j < K; j++) gradient[k * K + j] += residual * x[start + j];
          else gradient[scale === "scalar" ? 0 : k] += residual * x[start + k];
        }
      }
      for (let at = 0; at < parameters.length; at++) {
        loss += strength[at] * parameters[at] ** 2;
        gradient[at] += 2 * strength[at] * parameters[at];
      }
      return loss;
    },
    ...(scale === "full"
      ? { hessian: (parameters, hessian) => hessianOf(features, strength, parameters, hessian) }
      : {}),
  };
}

/**
 * The second derivatives of a full scale's loss: of the rows of classes k and l, Σᵢ wᵢ·p[k]·([k = l] − p[l])·(x, 1)(x, 1)ᵀ.
 * Both pairs are symmetric, so a quarter is summed.
 */
function hessianOf(
  features: Features,
  strength: Float64Array,
  parameters: Float64Array,
  into: Float64Array,
): void {
  const { x, rows, columns: K, weights } = features;
  const size = K + 1;
  const pairs = (K * (K + 1)) / 2;
  const perPair = (size * (size + 1)) / 2;
  const sums = new Float64Array(pairs * perPair);
  const products = new Float64Array(perPair);
  const p = new Float64Array(K);
  for (let i = 0; i < rows; i++) {
    logProbabilitiesOf(features, "full", parameters, i, p);
    for (let k = 0; k < K; k++) p[k] = Math.exp(p[k]);
    let at = 0;
    for (let j = 0; j < size; j++) {
      const left = j < K ? x[i * K + j] : 1;
      for (let m = 0; m <= j; m++) products[at++] = left * (m < K ? x[i * K + m] : 1);
    }
    let start = 0;
    for (let k = 0; k < K; k++) {
      for (let l = 0; l <= k; l++) {
        const weight = weights[i] * p[k] * (k === l ? 1 - p[k] : -p[l]);
        if (weight !== 0) for (let a = 0; a < perPair; a++) sums[start + a] += weight * products[a];
        start += perPair;
      }
    }
  }
  const place = (k: number, j: number) => (j < K ? k * K + j : K * K + k);
  let at = 0;
  for (let k = 0; k < K; k++) {
    for (let l = 0; l <= k; l++) {
      for (let j = 0; j < size; j++) {
        for (let m = 0; m <= j; m++) {
          for (const [a, b] of [
            [place(k, j), place(l, m)],
            [place(k, m), place(l, j)],
          ]) {
            into[a * parameters.length + b] = sums[at];
            into[b * parameters.length + a] = sums[at];
          }
          at += 1;
        }
      }
    }
  }
  for (let j = 0; j < parameters.length; j++) into[j * parameters.length + j] += 2 * strength[j];
}

/** The log-probabilities of a row after the map. */
function logProbabilitiesOf(
  { x, columns: K }: Features,
  scale: Scale,
  parameters: Float64Array,
  i: number,
  into: Float64Array,
): void {
  const start = i * K;
  const biases = parameters.length - K;
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < K; k++) {
    let z = x[start + k] + parameters[biases + k];
    if (scale === "full") for (let j = 0; j < K; j++) z += parameters[k * K + j] * x[start + j];
    else z += parameters[scale === "scalar" ? 0 : k] * x[start + k];
    into[k] = z;
    if (z > max) max = z;
  }
  let sum = 0;
  for (let k = 0; k < K; k++) sum += Math.exp(into[k] - max);
  const logSum = max + Math.log(sum);
  for (let k = 0; k < K; k++) into[k] -= logSum;
}

/** Of each parameter its λ. */
function strengths(scale: Scale, K: number, ridge: Ridge): Float64Array {
  const ofScale = sizeOf(scale, K);
  return Float64Array.from({ length: ofScale + K }, (_, at) => {
    if (at >= ofScale) return ridge.bias;
    return scale === "full" && at % (K + 1) !== 0 ? ridge.offDiagonal : ridge.diagonal;
  });
}

/**
 * The parameters of each class (its row of the scale, its bias), and the second derivatives of the loss with respect to
 * them:
 *
 *     Σᵢ wᵢ·p[i, k]·(1 − p[i, k])·(x, 1)(x, 1)ᵀ + ridge,   x of the row, or of its own class alone
 */
export function classCurvatures(
  features: Features,
  scale: "diagonal" | "full",
  ridge: Ridge,
  parameters: Float64Array,
): { blocks: Int32Array[]; curvatures: Float64Array[] } {
  const { x, rows, columns: K, weights } = features;
  const inputs = scale === "full" ? K : 1;
  const size = inputs + 1;
  const blocks = Array.from({ length: K }, (_, k) =>
    Int32Array.from({ length: size }, (__, j) => (j < inputs ? k * inputs + j : K * inputs + k)),
  );
  const curvatures = blocks.map(() => new Float64Array(size * size));
  const logs = new Float64Array(K);
  for (let i = 0; i < rows; i++) {
    logProbabilitiesOf(features, scale, parameters, i, logs);
    for (let k = 0; k < K; k++) {
      const p = Math.exp(logs[k]);
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
  const strength = strengths(scale, K, ridge);
  curvatures.forEach((own, k) => {
    for (let j = 0; j < size; j++) own[j * size + j] += 2 * strength[blocks[k][j]];
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
