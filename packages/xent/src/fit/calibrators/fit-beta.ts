import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { checkBinary } from "./check-binary.ts";
import { fitAffine } from "./fit-affine.ts";
import { onSecondClass } from "./fit-platt.ts";
import { trainingOf } from "./training.ts";

/**
 * Beta calibration of two classes: what is right where the predictions of each class have a beta distribution.
 *
 *     logit q = c + a·ln p − b·ln(1 − p),   a, b ≥ 0,   p of the second class
 *
 * Unlike Platt's it bends the two ends apart. That the map must not fall is held
 * by bounds in the fit; where one of them holds, the result is that of leaving its feature out, as the paper does.
 *
 * @param logProbabilities `[rows, 2]` in nats, each row a distribution. Where one is −∞ a temperature comes
 *   first, and the uniform distribution is mixed in, a part in rows + 1.
 * @param labels `[rows]` 0 or 1.
 * @param options `penalty` is λ of λ/2·((a − 1)² + (b − 1)² + c²/2) beside the mean loss.
 * @returns the calibrator; `fitted.a`, `fitted.b`, `fitted.c`.
 * @throws `XentError` as `fitTemperature`, `shape` for more than two classes.
 * @see Kull, Silva Filho & Flach, Beta calibration: a well-founded and easily implemented improvement on logistic
 *   calibration for binary classifiers (2017), section 3, eq. 2 and algorithm 1.
 */
export function fitBeta(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  const training = trainingOf("fitBeta", logProbabilities, labels, options);
  checkBinary("fitBeta", training.columns);
  return fitAffine(training, "beta", {
    scale: "diagonal",
    least: 0,
    simplified: onSecondClass,
    figures: ({ scale, bias }) => {
      const [b, a] = scale as number[];
      return { a, b, c: bias[1] };
    },
  });
}
