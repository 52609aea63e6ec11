import { XentError } from "../../error.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator, CalibratorOptions } from "./calibrator.ts";
import { fitBeta } from "./fit-beta.ts";
import { fitDirichlet } from "./fit-dirichlet.ts";
import { fitHistogram } from "./fit-histogram.ts";
import { fitIsotonic } from "./fit-isotonic.ts";
import { fitMatrix } from "./fit-matrix.ts";
import { fitMixture } from "./fit-mixture.ts";
import { fitPlatt } from "./fit-platt.ts";
import { fitStructuredMatrix } from "./fit-structured-matrix.ts";
import { fitTemperature } from "./fit-temperature.ts";
import { fitVector } from "./fit-vector.ts";

type Fit = (logProbabilities: FloatMatrix, labels: Labels, options?: CalibratorOptions) => Calibrator;

/** Methods that need log-probabilities and labels alone, simplest first. */
const fits = {
  mixture: { fit: fitMixture, binary: false },
  temperature: { fit: fitTemperature, binary: false },
  platt: { fit: fitPlatt, binary: true },
  beta: { fit: fitBeta, binary: true },
  vector: { fit: fitVector, binary: false },
  "structured-matrix": { fit: fitStructuredMatrix, binary: false },
  dirichlet: { fit: fitDirichlet, binary: false },
  matrix: { fit: fitMatrix, binary: false },
  histogram: { fit: fitHistogram, binary: false },
  isotonic: { fit: fitIsotonic, binary: false },
} satisfies Record<string, { fit: Fit; binary: boolean }>;

/** A method that `fitCalibrator` knows. */
export type FittedMethod = keyof typeof fits;

/** The names of all methods that `fitCalibrator` knows, simplest first. */
export const calibratorMethods = Object.keys(fits) as FittedMethod[];

/**
 * The methods that can be fitted to predictions of so many classes, simplest first.
 *
 * @param classes from 2.
 */
export function methodsFor(classes: number): FittedMethod[] {
  return calibratorMethods.filter((method) => classes === 2 || !fits[method].binary);
}

/**
 * Fits the calibrator of a name.
 *
 * @param method one of `calibratorMethods`.
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @throws `XentError` `option` for another name; and as the method's own function.
 */
export function fitCalibrator(
  method: FittedMethod,
  logProbabilities: FloatMatrix,
  labels: Labels,
  options: CalibratorOptions = {},
): Calibrator {
  if (!Object.hasOwn(fits, method)) {
    throw new XentError(
      "option",
      `fitCalibrator: the method is ${JSON.stringify(method)}; it is one of ${calibratorMethods.join(", ")}`,
    );
  }
  return fits[method].fit(logProbabilities, labels, options);
}
