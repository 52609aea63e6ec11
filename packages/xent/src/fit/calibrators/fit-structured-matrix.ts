import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import { temperedSteps } from "./affine-problem.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { fitAffine } from "./fit-affine.ts";
import { temperatureOf } from "./fit-temperature.ts";
import { trainingOf } from "./training.ts";

/**
 * Structured matrix scaling: a matrix that is held near a temperature, more so the more parameters there are for the
 * rows.
 *
 *     q = (1 − 1/(n + 1))·softmax(ln p / T) + (1/(n + 1))/K
 *     softmax((I + diag v + M)·ln q + b),   M without a diagonal
 *     mean loss + λ·(K/n)·(Σb² + Σv²) + λ·(K·(K − 1)/n)·ΣM²,   n rows, K classes
 *
 * T is fitted first and then stays. With λ = 1 it is the ridge that its authors publish, with their default of one for
 * every strength and exponent. The mixture inside bounds what goes into the matrix, not what comes out of it: the base
 * rate is mixed in at the end, as everywhere.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options `penalty` is λ; 1 unless given, and at 0 the map is `fitMatrix`'s but for the mixture.
 * @returns the calibrator; `fitted.temperature` is T.
 * @throws `XentError` as `fitTemperature`.
 * @see Berta, Holzmüller, Jordan & Bach, Structured matrix scaling for multi-class calibration (2025), arXiv
 *   2511.03685, section 4; `SMSCalibrator` of probmetrics.
 */
export function fitStructuredMatrix(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  const given = { penalty: 1, ...options };
  const training = trainingOf("fitStructuredMatrix", logProbabilities, labels, given);
  const { columns: classes, count, penalty } = training;
  // The temperature is not held: the published ridge is on what the matrix adds to it.
  const { scale, figures } = temperatureOf({ ...training, penalty: 0 });
  const linear = (penalty * classes) / count;
  return fitAffine(training, "structured-matrix", {
    scale: "full",
    before: temperedSteps(training, scale),
    ridge: { bias: linear, diagonal: linear, offDiagonal: linear * (classes - 1) },
    figures: () => figures,
  });
}
