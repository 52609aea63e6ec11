import { checkClassOptions, checkMatrix, checkOut } from "./check.ts";
import { type FloatMatrix, matrixLike } from "./matrix.ts";
import type { ClassOptions, GradientOut } from "./options.ts";
import { probability, softmaxRows } from "./softmax-rows.ts";

/**
 * The probabilities of each row of logits.
 *
 *     softmax(x)[k] = exp(x[k] − max) / Σⱼ exp(x[j] − max)
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param options `mask` (a class that it removes has probability 0), `out` (it may be the logits' own array).
 * @returns `[rows, classes]`, of the logits' precision, from 0 to 1; each row sums to one.
 * @throws `XentError` `shape` if counts differ, `value` for a logit that is NaN or +∞ and for a row without a
 *   finite logit.
 * @see Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.104.
 */
export function softmax(
  logits: FloatMatrix,
  { mask, out }: Pick<ClassOptions, "mask"> & GradientOut = {},
): FloatMatrix {
  checkMatrix("softmax", "logits", logits);
  checkClassOptions("softmax", { mask }, logits);
  checkOut("softmax", "the matrix to write", out, logits.data.length);
  const result = matrixLike(logits, out);
  const { rows, columns } = logits;
  const rowAt = softmaxRows("softmax", logits, mask);
  for (let i = 0; i < rows; i++) {
    const row = rowAt(i);
    for (let k = 0; k < columns; k++) result.data[i * columns + k] = probability(row, k);
  }
  return result;
}
