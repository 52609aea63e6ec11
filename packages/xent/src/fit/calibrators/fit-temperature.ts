import { estimateOf } from "../../analysis/estimate.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorFit, CalibratorOptions } from "./calibrator.ts";
import { calibratorOf, type Training, trainingOf } from "./training.ts";

/** |ln T| at most: where the loss has no minimum the search must end (the bounds of scikit-learn's). */
const most = 10;

/**
 * Temperature scaling: one number by which all logits are divided.
 *
 *     softmax(z / T),     Σᵢ wᵢ·(Σₖ p[i, k]·z[i, k] − z[i, yᵢ]) = 0  at  β = 1/T
 *
 * The left side is the derivative of the loss by β, which never falls: its root is bracketed in ln β and found by
 * Newton's steps, halved where they leave the bracket. (L-BFGS on T diverges on real data.) Rows whose label has
 * probability zero do not depend on T: it is fitted to the others.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `penalty` is λ of λ/2·(β − 1)² beside the mean loss.
 * @returns the calibrator; `fitted.temperature` has T with an interval from the influences of rows (or clusters),
 *   symmetric in ln T, and `fitted.message` says so where T stopped at e^(±10): labels that are always the most
 *   probable class want T = 0, and predictions that are no better than chance want T = ∞.
 * @throws `XentError` `shape`, `label`, `probability`, `value` or `option` for what cannot be fitted to.
 * @see Guo, Pleiss, Sun & Weinberger, On calibration of modern neural networks (2017), eq. 9.
 */
export function fitTemperature(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  const training = trainingOf("fitTemperature", logProbabilities, labels, options);
  const { scale, figures } = temperatureOf(training);
  const bias = new Array<number>(training.columns).fill(0);
  return calibratorOf(training, "temperature", [{ kind: "affine", scale, bias }], figures);
}

/** The inverse temperature, and what is to be said of it. */
export function temperatureOf(training: Training): { scale: number; figures: Partial<CalibratorFit> } {
  const rows = fittedRows(training);
  if (rows.length === 0) {
    const message = "the label of every row has probability zero: no temperature changes that";
    return { scale: 1, figures: { temperature: without(1), message } };
  }
  const { logScale, message } = bestLogScale(training, rows);
  const scale = Math.exp(logScale);
  const temperature = message ? without(1 / scale) : intervalOf(training, rows, scale);
  return { scale, figures: message ? { temperature, message } : { temperature } };
}

const without = (estimate: number) => ({ estimate, standardError: null, interval: null });

/** Rows that have a say in the temperature. */
function fittedRows({ data, rows, columns, labels, weightOf }: Training): Int32Array {
  const own = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (weightOf(i) > 0 && data[i * columns + labels[i]] > Number.NEGATIVE_INFINITY) own[count++] = i;
  }
  return own.subarray(0, count);
}

/** Of one row: the loss's derivative by β, Σ p·z − z[y], and its second, the variance of z under p. */
function derivativesOf(training: Training, i: number, scale: number, into: [number, number]): void {
  const { data, columns, labels } = training;
  const start = i * columns;
  let max = Number.NEGATIVE_INFINITY;
  for (let k = start; k < start + columns; k++) if (data[k] > max) max = data[k];
  let sum = 0;
  let first = 0;
  let second = 0;
  for (let k = start; k < start + columns; k++) {
    const z = data[k] - max;
    const e = Math.exp(scale * z);
    if (e === 0) continue; // what is impossible has no part, also where z is −∞
    sum += e;
    first += e * z;
    second += e * z * z;
  }
  const mean = first / sum;
  into[0] = mean - (data[start + labels[i]] - max);
  into[1] = Math.max(second / sum - mean * mean, 0);
}

function bestLogScale(training: Training, rows: Int32Array): { logScale: number; message?: string } {
  const { weightOf, penalty } = training;
  const total = rows.reduce((sum, i) => sum + weightOf(i), 0);
  const own: [number, number] = [0, 0];
  /** d(loss)/dβ and d²(loss)/dβ·dlnβ at ln β. */
  const at = (logScale: number): [number, number] => {
    const scale = Math.exp(logScale);
    let slope = 0;
    let curvature = 0;
    for (const i of rows) {
      derivativesOf(training, i, scale, own);
      slope += weightOf(i) * own[0];
      curvature += weightOf(i) * own[1];
    }
    return [slope / total + penalty * (scale - 1), scale * (curvature / total + penalty)];
  };
  if (at(most)[0] <= 0) {
    const message =
      "the label of every row is its most probable class: the loss falls with ever smaller temperatures, and the temperature is at its bound";
    return { logScale: most, message };
  }
  if (at(-most)[0] >= 0) {
    const message =
      "the predictions are no better than chance, or sure beyond measure: the loss falls with ever larger temperatures, and the temperature is at its bound";
    return { logScale: -most, message };
  }
  let least = -most;
  let greatest = most;
  let logScale = 0;
  for (let step = 0; step < 100; step++) {
    const [slope, curvature] = at(logScale);
    if (slope === 0) break;
    if (slope < 0) least = logScale;
    else greatest = logScale;
    const newton = logScale - slope / curvature;
    const next = newton > least && newton < greatest ? newton : (least + greatest) / 2;
    const moved = Math.abs(next - logScale);
    logScale = next;
    if (moved <= 1e-14) break;
  }
  return { logScale };
}

/**
 * T with its error from the influences of rows, ψᵢ = −wᵢ·gᵢ / Σ wᵢ·hᵢ of β, summed within clusters (the sandwich),
 * and an interval that is symmetric in ln T, so that it holds no temperature below zero.
 *
 * @see Huber, The behavior of maximum likelihood estimates under nonstandard conditions (1967).
 */
function intervalOf(training: Training, rows: Int32Array, scale: number): CalibratorFit["temperature"] {
  const { weightOf, clusterOf, penalty, level } = training;
  const own: [number, number] = [0, 0];
  const sums = new Map<unknown, number>();
  const pull = penalty * (scale - 1);
  let curvature = 0;
  for (const i of rows) {
    derivativesOf(training, i, scale, own);
    sums.set(clusterOf(i), (sums.get(clusterOf(i)) ?? 0) + weightOf(i) * (own[0] + pull));
    curvature += weightOf(i) * (own[1] + penalty);
  }
  let square = 0;
  for (const sum of sums.values()) square += sum * sum;
  const temperature = 1 / scale;
  const ofLog = estimateOf(Math.log(temperature), { clusters: sums.size, square }, scale * curvature, level, [
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  if (ofLog.standardError === null || ofLog.interval === null) return without(temperature);
  return {
    estimate: temperature,
    standardError: temperature * ofLog.standardError,
    interval: [Math.exp(ofLog.interval[0]), Math.exp(ofLog.interval[1])],
  };
}
