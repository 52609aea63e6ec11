import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { fitAffine } from "./fit-affine.ts";
import { trainingOf } from "./training.ts";

/**
 * Vector scaling: a scale and a bias for each class.
 *
 *     softmax(v ⊙ ln p + b)
 *
 * Of log-probabilities, which, unlike logits, have one meaning: a scale of its own for each class is no longer the
 * same where a constant is added to all logits.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution. Where one is −∞ a temperature comes
 *   first, and the uniform distribution is mixed in, a part in rows + 1.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `penalty` is λ of λ/2·(Σ(v − 1)² + Σb²) beside the mean loss.
 * @throws `XentError` as `fitTemperature`.
 * @see Guo, Pleiss, Sun & Weinberger, On calibration of modern neural networks (2017), section 4.2, eq. 8.
 */
export function fitVector(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  return fitAffine(trainingOf("fitVector", logProbabilities, labels, options), "vector", {
    scale: "diagonal",
  });
}
