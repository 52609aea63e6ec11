import type { Form } from "xent";
import { logSoftmax } from "xent/losses";

/**
 * Predictions as they stand in a file → normalised log-probabilities, in place.
 *
 *     ln p − ln Σ p,     logSoftmax(logits)
 *
 * @param data `[rows, classes]`, or the first `rows` numbers the probability of the second of two classes (`binary`).
 * @returns the same array: `[rows, classes]` in nats, each row a distribution to the last digits.
 */
export function logProbabilitiesOf(
  data: Float64Array,
  { rows, columns, form, binary }: { rows: number; columns: number; form: Form; binary: boolean },
): Float64Array {
  if (binary) {
    // From the last row on, so that no probability is overwritten before it is read.
    for (let i = rows - 1; i >= 0; i--) {
      const q = data[i];
      data[2 * i] = Math.log1p(-q);
      data[2 * i + 1] = Math.log(q);
    }
    return data;
  }
  if (form === "probabilities") for (let i = 0; i < data.length; i++) data[i] = Math.log(data[i]);
  logSoftmax({ data, rows, columns }, { out: data });
  return data;
}
