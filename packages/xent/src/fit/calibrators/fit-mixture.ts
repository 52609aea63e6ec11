import { checkOption } from "../../losses/check.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import { increasingRoot } from "../../numerics/increasing-root.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { baseRateOf, calibratorOf, type Training, trainingOf } from "./training.ts";

export interface MixtureOptions extends Omit<CalibratorOptions, "mixture"> {
  /** The base rate's part, from 0 to 1, or "fitted": that of the least loss; 1/(rows + 1) unless given. */
  weight?: number | "fitted";
}

/**
 * The predictions with the base rate mixed in: the least that keeps a model from calling anything impossible.
 *
 *     q = (1 − w)·p + w·π,   w = 1/(n + 1),   π[k] = (n·share[k] + 1)/(n + K)
 *
 * It costs at most −ln(1 − w) ≈ w nats a row, and no row more than −ln(w·π). Every other calibrator ends with it too.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `weight`; `penalty` does nothing.
 * @throws `XentError` as `fitTemperature`, `option` for a weight that is not from 0 to 1.
 * @see Berta, Holzmüller, Jordan & Bach, Rethinking early stopping: refine, then calibrate (2025), arXiv 2501.19195, for
 *   the part 1/(n + 1).
 */
export function fitMixture(
  logProbabilities: FloatMatrix,
  labels: Labels,
  { weight, ...options }: MixtureOptions = {},
): Calibrator {
  const training = trainingOf("fitMixture", logProbabilities, labels, { ...options, mixture: false });
  const distribution = baseRateOf(training);
  const own =
    weight === "fitted" ? fittedWeight(training, distribution) : (weight ?? 1 / (training.count + 1));
  checkOption("fitMixture", "weight", own, 0, 1);
  return calibratorOf(training, "mixture", [{ kind: "mixture", weight: own, distribution }], { weight: own });
}

/** Where d/dw Σ −ln((1 − w)·p + w·π) = Σ (p − π)/((1 − w)·p + w·π) is 0: the loss is convex in w. */
function fittedWeight(training: Training, distribution: number[]): number {
  const { data, rows, columns, labels, weightOf } = training;
  const slopes = (w: number): [number, number] => {
    let slope = 0;
    let curvature = 0;
    for (let i = 0; i < rows; i++) {
      const weight = weightOf(i);
      if (weight === 0) continue;
      const p = Math.exp(data[i * columns + labels[i]]);
      const base = distribution[labels[i]];
      const ratio = (p - base) / ((1 - w) * p + w * base);
      slope += weight * ratio;
      curvature += weight * ratio * ratio;
    }
    return [slope, curvature];
  };
  if (slopes(1)[0] <= 0) return 1;
  const least = 1 / (training.count + 1); // of less it is not known whether it is better than nothing
  return slopes(least)[0] >= 0 ? least : increasingRoot(slopes, least, 1);
}
