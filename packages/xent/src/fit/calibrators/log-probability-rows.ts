import { XentError } from "../../error.ts";
import { checkMatrix, checkOption } from "../../losses/check.ts";
import type { FloatMatrix } from "../../losses/matrix.ts";

/**
 * Throws unless each row of a matrix is a distribution in logarithms; −∞ is allowed.
 *
 * @param tolerance how far from one a row's sum may be: 1e-9, or 1e-5 for a Float32Array, unless given.
 */
export function checkLogProbabilities(
  caller: string,
  matrix: FloatMatrix,
  tolerance = matrix?.data instanceof Float32Array ? 1e-5 : 1e-9,
): void {
  const name = "logProbabilities";
  checkMatrix(caller, name, matrix);
  checkOption(caller, "tolerance", tolerance, 0, 1);
  const { data, rows, columns } = matrix;
  if (columns < 2) {
    throw new XentError(
      "shape",
      `${caller}: ${name} has ${columns} column; there must be two classes or more`,
    );
  }
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += Math.exp(data[i * columns + k]);
    if (Math.abs(sum - 1) <= tolerance) continue;
    const k = data.subarray(i * columns, (i + 1) * columns).findIndex(Number.isNaN);
    if (k >= 0) {
      throw new XentError(
        "value",
        `${caller}: ${name}[${i}, ${k}] is NaN; a log-probability is a number ≤ 0 or -Infinity`,
      );
    }
    throw new XentError(
      "probability",
      `${caller}: the probabilities of row ${i} of ${name} sum to ${sum}; they must sum to one within ${tolerance}`,
      "take logSoftmax of logits, and the logarithm of probabilities",
    );
  }
}
