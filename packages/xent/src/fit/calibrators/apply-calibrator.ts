import { XentError } from "../../error.ts";
import { checkOut } from "../../losses/check.ts";
import { type FloatArray, type FloatMatrix, matrixLike } from "../../losses/matrix.ts";
import { mapOf } from "./apply-steps.ts";
import type { Calibrator } from "./calibrator.ts";
import { checkLogProbabilities } from "./log-probability-rows.ts";

export interface ApplyOptions {
  /** Names of the columns: they must be the calibrator's, in its order. */
  classes?: string[];
  /** How far from one a row's sum may be; 1e-9, or 1e-5 for a Float32Array, unless given. */
  tolerance?: number;
  /** Where to write; it may be the log-probabilities' own array. */
  out?: FloatArray;
}

/**
 * The log-probabilities of a model after a calibrator's steps.
 *
 * @param calibrator of `fit…`, or of `checkCalibrator` where it comes from a file.
 * @param logProbabilities `[rows, classes]` in nats, each row a distribution; −∞ is allowed.
 * @returns `[rows, classes]` in nats, of the input's precision, ≤ 0; never NaN.
 * @throws `XentError` `shape` or `option` for other classes than it was fitted for, `probability` for a row that is
 *   no distribution, `value` for NaN.
 */
export function applyCalibrator(
  calibrator: Calibrator,
  logProbabilities: FloatMatrix,
  { classes, tolerance, out }: ApplyOptions = {},
): FloatMatrix {
  checkLogProbabilities("applyCalibrator", logProbabilities, tolerance);
  checkClasses("applyCalibrator", calibrator, logProbabilities.columns, classes);
  checkOut("applyCalibrator", "the matrix to write", out, logProbabilities.data.length);
  const result = matrixLike(logProbabilities, out);
  const { data, rows, columns } = logProbabilities;
  const map = mapOf(calibrator.steps, columns);
  const row = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    row.set(data.subarray(i * columns, (i + 1) * columns));
    map(row);
    // A sum of rounded numbers can be one and a little: no logarithm of a probability is above zero.
    for (let k = 0; k < columns; k++) result.data[i * columns + k] = Math.min(row[k], 0);
  }
  return result;
}

/** Throws unless a calibrator was fitted for these classes, in this order. */
export function checkClasses(
  caller: string,
  { classes: own }: Calibrator,
  columns: number,
  classes: string[] | undefined,
): void {
  const names = (of: string[]) => `${of.slice(0, 10).join(", ")}${of.length > 10 ? ", …" : ""}`;
  if (columns !== own.length) {
    throw new XentError(
      "shape",
      `${caller}: there are ${columns} classes; the calibrator was fitted for ${own.length} (${names(own)})`,
    );
  }
  if (classes === undefined || (classes.length === own.length && classes.every((name, k) => name === own[k])))
    return;
  const isOrder = classes.length === own.length && own.every((name) => classes.includes(name));
  throw new XentError(
    "option",
    isOrder
      ? `${caller}: the classes come in the order ${names(classes)}; the calibrator was fitted for ${names(own)}`
      : `${caller}: the classes are ${names(classes)}; the calibrator was fitted for ${names(own)}`,
    isOrder ? "bring the columns into the calibrator's order" : undefined,
  );
}
