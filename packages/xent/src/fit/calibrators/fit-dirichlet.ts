import { checkOption } from "../../losses/check.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { fitAffine } from "./fit-affine.ts";
import { trainingOf } from "./training.ts";

export interface DirichletOptions extends CalibratorOptions {
  /** λ ≥ 0, of what is off the diagonal; `penalty` unless given. */
  offDiagonal?: number;
  /** μ ≥ 0, of the intercepts; `penalty` unless given. */
  intercept?: number;
}

/**
 * Dirichlet calibration with off-diagonal and intercept regularisation (ODIR): what is right where the predictions of
 * each class have a Dirichlet distribution.
 *
 *     softmax(W·ln p + b)
 *     mean loss + λ/(K·(K − 1))·Σ W[k][j]² (k ≠ j) + μ/K·Σb²,   K classes
 *
 * The diagonal is free.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution. Where one is −∞ a temperature comes
 *   first, and the uniform distribution is mixed in, a part in rows + 1.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `penalty` is λ and μ, 1e-3 unless given; `offDiagonal` and `intercept` are each its own. Its authors
 *   choose both by cross-validation between 1e-7 and 1e3.
 * @throws `XentError` as `fitTemperature`.
 * @see Kull, Perelló-Nieto, Kängsepp, Silva Filho, Song & Flach, Beyond temperature scaling (2019), eq. 3 and section 3.3.
 */
export function fitDirichlet(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: DirichletOptions = {},
): Calibrator {
  const training = trainingOf("fitDirichlet", logProbabilities, labels, { penalty: 1e-3, ...options });
  const { columns: classes, penalty } = training;
  const { offDiagonal = penalty, intercept = penalty } = options;
  checkOption("fitDirichlet", "offDiagonal", offDiagonal, 0);
  checkOption("fitDirichlet", "intercept", intercept, 0);
  return fitAffine(training, "dirichlet", {
    scale: "full",
    ridge: { bias: intercept / classes, diagonal: 0, offDiagonal: offDiagonal / (classes * (classes - 1)) },
  });
}
