import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { fitAffine } from "./fit-affine.ts";
import { trainingOf } from "./training.ts";

/**
 * Matrix scaling: a multinomial logistic regression of the labels on the log-probabilities.
 *
 *     softmax(W·ln p + b)
 *
 * It has classes·(classes + 1) parameters and, without a penalty, overfits where classes are many: `fitStructuredMatrix`
 * is the same map with a ridge that is known to be good.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution. Where one is −∞ a temperature comes
 *   first, and the uniform distribution is mixed in, a part in rows + 1.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `penalty` is λ of λ/2·(Σ(W − I)² + Σb²) beside the mean loss.
 * @throws `XentError` as `fitTemperature`.
 * @see Guo, Pleiss, Sun & Weinberger, On calibration of modern neural networks (2017), section 4.2, eq. 8.
 */
export function fitMatrix(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  return fitAffine(trainingOf("fitMatrix", logProbabilities, labels, options), "matrix", { scale: "full" });
}
