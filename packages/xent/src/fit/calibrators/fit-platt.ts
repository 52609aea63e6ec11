import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { AffineStep, Calibrator, CalibratorOptions } from "./calibrator.ts";
import { checkBinary } from "./check-binary.ts";
import { fitAffine } from "./fit-affine.ts";
import { trainingOf } from "./training.ts";

export interface PlattOptions extends CalibratorOptions {
  /** Whether labels are taken for a little less than certain, as Platt has it; true unless given. */
  smoothTargets?: boolean;
}

/**
 * Platt scaling of two classes: a logistic regression of the label on the logit.
 *
 *     logit q = a·logit p + c,   p of the second class
 *
 * The targets are smoothed by what is not known of the base rates: a label of the second class counts as
 * t₊ = (N₊ + 1)/(N₊ + 2) of it, one of the first as t₋ = 1/(N₋ + 2), with N the rows of each (or their weights). So
 * the fit has an end also where the classes can be told apart without a mistake.
 *
 * @param logProbabilities `[rows, 2]` in nats, each row a distribution. Where one is −∞ a temperature comes
 *   first, and the uniform distribution is mixed in, a part in rows + 1.
 * @param labels `[rows]` 0 or 1.
 * @param options `smoothTargets`; `penalty` is λ of λ/2·((a − 1)² + c²/2) beside the mean loss.
 * @returns the calibrator; `fitted.slope` is a, `fitted.intercept` is c.
 * @throws `XentError` as `fitTemperature`, `shape` for more than two classes.
 * @see Platt, Probabilistic outputs for support vector machines (1999), eq. 2; Lin, Lin & Weng, A note on Platt's
 *   probabilistic outputs (2007), eq. 2 and 5.
 */
export function fitPlatt(
  logProbabilities: FloatMatrix,
  labels: Labels,
  { smoothTargets = true, ...options }: PlattOptions = {},
): Calibrator {
  const training = trainingOf("fitPlatt", logProbabilities, labels, options);
  checkBinary("fitPlatt", training.columns);
  const [no, yes] = training.classWeight.map((weight) => 1 / (weight + 2));
  return fitAffine(training, "platt", {
    scale: "scalar",
    targets: smoothTargets
      ? [
          [1 - no, no],
          [yes, 1 - yes],
        ]
      : undefined,
    simplified: onSecondClass,
    figures: ({ scale, bias }) => ({ slope: scale, intercept: bias[1] }),
  });
}

/** Of two classes only the difference of the biases counts. */
export const onSecondClass = (step: AffineStep): AffineStep => ({
  ...step,
  bias: [0, step.bias[1] - step.bias[0]],
});
