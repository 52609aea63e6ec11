import { checkClassOptions, checkMatrix, checkOut } from "./check.ts";
import { type FloatMatrix, matrixLike } from "./matrix.ts";
import type { ClassOptions, GradientOut } from "./options.ts";
import { softmaxRows } from "./softmax-rows.ts";

/**
 * The log-probabilities of each row of logits.
 *
 *     logSoftmax(x)[k] = (x[k] − max) − ln Σⱼ exp(x[j] − max)
 *
 * in that order: an offset of all logits costs no digits.
 *
 * @param logits `[rows, classes]` unnormalised log-probabilities; −∞ is allowed.
 * @param options `mask` (a class that it removes has −∞), `out` (it may be the logits' own array).
 * @returns `[rows, classes]` in nats, of the logits' precision, ≤ 0.
 * @throws as `softmax`.
 * @see Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions (2021).
 */
export function logSoftmax(
  logits: FloatMatrix,
  { mask, out }: Pick<ClassOptions, "mask"> & GradientOut = {},
): FloatMatrix {
  checkMatrix("logSoftmax", "logits", logits);
  checkClassOptions("logSoftmax", { mask }, logits);
  checkOut("logSoftmax", "the matrix to write", out, logits.data.length);
  const result = matrixLike(logits, out);
  const { rows, columns } = logits;
  const rowAt = softmaxRows("logSoftmax", logits, mask);
  for (let i = 0; i < rows; i++) {
    const { shifted, logSum } = rowAt(i);
    for (let k = 0; k < columns; k++) result.data[i * columns + k] = shifted[k] - logSum;
  }
  return result;
}
