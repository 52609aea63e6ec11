import { checkClassOptions, checkMatrix, checkOut } from "./check.ts";
import type { FloatMatrix } from "./matrix.ts";
import type { ClassOptions, LossOut } from "./options.ts";
import { softmaxRows } from "./softmax-rows.ts";

/**
 * The logarithm of the sum of the exponentials of each row: what a row's logits are short of log-probabilities by.
 *
 *     logSumExp(x) = max + ln Σₖ exp(x[k] − max)
 *
 * @param logits `[rows, classes]`; −∞ is allowed.
 * @param options `mask` (a class that it removes is not summed), `out`.
 * @returns `[rows]` in nats, from the row's largest logit to that plus ln(classes).
 * @throws as `softmax`.
 * @see Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions (2021).
 */
export function logSumExp(
  logits: FloatMatrix,
  { mask, out }: Pick<ClassOptions, "mask"> & LossOut = {},
): Float64Array {
  checkMatrix("logSumExp", "logits", logits);
  checkClassOptions("logSumExp", { mask }, logits);
  checkOut("logSumExp", "the numbers to write", out, logits.rows);
  const result = out ?? new Float64Array(logits.rows);
  const rowAt = softmaxRows("logSumExp", logits, mask);
  for (let i = 0; i < logits.rows; i++) {
    const { max, logSum } = rowAt(i);
    result[i] = max + logSum;
  }
  return result;
}
