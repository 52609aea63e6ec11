import { XentError } from "../../error.ts";
import { checkWeights } from "../../losses/check.ts";
import type { FloatMatrix, Labels } from "../../losses/matrix.ts";
import type { Calibrator } from "./calibrator.ts";
import { shiftedCalibrator } from "./label-shift.ts";
import { checkLogProbabilities } from "./log-probability-rows.ts";
import { solve } from "./solve.ts";
import { trainingOf } from "./training.ts";

export interface LabelShiftBbseOptions {
  /** Names in column order; "0", "1", … unless given. */
  classes?: string[];
  /** `[rows]` ≥ 0 of the rows with labels; 1 unless given. */
  weights?: ArrayLike<number>;
  /** `[new rows]` ≥ 0; 1 unless given. */
  newWeights?: ArrayLike<number>;
  /** Whether a prediction counts as its most probable class, or as all of its probabilities; "hard" unless given. */
  predictions?: "hard" | "soft";
  /** Whether the last step mixes in the new base rates, a part in new rows + 1; true unless given. */
  mixture?: boolean;
  /** How far from one a row's sum may be; 1e-9, or 1e-5 for a Float32Array, unless given. */
  tolerance?: number;
}

/**
 * New base rates from how often each class is predicted on new rows, without a label there: black-box shift estimation.
 *
 *     C[i][j] = share of old rows predicted i with label j     μ[i] = share of new rows predicted i
 *     w = C⁻¹·μ, negative ones 0     π′[j] = w[j]·π[j]     q[k] ∝ p[k]·π′[k]/π[k]
 *
 * It holds where only the base rates have changed. Unlike EM it does not need calibrated predictions, but every class
 * among the old rows, and a C that can be inverted.
 *
 * @param logProbabilities `[rows, classes]` in nats of the old rows, each row a distribution; −∞ is allowed.
 * @param labels `[rows]` integers from 0 to classes − 1.
 * @param newLogProbabilities `[new rows, classes]` the same of the new rows.
 * @returns the calibrator; `fitted.to` is π′, `fitted.weights` is w.
 * @throws `XentError` as `fitTemperature`, `value` where C has no inverse.
 * @see Lipton, Wang & Smola, Detecting and correcting for label shift with black box predictors (2018), eq. 1 and
 *   algorithm 1.
 */
export function fitLabelShiftBbse(
  logProbabilities: FloatMatrix,
  labels: Labels,
  newLogProbabilities: FloatMatrix,
  options: LabelShiftBbseOptions = {},
): Calibrator {
  const caller = "fitLabelShiftBbse";
  const { classes: names, weights, newWeights, predictions = "hard", tolerance } = options;
  if (predictions !== "hard" && predictions !== "soft") {
    throw new XentError(
      "option",
      `${caller}: predictions is ${JSON.stringify(predictions)}; it is "hard" or "soft"`,
    );
  }
  const training = trainingOf(caller, logProbabilities, labels, { classes: names, weights, tolerance });
  checkLogProbabilities(caller, newLogProbabilities, tolerance);
  const { columns: K, classes, classWeight, total } = training;
  if (newLogProbabilities.columns !== K) {
    throw new XentError(
      "shape",
      `${caller}: the new rows have ${newLogProbabilities.columns} classes and the old ones ${K}; they must be the same`,
    );
  }
  checkWeights(caller, "newWeights", newWeights, newLogProbabilities.rows, "new rows");
  const absent = classes.filter((_, k) => classWeight[k] === 0);
  if (absent.length > 0) {
    throw new XentError(
      "label",
      `${caller}: there are no rows of class ${absent.slice(0, 5).join(", ")}; every class needs some`,
    );
  }
  const confusion = new Float64Array(K * K);
  eachPrediction(logProbabilities, predictions, (i, k, part) => {
    confusion[k * K + labels[i]] += (training.weightOf(i) * part) / total;
  });
  const predicted = new Float64Array(K);
  eachPrediction(newLogProbabilities, predictions, (i, k, part) => {
    predicted[k] += (newWeights ? newWeights[i] : 1) * part;
  });
  const sum = predicted.reduce((all, one) => all + one, 0);
  const ratios = solve(
    confusion,
    predicted.map((one) => one / sum),
  );
  if (!ratios) {
    throw new XentError(
      "value",
      `${caller}: the table of predictions by labels has no inverse: some class is never told apart from the others`,
      predictions === "hard" ? 'try predictions: "soft"' : undefined,
    );
  }
  const importance = Array.from(ratios, (ratio) => Math.max(ratio, 0));
  const from = classWeight.map((weight) => weight / total);
  const unscaled = importance.map((weight, k) => weight * from[k]);
  const scale = unscaled.reduce((all, one) => all + one, 0);
  return shiftedCalibrator(
    caller,
    "bbse",
    {
      ...options,
      rows: newLogProbabilities.rows,
      weights: newWeights,
      from,
      to: unscaled.map((one) => one / scale),
    },
    { weights: importance },
  );
}

function eachPrediction(
  { data, rows, columns }: FloatMatrix,
  predictions: "hard" | "soft",
  visit: (i: number, k: number, part: number) => void,
): void {
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    if (predictions === "soft") {
      for (let k = 0; k < columns; k++) visit(i, k, Math.exp(data[start + k]));
      continue;
    }
    let top = 0;
    for (let k = 1; k < columns; k++) if (data[start + k] > data[start + top]) top = k;
    visit(i, top, 1);
  }
}
