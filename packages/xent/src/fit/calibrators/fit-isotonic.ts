import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { classTables } from "./class-tables.ts";
import { isotonicTable } from "./isotonic-table.ts";
import { calibratorOf, trainingOf } from "./training.ts";

/**
 * Isotonic calibration: the non-decreasing function of the probability that fits best, whatever its shape.
 *
 *     q = f(p),   f from pooling adjacent violators, straight between its blocks
 *
 * Of two classes the second's probability is mapped; of more, each class's against the rest, and the results are
 * divided by their sum. It needs many rows (a thousand or more), and its first and last blocks are often exactly 0 and
 * 1, which only the mixture with the base rate makes safe.
 *
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param options there are no parameters to penalise: `penalty` does nothing.
 * @returns the calibrator; `fitted.points` is how many points each table has.
 * @throws `XentError` as `fitTemperature`.
 * @see Zadrozny & Elkan, Transforming classifier scores into accurate multiclass probability estimates (2002), sections
 *   3 and 4.
 */
export function fitIsotonic(
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  const training = trainingOf("fitIsotonic", logProbabilities, labels, options);
  const tables = classTables(training, isotonicTable);
  return calibratorOf(training, "isotonic", [{ kind: "table", interpolation: "linear", tables }], {
    points: tables.map(({ inputs }) => inputs.length),
  });
}
